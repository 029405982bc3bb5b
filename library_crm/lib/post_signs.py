"""What about a post of a patron asks for a look before others read it."""

import re

POSTS_PER_HOUR = 10
_LINK = re.compile(r"https?://|www\.|\b[a-z0-9-]+\.(?:com|net|org|info|biz|top|xyz|cn|ru|tw)\b", re.IGNORECASE)


def look_reason(text, recent):
    """Why a person should look first, or None.

    :param str text: what was written
    :param int recent: posts of the same writer within the last hour
    :return: 'link', 'flood' or None
    """
    if recent >= POSTS_PER_HOUR:
        return "flood"
    return "link" if _LINK.search(text or "") else None
