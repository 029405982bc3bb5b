"""The documentation: what its links are held by is itself held here; the pages are built by `make test`."""

from __future__ import annotations

import urllib.error
from pathlib import Path

import pytest

from tools import doc_links

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def repository(tmp_path):
    """A repository with one page."""

    def write(text):
        (tmp_path / "docs" / "images").mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs" / "images" / "case.png").touch()
        (tmp_path / "library_crm" / "lib").mkdir(parents=True, exist_ok=True)
        (tmp_path / "library_crm" / "lib" / "text_tokens.py").touch()
        (tmp_path / "docs" / "staff.rst").write_text(text)
        return tmp_path

    return write


@pytest.mark.parametrize("text, told", [
    (".. image:: images/case.png\n   :alt: A case\n", []),
    (".. image:: images/case.png\n\nText\n", ["no words"]),
    (".. image:: images/gone.png\n   :alt: A case\n", ["no picture images/gone.png"]),
    (".. figure:: images/gone.png\n   :width: 800\n   :alt: A case\n", ["no picture images/gone.png"]),
    ("See ``lib/text_tokens.py``.\n", []),
    ("See ``lib/gone.py`` and ``lib/gone.py``.\n", ["no file lib/gone.py"]),
    (".. include:: ../GONE.rst\n", ["no file ../GONE.rst"]),
    ("At https://library.example.edu/library/oai?verb=Identify one asks.\n", []),
    ("At http:///path or http://host:99999/ nobody asks.\n", ["http:///path is no address", "http://host:99999/"]),
])
def test_what_a_page_names_is_there(repository, text, told):
    found = doc_links.broken_in_sources(repository(text))
    assert len(found) == len(told)
    assert all(words in line for words, line in zip(told, found, strict=True))


def test_links_of_built_pages_lead_somewhere(tmp_path):
    (tmp_path / "staff").mkdir()
    (tmp_path / "staff" / "cases.html").write_text('<h2 id="the-queue">Queue</h2><a href="../index.html#top">up</a>')
    (tmp_path / "index.html").write_text(
        '<a name="top"></a><a href="staff/cases.html#the-queue">good</a><a href="staff/cases.html#gone">bad</a>'
        '<img src="gone.png"><a href="mailto:a@b.test">mail</a><a href="#top">here</a><a href="https://x.test/">out</a>')
    assert sorted(doc_links.broken_in_html(tmp_path)) == [
        "index.html: gone.png is not there",
        "index.html: staff/cases.html#gone leads to no such place on that page",
    ]
    assert doc_links.outside(tmp_path) == ["https://x.test/"]


def test_an_address_that_does_not_answer_is_told():
    def refuse(request, timeout):
        raise urllib.error.HTTPError(request.full_url, 404, "Not Found", {}, None)

    def silent(request, timeout):
        raise urllib.error.URLError(TimeoutError("timed out"))

    assert doc_links.fetch("https://x.test/", opener=refuse) == "it answers 404"
    assert "timed out" in doc_links.fetch("https://x.test/", opener=silent)


def test_every_page_is_short_enough_to_be_read():
    for page in doc_links.sources(ROOT):
        assert len(page.read_text(encoding="utf-8").splitlines()) <= 600, f"{page.name} wants to be two pages"
