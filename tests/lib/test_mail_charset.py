"""Text from bytes, labelled rightly, wrongly or not at all."""

import csv
import time
from base64 import b64encode
from pathlib import Path

import pytest

from library_crm.lib.mail_charset import codec_of, decode_header_text, decode_text
from library_crm.lib.mail_parse import body_parts, parameter, part_bytes
from library_crm.lib.mail_source import parse

MAILS = Path(__file__).resolve().parents[1] / "mails"
CHARSETS = [
    row for row in csv.DictReader((MAILS / "index.csv").open(encoding="utf-8")) if row["file"].startswith("charset_")
]
SIMPLIFIED = "老师您好，请问《朱镕基讲话实录》可以续借吗？"
TRADITIONAL = "您好，請問《香港方物志》可以續借嗎？"


def word(text, charset, label=None):
    return f"=?{label or charset}?B?{b64encode(text.encode(charset)).decode()}?="


@pytest.mark.parametrize("row", CHARSETS, ids=lambda row: row["file"])
def test_fixture(row):
    """Feature: 16.2"""
    message = parse((MAILS / row["file"]).read_bytes())
    [part] = body_parts(message)
    text, codec = decode_text(part_bytes(part), parameter(part, "charset"))
    assert row["fresh"] in text
    assert codec.replace("-", "_") == row["charset"].replace("-", "_")
    assert "\ufffd" not in message.header_text("subject")
    assert message.header_text("subject")[:4] in row["fresh"]


@pytest.mark.parametrize("text", [SIMPLIFIED, TRADITIONAL, "图书馆", "圖書館", "谢谢", "續借", "还书", "請問"])
@pytest.mark.parametrize("codec", ["gb18030", "big5hkscs", "utf-8"])
@pytest.mark.parametrize("label", [None, "us-ascii", "x-unknown", ""])
def test_short_chinese_without_a_label(text, codec, label):
    try:
        data = text.encode(codec)
    except UnicodeEncodeError:
        data = text.encode("utf-8")
    assert decode_text(data, label)[0] == text


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("X-GBK", "gb18030"), ("GB2312", "gb18030"), ("gb2312_charset", None), ("Big5", "big5hkscs"), ("big5-hkscs", "big5hkscs"),
        ("X-UNKNOWN", None), ("", None), (None, None), ('"charset=us-ascii"', None), ("charset=utf-8", "utf-8"),
        ("utf8mb4", "utf-8"), ("8bit", None), ("ansi_x3.110-1983", "cp1252"), ("cp-850", "cp850"), ("iso-8859-8-i", "iso8859_8"),
        ("unicode-1-1-utf-7", "utf-7"), ("utf-8;", "utf-8"), ("'utf-8'", "utf-8"), ("utf-8*zh", "utf-8"), ("no such", None),
        ("base64", None), ("rot13", None), ("zlib", None), ("punycode", None), ("idna", None), ("unicode_escape", None),
        ("windows-1252", "cp1252"), ("ks_c_5601-1987", "cp949"), ("../../etc", None), ("a" * 10_000, None), ("utf-8\x00", None),
    ],
)  # fmt: skip
def test_label(label, codec):
    assert codec_of(label) == codec


def test_right_label_is_honoured():
    assert decode_text("Zażółć gęślą jaźń".encode("iso-8859-2"), "iso-8859-2") == ("Zażółć gęślą jaźń", "iso8859-2")
    assert decode_text("Grüße".encode("latin-1"), "iso-8859-1")[0] == "Grüße"
    assert decode_text("“Zitat” – 5 €".encode("cp1252"), "iso-8859-1")[0] == "“Zitat” – 5 €"
    assert decode_text("Привет".encode("koi8-r"), "koi8-r")[0] == "Привет"
    assert decode_text(SIMPLIFIED.encode("utf-16"), "utf-16")[0] == SIMPLIFIED


def test_damage_does_not_change_the_reading():
    data = (SIMPLIFIED * 5).encode()
    assert decode_text(data[:-1], "utf-8")[0].startswith(SIMPLIFIED)
    assert decode_text(data[:-1], None)[0].startswith(SIMPLIFIED)
    assert decode_text(data[:40] + b"\xff" + data[40:], "utf-8")[0].count("\ufffd") <= 4
    assert decode_text((SIMPLIFIED * 5).encode("gbk")[:-1], "gb2312")[0].startswith(SIMPLIFIED)


def test_marks_and_nul_go():
    assert decode_text(b"\xef\xbb\xbfyes\x00", None)[0] == "yes"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (word("朱镕基", "gbk", "gb2312"), "朱镕基"),
        (word("图书馆", "gbk", "X-UNKNOWN"), "图书馆"),
        (word("图书馆", "utf-8", "us-ascii"), "图书馆"),
        ("图书馆续借".encode("gbk"), "图书馆续借"),
        ("Re: 图书馆续借".encode(), "Re: 图书馆续借"),
        ("=?utf-8?B?5Zu+5?= =?utf-8?B?Lmm?=", "图书"),
        ("=?utf-8?Q?caf=C3=A9_au_lait?= bar", "café au lait bar"),
        ("a =?utf-8?Q?b?= =?utf-8?Q?c?= d", "a bc d"),
        ("=?utf-8?Q?b?=\r\n =?utf-8?Q?c?=", "bc"),
        (word(word("续借", "gbk", "gb2312"), "ascii", "utf-8"), "续借"),
        (word("one\r\nBcc: x\r\n two", "utf-8"), "one Bcc: x two"),
        ("folded\r\n\tvalue", "folded value"),
        ("=?utf-8?X?no?=", "=?utf-8?X?no?="),
        ("=?utf-8?B?broken", "=?utf-8?B?broken"),
        ("\x00\x07bell\u2028line", "bell line"),
        (None, ""),
        ("", ""),
    ],
)
def test_header(value, text):
    assert text in decode_header_text(value)
    assert not any(char < " " or char in "\x7f\u2028" for char in decode_header_text(value))


def test_character_split_over_two_words():
    data = "图书馆续借问题".encode()
    for cut in range(1, len(data)):
        halves = [b64encode(half).decode() for half in (data[:cut], data[cut:])]
        assert decode_header_text(" ".join(f"=?utf-8?B?{half}?=" for half in halves)) == "图书馆续借问题"


@pytest.mark.parametrize("junk", ["=?", "=?a?q?", "=?utf-8?B?", "=?a?b?=", "\xff", "=?a?q?b?= ", "?", "\n "])
def test_junk_takes_no_time(junk):
    text = junk * (100_000 // len(junk))
    start = time.process_time()
    decode_header_text(text)
    decode_text(text.encode("latin-1"), None)
    decode_text(text.encode("latin-1"), text)
    assert time.process_time() - start < 0.5


def test_a_megabyte_of_unlabelled_text_is_quick():
    data = (SIMPLIFIED * 15_000).encode("gbk")
    start = time.process_time()
    assert decode_text(data, None)[1] == "gb18030"
    assert time.process_time() - start < 0.5
