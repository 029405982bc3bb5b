from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..case.portal_common import SCRIPTS, LibraryPortalCase


@tagged("post_install", "-at_install", "library_portal")
class TestOutcome(LibraryPortalCase):
    """The three questions of what a case led to. Feature: 4.4, P4"""

    def setUp(self):
        super().setUp()
        self.case = self.deliver(self._case(service_id=self.service.id))
        self.path = f"/my/cases/{self.case.id}"
        self.outcomes = self.env["library.outcome"]

    def said(self, case=None):
        return self.outcomes._of_patron(case or self.case)

    def test_patron_answers_on_the_page_of_the_case(self):
        self.login(self.portal_user)
        page = self.get(self.path).text
        self.assertIn("What came of it?", page)
        answer = self.post(f"{self.path}/outcome", {
            "understood": "3", "understood_words": "Charts carry no street names", "useful": "4", "new_question": "0",
        })
        self.assertEqual(answer.status_code, 303)
        outcome = self.said()
        self.assertRecordValues(outcome, [{
            "understood": "3", "useful": "4", "new_question": "0", "source": "portal", "is_transfer": True,
            "patron_id": self.patron.id, "service_id": self.service.id,
        }])
        self.post(f"{self.path}/outcome", {"understood": "1"})
        self.assertEqual(self.said(), outcome, "one answer, changed")
        self.assertEqual((outcome.understood, outcome.is_transfer), ("1", False))

    def test_new_question_is_the_next_need(self):
        self.login(self.portal_user)
        self.post(f"{self.path}/outcome", {"question_words": "Who drew the chart of 1790?"})
        outcome = self.said()
        need = outcome.need_id
        self.assertEqual((outcome.new_question, outcome.is_transfer), ("2", True))
        self.assertRecordValues(need, [{
            "statement": "Who drew the chart of 1790?", "state": "stated", "patron_id": self.patron.id,
            "parent_id": self.case.need_ids[:1].id,
        }])
        self.assertFalse(need.case_ids)
        self.post(f"{self.path}/outcome", {"question_words": "Who engraved it?"})
        self.assertEqual((outcome.need_id, need.statement), (need, "Who engraved it?"))
        self.post(f"{self.path}/outcome", {"understood": "2"})
        self.assertEqual((outcome.need_id.id, need.state), (False, "withdrawn"))

    def test_new_question_asked_in_one_click_and_once(self):
        self.login(self.portal_user)
        for _time in range(2):
            self.post(f"{self.path}/outcome", {"question_words": "Who drew the chart of 1790?", "ask": "1"})
        need = self.said().need_id
        self.assertEqual(len(need.case_ids), 1)
        case = need.case_ids
        self.assertEqual((case.patron_id, case.team_id, case.channel), (self.patron, self.team, "portal"))
        self.assertIn("Who drew the chart", str(case.message_ids.mapped("body")))
        self.assertEqual(case.need_ids, need, "the case stands on the new need alone")

    def test_nothing_chosen_and_junk(self):
        self.login(self.portal_user)
        for form in ({}, {"understood": "5"}, {"understood": "x", "useful": "-1"}, {"ask": "1"}):
            with self.subTest(form=form):
                self.assertEqual(self.post(f"{self.path}/outcome", form).status_code, 422)
        self.assertFalse(self.said())
        self.post(f"{self.path}/outcome", {"useful": "2", "useful_words": SCRIPTS[0], "question_words": SCRIPTS[8]})
        self.assertHarmless(self.get(self.path).text)

    def test_only_who_decides_over_the_case(self):
        for user in (self.other_portal_user, None):
            self.login(user)
            self.post(f"{self.path}/outcome", {"understood": "4"})
        self.assertFalse(self.said())
        self.assertFalse(self.outcomes.with_user(self.other_portal_user).has_access("read"))
        token = self.case._portal_ensure_token()
        self.post(f"{self.path}/outcome", {"understood": "4", "access_token": token})
        self.assertEqual(self.said().understood, "4")

    def test_librarian_writes_apart_and_leaves_the_patron_s_words(self):
        self.login(self.portal_user)
        self.post(f"{self.path}/outcome", {"understood": "1", "understood_words": "Little"})
        action = self.case.with_user(self.librarian).action_outcome()
        self.assertEqual(action["res_id"], False)
        own = self.outcomes.with_user(self.librarian).create(
            {"case_id": self.case.id, "understood": "4", "source": "portal"}
        )
        self.assertEqual((own.source, own.patron_id), ("staff", self.patron))
        self.assertIn("Little", own.patron_said)
        with self.assertRaises(AccessError):
            self.said().with_user(self.librarian).write({"understood": "4"})
        self.assertEqual(self.said().understood, "1")
        self.assertEqual(self.case.with_user(self.librarian).action_outcome()["res_id"], own.id)

    def test_wrong_department_and_institution(self):
        self.said()
        outcome = self.outcomes.create({"case_id": self.case.id, "understood": "2"})
        self.assertFalse(outcome.with_user(self.colleague).has_access("read"))
        company = self.env["res.company"].create({"name": "Another library"})
        stranger = new_test_user(
            self.env, "test_outcome_elsewhere", groups="library_crm.group_library_manager", company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.assertFalse(outcome.with_user(stranger).has_access("read"))
        with self.assertRaises(AccessError):
            self.case.with_user(self.colleague).action_outcome()

    def test_de_identified(self):
        self.login(self.portal_user)
        self.post(f"{self.path}/outcome", {"understood": "3", "understood_words": "My father was a pilot"})
        outcome = self.said()
        self.patron._anonymise()
        outcome.invalidate_recordset()
        self.assertEqual((outcome.understood, outcome.understood_words, outcome.patron_id.id), ("3", False, False))
