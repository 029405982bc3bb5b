"""Addresses that may stand in a page as a link."""

import re
from urllib.parse import urlsplit

_DOI = re.compile(r"(?:doi:\s*)?(10\.\d{4,9}/\S{1,200})", re.IGNORECASE)


def safe_url(text):
    """The web address that `text` is or means (a DOI), or None; never `javascript:` and the like."""
    text = (text or "").strip()
    if match := _DOI.fullmatch(text):
        return f"https://doi.org/{match[1]}"
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme.lower() in ("http", "https") and host and not re.search(r"[\s\x00-\x1f]", text):
        return text
    return None
