"""Pictures that somebody pasted into a text: taken out of the HTML, so that they can be kept as files.

>>> html = '<p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="/></p>'
>>> taken = []
>>> take_images(html, lambda kind, content: taken.append((kind, content[:3])) or "/web/image/7")
'<p><img src="/web/image/7"/></p>'
>>> taken
[('gif', b'GIF')]
"""

import re
from base64 import b64decode
from binascii import Error

# One pass over the text, whatever stands in it: no part of the pattern can begin inside another one
_SOURCE = re.compile(r"""(src\s{0,3}=\s{0,3})(["'])data:([^"'<>]*)\2""", re.IGNORECASE)
# no end tag belongs to it, so that a sanitiser which looks for one takes the rest of the text away with it
_EMBED = re.compile(r"</?embed\b[^<>]*>", re.IGNORECASE)
_PICTURE = re.compile(r"image/(png|jpe?g|gif|webp)\s{0,3};\s{0,3}base64,", re.IGNORECASE)
_BEGINNINGS = {"png": b"\x89PNG", "jpeg": b"\xff\xd8\xff", "gif": b"GIF8", "webp": b"RIFF"}


def take_images(html, keep):
    """Replace pictures that stand in the text by links to them; what only claims to be a picture goes.

    :param str html: untrusted text
    :param keep: called with the kind (png, jpeg, gif, webp) and the bytes of a picture; returns its address
    :return: the text without data in it
    """

    def replace(match):
        before, quote, data = match.groups()
        picture = _decode(data)
        return f"{before}{quote}{keep(*picture) if picture else ''}{quote}"

    return _EMBED.sub("", _SOURCE.sub(replace, html))


def _decode(data):
    """(kind, bytes) of the data of a picture, None of anything else."""
    head = _PICTURE.match(data)
    if not head:
        return None
    kind = head[1].lower().replace("jpg", "jpeg")
    try:
        content = b64decode(data[head.end() :])
    except (Error, ValueError):
        return None
    return (kind, content) if content.startswith(_BEGINNINGS[kind]) else None
