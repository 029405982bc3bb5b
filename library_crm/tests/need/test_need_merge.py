from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestNeedMerge(LibraryCase):
    """Similar needs become one; one need has many cases. Feature: 1.2, 1.4"""

    def setUp(self):
        super().setUp()
        self.first, self.second = self._case(), self._case(name="Maps again")
        self.need, self.other = self.first.need_ids, self.second.need_ids
        self.subject = self.env.ref("library_crm.subject_clc_k")
        self.other.write({"purpose": "A lecture", "subject_ids": [Command.link(self.subject.id)]})

    def test_cases_signs_and_words_move_along(self):
        guess = self.env["library.need"].create({
            "name": "Guess", "origin": "latent", "signal_ids": [Command.create({"words": "Asked at the desk"})],
        })
        signal = guess.signal_ids
        self.need.with_user(self.librarian)._merge((self.other | guess).with_user(self.librarian))
        self.assertEqual(self.need.case_ids, self.first | self.second)
        self.assertEqual((self.need.purpose, self.need.subject_ids), ("A lecture", self.subject))
        self.assertIn("Maps again", self.need.statement)
        self.assertEqual((signal.need_id, self.need.signal_count), (self.need, 1))
        self.assertEqual((self.other.active, self.other.merged_into_id), (False, self.need))

    def test_undo(self):
        before = self.need.statement
        self.need._merge(self.other)
        self.need.purpose = "Written since"
        self.other.with_user(self.librarian).action_unmerge()
        self.assertEqual((self.need.case_ids, self.other.case_ids), (self.first, self.second))
        self.assertEqual((self.need.statement, self.need.purpose), (before, "Written since"))
        self.assertEqual((self.other.active, self.other.merged_into_id.id), (True, False))
        self.assertFalse(self.need.subject_ids)
        with self.assertRaises(UserError):
            self.other.action_unmerge()

    def test_undo_ends_after_a_month(self):
        self.need._merge(self.other)
        self.other.date_merged = fields.Datetime.now() - timedelta(days=31)
        with self.assertRaises(UserError):
            self.other.action_unmerge()

    def test_different_patrons_stay_apart(self):
        foreign = self._case(self.other_patron).need_ids
        with self.assertRaises(UserError):
            self.need._merge(foreign)
        with self.assertRaises(UserError):
            self.need._merge(self.need)

    def test_only_what_one_may_write(self):
        with self.assertRaises(AccessError):
            self.need.with_user(self.colleague)._merge(self.other.with_user(self.colleague))

    def test_dialog_keeps_what_a_patron_said(self):
        guess = self.env["library.need"].create({"name": "Guess", "origin": "latent"})
        dialog = self.env["library.need.merge"].with_user(self.librarian).with_context(
            active_model="library.need", active_ids=[guess.id, self.need.id]
        ).create({})
        self.assertEqual(dialog.need_id, self.need)
        dialog.action_merge()
        self.assertEqual(guess.merged_into_id, self.need)

    def test_a_further_case_from_a_need(self):
        context = self.need.with_user(self.librarian).action_open_case()["context"]
        form = Form(self.env["library.case"].with_user(self.librarian).with_context(**context))
        form.name = "Once more"
        case = form.save()
        self.assertEqual((case.need_ids, case.patron_id), (self.need, self.patron))
        self.assertEqual(self.need.case_count, 2)

    def test_settle_dialog(self):
        def settle(needs, **values):
            return self.env["library.need.settle"].with_user(self.librarian).with_context(
                active_model="library.need", active_ids=needs.ids
            ).create(values).action_settle()

        with self.assertRaises(UserError):
            settle(self.need, state="unmet")
        settle(self.need | self.other, state="partly", unmet_reason="no_access", lacks="The originals")
        self.assertEqual((self.need.state, self.need.lacks), ("partly", "The originals"))
        guess = self.env["library.need"].create({"name": "Guess", "origin": "latent"})
        settle(guess, state="met")
        self.assertEqual(guess.state, "met")


@tagged("post_install", "-at_install")
class TestInterview(LibraryCase):
    """The reference interview beside the case. Feature: 1.2"""

    def setUp(self):
        super().setUp()
        self.case = self._case()
        self.need = self.case.need_ids.with_user(self.librarian)
        self.Prompt = self.env["library.interview.prompt"].with_user(self.librarian)

    def _prompt(self, name):
        return self.env.ref(f"library_crm.interview_prompt_{name}").id

    def test_questions_by_kind_of_service(self):
        general = [row["id"] for part in self.Prompt.get_panel(self.need.id)["sections"] for row in part["prompts"]]
        self.assertIn(self._prompt("purpose"), general)
        self.assertNotIn(self._prompt("novelty_claim"), general)
        service = self.env["library.service"].create({"name": "Novelty", "kind": "novelty"})
        sections = self.Prompt.get_panel(False, service.id)["sections"]
        self.assertEqual(sections[0]["prompts"][0]["id"], self._prompt("novelty_claim"), "its own question comes first")
        self.assertEqual(len(sections), 3)

    def test_answers_go_into_the_need(self):
        self.need.note_interview(self._prompt("known"), True)
        values = self.need.note_interview(self._prompt("purpose"), True, " A lecture ")
        self.need.note_interview(self._prompt("deadline"), True, "2030-05-04")
        self.need.note_interview(self._prompt("depth"), True, "full")
        self.assertEqual((values["purpose"], self.need.purpose, self.need.depth), ("A lecture", "A lecture", "full"))
        self.assertEqual(str(self.need.date_deadline), "2030-05-04")
        self.assertEqual(len(self.need.asked_prompt_ids), 4)
        self.need.note_interview(self._prompt("known"), False)
        self.assertEqual(len(self.need.asked_prompt_ids), 3)
        rows = {row["id"]: row for part in self.Prompt.get_panel(self.need.id)["sections"] for row in part["prompts"]}
        self.assertTrue(rows[self._prompt("purpose")]["is_asked"])
        self.assertFalse(rows[self._prompt("known")]["is_asked"])

    def test_bad_answers(self):
        for name, answer in (("deadline", "soon"), ("depth", "bottomless")):
            with self.assertRaises(UserError):
                self.need.note_interview(self._prompt(name), True, answer)
        self.need._restate("You want maps.")
        with self.assertRaises(UserError):
            self.need.note_interview(self._prompt("restate"), True, "Something else behind the patron's back")

    def test_only_for_those_who_may(self):
        for person in (self.portal_user, self.colleague, self.staff["privacy"]):
            with self.assertRaises(AccessError):
                self.need.with_user(person).note_interview(self._prompt("purpose"), True, "x")
        for person in (self.portal_user, self.colleague):
            with self.assertRaises(AccessError):
                self.Prompt.with_user(person).get_panel(self.need.id)

    def test_the_panel_costs_the_form_nothing(self):
        """The form of the case carries the panel, and asks the server nothing for it."""
        arch = self.env["library.case"].with_user(self.librarian).get_view(view_type="form")["arch"]
        self.assertIn('name="library_interview"', arch)
        self.assertNotIn("asked_prompt_ids", arch)
