"""Two reports of one page have one key, and nothing secret is kept of an address. Feature: 16.5"""

import pytest

from library_crm.lib.page_key import LONGEST, page_key, page_path


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/library/status", "/library/status"),
        ("/my/cases/7?access_token=secret#end", "/my/cases/7"),
        ("https://library.test/library//ask/", "/library/ask"),
        ("//evil.test/library/ask", "/library/ask"),
        ("/\\evil.test/ask", "/evil.test/ask"),
        ("/%5C%5Cevil.test/ask", "/evil.test/ask"),
        ("/a b\x00c\n", "/abc"),
        ("/%E7%9F%A5%E8%AF%86", "/知识"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("/", ""),
        ("", ""),
        (None, ""),
        (["/library"], ""),
        ("http://[broken", ""),
    ],
)
def test_path(url, path):
    assert page_path(url) == path


def test_path_is_never_long():
    assert len(page_path("/" + "x" * 100000)) == LONGEST


def test_one_page_has_one_key():
    assert page_key("/library/knowledge/renew-a-loan-12?a=1") == page_key("/Library/knowledge/renew-your-loan-12/")
    assert page_key("/library/knowledge/renew-a-loan-12") != page_key("/library/knowledge/renew-a-loan-13")
    assert page_key("/x", "library.article", 4) == page_key("", "library.article", 4) == "library.article,4"
    assert page_key("") == page_key("/") == ""
