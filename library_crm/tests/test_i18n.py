import io
import re
from collections import Counter
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

FOLDER = Path(__file__).parents[1] / "i18n"
LANGUAGES = ("zh_CN", "zh_TW")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdifr]|%[sdifr%]|\{\{.*?\}\}|\{\w*\}")
TAG = re.compile(r"</?([a-z][a-z0-9]*)\b[^>]*?/?>")
HAN = re.compile(r"[\u4e00-\u9fff]")
# characters that only one of the two scripts uses; a few of the most frequent are enough to catch a mix-up
ONLY_SIMPLIFIED = set("们这个为对时开问关图书馆员读请选择应发邮该语设类节录认审")
ONLY_TRADITIONAL = set("們這個為對時開問關圖書館員讀請選擇應發郵該語設類節錄認審")


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    """The addon speaks Chinese as completely as English.

    Feature: X10
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        buffer = io.BytesIO()
        trans_export(False, ["library_crm"], buffer, "po", cls.env)
        cls.exported = polib.pofile(buffer.getvalue().decode())
        cls.catalogues = {lang: polib.pofile(str(FOLDER / f"{lang}.po")) for lang in LANGUAGES}

    def test_template_is_up_to_date(self):
        """Every term of the installed addon is in the committed template."""
        known = {entry.msgid for entry in polib.pofile(str(FOLDER / "library_crm.pot"))}
        self.assertTrue(known)
        self.assertFalse(sorted({entry.msgid for entry in self.exported} - known))

    def test_no_term_is_missing(self):
        """Every term of the installed addon has a translation in each language."""
        for lang, catalogue in self.catalogues.items():
            with self.subTest(lang=lang):
                done = {entry.msgid for entry in catalogue if entry.msgstr.strip() and not entry.fuzzy}
                self.assertFalse(sorted({entry.msgid for entry in self.exported} - done))

    def test_every_occurrence_is_reached(self):
        """A translation reaches a record only where the catalogue names the record."""
        for lang, catalogue in self.catalogues.items():
            places = {place for entry in catalogue for place, _line in entry.occurrences}
            missing = [
                place
                for entry in self.exported
                for place, _line in entry.occurrences
                if place.startswith("model") and place not in places
            ]
            with self.subTest(lang=lang):
                self.assertFalse(missing)

    def test_placeholders_agree(self):
        """A translation has the same placeholders and the same tags as its source."""
        for lang, catalogue in self.catalogues.items():
            for entry in catalogue:
                with self.subTest(lang=lang, term=entry.msgid):
                    self.assertEqual(
                        Counter(PLACEHOLDER.findall(entry.msgid)), Counter(PLACEHOLDER.findall(entry.msgstr))
                    )
                    self.assertEqual(Counter(TAG.findall(entry.msgid)), Counter(TAG.findall(entry.msgstr)))

    def test_scripts_are_not_mixed(self):
        """Simplified characters do not slip into the traditional catalogue, nor the other way round."""
        for lang, foreign in (("zh_CN", ONLY_TRADITIONAL), ("zh_TW", ONLY_SIMPLIFIED)):
            for entry in self.catalogues[lang]:
                with self.subTest(lang=lang, term=entry.msgid):
                    self.assertFalse(foreign & set(entry.msgstr))

    def test_languages_are_active(self):
        """A fresh installation can answer a patron in Chinese, and its records speak it."""
        installed = dict(self.env["res.lang"].get_installed())
        medicine = self.env.ref("library_crm.subject_clc_r")
        for lang, name in (("zh_CN", "医药、卫生"), ("zh_TW", "醫藥、衛生")):
            with self.subTest(lang=lang):
                self.assertIn(lang, installed)
                self.assertEqual(medicine.with_context(lang=lang).name, name)

    def test_most_terms_are_chinese(self):
        """A catalogue that copies its source would pass the other tests."""
        for lang, catalogue in self.catalogues.items():
            chinese = [entry for entry in catalogue if HAN.search(entry.msgstr)]
            with self.subTest(lang=lang):
                self.assertGreater(len(chinese), 0.97 * len(catalogue))
