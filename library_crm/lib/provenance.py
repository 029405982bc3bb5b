"""Where a fact about a patron comes from: source, reference, day and whether somebody stood behind it.

A patron keeps one map for all fields: ``{field: [source, reference, "YYYY-MM-DD", verified]}``. The reference is the
number of an import run, of a user or of a message, according to the source, or None.
"""

import datetime

SOURCES = ("koha_csv", "koha_rest", "file", "prospect_list", "manual", "portal", "mail", "merge")
# sources behind which a person stands: staff who typed it, or the patron
_SAID_BY_SOMEBODY = ("manual", "portal")

PARTNER_FIELDS = ("name", "email", "phone", "street", "street2", "zip", "city", "state_id", "country_id", "lang")
TRACKED_FIELDS = (
    *PARTNER_FIELDS,
    "preferred_name", "honorific", "other_names", "pronouns", "date_of_birth", "gender", "card_number",
    "guardian_name", "guardian_relation", "contact_person", "alternate_address",
    "type_id", "branch_id", "affiliation_id", "degree_stage", "date_stage_end", "date_enrolled", "date_expiry",
    "depth", "help_style", "preferred_format", "accessibility", "preferred_channel", "preferred_time",
    "quiet_from", "quiet_to", "date_pause_until",
)  # fmt: skip
# what patrons themselves change or confirm every term; the rest is the library system's or staff's affair
CONFIRMED_BY_PATRON = (
    "name", "email", "phone", "street", "street2", "zip", "city", "state_id", "country_id", "lang",
    "preferred_name", "pronouns", "affiliation_id", "degree_stage", "date_stage_end",
)  # fmt: skip


def entry(source, reference, day, verified=None):
    """The record of one field's origin.

    :param str source: one of `SOURCES`
    :param reference: number of a run, user or message; None when there is none
    :param datetime.date day: when the value came
    :param verified: whether somebody stood behind it; None: as the source says
    :raise ValueError: for a source that is not known
    """
    if source not in SOURCES:
        raise ValueError(f"unknown source {source!r}")
    verified = source in _SAID_BY_SOMEBODY if verified is None else bool(verified)
    return [source, reference or None, day.isoformat(), verified]


def stamped(provenance, names, source, reference, day, verified=None):
    """A copy of `provenance` in which `names` come from `source`."""
    fresh = entry(source, reference, day, verified)
    return {**(provenance or {}), **{name: list(fresh) for name in names}}


def confirmed(provenance, names, day):
    """A copy of `provenance` in which `names` were found correct on `day`; their origin stays."""
    result = dict(provenance or {})
    for name in names:
        source, reference, _day, _verified = result.get(name) or ["manual", None, None, False]
        result[name] = [source, reference, day.isoformat(), True]
    return result


def read(provenance, name):
    """(source, reference, day, verified) of one field; None where nothing usable is kept."""
    kept = (provenance or {}).get(name)
    if not isinstance(kept, (list, tuple)) or len(kept) != 4 or kept[0] not in SOURCES:
        return None
    try:
        day = datetime.date.fromisoformat(kept[2])
    except (TypeError, ValueError):
        day = None
    return kept[0], kept[1], day, bool(kept[3])


def stale(provenance, names, before):
    """Those of `names` that nobody stood behind since the day `before`, oldest first.

    :param names: fields that hold a value
    :param datetime.date before: the last day that counts as old
    """
    found = []
    for name in names:
        kept = read(provenance, name)
        day = kept[2] if kept else None
        if day is None or day <= before:
            found.append((day or datetime.date.min, name))
    return [name for _day, name in sorted(found)]
