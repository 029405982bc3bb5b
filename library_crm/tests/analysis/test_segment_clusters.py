from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .use_common import LibraryUseCase


@tagged("post_install", "-at_install")
class TestSegmentClusters(LibraryUseCase):
    """Feature: 13.1"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # three ways of use and three fields, drawn independently of each other
        cls.people = cls._patrons(150)
        for number in range(3):
            group = cls.people[number::3]
            for place in range(2):
                cls._use(
                    group[place::2],
                    subject=cls.subjects[2 * number + place],
                    uses=(30, 8, 2)[number] + place,
                    months=(10, 6, 2)[number],
                    back=(0, 2, 7)[number],
                    channel="remote" if number == 1 else "onsite",
                )
            for place, patron in enumerate(group):
                second = cls.subjects[2 * number + (place + 1) % 2]
                cls._use(patron, kind="database", subject=second, uses=1 + place % 5, months=1, back=7)
        cls.people._give("interests")
        cls._run("facts")

    def _search(self, kind):
        fit = self.env["library.cluster.fit"].create({"kind": kind})
        fit._search_groups()
        self.assertEqual(fit.state, "done", fit.problem)
        return fit

    def test_found_groups_are_described_and_stable(self):
        fit = self._search("use")
        self.assertGreaterEqual(fit.stability, 0.85)
        self.assertEqual(sum(fit.cluster_ids.mapped("size")), 150)
        for cluster in fit.cluster_ids:
            self.assertIn(str(cluster.size), cluster.sentence)

    def test_subjects_of_those_who_said_no_are_not_looked_at(self):
        self.people[:3]._withdraw("interests")
        fit = self._search("subject")
        self.assertEqual(fit.patron_count, 147)
        words = " ".join(fit.cluster_ids.mapped("sentence"))
        self.assertIn(self.subjects[0].name, words)
        self.assertIn("remote", words)

    def test_a_group_is_used_only_with_a_name_that_a_person_gave(self):
        cluster = self._search("use").cluster_ids[0].with_user(self.staff["lead"])
        with self.assertRaises(UserError):
            cluster.action_use()
        cluster.name = "Here every week"
        cluster.action_use()
        segment = cluster.segment_id
        self.assertEqual(
            (segment.kind, segment.name, segment.member_count), ("cluster", "Here every week", cluster.size)
        )
        with self.assertRaises(AccessError):
            cluster.with_user(self.staff["relations"]).action_use()

    def test_patrons_are_put_into_groups_by_the_stored_centroids(self):
        fit = self._search("use")
        fit.cluster_ids[0].name = "Named"
        fit.cluster_ids[0].action_use()
        segment = fit.cluster_ids[0].segment_id
        like = segment.member_ids.patron_id[0]
        [facts] = like.fact_ids.read(["visit_days_year", "visit_days_total", "uses_year", "days_since_use"])
        newcomer = self._patrons(1)
        self.env["library.patron.fact"].create(
            {
                "patron_id": newcomer.id,
                "company_id": self.company.id,
                "as_of": self.today,
                **{name: value for name, value in facts.items() if name != "id"},
            }
        )
        with patch("odoo.addons.library_crm.lib.clusters.fit_use", side_effect=AssertionError("no new search")):
            self._run("segments")
        segment.invalidate_recordset()
        self.assertIn(newcomer, segment.member_ids.patron_id)

    def test_withdrawing_interests_ends_membership_by_subject_at_once(self):
        cluster = self._search("subject").cluster_ids[0]
        cluster.name = "Readers of one field"
        cluster.action_use()
        patron = cluster.segment_id.member_ids.patron_id[0]
        patron._withdraw("interests")
        self.assertFalse(self.env["library.segment.member"].search([("patron_id", "=", patron.id)]))

    def test_too_few_patrons_say_so(self):
        self.people[60:].active = False
        fit = self.env["library.cluster.fit"].create({"kind": "use"})
        fit._search_groups()
        self.assertEqual((fit.state, fit.problem), ("failed", "few"))

    @mute_logger("odoo.addons.library_crm.models.analysis.library_cluster_fit_run")
    def test_a_search_that_breaks_says_so(self):
        fit = self.env["library.cluster.fit"].create({"kind": "use"})
        with patch("odoo.addons.library_crm.lib.clusters.fit_use", side_effect=ZeroDivisionError):
            fit._search_groups()
        self.assertEqual((fit.state, fit.problem), ("failed", "error"))

    def test_started_from_the_screen_and_done_in_the_background(self):
        lead = self.staff["lead"]
        action = self.env["library.cluster.fit"].with_user(lead).action_search_use()
        fit = self.env["library.cluster.fit"].browse(action["res_id"])
        self.assertEqual(fit.state, "queued")
        with self.assertRaises(UserError):
            self.env["library.cluster.fit"].with_user(lead).action_search_use()
        with self.assertRaises(AccessError):
            self.env["library.cluster.fit"].with_user(self.staff["relations"]).action_search_use()
        with self.enter_registry_test_mode():
            self.env.ref("library_crm.ir_cron_library_cluster_fit_run").method_direct_trigger()
        fit.invalidate_recordset()
        self.assertEqual(fit.state, "done")
