from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import LibraryCase

LONG = "The harbour atlas stands in the map room and its sheets are numbered from the east to the west. " * 8


@tagged("post_install", "-at_install")
class TestKeepProposal(LibraryCase):
    """Feature: 32.2"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Proposal = cls.env["library.keep.proposal"]

    def _run(self):
        self.env["library.search.document"]._index_pending()
        known = self.Proposal.search([])
        with self.enter_registry_test_mode():
            self.env.ref("library_crm.ir_cron_keep_find").method_direct_trigger()
        return self.Proposal.search([]) - known

    def _closed(self, name="Maps of the harbour", **values):
        case = self._case(name=name, user_id=self.librarian.id)
        stage = self.env["library.case.stage"].search([("code", "=", "closed")], limit=1)
        case.write({"stage_id": stage.id, "resolution": "met", "date_closed": self.env.cr.now(), **values})
        return case

    def _log(self, case, **values):
        return self.env["library.service.log"].create({
            "name": case.name, "case_id": case.id, "company_id": case.company_id.id, "team_id": case.team_id.id,
            "user_ids": [(6, 0, self.librarian.ids)], "solution": LONG, **values})

    def test_a_long_answer_that_colleagues_took_up(self):
        log = self._log(self._closed(), solution=f"{LONG} 林伟 (wei@patrons.test) was glad.")
        short = self._log(self._closed("Short"), solution="Room 3.")
        other = self._case()
        for one in (log, short):
            self.env["library.suggestion"].create({
                "res_model": "library.service.log", "res_id": one.id, "title": one.name, "state": "accepted",
                "case_id": other.id, "company_id": other.company_id.id})
        [proposal] = self._run().filtered(lambda one: one.kind == "reused")
        self.assertEqual((proposal.user_id, proposal.count), (self.librarian, 1))
        for secret in ("林伟", "wei@patrons.test"):
            self.assertNotIn(secret, proposal.text)
        self.assertEqual(proposal.activity_ids.user_id, self.librarian)
        self.assertFalse(self._run().filtered(lambda one: one.kind == "reused"), "nobody is asked twice")

    def test_the_same_words_to_two_patrons(self):
        cases = self._case() | self._case(self.other_patron)
        for case, name in zip(cases, ("林伟", "Amara"), strict=True):
            case.with_user(self.librarian).message_post(
                body=f"Dear {name},\n{LONG}\nBest wishes", message_type="comment", subtype_xmlid="mail.mt_comment")
        [proposal] = self._run().filtered(lambda one: one.kind == "copied")
        self.assertEqual((proposal.user_id, proposal.count), (self.librarian, 2))
        self.assertNotIn("Amara", proposal.text)
        self.assertNotIn("林伟", proposal.text)

    def test_a_long_talk_of_several_people_in_the_workroom(self):
        case = self._closed()
        room = case._ensure_workroom()
        people = [self.librarian, self.colleague, self.staff["lead"]]
        for number in range(8):
            room.with_user(people[number % 3]).sudo().message_post(
                body=f"Thought number {number} about the harbour", message_type="comment",
                author_id=people[number % 3].partner_id.id)
        [proposal] = self._run().filtered(lambda one: one.kind == "thread")
        self.assertEqual((proposal.user_id, proposal.count), (self.librarian, 8))
        self.assertIn("Thought number 3", proposal.text)
        self.assertNotIn(self.colleague.name, proposal.text)

    def test_questions_that_come_again_without_an_article(self):
        question = "Renewing dissertations borrowed through interlibrary lending consortium"
        for number in range(3):
            self._log(self._closed(f"{question} {number}"), problem=question)
        [proposal] = self._run().filtered(lambda one: one.kind == "repeated")
        self.assertEqual(proposal.count, 3)

    def test_an_article_on_them_ends_the_asking(self):
        question = "Renewing dissertations borrowed through interlibrary lending consortium"
        cases = [self._closed(f"{question} {number}") for number in range(3)]
        for case in cases:
            self._log(case, problem=question)
        cases[0].article_ids = self.env["library.article"].create({"name": "Renewing"})
        self.assertFalse(self._run().filtered(lambda one: one.kind == "repeated"))

    def _proposal(self):
        return self.Proposal._propose([{
            "source_key": "log:1", "kind": "reused", "count": 2, "user": self.librarian, "company": self.company,
            "name": "Maps", "text": LONG, "cases": self._case(), "subjects": self.env["library.subject"]}])

    def test_one_tap_makes_an_insight_or_an_article_and_a_no_is_for_ever(self):
        proposal = self._proposal().with_user(self.librarian)
        self.assertEqual(proposal.action_keep_insight()["res_model"], "library.insight")
        self.assertEqual((proposal.state, proposal.insight_id.author_id), ("insight", self.librarian))
        with self.assertRaises(UserError):
            proposal.action_no()
        self.assertFalse(self._proposal(), "it was answered")
        self.assertFalse(proposal.activity_ids)

    def test_an_article_from_it_has_the_writer_as_writer(self):
        """The steward who taps may not verify what the colleague wrote alone, and the colleague not at all."""
        proposal = self._proposal()
        proposal.with_user(self.staff["steward"]).action_keep_article()
        self.assertIn(self.librarian, proposal.article_id.editor_ids)
        self.assertEqual(proposal.article_id.visibility, "staff")

    def test_the_card_is_for_whoever_wrote_it_and_for_stewards(self):
        proposal = self._proposal()
        self.assertTrue(self.Proposal.with_user(self.librarian).search([("id", "=", proposal.id)]))
        self.assertTrue(self.Proposal.with_user(self.staff["steward"]).search([("id", "=", proposal.id)]))
        self.assertFalse(self.Proposal.with_user(self.colleague).search([("id", "=", proposal.id)]))
        with self.assertRaises(AccessError):
            proposal.with_user(self.colleague).action_no()
        with self.assertRaises(AccessError):
            self.Proposal.with_user(self.portal_user).search([])
