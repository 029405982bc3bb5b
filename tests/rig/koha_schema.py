"""What Koha's published OpenAPI says about the records of two endpoints, and of the items beside them.

Names and types as in definitions/patron.yaml, patron_extended_attribute.yaml, checkout.yaml and item.yaml of Koha's
`api/v1/swagger`; `?` marks what may be null, a word after a colon is the format.
"""

import re
from datetime import date, datetime

_TEXTS = """
cardnumber surname firstname preferred_name middle_name title other_name initials pronouns street_number street_type
address address2 city state postal_code country email phone mobile fax secondary_email secondary_phone
altaddress_street_number altaddress_street_type altaddress_address altaddress_address2 altaddress_city altaddress_state
altaddress_postal_code altaddress_country altaddress_email altaddress_phone staff_notes relationship_type gender userid
opac_notes altaddress_notes statistics_1 statistics_2 altcontact_firstname altcontact_surname altcontact_address
altcontact_address2 altcontact_city altcontact_state altcontact_postal_code altcontact_country altcontact_phone
sms_number overdrive_auth_token
"""
PATRON = {
    "patron_id": "integer",
    **dict.fromkeys(_TEXTS.split(), "string?"),
    **dict.fromkeys(("date_of_birth", "date_enrolled", "expiry_date", "date_renewed"), "string?:date"),
    **dict.fromkeys(("library_id", "category_id", "check_previous_checkout", "lang"), "string"),
    **dict.fromkeys(("incorrect_address", "patron_card_lost"), "boolean?"),
    **dict.fromkeys(("restricted", "autorenew_checkouts", "privacy_guarantor_fines", "anonymized", "protected"),
                    "boolean"),
    **dict.fromkeys(("privacy", "privacy_guarantor_checkouts"), "integer"),
    **dict.fromkeys(("sms_provider_id", "login_attempts"), "integer?"),
    "updated_on": "string:date-time",
    "last_seen": "string?:date-time",
}
# embedded only when asked for
PATRON_EMBEDDED = {
    "extended_attributes": "array", "checkouts_count": "integer?", "overdues_count": "integer?",
    "account_balance": "number?", "library": "object?", "_strings": "object?",
}
PATRON_REQUIRED = ("surname", "library_id", "category_id")
ATTRIBUTE = {"extended_attribute_id": "integer", "type": "string", "value": "string"}
CHECKOUT = {
    "checkout_id": "integer", "patron_id": "integer", "item_id": "integer?", "booking_id": "integer?",
    "external_id": "string?", "due_date": "string:date-time", "library_id": "string?", "issuer_id": "integer?",
    "checkin_date": "string?:date-time", "checkin_library_id": "string?", "last_renewed_date": "string?:date-time",
    "renewals_count": "integer?", "unseen_renewals": "integer?", "auto_renew": "boolean",
    "auto_renew_error": "string?", "timestamp": "string", "checkout_date": "string:date-time",
    "onsite_checkout": "boolean", "note": "string?", "note_date": "string?:date", "note_seen": "boolean?",
}
CHECKOUT_EMBEDDED = {each: "object?" for each in ("issuer", "item", "library", "patron", "booking")}
ITEM = {"item_id": "integer", "biblio_id": "integer", "external_id": "string?", "callnumber": "string?",
        "home_library_id": "string?", "item_type_id": "string?", "collection_code": "string?"}

_KINDS = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")


def breaches(record, schema, required=(), redacted=False):
    """Sentences about a record that does not follow its definition.

    :param bool redacted: the values of another library's patron may all be null
    """
    found = [f"{name} is missing" for name in required if name not in record]
    found += [f"{name} is not in the definition" for name in record if name not in schema]
    for name, value in record.items():
        kind, _colon, form = schema.get(name, "").partition(":")
        if not kind or value is None and (kind.endswith("?") or redacted):
            continue
        expected = _KINDS[kind.rstrip("?")]
        if not isinstance(value, expected) or expected is not bool and isinstance(value, bool):
            found.append(f"{name} is {value!r}, not {kind}")
        elif form and not _has_form(value, form):
            found.append(f"{name} is {value!r}, not a {form}")
    return found


def _has_form(value, form):
    try:
        if form == "date":
            return date.fromisoformat(value).isoformat() == value
        return bool(_MOMENT.fullmatch(value)) and bool(datetime.fromisoformat(value.replace("Z", "+00:00")))
    except ValueError:
        return False
