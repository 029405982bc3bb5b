from math import log

from odoo.tests import BaseCase, tagged

from odoo.addons.library_crm.lib.bm25 import K1, B, Bm25, idf, saturation


@tagged("post_install", "-at_install", "library_lib")
class TestBm25(BaseCase):
    """The reference ranking, against figures worked out by hand. Feature: P8"""

    def test_score_by_hand(self):
        index = Bm25([["a", "b"], ["a", "a", "c", "d"]])
        weight = log(1 + (2 - 2 + 0.5) / (2 + 0.5))
        expected = weight * 2 * (K1 + 1) / (2 + K1 * (1 - B + B * 4 / 3))
        self.assertAlmostEqual(index.scores(["a"])[1], expected)

    def test_rare_words_weigh_more(self):
        self.assertGreater(idf(1, 100), idf(50, 100))
        self.assertGreater(idf(100, 100), 0)

    def test_repetition_saturates(self):
        first, second, third = (saturation(n, 10, 10) for n in (1, 2, 3))
        self.assertGreater(second, first)
        self.assertLess(third - second, second - first)
        self.assertLess(saturation(10**6, 10, 10), K1 + 1)

    def test_long_documents_earn_less(self):
        self.assertGreater(saturation(1, 5, 10), saturation(1, 50, 10))

    def test_ties_keep_the_order(self):
        self.assertEqual([number for number, _score in Bm25([["a"], ["b"], ["a"]]).top(["a"])], [0, 2])

    def test_empty(self):
        self.assertEqual(Bm25([]).top(["a"]), [])
        self.assertEqual(Bm25([["a"]]).top([]), [])
        self.assertEqual(saturation(0, 1, 1), 0)
