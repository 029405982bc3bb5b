"""Every column that Koha has for a patron, in CSV and in the REST API, and what becomes of it."""

from typing import NamedTuple


class Target(NamedTuple):
    """What becomes of a column: `kind` is field, identity, part (of a composed value) or ignored.

    `name` is the column of our rows (none when ignored); `reason` why something is ignored.
    """

    kind: str
    name: str | None
    reason: str | None = None


def _field(name):
    return Target("field", name)


def _part(name):
    return Target("part", name)


def _ignored(reason):
    return Target("ignored", None, reason)


_RIGHTS = _ignored("rights within the library system")
_SETTING = _ignored("a setting of the library system")
_SECRET = _ignored("a secret; never read")
_SENSITIVE = _ignored("sensitive and of no use for service; never read")
_LIVE = _ignored("changes by the hour; ask the library system")

# by the names of the CSV export
COLUMNS = {
    "borrowernumber": Target("identity", "ils"),
    "cardnumber": Target("identity", "card"),
    "userid": Target("identity", "sso"),
    "surname": _part("name"),
    "firstname": _part("name"),
    "middle_name": _part("name"),
    "name": _part("name"),
    "preferred_name": _field("preferred_name"),
    "title": _field("honorific"),
    "othernames": _field("other_names"),
    "initials": _ignored("the names are there"),
    "pronouns": _field("pronouns"),
    "streetnumber": _part("street"),
    "streettype": _part("street"),
    "address": _part("street"),
    "address2": _field("street2"),
    "city": _field("city"),
    "state": _field("state_name"),
    "zipcode": _field("zip"),
    "country": _field("country_name"),
    "email": Target("identity", "emails"),
    "emailpro": Target("identity", "emails"),
    "phone": Target("identity", "phones"),
    "mobile": Target("identity", "phones"),
    "phonepro": Target("identity", "phones"),
    "smsalertnumber": Target("identity", "phones"),
    "fax": _ignored("nobody is reached by fax"),
    **{f"b_{each}": _part("alternate_address") for each in (
        "streetnumber", "streettype", "address", "address2", "city", "state", "zipcode", "country")},
    "b_email": Target("identity", "emails"),
    "b_phone": Target("identity", "phones"),
    "contactnote": _part("alternate_address"),
    "dateofbirth": _field("date_of_birth"),
    "branchcode": _field("branch_code"),
    "categorycode": _field("type_code"),
    "dateenrolled": _field("date_enrolled"),
    "dateexpiry": _field("date_expiry"),
    "date_renewed": _field("date_renewed"),
    "gonenoaddress": _field("is_address_wrong"),
    "lost": _field("is_card_lost"),
    "debarred": _field("date_restricted_until"),
    "restricted": _field("is_restricted"),
    "debarredcomment": _field("restriction_note"),
    "contactname": _part("guardian_name"),
    "contactfirstname": _part("guardian_name"),
    "contacttitle": _part("guardian_name"),
    "guarantorid": _ignored("the guarantor's name says it"),
    "guarantor_id": _ignored("the guarantor's name says it"),
    "relationship": _field("guardian_relation"),
    "borrowernotes": _field("ils_staff_note"),
    "opacnote": _field("ils_patron_note"),
    "sex": _field("gender"),
    "ethnicity": _SENSITIVE,
    "ethnotes": _SENSITIVE,
    "password": _SECRET,
    "secret": _SECRET,
    "auth_method": _SETTING,
    "overdrive_auth_token": _SECRET,
    "flags": _RIGHTS,
    "password_expiration_date": _SETTING,
    "login_attempts": _SETTING,
    "sort1": _field("statistics_1"),
    "sort2": _field("statistics_2"),
    **{f"altcontact{each}": _part("contact_person") for each in (
        "title", "firstname", "surname", "address1", "address2", "address3", "state", "zipcode", "country", "phone")},
    "sms_provider_id": _SETTING,
    "privacy": _field("ils_privacy"),
    "privacy_guarantor_checkouts": _SETTING,
    "privacy_guarantor_fines": _SETTING,
    "checkprevcheckout": _SETTING,
    "autorenew_checkouts": _SETTING,
    "updated_on": _field("date_ils_updated"),
    "lastseen": _field("date_last_seen"),
    "lang": _field("lang"),
    "anonymized": _field("is_anonymised"),
    "patron_attributes": _field("ils_attributes"),
    "protected": _SETTING,
    "primary_contact_method": _SETTING,
    "checkouts_count": _LIVE,
    "overdues_count": _LIVE,
    "account_balance": _LIVE,
    "library": _ignored("its code says it"),
    "_strings": _ignored("its codes say it"),
    # not Koha's, for tables of other systems
    "affiliation": _field("affiliation_code"),
    "degree_stage": _field("degree_stage"),
    "stage_end": _field("date_stage_end"),
    "note": _field("note"),
}

# other names of the same columns: those of the REST API, and older ones
ALIASES = {
    "patron_id": "borrowernumber", "other_name": "othernames", "street_number": "streetnumber",
    "street_type": "streettype", "postal_code": "zipcode", "secondary_email": "emailpro",
    "secondary_phone": "phonepro", "date_of_birth": "dateofbirth", "library_id": "branchcode",
    "category_id": "categorycode", "date_enrolled": "dateenrolled", "expiry_date": "dateexpiry",
    "incorrect_address": "gonenoaddress", "patron_card_lost": "lost", "staff_notes": "borrowernotes",
    "relationship_type": "relationship", "gender": "sex", "opac_notes": "opacnote", "altaddress_notes": "contactnote",
    "statistics_1": "sort1", "statistics_2": "sort2", "sms_number": "smsalertnumber", "last_seen": "lastseen",
    "extended_attributes": "patron_attributes", "check_previous_checkout": "checkprevcheckout",
    "altaddress_street_number": "b_streetnumber", "altaddress_street_type": "b_streettype",
    "altaddress_postal_code": "b_zipcode",
    **{f"altaddress_{each}": f"b_{each}" for each in (
        "address", "address2", "city", "state", "country", "email", "phone")},
    "altcontact_firstname": "altcontactfirstname", "altcontact_surname": "altcontactsurname",
    "altcontact_address": "altcontactaddress1", "altcontact_address2": "altcontactaddress2",
    "altcontact_city": "altcontactaddress3", "altcontact_state": "altcontactstate",
    "altcontact_postal_code": "altcontactzipcode", "altcontact_country": "altcontactcountry",
    "altcontact_phone": "altcontactphone",
    "date_of_expiry": "dateexpiry", "anonymised": "anonymized", "attributes": "patron_attributes",
}

REQUIRED = ("surname", "branchcode", "categorycode")


def canonical(name):
    """Koha's CSV name for a column's name in any spelling, or None when Koha has no such column."""
    name = name.strip().lower().replace(" ", "_").removeprefix("borrowers.")
    name = ALIASES.get(name, name)
    return name if name in COLUMNS else None


def header_map(header) -> dict[str, Target]:
    """For each column of a header what becomes of it; unknown columns are ignored with the reason "unknown"."""
    return {column: COLUMNS.get(canonical(column) or "", Target("ignored", None, "unknown")) for column in header}


def missing_columns(header) -> list[str]:
    """Obligatory columns that a header lacks (Koha's CSV names)."""
    found = {canonical(column) for column in header}
    return [name for name in REQUIRED if name not in found]
