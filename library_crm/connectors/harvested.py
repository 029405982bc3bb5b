"""One record from outside, whatever it was written in: RSS, Atom, Dublin Core or MARC."""

import datetime
import hashlib
import html
import re
import unicodedata
from dataclasses import dataclass, field

from ..lib import bib_ids

TITLE, LINE, SUMMARY, ADDRESS = 500, 300, 4000, 1000
OLDEST_YEAR = 1000
YEARS_AHEAD = 2
_DATE = re.compile(r"(?<!\d)(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?!\d)")
_SCRIPTS = re.compile(r"<(script|style)\b[^<>]{0,500}>.{0,20000}?</\1\s{0,5}>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[/!?a-zA-Z][^<>]{0,2000}>")
_CONTROL = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_LANGUAGES = {
    "eng": "en", "chi": "zh", "zho": "zh", "fre": "fr", "fra": "fr", "ger": "de", "deu": "de", "spa": "es",
    "rus": "ru", "jpn": "ja", "kor": "ko", "ita": "it", "por": "pt", "lat": "la", "dut": "nl", "nld": "nl",
    "english": "en", "chinese": "zh", "中文": "zh", "汉语": "zh",
}  # fmt: skip
_TYPES = (
    ("dataset", ("dataset", "data set", "数据集")),
    ("video", ("video", "movingimage", "film")),
    ("sound", ("sound", "audio", "music")),
    ("map", ("map", "cartographic", "地图")),
    ("image", ("image", "picture", "photo")),
    ("software", ("software", "computerprogram")),
    ("physical", ("physicalobject",)),
    ("interactive", ("interactiveresource", "website")),
    ("text", ("text", "article", "book", "thesis", "report", "journal", "preprint", "论文", "图书")),
)


@dataclass
class Harvested:
    """A record as its source gives it; `tidy` brings it into the form in which it is kept.

    `subjects` are words, `marks` class marks as (scheme or None, mark).
    """

    identifier: str = ""
    title: str = ""
    creators: list[str] = field(default_factory=list)
    publisher: str = ""
    summary: str = ""
    url: str = ""
    doi: str = ""
    isbn: str = ""
    issn: str = ""
    date: str = ""
    date_published: datetime.date | None = None
    year: str = ""
    lang: str = ""
    type: str = ""
    subjects: list[str] = field(default_factory=list)
    marks: list[tuple[str | None, str]] = field(default_factory=list)
    is_deleted: bool = False

    def tidy(self, today):
        """Bring everything into the form in which it is kept.

        :param today: date; what is published years ahead of it is no date
        :return: self
        """
        self.title = plain(self.title, TITLE)
        self.summary = plain(self.summary, SUMMARY)
        self.creators = [name for name in (plain(name, 120) for name in self.creators[:20]) if name]
        self.subjects = [word for word in (plain(word, 120) for word in self.subjects[:40]) if word]
        self.publisher = plain(self.publisher, LINE)
        self.url = plain(self.url, ADDRESS)
        self.doi = bib_ids.doi(self.doi) or ""
        self.isbn = bib_ids.isbn(self.isbn) or ""
        self.issn = bib_ids.issn(self.issn) or ""
        self.lang = language(self.lang)
        self.type = kind(self.type)
        if not self.date_published and not self.year:
            self.date_published, self.year = parse_date(self.date, today)
        self.identifier = plain(self.identifier, LINE) or self._own_identifier()
        return self

    def _own_identifier(self):
        """A name for a record that brings none: its number, else its address, else what it says."""
        for prefix, number in (("doi", self.doi), ("isbn", self.isbn)):
            if number:
                return f"{prefix}:{number}"
        said = "\n".join([bib_ids.title_key(self.title) or self.title, *self.creators[:1], self.year, self.url])
        return f"sha1:{hashlib.sha1(said.encode('utf-8', 'replace'), usedforsecurity=False).hexdigest()}"


def plain(text, most):
    """A text without markup, control and direction signs, on one line, `most` characters long at the utmost."""
    text = (text or "")[: most * 20 + 20000]
    if "<" in text or "&" in text:
        text = _TAG.sub(" ", _SCRIPTS.sub(" ", text))
        # what was escaped once more ("&lt;b&gt;") is markup too, and becomes text only after a second look
        text = _TAG.sub(" ", _SCRIPTS.sub(" ", html.unescape(text)))
    text = _CONTROL.sub("", unicodedata.normalize("NFC", text))
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def language(text):
    """The code of a language in its short form ("eng" → "en", "zh-Hans" → "zh"), or an empty text."""
    text = (text or "").strip().lower()
    text = _LANGUAGES.get(text, text)
    found = re.match(r"[a-z]{2,3}(?=$|[-_ ;,])", text)
    return _LANGUAGES.get(found[0], found[0]) if found else ""


def kind(text):
    """The kind of a thing among those that a citation knows, or an empty text."""
    text = (text or "").lower()
    return next((code for code, words in _TYPES if any(word in text for word in words)), "")


def parse_date(text, today):
    """The day and the year of what a record says about its date.

    :return: (date or None, year as text or ""); a year alone becomes no day
    """
    for found in _DATE.finditer(unicodedata.normalize("NFKC", text or "").replace("/", "-").replace(".", "-")[:100]):
        year, month, day = (int(part) if part else None for part in found.groups())
        if not OLDEST_YEAR <= year <= today.year + YEARS_AHEAD:
            continue
        try:
            return (datetime.date(year, month, day) if month and day else None), str(year)
        except ValueError:
            return None, str(year)
    return None, ""
