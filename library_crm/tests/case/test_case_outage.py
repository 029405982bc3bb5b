from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .portal_common import LibraryPortalCase

TEXT = "Use the microfilm on the second floor."


@tagged("post_install", "-at_install")
class TestCaseOutage(LibraryPortalCase):
    """An outage reaches every open case that rests on its source, and its patron in plain words. Feature: 5.2"""

    def setUp(self):
        super().setUp()
        self.resource = self.env["library.resource"].create({"name": "Old newspapers archive"})
        self.case = self._case(user_id=self.librarian.id)
        self.room = self.case._ensure_workroom()
        self.outage = self.env["library.outage"].create({"resource_id": self.resource.id, "text": TEXT})

    def _search(self):
        self.env["library.search.log"].create(
            {"workroom_id": self.room.id, "resource_id": self.resource.id, "query": "harbour AND map"}
        )

    def _deliver(self, case=None):
        solution = self.env["library.solution"].create({
            "name": "Maps of the harbour", "state": "final",
            "source_ids": [Command.create({"name": "Archive", "resource_id": self.resource.id})],
        })  # fmt: skip
        (case or self.case).solution_ids = solution
        return solution

    def test_a_source_that_was_searched_or_cited_touches_the_case(self):
        self.outage.action_announce()
        self.assertFalse(self.case.get_outages())
        self._search()
        self.assertEqual([row["name"] for row in self.case.with_user(self.librarian).get_outages()],
                         ["Old newspapers archive"])
        self.assertEqual(self.outage.case_count, 1)
        other = self._case()
        self._deliver(other)
        self.assertEqual(len(other.get_outages()), 1)
        found = self.env["library.case"].search([("is_in_outage", "=", True)])
        self.assertLessEqual(self.case | other, found)

    def test_an_article_that_cites_it_counts_too(self):
        article = self.env["library.article"].create({
            "name": "Newspapers", "body": "<p>x</p>",
            "source_ids": [Command.create({"name": "Archive", "resource_id": self.resource.id})],
        })  # fmt: skip
        self.case.article_ids = article
        self.outage.action_announce()
        self.assertEqual(len(self.case.get_outages()), 1)

    def test_drafts_what_is_over_and_closed_cases_are_silent(self):
        self._search()
        self.assertFalse(self.case.get_outages(), "not announced")
        self.outage.action_announce()
        self.outage.action_end()
        self.assertFalse(self.case.get_outages(), "over")
        self.outage.copy({"text": TEXT}).action_announce()
        self.assertEqual(len(self.case.get_outages()), 1)
        self.case._close("met")
        self.assertFalse(self.case.get_outages(), "closed")

    def test_contributors_see_it_in_the_workroom_and_strangers_nowhere(self):
        self._search()
        self.outage.action_announce()
        self.assertEqual(len(self.room.with_user(self.librarian).get_outages()), 1)
        for record in (self.case, self.room):
            for user in (self.colleague, self.portal_user, self.other_portal_user):
                if record == self.case and user == self.portal_user:
                    self.assertEqual(record.with_user(user).get_outages(), [])
                    continue
                with self.assertRaises(AccessError):
                    record.with_user(user).get_outages()

    def test_owners_are_told_once_and_nothing_goes_to_the_patron(self):
        self._search()
        second = self._case(user_id=self.librarian.id)
        self._deliver(second)
        before = len(self.case.message_ids)
        self.outage.action_announce()
        notice = self.env["mail.message"].search([("model", "=", "library.outage"), ("res_id", "=", self.outage.id),
                                                  ("message_type", "=", "user_notification")])  # fmt: skip
        self.assertEqual(notice.notified_partner_ids, self.librarian.partner_id)
        self.assertEqual(len(self.case.message_ids), before)
        self.assertNotIn(self.patron.partner_id, notice.notified_partner_ids)

    def test_owners_are_not_told_when_nobody_wants_it(self):
        self._search()
        self.outage.notify_owners = False
        self.outage.action_announce()
        self.assertFalse(self.outage.message_ids.filtered(lambda one: one.message_type == "user_notification"))

    def test_the_patron_reads_the_name_only_of_what_was_delivered(self):
        self._search()
        self.outage.action_announce()
        self.authenticate(self.portal_user.login, self.portal_user.login)
        page = self.url_open(f"/my/cases/{self.case.id}").text
        self.assertIn("may take a little longer", page)
        self.assertNotIn("Old newspapers archive", page, "which source was searched stays among colleagues")
        self.assertNotIn("harbour AND map", page)
        self._deliver()
        page = self.url_open(f"/my/cases/{self.case.id}").text
        self.assertIn("Old newspapers archive", page)
        self.assertIn(TEXT, page)

    def test_the_form_asks_nothing_for_it(self):
        self._search()
        self.outage.action_announce()
        fields_of_form = self.env["library.case"].get_view(view_type="form")["models"]["library.case"]
        self.assertFalse({"is_in_outage"} & set(fields_of_form))


@tagged("post_install", "-at_install")
class TestSolutionOutcome(LibraryPortalCase):
    """What came of each use of a solution; what helped most stands first. Feature: 33.1"""

    def _solution(self, **values):
        return self.env["library.solution"].create({"name": "Maps", "state": "final", **values})

    def _use(self, solution, resolution="met", confirmation="none"):
        case = self._case()
        case.solution_ids = solution
        case._close(resolution)
        case.confirmation = confirmation

    def test_outcomes_are_counted_and_the_best_stands_first(self):
        good, bad, new = self._solution(), self._solution(), self._solution()
        for _time in range(3):
            self._use(good)
        self._use(good, confirmation="confirmed")
        self._use(bad, confirmation="reopened")
        self._use(bad)
        self.env["library.solution"]._update_reuse()
        figures = [(one.reuse_count, one.helped_count, one.not_helped_count) for one in (good, bad, new)]
        self.assertEqual(figures, [(3, 4, 0), (1, 1, 1), (0, 0, 0)])
        ranked = self.env["library.solution"].search(
            [("id", "in", (good | bad | new).ids)], order="reuse_score desc, reuse_count desc, id desc"
        )
        self.assertEqual(ranked, good + bad + new)

    def test_an_adaptation_speaks_for_its_original(self):
        first = self._solution()
        self._use(first)
        second = first.browse(first.action_adapt()["res_id"])
        second.state = "final"
        self._use(second, confirmation="confirmed")
        self.env["library.solution"]._update_reuse()
        self.assertEqual((first.reuse_count, first.helped_count), (1, 2))
        self.assertEqual((second.reuse_count, second.helped_count), (0, 1))
