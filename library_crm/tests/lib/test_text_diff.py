from time import perf_counter

from odoo.tests import BaseCase, tagged

from odoo.addons.library_crm.lib.text_diff import compare, diff_html, split_pieces


@tagged("post_install", "-at_install", "library_lib")
class TestTextDiff(BaseCase):
    """Differences are readable and safe. Feature: 31.1"""

    def test_words_and_ideographs(self):
        self.assertEqual(split_pieces("Read 借书abc!"), ["Read", " ", "借", "书", "abc", "!"])

    def test_nothing_is_lost(self):
        before, after = "Dear Ms Wei,\n借书 <b>", "Dear [name],\n还书 <b>!"
        parts = compare(before, after)
        self.assertEqual("".join(old for _tag, old, _new in parts), before)
        self.assertEqual("".join(new for _tag, _old, new in parts), after)

    def test_marks(self):
        self.assertEqual(diff_html("a b c", "a x c"), "a <del>b</del><ins>x</ins> c")
        self.assertEqual(diff_html("", "a"), "<ins>a</ins>")
        self.assertEqual(diff_html("a\nb", "a\nb"), "a<br/>b")

    def test_markup_is_escaped(self):
        shown = diff_html("<script>x</script>", "<img onerror=1>")
        self.assertNotIn("<script", shown)
        self.assertNotIn("<img", shown)

    def test_long_texts(self):
        start = perf_counter()
        diff_html("word " * 60_000, "word " * 59_000 + "other")
        self.assertLess(perf_counter() - start, 10)
