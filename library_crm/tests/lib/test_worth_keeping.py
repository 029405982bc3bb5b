from odoo.tests import BaseCase, tagged

from ...lib.alias_name import alias_problem
from ...lib.post_signs import look_reason
from ...lib.worth_keeping import long_passages, repeated_passages, word_count

PASSAGE = "The atlas stands in the map room, and its sheets are numbered from east to west. " * 10


@tagged("post_install", "-at_install")
class TestWorthKeeping(BaseCase):
    """Feature: 32.2, 31.3"""

    def test_words_in_both_scripts(self):
        self.assertEqual(word_count("three short words"), 3)
        self.assertEqual(word_count("图书馆的地图室在三楼"), 6)
        self.assertEqual(word_count(None), 0)

    def test_greeting_and_name_do_not_hide_that_the_words_are_the_same(self):
        one = f"<p>Dear Amara,</p><p>{PASSAGE}</p><p>Best, Lin</p>"
        two = f"<div>Hello!<br/>{PASSAGE}</div><p>Yours<br/>Odile</p>"
        self.assertEqual(set(long_passages(one)), set(long_passages(two)))
        [(key, text, count, author)] = repeated_passages([(1, "a", one), (2, "b", two), (2, "b", two)])
        self.assertEqual((count, author), (2, "a"))
        self.assertNotIn("Amara", text)

    def test_short_or_empty_answers_are_nothing(self):
        for source in ("", None, "<p>Room 3</p>"):
            self.assertFalse(long_passages(source))

    def test_names_in_the_rooms(self):
        own = ["Amara Obi", "amara.obi@patrons.test"]
        for alias, problem in (("Night reader", None), ("夜读", None), ("Obi-Wan", "own"), ("x", "length"),
                               ("me@home.test", "contact"), ("31415926", "contact"), ("the Librarian", "reserved"),
                               ("读者", "reserved"), (None, "length")):
            with self.subTest(alias=alias):
                self.assertEqual(alias_problem(alias, own), problem)

    def test_what_a_person_looks_at_first(self):
        self.assertEqual(look_reason("see spam.xyz", 0), "link")
        self.assertEqual(look_reason("fine", 10), "flood")
        self.assertIsNone(look_reason("Ask for reel no. 12. Then the index.", 3))
