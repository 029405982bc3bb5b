"""In which code a table is written, when nobody says so: UTF-8, GB18030, Big5, a Western or another alphabet.

A file is judged by its lines above ASCII. UTF-8 does not happen by chance, so it wins when most of them are legal in
it; the few others are lines that some other program added, and are reported one by one.
"""

import codecs
import re

from .mail_plausible import guess, plausibility

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ALIASES = {"latin-1": "cp1252", "iso8859_1": "cp1252", "iso-8859-1": "cp1252", "gbk": "gb18030", "gb2312": "gb18030",
            "big5": "big5hkscs", "cp950": "big5hkscs", "utf8": "utf-8"}
# what libraries' systems export in, and how likely a reading must be to look no further
_USUAL = ("gb18030", "big5hkscs", "cp1252")
_PLAUSIBLE = 0.5
_UTF8_RUN = re.compile(rb"(?:[\xe3-\xe9][\x80-\xbf]{2}){2,}")


def detect(head, lines):
    """The codec of a file.

    :param bytes head: how the file begins
    :param lines: lines with bytes above ASCII from anywhere in the file, as bytes
    :return: (codec, how many of the lines it cannot read)
    """
    for mark, codec in BOMS:
        if head.startswith(mark):
            return codec, 0
    wide = _wide(head)
    if wide:
        return wide, 0
    if not lines:
        return "utf-8", 0
    foreign = [line for line in lines if not _legal(line, "utf-8")]
    if len(foreign) * 2 <= len(lines):
        return "utf-8", len(foreign)
    codec = _guess(foreign)
    return codec, sum(not _legal(line, codec) or is_stray_utf8(line, codec) for line in lines)


def _wide(head):
    """UTF-16 without a mark: every other byte is zero."""
    sample = head[:4096]
    if len(sample) < 8:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.4 and even < half * 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.4 and odd < half * 0.1 else None


def _guess(lines):
    sample = b"\n".join(lines)[:20000]
    part = _high_part(sample)
    score, codec = max((plausibility(part.decode(each, "replace")), each) for each in _USUAL)
    if score < _PLAUSIBLE:
        codec = guess(part, None)[1]
    codec = _ALIASES.get(codec, codec)
    if codec == "utf-8":
        codec = "gb18030"
    if codec == "cp1252" and not _legal(sample, "cp1252"):
        # five bytes have no meaning in Windows' code; Latin-1 reads any byte
        codec = "latin-1"
    return codec


def _high_part(sample):
    """Lines cut to the neighbourhood of their bytes above ASCII, so that long plain rows do not fill the sample."""
    pieces = []
    for match in re.finditer(rb"[^\n]{0,8}[\x80-\xff][^,;\t|\n]{0,60}", sample):
        pieces.append(match.group())
    return b"\n".join(pieces) or sample


def _legal(data, codec):
    try:
        data.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def is_stray_utf8(line, codec):
    """Whether a line of a file in another code is UTF-8 that this code can read by chance, as nonsense."""
    if codec.startswith("utf") or not _UTF8_RUN.search(line):
        return False
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return plausibility(text) > plausibility(line.decode(codec, "replace")) + 0.2


def read_anyhow(line, codec):
    """Text of a line that the file's codec cannot read: in the code it seems to be in, for a person to look at."""
    text = line.decode("utf-8", "replace")
    if "\ufffd" in text:
        text, _found = guess(line[:4000], None)
        if len(line) > 4000:
            text = line.decode(_found, "replace")
    return text.replace("\0", "")
