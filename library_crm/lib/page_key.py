"""Which page an error report is about: two reports of the same page have the same key."""

import re
from urllib.parse import unquote, urlsplit

LONGEST = 300
_CONTROLS = re.compile(r"[\x00-\x20\x7f]+")


def page_path(url):
    """The path of an address of ours, without whatever changes from visit to visit or opens a door.

    What stands behind ``?`` and ``#`` goes: words of a search, secrets of links, the place on the page.

    :param url: untrusted
    :return: str that begins with one slash; "" for anything that is no path of a page
    """
    if not isinstance(url, str):
        return ""
    try:
        parts = urlsplit(_CONTROLS.sub("", url[:4000]))
    except ValueError:
        return ""
    # a browser takes a backslash for a slash, and two of them for the name of a house
    path = "/" + unquote(parts.path, errors="replace").replace("\\", "/").strip("/")
    path = _CONTROLS.sub("", re.sub(r"/{2,}", "/", path))
    if parts.scheme not in ("", "http", "https") or path == "/":
        return ""
    return path[:LONGEST]


def page_key(url, res_model=None, res_id=None):
    """What tells one page, or one record, from every other; "" when nothing is named."""
    if res_model and res_id:
        return f"{res_model},{res_id}"
    # "renew-a-loan-12" and "renew-your-loan-12" are one article under two names
    return re.sub(r"/[^/]*-(\d+)$", r"/-\1", page_path(url)).casefold()
