from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestAnalysisJobs(LibraryCase):
    """Feature: 12.3"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.jobs = cls.env["library.analysis.job"].search([])
        cls.facts = cls.jobs.filtered(lambda job: job.code == "facts")
        cls.cron = cls.env.ref("library_crm.ir_cron_library_analysis_job_run")

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_every_job_names_methods_that_exist(self):
        for job in self.jobs:
            with self.subTest(job=job.code):
                self.assertTrue(hasattr(self.env[job.model], f"_analyse_{job.code}"))
                self.assertTrue(hasattr(self.env[job.model], f"_forget_{job.code}"))

    def test_a_manager_starts_one_and_the_cron_does_it(self):
        self.facts.with_user(self.staff["manager"]).action_run()
        self.assertEqual(self.facts.state, "queued")
        self._run_cron()
        self.assertEqual((self.facts.state, self.facts.progress), ("idle", 100.0))
        self.assertTrue(self.facts.date_last_end)
        self.assertIn("used the library within a year", self.facts.last_result)
        self.assertTrue(self.patron.fact_ids)

    def test_nobody_else_starts_one(self):
        for role in ("librarian", "relations", "lead", "steward"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.facts.with_user(self.staff[role]).action_run()
        with self.assertRaises(AccessError):
            self.env["library.analysis.job"].with_user(self.librarian).action_run_all()

    def test_it_goes_on_at_its_cursor(self):
        self.env["ir.config_parameter"].set_param("library_crm.analysis_slice", "1")
        self.facts._queue()
        self.facts._run_batch()
        self.assertEqual((self.facts.state, self.facts.done), ("running", 1))
        first = self.facts.cursor["after"]
        self.facts._run_batch()
        self.assertEqual(self.facts.done, 2)
        self.assertGreater((self.facts.cursor or {}).get("after", first + 1), first)

    def test_a_failure_is_shown_and_the_others_go_on(self):
        self.jobs.filtered(lambda job: job.code in ("facts", "debt"))._queue()
        Facts = self.env.registry["library.patron.fact"]
        log = "odoo.addons.library_crm.models.analysis.library_analysis_job"
        with patch.object(Facts, "_analyse_facts", side_effect=ValueError("no such month")), mute_logger(log):
            self._run_cron()
        self.assertEqual((self.facts.state, self.facts.error), ("failed", "ValueError: no such month"))
        self.assertEqual(self.jobs.filtered(lambda job: job.code == "debt").state, "idle")

    def test_what_runs_is_not_thrown_away(self):
        self.facts.state = "running"
        with self.assertRaises(UserError):
            self.facts.action_rebuild()
        self.facts.action_run()
        self.assertEqual(self.facts.state, "running")

    def test_the_night_queues_every_job_and_runs_them_to_the_end(self):
        self.env["library.analysis.job"]._cron_queue()
        self.assertEqual(set(self.jobs.mapped("state")), {"queued"})
        self._run_cron()
        self.assertEqual({job.code: job.error or job.state for job in self.jobs},
                         {job.code: "idle" for job in self.jobs})
        for job in self.jobs:
            with self.subTest(job=job.code):
                self.assertTrue(job.last_result)

    def test_throwing_away_and_rebuilding_brings_the_facts_back(self):
        self.facts._queue()
        self._run_cron()
        before = self.patron.fact_ids.read()
        self.facts.action_rebuild()
        self.assertTrue(self.facts.is_rebuild)
        self._run_cron()
        self.assertEqual(self.patron.fact_ids.read(), before)
