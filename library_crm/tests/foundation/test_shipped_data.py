from odoo.tests import TransactionCase, tagged

MAIN_CLASSES = "A B C D E F G H I J K N O P Q R S T U V X Z".split()
SUBCLASSES_OF_T = "TB TD TE TF TG TH TJ TK TL TM TN TP TQ TS TU TV".split()
CHINESE = ("zh_CN", "zh_TW")


@tagged("post_install", "-at_install")
class TestShippedData(TransactionCase):
    """What every library starts with, before it changes anything."""

    def _subjects(self, scheme):
        ids = self.env["ir.model.data"].search(
            [("module", "=", "library_crm"), ("name", "=like", f"subject\\_{scheme}\\_%")]
        )
        return self.env["library.subject"].browse(ids.mapped("res_id"))

    def test_classes(self):
        """The 22 main classes with those of T, and the ten hundreds.

        Feature: 32.5
        """
        clc, ddc = self._subjects("clc"), self._subjects("ddc")
        self.assertEqual(sorted(clc.mapped("code")), sorted(MAIN_CLASSES + SUBCLASSES_OF_T))
        self.assertEqual(sorted(ddc.mapped("code")), [f"{hundred}00" for hundred in range(10)])
        technology = self.env.ref("library_crm.subject_clc_t")
        self.assertEqual(sorted(technology.child_ids.mapped("code")), SUBCLASSES_OF_T)
        self.assertFalse((clc - technology.child_ids).parent_id)

    def test_crosswalk(self):
        """Each class has its field in the other scheme, and the way back."""
        for subject in self._subjects("clc") | self._subjects("ddc"):
            with self.subTest(subject=subject.display_name):
                self.assertTrue(subject.crosswalk_ids)
                self.assertNotIn(subject.scheme, subject.crosswalk_ids.mapped("scheme"))
                for other in subject.crosswalk_ids:
                    self.assertIn(subject, other.crosswalk_ids)

    def test_words_lead_to_a_class(self):
        """A patron's word finds the class in the patron's language.

        Feature: 32.3
        """
        for lang, word, code in (
            ("en_US", "nursing", "R"),
            ("zh_CN", "糖尿病", "R"),
            ("zh_TW", "程式設計", "TP"),
            ("zh_CN", "家谱", "K"),
            ("en_US", "genealogy", "K"),
        ):
            with self.subTest(word=word):
                found = self.env["library.subject"].with_context(lang=lang).name_search(word)
                self.assertIn(code, self.env["library.subject"].browse([match[0] for match in found]).mapped("code"))

    def test_services(self):
        """The request kinds are ready, each with its promise and one line in the patron's words.

        Feature: 1.1, 5.4
        """
        services = self.env["library.service"].search([("code", "!=", False), ("is_published", "=", True)])
        kinds = {value for value, _label in services._fields["kind"]._description_selection(self.env)}
        self.assertEqual(kinds - set(services.mapped("kind")), set())
        for service in services:
            with self.subTest(service=service.name):
                self.assertGreater(service.answer_hours, 0)
                self.assertGreaterEqual(service.solution_hours, service.answer_hours)
                for lang in ("en_US", *CHINESE):
                    spoken = service.with_context(lang=lang)
                    self.assertTrue(spoken.summary and spoken.description)
                    if lang != "en_US":
                        self.assertNotEqual(spoken.summary, service.with_context(lang="en_US").summary)

    def test_stages(self):
        """There is one stage for each meaning, and patrons read it in words of their own.

        Feature: 22.1
        """
        stages = self.env["library.case.stage"].search([])
        codes = [value for value, _label in stages._fields["code"]._description_selection(self.env)]
        self.assertEqual(stages.mapped("code"), codes)
        self.assertEqual(stages.filtered("fold").mapped("code"), ["closed"])
        for lang in ("en_US", *CHINESE):
            names = stages.with_context(lang=lang)
            self.assertEqual(len(set(names.mapped("portal_name"))), len(codes))

    def test_patron_types(self):
        """Every library knows these kinds of people, in three languages.

        Feature: 11.3
        """
        student = self.env.ref("library_crm.patron_type_student")
        self.assertEqual([student.with_context(lang=lang).name for lang in CHINESE], ["学生", "學生"])
        self.assertGreaterEqual(self.env["library.patron.type"].search_count([]), 8)
