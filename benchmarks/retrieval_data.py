"""The public questions that the search index is held against; see data/README.md for where they come from."""

import copy
import csv
import os
import random
import re
from pathlib import Path

from lxml import html

from .settings import BenchmarkError

DATA = Path(__file__).resolve().parent / "data"
CASES_A_SOLUTION = 5
# answers shorter than this only point elsewhere; an ideograph says as much as two letters
LEAST_ANSWER = {"en": 80, "zh": 40}
_NUMBER = re.compile(r"^[\d.]+\s+")
_HEADING = "(.//h1|.//h2|.//h3|.//h4)[1]"
_DEBIAN = "div[contains(concat(' ', @class, ' '), ' section ')]"
_PYTHON = "section"


def banking(name):
    """banking77: list of (question, intent); `name` is train or test."""
    with (DATA / "banking77" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return [(row["text"], row["category"]) for row in csv.DictReader(stream)]


def few_cases(rows, seed=0):
    """Five past questions for each intent, joined: [(text, intent)]; what a new library knows of each answer."""
    by_intent = {}
    for text, intent in rows:
        by_intent.setdefault(intent, []).append(text)
    pick = random.Random(seed)
    return [(" ".join(pick.sample(texts, CASES_A_SOLUTION)), intent) for intent, texts in by_intent.items()]


def faq_folder():
    """Where the Debian packages are unpacked.

    :raise BenchmarkError: if nobody fetched them
    """
    folder = Path(os.environ.get("LIBRARY_CRM_FAQ", "")) / "usr" / "share" / "doc"
    if not (folder / "debian" / "FAQ").is_dir():
        raise BenchmarkError("LIBRARY_CRM_FAQ names no unpacked FAQ: run `make bench-retrieval`, which fetches it.")
    return folder


def debian_faq(lang):
    """Pairs of the Debian FAQ in English (en) or Chinese (zh)."""
    folder = faq_folder() / "debian" / "FAQ"
    pages = folder.glob("*.en.html") if lang == "en" else (folder / "zh-cn").glob("*.zh-cn.html")
    return _pairs(sorted(pages), _DEBIAN, lang)


def python_faq():
    """Pairs of the Python FAQ."""
    return _pairs(sorted((faq_folder() / "python3.11" / "html" / "faq").glob("*.html")), _PYTHON, "en")


def _pairs(pages, section, lang):
    """[(heading, answer)] of the sections that hold no other, as plain text."""
    found = [pair for page in pages for pair in _sections(page, section)]
    pairs = [(heading, answer) for heading, answer in found if len(answer) >= LEAST_ANSWER[lang]]
    if not pairs:
        raise BenchmarkError(f"No question was found in {pages[:1]}: another version of the package?")
    return pairs


def _sections(page, section):
    source = re.sub(rb"^<\?xml[^>]*\?>", b"", page.read_bytes())
    root = html.document_fromstring(source, parser=html.HTMLParser(encoding="utf-8"))
    for element in root.xpath(f"//{section}"):
        headings = element.xpath(_HEADING)
        if element.xpath(f".//{section}") or not headings:
            continue
        heading = _NUMBER.sub("", headings[0].text_content().strip().rstrip("¶").strip())
        body = copy.deepcopy(element)
        for part in body.xpath(_HEADING):
            part.drop_tree()
        yield heading, " ".join(body.text_content().split())


def asked(pairs):
    """[(question, number of its answer)] of the headings that are questions."""
    return [(heading, number) for number, (heading, _body) in enumerate(pairs) if heading.endswith(("?", "？"))]


def traditional(text):
    """`text` in traditional characters."""
    from opencc import OpenCC

    return OpenCC("s2t").convert(text)
