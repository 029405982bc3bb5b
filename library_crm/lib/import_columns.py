"""Facts of a patron that an import can bring: where each is stored and of which type."""

from typing import NamedTuple


class Column(NamedTuple):
    """A field of library.patron, the table that stores it ("partner" or "patron") and its SQL type."""

    name: str
    table: str
    kind: str = "varchar"


COLUMNS = (
    *(Column(name, "partner") for name in ("name", "email", "phone", "street", "street2", "zip", "city", "lang")),
    Column("country_id", "partner", "integer"),
    Column("state_id", "partner", "integer"),
    *(
        Column(name, "patron")
        for name in (
            "preferred_name", "honorific", "other_names", "pronouns", "gender", "guardian_name", "guardian_relation",
            "statistics_1", "statistics_2", "ils_privacy", "degree_stage",
        )
    ),
    *(
        Column(name, "patron", "text")
        for name in ("contact_person", "alternate_address", "restriction_note", "ils_staff_note", "ils_patron_note")
    ),
    *(
        Column(name, "patron", "date")
        for name in (
            "date_of_birth", "date_enrolled", "date_expiry", "date_renewed", "date_last_seen", "date_restricted_until",
            "date_stage_end",
        )
    ),
    *(Column(name, "patron", "boolean") for name in ("is_address_wrong", "is_card_lost", "is_restricted")),
    *(Column(name, "patron", "integer") for name in ("type_id", "branch_id", "affiliation_id")),
    Column("ils_attributes", "patron", "jsonb"),
)  # fmt: skip

# beside the facts: how the row is recognised, and what is worked out from it
STAGED = {
    "line": "integer",
    "digest": "varchar",
    "card": "varchar",
    "ils": "varchar",
    "sso": "varchar",
    "card_value": "varchar",
    "emails": "text",
    "phones": "text",
    "email_normalized": "varchar",
    "phone_sanitized": "varchar",
    "name_folded": "varchar",
    "date_ils_updated": "timestamp",
    "is_anonymised": "boolean",
    "properties": "jsonb",
    "property_defaults": "jsonb",
}

# changes of these are told in the patron's chatter
TOLD = ("name", "email", "type_id", "date_expiry")


def stage_columns():
    """{column: SQL type} of the table into which rows are copied."""
    return {**STAGED, **{column.name: column.kind for column in COLUMNS}}


def fold_name(name):
    """A name in a form in which order, case and blanks do not count.

    >>> fold_name("Bell, Ana") == fold_name("ana  bell")
    True
    >>> fold_name(None)
    """
    words = (name or "").casefold().replace(",", " ").split()
    return " ".join(sorted(words)) or None
