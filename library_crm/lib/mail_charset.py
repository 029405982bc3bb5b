"""Text from the bytes of a mail, whatever its label says.

Libraries in Chinese-speaking countries get three kinds of mail that a strict reader loses: text with
no charset or with ``us-ascii`` that is GBK, Big5 or UTF-8; text labelled ``gb2312`` that holds the
characters of GBK or GB18030; headers with raw bytes or with encoded words cut in the middle of a
character. A label is believed when the bytes agree with it; otherwise the most plausible reading wins.
"""

import codecs
import functools
import re
from binascii import Error as BinasciiError
from binascii import a2b_base64, a2b_qp

from .mail_plausible import guess, plausibility

# what senders write -> codec of Python; a superset is taken wherever senders mislabel their text
_SPELLINGS = """
gb18030: gb2312 gb_2312-80 gb2312-80 gb_2312 csgb2312 euc-cn euccn gbk x-gbk cp936 936 ms936 windows-936 chinese
gb18030: csiso58gb231280 gb gb18030-2000 x-gb18030 x-gb2312 gb13000
big5hkscs: big5 big-5 x-big5 big5-eten csbig5 cn-big5 x-x-big5 big5-hkscs big5-tw cp950 ms950 windows-950
hz: hz-gb-2312 hz-gb2312
cp932: shift_jis shift-jis sjis x-sjis ms_kanji windows-31j x-ms-cp932
cp949: ks_c_5601-1987 ks_c_5601 euc-kr x-windows-949
iso2022_jp_ext: iso-2022-jp csiso2022jp x-iso-2022-jp
cp1252: iso-8859-1 latin1 latin-1 iso8859-1 iso_8859-1 iso-8859-1-windows-3.1-latin-1 x-ansi ansi_x3.110-1983
cp1252: cp-1252 ansi
iso8859_8: iso-8859-8-i iso-8859-8-e
iso8859_6: iso-8859-6-i iso-8859-6-e
cp1254: iso-8859-9
cp874: tis-620 tis620 iso-8859-11
mac_roman: x-mac-roman macintosh
mac_cyrillic: x-mac-cyrillic
utf-7: unicode-1-1-utf-7 x-unicode-2-0-utf-7 unicode-2-0-utf-7
utf-8: unicode-1-1-utf-8 utf8mb4 utf8mb3 utf utf-8-sig x-utf-8 utf8 utf_8 unicode unicode-utf8
cp850: cp-850
cp1250: x-cp1250
cp1251: x-cp1251 win-1251
koi8_r: koi8 koi
"""
_ALIASES = {
    label: codec
    for codec, _colon, labels in (line.partition(": ") for line in _SPELLINGS.strip().split("\n"))
    for label in labels.split()
}
# labels that say nothing about bytes above 127
_SILENT = frozenset(
    "us-ascii ascii us ansi_x3.4-1968 iso646-us x-unknown unknown unknown-8bit x-unknown-8bit 7bit 8bit 7-bit 8-bit"
    " binary none default default_charset utf-ascii x-user-defined iso-ir-6 true charset undefined".split()
) | {""}
# codecs that are no character sets, or that take a time that is not linear
_NO_CHARSET = {
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "undefined",
    "charmap",
    "unicode-escape",
    "raw-unicode-escape",
    "mbcs",
    "oem",
}
_ONE_BYTE_LATIN = {"cp1252", "iso8859-15", "cp1254", "cp850", "cp437", "mac-roman"}
_ESCAPES = re.compile(rb"\x1b[$(]")
_LABEL = re.compile(r"charset\s*=\s*", re.IGNORECASE)
_ENCODED_WORD = re.compile(r"=\?([^?\s]{0,60})\?([bBqQ])\?([^?\n\r]*)\?=")
_BETWEEN_WORDS = re.compile(r"[ \t\r\n]*\Z")


@functools.lru_cache(maxsize=512)
def codec_of(label: str | None) -> str | None:
    """Return Python's codec for a charset label of a mail, None when the label means nothing.

    >>> codec_of("X-GBK"), codec_of('"charset=us-ascii"'), codec_of("utf8mb4")
    ('gb18030', None, 'utf-8')
    """
    name = _LABEL.sub("", (label or "").partition("*")[0]).strip(" \t\r\n\"'<>;,()=").lower()[:60]
    name = name.split()[0] if name.split() else ""
    if name in _SILENT:
        return None
    for candidate in (name, name.replace("_", "-"), name.removeprefix("x-"), name.removeprefix("cs")):
        if candidate in _ALIASES:
            return _ALIASES[candidate]
    for candidate in (name, name.removeprefix("x-"), name.replace("cp-", "cp"), re.sub(r"^windows-?", "cp", name)):
        try:
            info = codecs.lookup(candidate)
        except (LookupError, ValueError):
            continue
        if info._is_text_encoding and info.name not in _NO_CHARSET:
            return _ALIASES.get(info.name, info.name)
    return None


def decode_text(data: bytes, declared: str | None) -> tuple[str, str]:
    """Return the text of ``data`` and the name of the codec that gave it.

    :param data: bytes of a text part, transfer encoding already undone
    :param declared: charset that the part declares, in any spelling, or None
    :return: text (byte order mark and NUL removed) and codec; never raises
    """
    text, codec = _decode(data, declared)
    return text.lstrip("\ufeff").replace("\x00", ""), codec


