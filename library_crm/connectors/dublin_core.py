"""Dublin Core: records of oai_dc, files of them, and tables whose columns are named after its elements."""

import io
import re

from ..lib import bib_ids
from . import table_file
from .harvest_answer import local, text_of, tree_of
from .harvest_messages import HarvestError
from .harvested import Harvested
from .messages import SourceRefused

MOST_RECORDS = 100_000
LONGEST = 99_999
_CLC = re.compile(r"(?:clc|中图分类号|中圖分類號|中图法)[:：\s]*([A-Z]{1,2}\d[\w.\-:=/]*)", re.IGNORECASE)
_ELEMENTS = frozenset(
    "title creator contributor publisher date description subject identifier source language type relation rights"
    " format coverage issued created abstract alternative bibliographiccitation".split()
)
COLUMNS = {
    "title": ("title", "题名", "題名", "书名", "書名", "标题", "標題"),
    "creators": ("creator", "author", "authors", "creators", "contributor", "作者", "责任者", "責任者", "著者"),
    "publisher": ("publisher", "出版社", "出版者"),
    "date": ("date", "issued", "year", "published", "出版日期", "出版年", "日期"),
    "summary": ("description", "abstract", "summary", "摘要", "简介", "簡介"),
    "subjects": ("subject", "subjects", "keywords", "主题", "主題", "关键词", "關鍵詞"),
    "identifier": ("identifier", "id", "标识", "識別碼"),
    "url": ("url", "link", "链接", "連結", "网址", "網址"),
    "doi": ("doi",),
    "isbn": ("isbn",),
    "issn": ("issn",),
    "lang": ("language", "lang", "语种", "語種", "语言", "語言"),
    "type": ("type", "类型", "類型"),
    "marks": ("class", "classification", "clc", "ddc", "分类号", "分類號"),
}


def row_of(element, today, identifier=""):
    """One record of oai_dc.

    :param element: the element whose children are the Dublin Core elements
    :param identifier: by which its repository knows it
    """
    said = {}
    for child in element:
        name = local(child).lower()
        text = "".join(child.itertext()).strip() if name in _ELEMENTS else ""
        if text:
            said.setdefault(name, []).append(text)
    return row_of_values(said, today, identifier)


def row_of_values(said, today, identifier=""):
    """One record from {element: list of values}."""
    names = [*said.get("identifier", ()), *said.get("relation", ()), *said.get("source", ())]
    every = " ".join(said.get("identifier", ()))
    dates = said.get("date") or said.get("issued") or said.get("created") or []
    subjects = said.get("subject", [])
    return Harvested(
        identifier=identifier or next(iter(said.get("identifier", ())), ""),
        title=next(iter(said.get("title", ())), ""),
        creators=said.get("creator") or said.get("contributor") or [],
        publisher=next(iter(said.get("publisher", ())), ""),
        summary="\n".join(said.get("description", ()) or said.get("abstract", ())),
        url=next((name for name in names if re.match(r"https?://", name)), ""),
        doi=bib_ids.doi(every) or "",
        isbn=next(filter(None, map(bib_ids.isbn, _marked(names, "isbn"))), ""),
        issn=next(filter(None, map(bib_ids.issn, _marked(names, "issn"))), ""),
        # the oldest of several dates is the work's own; later ones tell when it came into the repository
        date=min(dates, default=""),
        lang=next(iter(said.get("language", ())), ""),
        type=" ".join(said.get("type", ())),
        subjects=[text for text in subjects if not _mark(text)],
        marks=[mark for mark in map(_mark, subjects) if mark],
    ).tidy(today)


def _marked(names, word):
    """The names that say what number they are, or that are nothing but a number."""
    return [name for name in names if word in name.lower() or re.fullmatch(r"[\dXx -]{8,20}", name)]


def _mark(text):
    """A subject that is a class mark, as (scheme, mark)."""
    text = text.strip()
    if found := re.fullmatch(r"(?:ddc|dewey)[:\s]+(\d{3}(?:\.\d+)?).*", text, re.IGNORECASE):
        return "ddc", found[1]
    if found := _CLC.fullmatch(text):
        return "clc", found[1]
    if re.fullmatch(r"\d{3}(\.\d+)?", text):
        return "ddc", text
    return ("clc", text) if re.fullmatch(r"[A-Z]{1,2}\d{1,4}(\.\d+)?([-/:]\S{1,20})?", text) else None


def read_xml(body, today):
    """The records of an XML file: anything with elements of Dublin Core inside a common element.

    :return: (rows, refused as [(place, code, bytes)])
    """
    text = text_of(body)
    refused, rows = [], []
    try:
        root = tree_of(text)
        is_cut = False
    except HarvestError:
        root = tree_of(text, recover=True)
        is_cut = True
    records = [element for element in root.iter() if any(local(child).lower() == "title" for child in element)]
    if is_cut:
        name = re.escape(local(records[0]).encode()) if records else b"-"
        ends = [end.end() for end in re.finditer(rb"</(?:[\w.-]{1,30}:)?%s\s{0,9}>" % name, body)]
        refused.append((len(ends) + 1, "record_cut", body[ends[-1] if ends else 0:][:LONGEST]))
        # what comes after the last end is the record that was cut
        records = records[: len(ends)]
    for place, element in enumerate(records[:MOST_RECORDS], 1):
        row = row_of(element, today)
        if row.title:
            rows.append(row)
        else:
            refused.append((place, "record_title", b""))
    return rows, refused


def read_table(body, name, today):
    """The records of a table.

    :return: (rows, refused rows, facts of the table)
    :raise HarvestError: when it is no table, or none with titles
    """
    try:
        facts = table_file.inspect(io.BytesIO(body), name)
    except SourceRefused as error:
        raise HarvestError("unreadable_table", {"error": str(error)}) from None
    places = {field: [column for column in facts.columns if _plain_name(column) in names]
              for field, names in COLUMNS.items()}
    if not places["title"]:
        raise HarvestError("no_title_column")
    rows, refused = [], []
    try:
        for chunk in table_file.chunks(io.BytesIO(body), facts):
            refused += chunk.refused
            for line, cells in zip(chunk.frame.index, chunk.frame.to_dict("records"), strict=True):
                row = _row_of_cells(cells, places, today)
                if row.title:
                    rows.append(row)
                else:
                    refused.append((int(line), cells))
    except SourceRefused as error:
        if not rows:
            raise HarvestError("unreadable_table", {"error": str(error)}) from None
    return rows[:MOST_RECORDS], refused, facts


def _plain_name(column):
    return re.sub(r"^(dcterms|dc)[.:_ ]", "", column.strip().lower()).strip()


def _row_of_cells(cells, places, today):
    def said(field):
        return [cells[column].strip() for column in places[field] if cells[column].strip()]

    def parts(field):
        return [part.strip() for text in said(field) for part in re.split(r"[;；|]", text) if part.strip()]

    first = {field: next(iter(said(field)), "") for field in
             ("title", "publisher", "date", "summary", "identifier", "url", "doi", "isbn", "issn", "lang", "type")}
    if not first["url"] and re.match(r"https?://", first["identifier"]):
        first["url"] = first["identifier"]
    subjects = parts("subjects")
    marks = [mark for mark in map(_mark, [*parts("marks"), *subjects]) if mark]
    return Harvested(**first, creators=parts("creators"), subjects=[word for word in subjects if not _mark(word)],
                     marks=marks).tidy(today)
