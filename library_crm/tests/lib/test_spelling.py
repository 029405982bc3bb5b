from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.library_crm.lib import pinyin_words
from odoo.addons.library_crm.lib.pinyin_words import SoundTable
from odoo.addons.library_crm.lib.rate import RateLimit
from odoo.addons.library_crm.lib.spelling import best_word, near_stems
from odoo.addons.library_crm.lib.text_tokens import stem

KNOWN = "renew loan dissertation university catalogue journal access theses preprint library"


@tagged("post_install", "-at_install")
class TestSpelling(BaseCase):
    """Which known word a mistyped one may have meant. Feature: 31.2"""

    def _meant(self, word):
        vocabulary = [(stem(one), 3) for one in KNOWN.split()]
        return best_word(word, [KNOWN]) if near_stems(word, vocabulary) else None

    def test_typing_errors(self):
        for typed, meant in {
            "renwe": "renew", "dissertaton": "dissertation", "universty": "university", "catalouge": "catalogue",
            "journl": "journal", "acess": "access", "preprnit": "preprint", "libary": "library",
        }.items():  # fmt: skip
            with self.subTest(typed=typed):
                self.assertEqual(self._meant(typed), meant)

    def test_other_words_stay(self):
        for word in ("xylophone", "quantum", "aaaa"):
            self.assertIsNone(self._meant(word))

    def test_words_by_sound(self):
        table = SoundTable([("图书", 5), ("书馆", 4), ("续借", 3), ("借书", 2), ("书证", 1)])
        self.assertEqual(table.words("tushuguan"), ["图书馆"])
        self.assertEqual(table.words("xujie"), ["续借"])
        self.assertEqual(table.same_sound("图书管"), ["图书馆"])
        self.assertEqual(table.words("library"), [])
        self.assertEqual(table.words("a" * 5000), [])

    def test_no_pinyin_no_words(self):
        with patch.object(pinyin_words, "sounds", return_value=[]):
            self.assertEqual(SoundTable([("图书", 5)]).words("tushu"), [])

    def test_rate(self):
        limit = RateLimit(most=2, seconds=60)
        self.assertEqual([limit.allows("a", 1), limit.allows("a", 2), limit.allows("a", 3)], [True, True, False])
        self.assertTrue(limit.allows("b", 3))
        self.assertTrue(limit.allows("a", 61))
