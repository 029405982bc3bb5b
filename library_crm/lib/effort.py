"""What kind of work a service was, proposed from facts: Warner's four kinds, and whether it is a reference transaction.

Levels of effort are those of the READ scale, "1" to "6"; kinds of Warner are "1" to "4".
"""

CONSULTATION_DAYS = 2
"""Work that was spread over more days than these was no answer at a desk."""

INFORMATION_KINDS = frozenset({"reference", "subject_search", "sdi", "novelty", "citation", "complaint", "other", ""})
"""Kinds of services in which staff use sources to meet a need. Loans of documents, purchases, accounts, rooms and
formal teaching are counted elsewhere, whatever effort they took."""

_LEAST_FOR_REFERENCE = "3"


def propose_warner(read_level, *, sources=0, meetings=0, days=0, made_something=False):
    """The kind of help that the facts speak for.

    :param str read_level: "1" to "6"
    :param int sources: different sources that were searched or cited
    :param int meetings: talks with the patron by appointment
    :param float days: from the question to the result
    :param bool made_something: whether a solution was made for this patron
    :return: "1" no resource needed, "2" a skill to show, "3" a strategy to work out, "4" consultation
    """
    if meetings or read_level in ("5", "6") or (made_something and days > CONSULTATION_DAYS):
        return "4"
    if sources > 1 or read_level == "4" or made_something:
        return "3"
    if sources or read_level in ("2", "3"):
        return "2"
    return "1"


def is_reference_transaction(kind, read_level, warner="", sources=0):
    """Whether staff recommended, interpreted, evaluated or used sources to meet a need (RUSA 2008).

    :param str kind: kind of the service, empty when none was chosen
    :param str read_level: "1" to "6"
    :param str warner: "1" to "4", or empty
    :param int sources: sources that were used
    """
    if kind not in INFORMATION_KINDS:
        return False
    if kind == "complaint":
        # its answer may take hours without a source; what was looked up counts
        return bool(sources)
    return read_level >= _LEAST_FOR_REFERENCE or warner in ("3", "4") or bool(sources)