def _decode(data: bytes, declared: str | None) -> tuple[str, str]:
    codec = codec_of(declared)
    if data[:3] == codecs.BOM_UTF8:
        codec = "utf-8"
    elif data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) and codec != "utf-16" and len(data) % 2 == 0:
        codec = "utf-16" if data.count(0) > len(data) // 8 else codec
    if data.isascii() and (codec is None or codec in ("utf-8", "gb18030", "big5hkscs") or codec in _ONE_BYTE_LATIN):
        return _decode_seven_bit(data)
    if codec:
        text = _strictly(data, codec)
        if text is not None and not _mislabelled(data, text, codec):
            return text, codec
        if codec == "big5hkscs" and (text := _strictly(data, "cp950")) is not None:
            return text, "cp950"
        if text is None and (text := _nearly(data, codec)) is not None:
            return text, codec
    return guess(data, codec)


def _decode_seven_bit(data: bytes) -> tuple[str, str]:
    """ASCII, or one of the codes that hide in seven bits."""
    if _ESCAPES.search(data) and (text := _strictly(data, "iso2022_jp_ext")) is not None:
        return text, "iso2022_jp_ext"
    if b"~{" in data and b"~}" in data:
        text = _strictly(data, "hz")
        if text is not None and plausibility(text) > 0.5:
            return text, "hz"
    return data.decode("ascii"), "us-ascii"


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (ValueError, LookupError, OverflowError):
        if codec != "cp1252":
            return None
    # the five holes of windows-1252 are control characters in ISO 8859-1
    return data.decode("latin-1")


def _nearly(data: bytes, codec: str) -> str | None:
    """The declared reading when only a little of it is damaged (a cut tail, a stray byte)."""
    try:
        text = data.decode(codec, "replace")
    except (ValueError, LookupError, OverflowError):
        return None
    damaged = text.count("\ufffd")
    high = sum(1 for char in text if char > "\x7f")
    return text if damaged <= 1 and high > 4 or damaged * 25 <= high else None


def _mislabelled(data: bytes, text: str, codec: str) -> bool:
    """A one-byte label reads anything without complaint; is the text better read otherwise?"""
    if codec not in _ONE_BYTE_LATIN and codec not in ("cp1251", "cp1250"):
        # a Chinese label on UTF-8 bytes is a common slip too, and such bytes rarely are valid by chance
        return (
            codec in ("gb18030", "big5hkscs", "cp949", "cp932")
            and plausibility(text) < 0.3
            and _strictly(data, "utf-8") is not None
        )
    if _strictly(data, "utf-8") is not None:
        return True
    high = sum(1 for byte in data if byte > 127)
    if high < 4 or high * 3 < len(data.translate(None, b" \r\n\t")):
        return False
    better = guess(data, None)
    return better[1] in ("gb18030", "big5hkscs", "cp950", "cp932", "cp949") and plausibility(better[0]) > 0.6


def decode_header_text(value: str | bytes | None) -> str:
    """Return a header value as one line of readable text.

    Undoes encoded words (also mislabelled ones, with an unknown charset, or with a character split over
    two of them), reads raw 8-bit bytes by :func:`decode_text`, and turns folds and every other run of
    white space or control characters into one space.

    :param value: raw value; a str may hold bytes as surrogates, as Python's parser leaves them
    """
    if not value:
        return ""
    if isinstance(value, bytes):
        value = value.decode("ascii", "surrogateescape")
    value = str(value)
    text = _one_line(_decode_words(value) if "=?" in value else _decode_raw(value))
    for _time in range(3):
        # encoded twice, or cut words that have found together
        if "=?" not in text or not _ENCODED_WORD.search(text):
            return text
        text = _one_line(_decode_words(text))
    return text.replace("=?", "= ?")


def _one_line(text: str) -> str:
    return " ".join(_printable(text).split())


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        " "
        if char < " " or "\x7f" <= char < "\xa0" or char in "\u2028\u2029"
        else "\ufffd"
        if "\ud800" <= char <= "\udfff"
        else char
        for char in text
    )


def _decode_words(value: str) -> str:
    """Decode the encoded words of ``value``; neighbours of one charset are joined before decoding."""
    pieces: list[str] = []
    words: list[tuple[str, str]] = []
    charset, end = None, 0
    for match in _ENCODED_WORD.finditer(value):
        label = match[1].partition("*")[0].lower()
        between = value[end : match.start()]
        adjacent = charset is not None and not between.strip(" \t\r\n")
        if words and not (adjacent and label == charset):
            pieces.append(_decode_piece(words, charset))
            words = []
        if not adjacent:
            pieces.append(_decode_raw(between))
        charset = label
        words.append((match[2].lower(), match[3]))
        end = match.end()
    if words:
        pieces.append(_decode_piece(words, charset))
    return "".join(pieces) + _decode_raw(value[end:])


def _decode_piece(words: list[tuple[str, str]], charset: str) -> str:
    if all(encoding == "b" for encoding, _payload in words) and any(len(payload) % 4 for _encoding, payload in words):
        # one base64 text that was cut anywhere
        words = [("b", "".join(payload.rstrip("=") for _encoding, payload in words))]
    return decode_text(b"".join(_word_bytes(*word) for word in words), charset)[0]


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "surrogateescape")
    if encoding == "q":
        return a2b_qp(data, header=True)
    try:
        return a2b_base64(data + b"=" * (-len(data) % 4))
    except BinasciiError:
        # a cut word: keep the whole groups of four
        clean = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        return a2b_base64(clean[: len(clean) // 4 * 4])


def _decode_raw(value: str) -> str:
    """Text between encoded words; its raw bytes may be in any charset."""
    if value.isascii():
        return value
    try:
        data = value.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        # already text, maybe with a stray surrogate
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return decode_text(data, None)[0]
