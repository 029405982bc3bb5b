from odoo.tests import BaseCase, tagged

from odoo.addons.library_crm.lib.snippet import mark, snippet
from odoo.addons.library_crm.lib.text_tokens import tokens


@tagged("post_install", "-at_install", "library_lib")
class TestSnippet(BaseCase):
    """Hits are marked, nothing of the text is executed. Feature: 31.2"""

    def test_marks_inflected_words(self):
        self.assertEqual(
            mark("Libraries renew loans", tokens("library loan")), "<mark>Libraries</mark> renew <mark>loans</mark>")

    def test_marks_traditional_text_of_a_simplified_query(self):
        self.assertEqual(mark("如何續借圖書？", tokens("续借图书")), "如何<mark>續借圖書</mark>？")

    def test_single_ideographs_are_marked_only_when_asked_for(self):
        self.assertEqual(mark("读书和书", tokens("图书")), "读书和书")
        self.assertEqual(mark("读书", tokens("书")), "读<mark>书</mark>")

    def test_a_snippet_always_shows_what_it_was_found_by(self):
        self.assertEqual(snippet("读好书", "图书"), "读好<mark>书</mark>")
        self.assertEqual(snippet("图书和书", "图书"), "<mark>图书</mark>和书")

    def test_markup_of_the_text_is_escaped(self):
        shown = snippet("<script>alert('x')</script> & loan <mark>", "loan")
        self.assertNotIn("<script", shown)
        self.assertIn("&lt;script&gt;", shown)
        self.assertEqual(shown.count("<mark>"), 1)

    def test_window_holds_the_hits(self):
        text = "x " * 2000 + "the deposit for guests is refunded " + "y " * 2000
        shown = snippet(text, "deposit refund")
        self.assertIn("<mark>deposit</mark>", shown)
        self.assertIn("<mark>refunded</mark>", shown)
        self.assertLess(len(shown), 300)
        self.assertTrue(shown.startswith("… ") and shown.endswith(" …"))

    def test_no_hit_shows_the_beginning(self):
        self.assertEqual(snippet("Opening hours", "zebra"), "Opening hours")

    def test_odd_queries(self):
        for query in ("", "%'\\", "(((", "[", "🙂", "\x00", "c++ (", "*" * 100):
            with self.subTest(query=query):
                self.assertIn("abc", snippet("abc c++ def", query))

    def test_hostile_length(self):
        self.assertLess(len(snippet("< > ( ." * 14000, "a b c < (")), 800)
        self.assertIn("<mark>", snippet("书" * 100000, "书"))
