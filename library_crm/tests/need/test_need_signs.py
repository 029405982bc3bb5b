from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestNeedSigns(LibraryCase):
    """Unspoken needs are drafted from signs. Feature: 1.4"""

    def setUp(self):
        super().setUp()
        self.Need = self.env["library.need"]
        self.env["library.search.miss"].search([]).unlink()
        self.subject = self.env.ref("library_crm.subject_clc_v")

    def _draft(self):
        before = self.Need.search([("origin", "=", "latent")])
        self.Need._draft_latent(self.company)
        return self.Need.search([("origin", "=", "latent")]) - before

    def _misses(self, *counts):
        today = fields.Date.context_today(self.Need)
        self.env["library.search.miss"].create([
            {"name": "zeppelin", "key": "zeppelin", "date": today - timedelta(days=ago), "count": count,
             "company_id": self.company.id, "subject_id": self.subject.id}
            for ago, count in enumerate(counts)
        ])

    def test_searches_without_result(self):
        self._misses(2, 2)
        need = self._draft()
        self.assertEqual((need.name, need.patron_id.id, need.subject_ids), ("zeppelin", False, self.subject))
        self.assertEqual((need.signal_ids.count, need.signal_ids.kind), (4, "search_no_hit"))
        self.assertIn("4 times", need.evidence)

    def test_run_again_it_adds_nothing(self):
        self._misses(2, 2)
        need = self._draft()
        self.assertFalse(self._draft())
        self._misses_more()
        self.assertFalse(self._draft())
        self.assertEqual(need.signal_ids.count, 9, "the same sign counts on")

    def _misses_more(self):
        today = fields.Date.context_today(self.Need)
        self.env["library.search.miss"].create({
            "name": "zeppelin", "key": "zeppelin", "date": today - timedelta(days=5), "count": 5,
            "company_id": self.company.id,
        })

    def test_what_somebody_judged_is_not_drafted_anew(self):
        self._misses(2, 2)
        need = self._draft()
        need._settle("withdrawn")
        self.assertFalse(self._draft())
        self.assertEqual(need.state, "withdrawn")

    def test_questions_that_came_back(self):
        case = self._case()
        case._close("met")
        case._reopen()
        need = self._draft()
        self.assertEqual((need.patron_id, need.case_ids, need.origin), (self.patron, case, "latent"))
        self.assertEqual(need.signal_ids.kind, "reopened")
        self.assertFalse(need.with_user(self.colleague).has_access("read"), "another department reads nothing of it")
        self.assertFalse(need.signal_ids.with_user(self.colleague).has_access("read"))
        self.assertFalse(need.with_user(self.portal_user).has_access("read"), "the patron was not asked yet")
        case._close("met")
        self.assertEqual(need.state, "stated", "an answer to the question settles no guess beside it")
        self.assertEqual((case.need_ids - need).state, "met")

    def test_documents_asked_again_and_again(self):
        service = self.env["library.service"].create({"name": "Copies", "kind": "document"})
        for number in range(3):
            need = self.Need.create({"name": f"N{number}", "subject_ids": [Command.link(self.subject.id)]})
            self._case(service_id=service.id, need_ids=[Command.link(need.id)], patron_id=False)
            if number < 2:
                self.assertFalse(self._draft())
        drafted = self._draft()
        self.assertEqual((drafted.subject_ids, drafted.signal_ids.count), (self.subject, 3))

    def test_noted_by_hand(self):
        need = self.Need.with_user(self.librarian).create({
            "name": "How to cite", "origin": "latent",
            "signal_ids": [Command.create({"words": "Asked twice at the desk"})],
        })
        self.assertEqual(need.evidence, "Asked twice at the desk")

    def test_scheduled_action(self):
        self._misses(2, 2)
        with self.enter_registry_test_mode():
            self.env.ref("library_crm.ir_cron_library_needs").method_direct_trigger()
            self.env.ref("library_crm.ir_cron_library_needs").method_direct_trigger()
        self.assertEqual(self.Need.search_count([("name", "=", "zeppelin"), ("origin", "=", "latent")]), 1)
