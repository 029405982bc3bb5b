"""An RSS 2.0 feed of finds, as bytes."""

import re
from email.utils import format_datetime
from xml.etree import ElementTree as ET

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed(title, link, lang, entries):
    """Write a feed.

    :param str title: of the feed
    :param str link: address of the page it belongs to
    :param str lang: for example `en_US`
    :param entries: dicts of guid, title, link, text and date (aware datetime)
    :return: bytes, in UTF-8
    """
    rss = ET.Element("rss", version="2.0")
    channel = ET.SubElement(rss, "channel")
    _put(channel, "title", title)
    _put(channel, "link", link)
    _put(channel, "description", title)
    _put(channel, "language", (lang or "en").replace("_", "-"))
    for entry in entries:
        item = ET.SubElement(channel, "item")
        _put(item, "title", entry["title"])
        if entry["link"]:
            _put(item, "link", entry["link"])
        _put(item, "description", entry["text"])
        ET.SubElement(item, "guid", isPermaLink="false").text = entry["guid"]
        _put(item, "pubDate", format_datetime(entry["date"]))
    return ET.tostring(rss, encoding="utf-8", xml_declaration=True)


def _put(parent, name, text):
    ET.SubElement(parent, name).text = _NOT_XML.sub("", text or "")
