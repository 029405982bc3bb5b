from odoo.tests import BaseCase, tagged

from odoo.addons.library_crm.lib.text_tokens import fold, tokens


@tagged("post_install", "-at_install", "library_lib")
class TestTextTokens(BaseCase):
    """One tokeniser for Chinese and alphabets. Feature: P8, 31.2"""

    def test_english_words_are_stemmed(self):
        self.assertEqual(tokens("Renewing LIBRARY books"), tokens("renew libraries book"))

    def test_frequent_words_stay(self):
        self.assertEqual(len(tokens("how do I get to it")), 6)

    def test_possessive_and_contraction(self):
        self.assertEqual(tokens("the library's card"), tokens("the library card"))
        self.assertEqual(tokens("don’t"), tokens("don't"))

    def test_names_with_signs(self):
        self.assertEqual(tokens("C++ or C#"), ["c++", "or", "c#"])

    def test_chinese_characters_and_pairs(self):
        self.assertEqual(tokens("借图书"), ["借", "图", "书", "借图", "图书"])

    def test_pairs_do_not_cross_punctuation(self):
        self.assertNotIn("书续", tokens("借书，续借"))

    def test_simplified_query_meets_traditional_text(self):
        self.assertEqual(tokens("圖書館續借圖書"), tokens("图书馆续借图书"))
        self.assertEqual(tokens("乾隆"), tokens("乾隆"))

    def test_full_width_letters(self):
        self.assertEqual(tokens("ＰＤＦ　２０２４"), ["pdf", "2024"])

    def test_mixed_scripts_in_one_word(self):
        self.assertEqual(tokens("用Python写"), ["用", "python", "写"])

    def test_accents_fold_in_latin_only(self):
        self.assertEqual(tokens("café"), tokens("cafe"))
        self.assertIn("й", tokens("йод")[0])

    def test_japanese_and_korean(self):
        self.assertIn("とし", tokens("としょかん"))
        self.assertIn("도서", tokens("도서관"))

    def test_nothing_to_find(self):
        for text in ("", "  \n", "!?%'\"; --", "🙂🙂", "\x00\x01", "___", "。，、"):
            with self.subTest(text=text):
                self.assertEqual(tokens(text), [])

    def test_no_token_could_break_the_index(self):
        text = "a:b c'd \"e\" f\x00g 借:书 {h} [i] <j> k\tl m\u00a0n o\u2019p ́x"
        for token in tokens(text):
            self.assertNotRegex(token, r"[\s:'\"\x00]")

    def test_encoded_data_is_cut(self):
        self.assertLessEqual(max(map(len, tokens("A" * 5000))), 64)

    def test_folding_keeps_positions(self):
        for text in ("圖書館 ＰＤＦ Ökonomie", "İstanbul ǅ ß ﬁ", "𠀀書"):
            self.assertEqual(len(fold(text)), len(text))

    def test_long_text_without_blanks(self):
        self.assertEqual(len(tokens("書" * 20000)), 39999)
