"""Feeds, repositories and files of records: what is read of them, also when they are cut, lie or never end.

Feature: 5.6, 32.1
"""

import gzip
import io
import time
from datetime import UTC, date, datetime

import pymarc
import pytest

from library_crm.connectors import dublin_core, marc_file, oai_harvest, rss_feed
from library_crm.connectors.harvest_answer import retry_after, text_of
from library_crm.connectors.harvest_messages import HarvestError
from library_crm.connectors.harvested import plain
from library_crm.lib import bib_ids
from library_crm.lib.safe_fetch import Fetched

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.date()
RSS = """<?xml version="1.0" encoding="%s"?><rss version="2.0"><channel><title>News</title>%s</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Neues</title><entry><id>urn:uuid:1</id><title>Hafen</title>
<link href="https://a.test/1"/><updated>2026-05-04T10:00:00Z</updated><author><name>Ada</name></author>
<summary type="html">&lt;p&gt;Quay &lt;script&gt;alert(1)&lt;/script&gt;walls&lt;/p&gt;</summary></entry></feed>"""


def fetched(body, status=200, is_cut=False, **headers):
    body = body if isinstance(body, bytes) else body.encode()
    return Fetched(status, "https://feeds.test/f", {name.replace("_", "-"): value for name, value in headers.items()},
                   body, is_cut)


def item(number, more=""):
    return f"<item><guid>{number}</guid><title>Item {number} on harbours</title>{more}</item>"


def code_of(call, *args, **kwargs):
    with pytest.raises(HarvestError) as refused:
        call(*args, **kwargs)
    return refused.value.code


# RSS and Atom


def test_atom_entry():
    row = rss_feed.read(fetched(ATOM), NOW).rows[0]
    assert (row.identifier, row.title, row.url, row.creators) == ("urn:uuid:1", "Hafen", "https://a.test/1", ["Ada"])
    assert row.summary == "Quay walls", "nothing that runs is kept"
    assert row.date_published == date(2026, 5, 4)


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "gbk", "big5", "utf-16"])
def test_chinese_in_every_encoding(encoding):
    text = RSS % (encoding, "<item><guid>https://a.test/1</guid><title>港口的圖書</title></item>".replace(
        "圖書", "图书" if encoding.startswith("gb") else "圖書"))
    rows = rss_feed.read(fetched(text.encode(encoding)), NOW).rows
    assert rows[0].title.startswith("港口的")
    assert "書" in rows[0].title or "书" in rows[0].title


