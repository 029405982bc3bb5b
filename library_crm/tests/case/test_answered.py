import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import LibraryCase

PLANTED = ("林伟", "Amara Obi", "amara@patrons.test", "wei@patrons.test", "Zebediah Quux", "+44 20 7946 0958")


@tagged("post_install", "-at_install")
class TestAnswered(LibraryCase):
    """What was answered already, beside a new question; nobody's name comes with it. Feature: 22.3, 33.3"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute("DELETE FROM library_search_document; DELETE FROM library_search_term")
        cls.Case = cls.env["library.case"]
        cls.solution = cls.env["library.solution"].create(
            {
                "name": "Ottoman tax registers: where they are",
                "body": "<p>Catalogue of defters.</p>",
                "state": "final",
            }
        )
        cls.article = cls.env["library.article"].create(
            {"name": "Finding tax registers of the Ottoman empire", "body": "<p>Start with the archive.</p>"}
        )
        cls.article.sudo().write({"state": "published", "visibility": "public"})
        cls.past = cls._case(cls.other_patron, cls.other_team, name="Where are Ottoman tax registers of Damascus?")
        cls.past.solution_ids = cls.solution
        cls.past._close("met")
        cls.past.confirmation = "confirmed"

    def _find(self, text="Ottoman tax registers", user=None, case=None, **context):
        Case = self.Case.with_user(user or self.librarian).with_context(**context)
        return Case.find_answered(text, case.id if case else False)

    def _keys(self, found, code="best"):
        return next((section["keys"] for section in found["sections"] if section["code"] == code), [])

    def test_articles_solutions_and_earlier_cases_with_reason_and_outcome(self):
        found = self._find("I am looking for Ottoman tax registers of Aleppo")
        log = self.past.log_ids
        keys = {f"library.solution,{self.solution.id}", f"library.article,{self.article.id}", f"{log._name},{log.id}"}
        self.assertLessEqual(keys, set(self._keys(found)))
        rows = found["rows"]
        solution = rows[f"library.solution,{self.solution.id}"]
        self.assertIn("Ottoman", solution["reason"])
        self.assertIn("1", solution["outcome"])
        self.assertTrue(solution["can_insert"])
        self.assertIn("confirmed", rows[f"{log._name},{log.id}"]["outcome"])
        self.assertTrue(rows[f"{log._name},{log.id}"]["can_insert"], "a solution was delivered in it")
        json.dumps(found)

    def test_what_similar_cases_were_answered_with_comes_up_without_a_common_word(self):
        other = self.env["library.solution"].create({"name": "Defter guide", "body": "<p>x</p>", "state": "final"})
        for _number in range(3):
            case = self._case(name="Sultan's fiscal surveys of villages")
            case.solution_ids = other
            case._close("met")
        found = self._find("fiscal surveys, villages")
        row = found["rows"][f"library.solution,{other.id}"]
        self.assertEqual(self._keys(found)[0], f"library.solution,{other.id}")
        self.assertTrue(row["reason"])

    def test_chinese_questions_of_either_script(self):
        past = self._case(name="如何續借圖書？")
        past._close("met")
        log = past.log_ids
        self.assertIn(f"{log._name},{log.id}", self._keys(self._find("怎么续借图书"), "answered"))

    def test_a_list_of_five_is_a_list_of_five(self):
        self.env["library.solution"].create([{"name": f"Registers of town {number}"} for number in range(9)])
        found = self._find("registers")
        self.assertEqual(len(self._keys(found)), 5)
        self.assertEqual(len(self._keys(found, "library.solution")), 5)

    def test_the_same_question_open_elsewhere_tells_team_and_day_only(self):
        """Feature: 33.3"""
        text = "Glove makers of Worcester: signed 林伟, call +44 20 7946 0958 or wei@patrons.test"
        open_case = self._case(team=self.other_team, name=text, channel="mail")
        open_case.need_ids.statement = f"{text}. My friend is called 林偉."
        found = self._find("Glove makers of Worcester")
        [key] = self._keys(found, "elsewhere")
        row = found["rows"][key]
        self.assertIn("Interlibrary loan", row["outcome"])
        self.assertFalse(row["can_open"] or row["id"])
        self.assertNotIn(str(open_case.id), key)
        self.assertNoIdentity(found)
        own = self._find("Glove makers of Worcester", user=self.colleague)
        [key] = self._keys(own, "elsewhere")
        self.assertEqual((own["rows"][key]["can_open"], own["rows"][key]["id"]), (True, open_case.id))
        self.assertNoIdentity(own)
        self.assertFalse(self._keys(self._find("", self.colleague, open_case), "elsewhere"), "not itself")

    def assertNoIdentity(self, found):
        said = json.dumps(found, ensure_ascii=False)
        for planted in PLANTED:
            self.assertNotIn(planted, said)

    def test_nobodys_name_is_in_the_index(self):
        """A name, an address and a phone in every text of a case. Feature: 22.3"""
        self.other_patron.preferred_name = "Zebediah Quux"
        text = " and ".join(("Parchment repair", *PLANTED))
        case = self._case(self.other_patron, name=text, channel="mail")
        case.participant_ids.create({"case_id": case.id, "name": "林伟", "email": "wei@patrons.test"})
        case.need_ids.write({"statement": text, "restatement": text})
        self.assertNoIdentity(self._find("Parchment repair"))
        case._close("met")
        case.log_ids.write({"solution": text, "problem": text, "learned": text})
        found = self._find("Parchment repair")
        self.assertTrue(self._keys(found, "answered"))
        self.assertNoIdentity(found)
        self.env.cr.execute("SELECT title || coalesce(body, '') || terms FROM library_search_document")
        everything = " ".join(row[0] for row in self.env.cr.fetchall())
        for planted in (*PLANTED, "quux", "zebediah", "amara"):
            self.assertNotIn(planted, everything)

    def test_a_patron_named_later_goes_out_of_the_index(self):
        case = self._case(name="Letters of Zebediah Quux to the binder")
        self.assertIn("Zebediah", json.dumps(self._find("letters to the binder")))
        case.participant_ids.create({"case_id": case.id, "name": "Zebediah Quux", "email": "zq@patrons.test"})
        self.assertNotIn("Zebediah", json.dumps(self._find("letters to the binder")))
        self.other_patron.preferred_name = "the binder"
        case.patron_id = self.other_patron
        self.assertNotIn("binder", json.dumps(self._find("letters")["rows"]))

    def test_only_librarians_and_only_their_cases(self):
        case = self._case(team=self.other_team)
        plain = new_test_user(self.env, "answered_plain", groups="base.group_user")
        for user in (self.portal_user, plain, self.env.ref("base.public_user"), self.staff["privacy"]):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self._find(user=user)
        with self.assertRaises(AccessError):
            self._find("", self.librarian, case)
        key = f"library.solution,{self.solution.id}"
        for method in ("action_answer_with", "action_note_answered"):
            for user in (self.portal_user, self.librarian):
                with self.subTest(method=method, user=user.name), self.assertRaises(AccessError):
                    getattr(case.with_user(user), method)(key)
        with self.assertRaises(AccessError):
            self.Case.with_user(self.portal_user).judge_answered(key, "accepted")
        with self.assertRaises(AccessError):
            self.Case.with_user(self.librarian).judge_answered(key, "accepted", case.id)
        for key in (f"library.case,{case.id}", "res.users,2", "x", "library.solution,", None, "library.solution,9²"):
            with self.subTest(key=key), self.assertRaises(AccessError):
                self.Case.with_user(self.librarian).judge_answered(key, "accepted")

    def test_another_institution_finds_nothing_of_it(self):
        company = self.env["res.company"].create({"name": "Other library"})
        stranger = new_test_user(
            self.env, "answered_stranger", groups="library_crm.group_library_librarian", company_id=company.id,
            company_ids=[company.id],
        )  # fmt: skip
        self._case(name="Ottoman tax registers of Aleppo")
        found = self._find(user=stranger)
        self.assertEqual((found["rows"], found["sections"]), ({}, []))

    def test_open_questions_are_never_listed_in_the_index(self):
        self._case(team=self.other_team, name="Quire of vellum")
        self._find("quire of vellum")
        Document = self.env["library.search.document"]
        self.assertTrue(Document.sudo().search([("res_model", "=", "library.case")]))
        self.assertFalse(Document.with_user(self.librarian).search([("res_model", "=", "library.case")]))
        self.assertFalse(Document.with_user(self.librarian)._search_page("vellum", models=["library.case"])["hits"])
        self.assertFalse(Document.with_user(self.portal_user)._search_page("vellum")["hits"])

    def test_the_index_follows_the_life_of_a_case(self):
        case = self._case(name="Marbled endpapers")
        found = self._find("marbled endpapers", self.staff["lead"])
        self.assertEqual(self._keys(found, "elsewhere"), [f"library.case,{case.id}"])
        case._close("met")
        found = self._find("marbled endpapers")
        self.assertFalse(self._keys(found, "elsewhere"))
        self.assertEqual(self._keys(found, "answered"), [f"library.service.log,{case.log_ids.id}"])
        case._reopen()
        self.assertTrue(self._keys(self._find("marbled endpapers"), "elsewhere"))
        case.need_ids.restatement = "Paste papers of the workshop"
        self.assertTrue(self._find("paste papers workshop")["sections"])
        case.active = False
        self.assertFalse(self._keys(self._find("marbled endpapers"), "elsewhere"))

    def test_cases_are_not_indexed_while_they_are_made(self):
        self.env.cr.precommit.run()
        case = self._case(name="Fore-edge painting")
        self.env.cr.precommit.run()
        Document = self.env["library.search.document"].sudo()
        of_case = [("res_model", "=", "library.case"), ("res_id", "=", case.id)]
        self.assertFalse(Document.search_count(of_case))
        with self.enter_registry_test_mode():
            self.env.ref("library_crm.ir_cron_library_search_document_index").method_direct_trigger()
        self.assertEqual(Document.search_count(of_case), 1)
        self.assertFalse(Document._find_unindexed("library.case", 500))

    # What is taken

    def test_what_was_shown_taken_and_turned_down_is_kept_without_a_person(self):
        case = self._case(name="Ottoman tax registers of Aleppo")
        found = self._find("", case=case)
        Suggestion = self.env["library.suggestion"].search([("case_id", "=", case.id)])
        self.assertEqual(len(Suggestion), len(self._keys(found)))
        self._find("", case=case)
        self.assertEqual(self.env["library.suggestion"].search_count([("case_id", "=", case.id)]), len(Suggestion))
        key = f"library.article,{self.article.id}"
        Case = self.Case.with_user(self.librarian)
        Case.judge_answered(key, "rejected", case.id)
        self.assertEqual(self._find("", case=case)["rows"][key]["verdict"], "rejected")
        case.with_user(self.librarian)._answer("<p>Here it is.</p>", solutions=self.solution)
        verdicts = {(one.res_model, one.state) for one in Suggestion}
        self.assertLessEqual({("library.solution", "accepted"), ("library.article", "rejected")}, verdicts)
        self.assertNotIn("Wei", str(Suggestion.mapped("title")))
        with self.assertRaises(AccessError):
            Suggestion.with_user(self.librarian).read(["title"])

    def test_verdicts_move_the_list(self):
        twins = self.env["library.solution"].create([{"name": "Papyrus roll"} for _number in range(2)])
        keys = [f"library.solution,{one.id}" for one in twins]
        self.assertEqual(self._keys(self._find("papyrus roll"))[:2], keys)
        for _number in range(3):
            self.Case.with_user(self.librarian).judge_answered(keys[0], "rejected")
            self.Case.with_user(self.librarian).judge_answered(keys[1], "accepted", False, 1, 0.9)
        self.assertEqual(self._keys(self._find("papyrus roll"))[:2], keys[::-1])

    def test_suggested_is_said_only_above_what_was_learned(self):
        found = self._find("Ottoman tax registers")
        self.assertFalse(any(row["is_suggested"] for row in found["rows"].values()), "nothing was judged yet")
        best = self._keys(found)[0]
        fit = found["rows"][best]["fit"]
        for number in range(40):
            worth, verdict = (fit * 0.9, "accepted") if number % 2 else (fit * 0.3, "rejected")
            self.Case.with_user(self.librarian).judge_answered(
                f"library.article,{self.article.id}", verdict, False, 0, worth)
        rows = self._find("Ottoman tax registers")["rows"]
        self.assertEqual([key for key, row in rows.items() if row["is_suggested"]], [best])
        weak = self._find("registers in a quite different field of knowledge altogether")["rows"]
        self.assertFalse(any(row["is_suggested"] for row in weak.values()))

    # What goes where

    def test_into_the_answer_by_one_click(self):
        case = self._case(user_id=self.librarian.id).with_user(self.librarian)
        log = self.past.log_ids
        action = case.action_answer_with(f"{log._name},{log.id}")
        answer = self.env["library.case.answer"].with_user(self.librarian).with_context(**action["context"]).create({})
        self.assertEqual(answer.solution_ids, self.solution, "what the earlier patron got")
        action = case.action_answer_with(f"library.article,{self.article.id}")
        answer = self.env["library.case.answer"].with_user(self.librarian).with_context(**action["context"]).create({})
        self.assertEqual(answer.article_ids, self.article)
        answer.body = "<p>See below.</p>"
        answer.action_send()
        self.assertIn(self.article.name, case.message_ids[0].body)

    def test_what_is_for_staff_only_cannot_be_sent(self):
        self.article.visibility = "staff"
        row = self._find()["rows"][f"library.article,{self.article.id}"]
        self.assertFalse(row["can_insert"])
        case = self._case().with_user(self.librarian)
        with self.assertRaises(UserError):
            case.action_answer_with(f"library.article,{self.article.id}")
        with self.assertRaises(UserError):
            self.Case.with_user(self.librarian).cite_answered(f"library.article,{self.article.id}")

    def test_into_the_workroom_and_never_to_the_patron(self):
        case = self._case()
        before = self.mails.search([])
        case.with_user(self.librarian).action_note_answered(f"library.solution,{self.solution.id}")
        self.assertIn(self.solution.name, case.workroom_ids.message_ids[0].body)
        self.assertNotIn(self.solution.name, str(case.message_ids.mapped("body")))
        self.assertFalse(self._outgoing(before))
        url = f"/my/cases/{case.id}"
        self.assertTrue(url)

    def test_resources_are_cited_with_their_link(self):
        if "library.resource" not in self.Case.env["library.search.document"]._get_indexed_models():
            self.fail("resources are in the index")
        resource = self.env["library.resource"].create({"name": "Defter atlas", "url": "https://defter.example/atlas"})
        row = self._find("defter atlas")["rows"][f"library.resource,{resource.id}"]
        self.assertTrue(row["can_insert"])
        cited = self.Case.with_user(self.librarian).cite_answered(f"library.resource,{resource.id}")
        self.assertIn("https://defter.example/atlas", cited["html"])

    def test_hostile_questions(self):
        for text in ("", "  ", "%", "'", "\x00", "a" * 100_000, "借书" * 20_000, None, 7, "\ud800", "<b>x</b>"):
            with self.subTest(text=str(text)[:10]):
                self.assertIn("rows", self._find(text))
        self.env["library.solution"].create({"name": "<script>alert(1)</script> vellum"})
        titles = [row["title"] for row in self._find("vellum")["rows"].values()]
        self.assertTrue(titles)
        self.assertNotIn("<script", str(titles))
