"""What an attempt to open a link says about the link."""

OK = "ok"
BROKEN = "broken"
UNKNOWN = "unknown"
PATIENCE = 2
"""Failed attempts in a row, days apart, before a link that may be back tomorrow counts as broken."""

# A closed door is a door: the server knows the page and wants to know who asks.
_DOORS = {401: "login", 403: "login", 407: "login", 429: "busy"}
_GONE = {404: "not_found", 410: "not_found", 451: "not_found"}
_FOR_GOOD = {"name", "scheme", "host", "certificate", "redirect"}
_NOT_OURS = {"private", "port"}


def judge(status=None, error=None, failures=0):
    """Health of a link after one more attempt.

    :param int status: of the last answer, or None when there was none
    :param str error: code of a `safe_fetch.FetchError`, when nothing came back
    :param int failures: failed attempts in a row before this one
    :return: (health, code, failures): ok, broken or unknown; why, as a code; failed attempts in a row now
    """
    if error in _NOT_OURS:
        return UNKNOWN, error, 0
    if error is None and status in _DOORS:
        return OK, _DOORS[status], 0
    if error is None and 200 <= status < 400:
        return OK, "answers", 0
    code = error or _GONE.get(status, "server" if status >= 500 else "refused")
    is_for_good = code in _FOR_GOOD or status in _GONE
    failures += 1
    return (BROKEN if is_for_good or failures >= PATIENCE else UNKNOWN), code, failures


def should_ask_again(status):
    """Whether a server that answered HEAD like this may answer GET better."""
    return status in (400, 403, 404, 405, 406, 500, 501, 502, 503)