@pytest.mark.parametrize("said", ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 01 Jan 2099 00:00:00 GMT", "yesterday", ""])
def test_days_that_nobody_believes(said):
    row = rss_feed.read(fetched(RSS % ("utf-8", item(1, f"<pubDate>{said}</pubDate>"))), NOW).rows[0]
    assert (row.date_published, row.year) == (None, "")


def test_hundred_thousand_items_are_too_many():
    text = RSS % ("utf-8", "".join(item(number) for number in range(100_000)))
    begun = time.monotonic()
    feed = rss_feed.read(fetched(text), NOW)
    assert len(feed.rows) == rss_feed.MOST_ENTRIES
    assert feed.code == "many"
    assert time.monotonic() - begun < 20


def test_feed_that_never_ends_keeps_what_came():
    whole = RSS % ("utf-8", "".join(item(number) for number in range(50)))
    feed = rss_feed.read(fetched(whole[: whole.rindex("<item>") + 20], is_cut=True), NOW)
    assert (len(feed.rows), feed.code) == (49, "cut")
    endless = (RSS % ("utf-8", item(1))).replace("</channel></rss>", "x" * 10_000)
    assert [row.title for row in rss_feed.read(fetched(endless, is_cut=True), NOW).rows] == ["Item 1 on harbours"]


def test_gzip_that_lies():
    plain_feed = (RSS % ("utf-8", item(1))).encode()
    assert len(rss_feed.read(fetched(plain_feed, content_encoding="gzip"), NOW).rows) == 1
    assert len(rss_feed.read(fetched(gzip.compress(plain_feed), content_encoding="gzip"), NOW).rows) == 1
    assert len(rss_feed.read(fetched(gzip.compress(plain_feed)), NOW).rows) == 1, "packed without saying so"
    assert code_of(rss_feed.read, fetched(b"\x1f\x8b garbage", content_encoding="gzip"), NOW) == "garbled"
    assert code_of(rss_feed.read, fetched(b"\x00\x01", content_encoding="gzip"), NOW) == "garbled"


def test_gzip_that_unpacks_to_a_mountain():
    mountain = gzip.compress((RSS % ("utf-8", item(1) + "<!-- -->" * 1)).encode() + b" " * 300_000_000, 9)
    feed = rss_feed.read(fetched(mountain), NOW)
    assert [row.title for row in feed.rows] == ["Item 1 on harbours"]


def test_entities_are_refused():
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + (RSS % ("utf-8", item(1)))
    file = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>&x;</channel></rss>'
    for text in (bomb, file, bomb.encode("utf-16")):
        assert code_of(rss_feed.read, fetched(text), NOW) == "entities"
    harmless = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://a.test/rss.dtd">' + ATOM
    assert len(rss_feed.read(fetched(harmless), NOW).rows) == 1


def test_answers_that_are_no_feed():
    assert code_of(rss_feed.read, fetched("<!DOCTYPE html><html><body>Sign in</body></html>"), NOW) == "html_page"
    assert code_of(rss_feed.read, fetched("hello"), NOW) == "not_a_feed"
    assert code_of(rss_feed.read, fetched(""), NOW) == "not_a_feed"
    assert code_of(rss_feed.read, fetched("", status=404), NOW) == "not_found"
    assert code_of(rss_feed.read, fetched("", status=500), NOW) == "status"
    assert rss_feed.read(fetched("", status=304), NOW) is None
    with pytest.raises(HarvestError) as refused:
        rss_feed.read(fetched("", status=503, retry_after="120"), NOW)
    assert (refused.value.code, refused.value.retry_seconds) == ("busy", 120)


def test_retry_after_in_both_forms():
    assert retry_after("17", NOW) == 17
    assert retry_after("Sun, 22 Nov 2026 12:05:00 GMT", NOW) == 300
    assert retry_after("Sun, 22 Nov 2020 12:05:00 GMT", NOW) == 0
    assert [retry_after(text, NOW) for text in ("soon", "", None, "-5")] == [None] * 4


def test_running_numbers_are_names_within_their_site_only():
    feed = rss_feed.read(fetched(RSS % ("utf-8", item(7))), NOW)
    assert feed.rows[0].identifier == "feed:feeds.test:7"


def test_text_of_removes_what_cannot_be_kept():
    assert plain("a\x00b\u202ec &amp;lt;b&amp;gt;", 100) == "abc <b>" or plain("&lt;b&gt;x", 9) == "x"
    begun = time.monotonic()
    for nasty in ("<" * 100_000, "&lt;" * 25_000, "<script" * 15_000, "< " * 50_000):
        plain(nasty, 4000)
    assert time.monotonic() - begun < 2


# Numbers and titles


def test_numbers_of_works():
    assert bib_ids.isbn("ISBN 7-302-02368-9 (平装)") == "9787302023685"
    assert bib_ids.isbn("9787302023685") == "9787302023685"
    assert bib_ids.isbn("978-7-302-02368-0") is None
    assert bib_ids.issn("ISSN 0378-5955") == "0378-5955"
    assert bib_ids.issn("0378-5954") is None
    assert bib_ids.doi("https://doi.org/10.1000/ABC.1).") == "10.1000/abc.1"
    assert bib_ids.title_key("The  History: of Harbours!") == bib_ids.title_key("the history of harbours")
    assert bib_ids.title_key("港口與圖書館史") == bib_ids.title_key("港口与图书馆史")
    assert bib_ids.title_key("Editorial") is None


# OAI-PMH

OAI = """<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">
<responseDate>2026-11-22T11:00:00Z</responseDate>%s</OAI-PMH>"""
RECORD = """<record><header%s><identifier>oai:a.test:%s</identifier>
<datestamp>2026-01-01</datestamp></header>%s</record>"""
META = """<metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Tides of %s</dc:title><dc:creator>Lin, Wei</dc:creator>
<dc:identifier>https://a.test/%s</dc:identifier><dc:identifier>doi:10.5555/x.%s</dc:identifier><dc:date>1970</dc:date>
<dc:language>eng</dc:language><dc:subject>551.46</dc:subject><dc:subject>tides</dc:subject></oai_dc:dc></metadata>"""


def page(records="", token=""):
    return OAI % f"<ListRecords>{records}<resumptionToken>{token}</resumptionToken></ListRecords>"


def record(number, deleted=False):
    return RECORD % (' status="deleted"' if deleted else "", number, "" if deleted else META % ((number,) * 3))


def listed(answer, **arguments):
    asked = []

    def ask(url):
        asked.append(url)
        return answer if isinstance(answer, Fetched) else fetched(answer)

    return oai_harvest.list_records(ask, "https://a.test/oai?verb2=x", NOW, **arguments), asked[0]


def test_records_deleted_ones_and_the_token():
    found, asked = listed(page(record(1) + record(2, deleted=True), "t1"), since="2026-01-01", set_spec="clc:R")
    assert "from=2026-01-01" in asked and "set=clc%3AR" in asked and "metadataPrefix=oai_dc" in asked
    first, second = found.rows
    assert (first.identifier, first.doi, first.url) == ("oai:a.test:1", "10.5555/x.1", "https://a.test/1")
    assert (first.year, first.date_published, first.lang) == ("1970", None, "en"), "a book may be of 1970"
    assert (first.marks, first.subjects) == ([("ddc", "551.46")], ["tides"])
    assert second.is_deleted
    assert (found.token, found.moment) == ("t1", "2026-11-22T11:00:00Z")
    _found, asked = listed(page(), token="t1")
    assert "resumptionToken=t1" in asked and "from" not in asked


def test_errors_of_the_protocol():
    def error(code):
        return OAI % f'<error code="{code}">no</error>'

    assert listed(error("noRecordsMatch"))[0].rows == []
    with pytest.raises(oai_harvest.BadToken):
        listed(error("badResumptionToken"), token="old")
    assert code_of(listed, error("cannotDisseminateFormat")) == "bad_format"
    assert code_of(listed, error("badArgument")) == "oai_error"
    assert code_of(listed, "<html><body>Hello</body></html>") == "html_page"
    assert code_of(listed, "<a/>") == "not_oai"
    assert code_of(listed, fetched("", status=503, retry_after="60")) == "busy"
    assert code_of(listed, '<!DOCTYPE a [<!ENTITY x "y">]>' + page(record(1))) == "entities"


def test_a_page_that_is_cut_keeps_its_records():
    whole = page(record(1) + record(2), "t1")
    found, _asked = listed(whole[: whole.index("oai:a.test:2") + 20])
    assert [row.identifier for row in found.rows] == ["oai:a.test:1"]
    assert found.code == "damaged"


def test_sets_end_although_the_token_repeats():
    answer = OAI % ("<ListSets><set><setSpec>clc:R</setSpec><setName>Medicine</setName></set>"
                    "<resumptionToken>same</resumptionToken></ListSets>")
    assert oai_harvest.list_sets(lambda _url: fetched(answer), "https://a.test/", NOW)[0] == ("clc:R", "Medicine")


# MARC


def marc21(number, title="Harbours of the north"):
    made = pymarc.Record(force_utf8=True)
    made.add_field(pymarc.Field("001", data=str(number)), pymarc.Field("003", data="Test"))
    made.add_field(pymarc.Field("008", data="260101s2024    xx            000 0 eng d"))
    for tag, *parts in (("245", "a", f"{title} /", "c", "Ada"), ("100", "a", "Lovelace, Ada,"), ("082", "a", "627.2"),
                        ("020", "a", "9787302023685"), ("264", "b", "Quay Press,", "c", "2024.")):
        made.add_field(pymarc.Field(tag, indicators=[" ", " "], subfields=[
            pymarc.Subfield(code, value) for code, value in zip(parts[::2], parts[1::2], strict=True)]))
    return made.as_marc()


def cnmarc(number, encoding, in_characters=False):
    """A record as Chinese library systems write it, perhaps with lengths that count characters."""
    fields = [("001", f"{number}"), ("010", "  \x1fa7-302-02368-9"), ("101", "0 \x1fachi"),
              ("200", "1 \x1fa港口工程史\x1fe从古代到现代\x1ff李伟著"),
              ("210", "  \x1fa北京\x1fc清华大学出版社\x1fd2019"),
              ("330", "  \x1fa论述港口与航道的历史。"), ("606", "0 \x1fa港口\x1fx历史"), ("690", "  \x1faU65-09"),
              ("701", " 0\x1fa李伟")]
    directory, data, place = "", b"", 0
    for tag, text in fields:
        raw = text.encode(encoding) + b"\x1e"
        size = len(text) + 1 if in_characters else len(raw)
        directory += f"{tag}{size:04d}{place:05d}"
        place += size
        data += raw
    base = 24 + len(directory) + 1
    return (f"{base + len(data) + 1:05d}nam0 22{base:05d}   450 {directory}".encode() + b"\x1e" + data + b"\x1d")


def test_marc21():
    found = marc_file.read(marc21(1), TODAY)
    row = found.rows[0]
    assert (row.title, row.publisher, row.year, row.isbn) == (
        "Harbours of the north", "Quay Press", "2024", "9787302023685")
    assert (row.creators, row.marks, row.lang, row.identifier) == (
        ["Lovelace, Ada"], [("ddc", "627.2")], "en", "marc:Test:1")


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb18030"])
@pytest.mark.parametrize("in_characters", [False, True])
def test_cnmarc_in_gbk_and_with_wrong_lengths(encoding, in_characters):
    found = marc_file.read(b"".join(cnmarc(number, encoding, in_characters) for number in range(3)), TODAY)
    assert (len(found.rows), found.refused, found.flavour) == (3, [], "unimarc")
    row = found.rows[0]
    assert (row.title, row.creators, row.publisher, row.year) == (
        "港口工程史 从古代到现代", ["李伟"], "清华大学出版社", "2019")
    assert (row.marks, row.lang, row.isbn) == ([("clc", "U65-09")], "zh", "9787302023685")


def test_a_file_cut_in_the_middle_gives_back_the_rest():
    whole = b"".join(cnmarc(number, "gbk") for number in range(5))
    found = marc_file.read(whole[:-100], TODAY)
    assert len(found.rows) == 4
    assert [(place, code) for place, code, _raw in found.refused] == [(5, "record_cut")]
    assert whole[:-100].endswith(found.refused[0][2])


def test_one_broken_record_does_not_harm_the_others():
    broken = b"00100nam a2200037   4500" + b"245abcdefghi" + b"\x1e" + b"xx\x1e\x1d"
    found = marc_file.read(marc21(1) + broken + marc21(2), TODAY)
    assert len(found.rows) == 2
    assert [(place, raw) for place, _code, raw in found.refused] == [(2, broken)]


def test_marcxml_whole_and_cut():
    record_xml = pymarc.record_to_xml(pymarc.Record(data=marc21(1)), namespace=True)
    body = b"<collection>" + record_xml * 3 + b"</collection>"
    assert len(marc_file.read_xml(body, TODAY).rows) == 3
    cut = marc_file.read_xml(body[: -len(record_xml) // 2 - 12], TODAY)
    assert (len(cut.rows), cut.refused[0][:2]) == (2, (3, "record_cut"))


# Dublin Core


def test_dublin_core_files():
    body = f"<records>{META % (1, 1, 1)}{META % (2, 2, 2)}</records>".encode()
    rows, refused = dublin_core.read_xml(body, TODAY)
    assert ([row.title for row in rows], refused) == (["Tides of 1", "Tides of 2"], [])
    rows, refused = dublin_core.read_xml(body[:-150], TODAY)
    assert ([row.title for row in rows], refused[0][1]) == (["Tides of 1"], "record_cut")
    bomb = b'<!DOCTYPE a [<!ENTITY x "y">]><a><title>&x;</title></a>'
    assert code_of(dublin_core.read_xml, bomb, TODAY) == "entities"


def test_tables():
    text = "dc:title,dc:creator,dc:date,isbn,class\r\n港口史,李伟; 王芳,2019,7-302-02368-9,U65\r\n,nobody,,,\r\n"
    rows, refused, facts = dublin_core.read_table(text.encode("gb18030"), "books.csv", TODAY)
    assert [(row.title, row.creators, row.year, row.marks) for row in rows] == [
        ("港口史", ["李伟", "王芳"], "2019", [("clc", "U65")])]
    assert (len(refused), facts.encoding) == (1, "gb18030")
    assert code_of(dublin_core.read_table, b"a,b\r\n1,2\r\n", "x.csv", TODAY) == "no_title_column"
    assert code_of(dublin_core.read_table, b"%PDF-1.4", "x.csv", TODAY) == "unreadable_table"


def test_text_of_in_utf16():
    assert text_of("<a>港</a>".encode("utf-16")) == "<a>港</a>"
    assert io.StringIO(text_of(b"<a/>")).read() == "<a/>"
