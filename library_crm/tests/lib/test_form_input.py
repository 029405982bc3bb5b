import datetime

from odoo.tests import BaseCase, tagged

from odoo.addons.library_crm.lib.form_input import (
    as_date,
    as_id,
    clean_filename,
    clean_line,
    clean_text,
    headline,
    same_secret,
)


@tagged("post_install", "-at_install", "library_lib")
class TestFormInput(BaseCase):
    """Whatever a visitor sends becomes something that can be stored. Feature: X14"""

    def test_text(self):
        self.assertEqual(clean_text("  a\r\nb\rc\x00\x07\ud800 ", 100), "a\nb\nc")
        self.assertEqual(clean_text("x" * 500, 10), "x" * 10)
        for nothing in (None, 1, b"x", ["x"], "", " \n "):
            self.assertEqual(clean_text(nothing, 10), "")
        self.assertEqual(clean_line("a\n\t b", 10), "a b")
        self.assertEqual(clean_text("中文\n问题", 10), "中文\n问题")

    def test_headline(self):
        self.assertEqual(headline("\n\n  First   line \nsecond"), "First line")
        long = headline("word " * 60)
        self.assertLessEqual(len(long), 121)
        self.assertTrue(long.endswith("word…"))
        self.assertEqual(headline("字" * 300), "字" * 120 + "…")
        self.assertEqual(headline(""), "")

    def test_filename(self):
        cases = {
            "../../etc/passwd": "passwd",
            "..\\..\\boot.ini": "boot.ini",
            "a\x00b.txt": "ab.txt",
            "line\r\nbreak.txt": "line break.txt",
            "photo\u202egpj.exe": "photogpj.exe",
            'a<b>"c|?.txt': "a_b__c__.txt",
            "": "file",
            "...": "file",
            "/": "file",
        }
        for given, expected in cases.items():
            with self.subTest(given=given):
                self.assertEqual(clean_filename(given), expected)
        self.assertEqual(clean_filename(None), "file")
        name = clean_filename("x" * 300 + ".pdf")
        self.assertEqual((len(name), name[-4:]), (120, ".pdf"))

    def test_id(self):
        self.assertEqual([as_id(value) for value in ("7", 7, "2147483647")], [7, 7, 2147483647])
        junk = (None, True, False, "", "0", "-1", "1.5", "²", "７", "2147483648", "9" * 50, "1 ", "1;--", b"1", ["1"])
        for value in junk:
            with self.subTest(value=value):
                self.assertEqual(as_id(value), 0)

    def test_date(self):
        self.assertEqual(as_date("2027-03-31"), datetime.date(2027, 3, 31))
        for junk in (None, "", "31.3.2027", "2027-02-30", "2027-3-1", "20270331", "２０２７-03-31", "x" * 1000):
            with self.subTest(value=junk):
                self.assertIsNone(as_date(junk))

    def test_secret(self):
        kept = "0123456789abcdef0123"
        self.assertTrue(same_secret(kept, kept))
        for given in (None, "", False, 0, "None", kept[:-1], kept + "x", "é" * 20, kept.encode()):
            with self.subTest(given=given):
                self.assertFalse(same_secret(given, kept))
        for missing in (None, False, "", "0", "short"):
            self.assertFalse(same_secret(missing, missing))
