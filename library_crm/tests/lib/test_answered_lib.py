from collections import Counter

from odoo.tests import BaseCase, tagged

from odoo.addons.library_crm.lib.answered import learn_threshold, vote, vote_shares, worth
from odoo.addons.library_crm.lib.bm25 import Bm25
from odoo.addons.library_crm.lib.matched_words import matched_words
from odoo.addons.library_crm.lib.search_terms import Scorer, encode
from odoo.addons.library_crm.lib.text_tokens import tokens


@tagged("post_install", "-at_install", "library_lib")
class TestAnsweredLib(BaseCase):
    """Votes of similar cases, thresholds from verdicts, and reasons in words. Feature: 22.3"""

    def test_near_cases_vote_more_than_far_ones(self):
        votes = vote([["a"], ["b", "b"], ["b"]])
        self.assertAlmostEqual(votes["a"], 1 / 3)
        self.assertAlmostEqual(votes["b"], 1 / 4 + 1 / 5)
        self.assertEqual(vote_shares([["a"], ["a"], ["a"]]), {"a": 1.0})
        self.assertLess(vote_shares([["a"]])["a"], 0.5, "one case alone is no full vote")
        self.assertFalse(vote_shares([]))

    def test_worth_grows_with_words_votes_and_verdicts(self):
        self.assertGreater(worth(0.5, 0.2, 0.9), worth(0.5, 0.1, 0.9))
        self.assertGreater(worth(0.5, 0.2, 0.9), worth(0.5, 0.2, 0.3), "votes of far cases count little")
        self.assertGreater(worth(0.5, 0, 0, taken=3), worth(0.5, 0, 0))
        self.assertLess(worth(0.5, 0, 0, refused=3), worth(0.5, 0, 0))
        self.assertEqual(worth(0.5, 0, 0, taken=4, refused=4), worth(0.5, 0, 0))

    def test_threshold_is_the_lowest_worth_that_was_right_often_enough(self):
        self.assertIsNone(learn_threshold([]))
        self.assertIsNone(learn_threshold([(0.9, True)] * 19), "too few were judged")
        self.assertIsNone(learn_threshold([(0.9, False)] * 100))
        self.assertEqual(learn_threshold([(0.9, True)] * 20 + [(0.2, False)] * 50), 0.9)
        self.assertEqual(learn_threshold([(0.9, True)] * 20 + [(0.5, False)] * 5 + [(0.2, False)]), 0.5)
        mixed = [(0.5, number % 2 == 0) for number in range(40)]
        self.assertIsNone(learn_threshold(mixed), "equal values are in or out together")

    def test_reasons_are_the_words_as_they_were_typed(self):
        weights = dict.fromkeys(tokens("renew loan for"), 1.0)
        self.assertEqual(matched_words("How do I RENEW my loans for long?", weights), ["RENEW", "loans"])
        self.assertEqual(matched_words("怎麼續借圖書", dict.fromkeys(tokens("续借图书"), 1.0)), ["續借圖書"])
        self.assertEqual(matched_words("renew renewing", weights), ["renew"])
        self.assertFalse(matched_words("", weights))

    def test_a_question_is_as_strong_as_itself(self):
        texts = ["ottoman tax registers", "solar cells", "tax law", "school meals"]
        words = tokens("ottoman tax registers")
        frequencies = {word: [sum(word in tokens(text) for text in texts), *[0] * 8] for word in words}
        scorer = Scorer(frequencies, len(texts), 2.5)
        terms, length, often = encode("", "ottoman tax registers")
        self.assertFalse(often)
        self.assertAlmostEqual(scorer.score(terms, length), scorer.ideal(length))
        self.assertAlmostEqual(sum(scorer.weights(terms, length).values()), scorer.score(terms, length))
        self.assertLess(scorer.score(*encode("", "tax law")), 0.6 * scorer.ideal(length))

    def test_scores_in_full_are_those_of_bm25(self):
        """Frequencies beyond the steps of the index, and words repeated in the question."""
        texts = ["loan " * 7 + "book", "loan " * 31 + "renew it now", "book book loan", "renew"]
        question = tokens("loan loan book renew")
        documents = [tokens(text) for text in texts]
        frequencies = {word: [sum(word in one for one in documents), *[0] * 8] for word in question}
        average = sum(map(len, documents)) / len(documents)
        scorer = Scorer(frequencies, len(texts), average, Counter(question))
        exact = Bm25(documents).scores(question)
        for number, text in enumerate(texts):
            terms, length, often = encode("", text)
            self.assertAlmostEqual(scorer.score(terms, length, often), exact[number])

    def test_rarest_words_are_never_left_behind(self):
        """Of 1677, 灾害 and 年 the year decides; it is read in whichever frequency it stands. Feature: P8"""
        frequencies = {"1677": [0, 0, 500] + [0] * 6, "灾害": [9000] + [0] * 8, "年": [90000] + [0] * 8}
        scorer = Scorer(frequencies, 1_000_000, 150)
        self.assertEqual({term.partition(":")[0] for term in scorer.rare_terms(600)}, {"1677"})
        self.assertIn("1677:3", scorer.rare_terms(600))
        self.assertEqual(scorer.rare_terms(499), set())
