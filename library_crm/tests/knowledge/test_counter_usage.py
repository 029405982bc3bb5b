import base64
import json
from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...connectors import counter_report
from ...connectors.sushi import SushiClient, SushiError
from .common import KnowledgeCase

HEADER = {"Report_ID": "TR", "Release": "5.1", "Institution_Name": "Riverside",
          "Report_Filters": {"Begin_Date": "2025-01-01", "End_Date": "2025-02-28"}}
KEY = "key-that-nobody-reads"


def report_file(titles=None, platform="JHOnline", **header):
    """A JSON report of release 5.1: {title: {metric: {month: count}}}."""
    titles = titles or {"River Studies": {"Total_Item_Requests": {"2025-01": 40, "2025-02": 60}}}
    return json.dumps({
        "Report_Header": {**HEADER, **header},
        "Report_Items": [
            {"Title": title, "Platform": platform, "Item_ID": {"Online_ISSN": "1234-5679"},
             "Attribute_Performance": [{"Data_Type": "Journal", "Performance": performance}]}
            for title, performance in titles.items()
        ],
    }).encode()  # fmt: skip


@tagged("post_install", "-at_install")
class TestCounterUsage(KnowledgeCase):
    """Use of licensed sources, month by month, as their providers count it. Feature: 5.2"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.resource = cls.env["library.resource"].create(
            {"name": "JHOnline", "coverage_ids": [(6, 0, cls.medicine.ids)], "cost_year": 200.0}
        )
        cls.Run = cls.env["library.counter.run"]
        cls.Usage = cls.env["library.resource.usage"]

    def _take_in(self, data=None, **header):
        report = counter_report.read(data or report_file(**header))
        return self.Run._take_in(report, self.env.company, "test")

    def _numbers(self):
        return {(one.source_id.title, one.metric, one.month): one.count for one in self.Usage.search(
            [("source_id.platform", "=", "JHOnline")])}

    def test_a_report_becomes_use_and_cost_per_use(self):
        run = self._take_in()
        self.assertEqual((run.state, run.report, run.use_count, run.refused_count), ("done", "TR", 2, 0))
        self.assertEqual(self._numbers(), {
            ("River Studies", "Total_Item_Requests", date(2025, 1, 1)): 40,
            ("River Studies", "Total_Item_Requests", date(2025, 2, 1)): 60,
        })
        self.assertEqual((self.resource.uses_year, self.resource.cost_per_use), (100, 2.0))
        self.assertEqual(self.resource.date_use_to, date(2025, 2, 28))

    def test_the_same_report_again_changes_nothing_and_a_restated_one_replaces_it(self):
        self._take_in()
        before = self._numbers()
        self._take_in()
        self.assertEqual(self._numbers(), before)
        self._take_in(report_file({"Lake Studies": {"Total_Item_Requests": {"2025-02": 7}}}))
        self.assertEqual(self._numbers(), {("Lake Studies", "Total_Item_Requests", date(2025, 2, 1)): 7})
        self.assertEqual(self.resource.uses_year, 7)

    def test_another_report_of_the_same_months_stays_beside(self):
        self._take_in()
        self._take_in(report_file({"River Studies": {"Total_Item_Requests": {"2025-01": 30}}}, Report_ID="TR_J1"))
        self.assertEqual(self.resource.uses_year, 100, "the report that counts most, never the sum of two views of it")

    def test_refused_rows_come_as_a_file_and_corrected_they_are_added(self):
        data = report_file({
            "River Studies": {"Total_Item_Requests": {"2025-01": 40}},
            "Lake Studies": {"Total_Item_Requests": {"2025-01": "many"}},
        })  # fmt: skip
        run = self._take_in(data)
        self.assertEqual((run.refused_count, len(self._numbers())), (1, 1))
        file = base64.b64decode(run.refused_file)
        self.assertIn(b"no whole number", file)
        empty, full = b"\tTotal_Item_Requests\t0\t\t", b"\tTotal_Item_Requests\t9\t9\t"
        self.assertIn(empty, file)
        good = file.replace(empty, full)
        self._take_in(good)
        self.assertEqual(self._numbers(), {
            ("River Studies", "Total_Item_Requests", date(2025, 1, 1)): 40,
            ("Lake Studies", "Total_Item_Requests", date(2025, 1, 1)): 9,
        })

    def test_a_platform_said_once_is_known_ever_after(self):
        self._take_in(report_file(platform="Old House Web"))
        source = self.env["library.counter.source"].search([("platform", "=", "Old House Web"), ("title", "=", False)])
        self.assertFalse(source.resource_id)
        source.with_user(self.steward).resource_id = self.resource
        self.assertEqual((source.matched_by, self.resource.uses_year), ("hand", 100))
        self._take_in(report_file(platform="OLD  House web"))
        self.assertEqual(self.Usage.search([("source_id.platform", "=", "Old House Web")]).resource_id, self.resource)
        source.with_user(self.steward).resource_id = False
        self.assertEqual(self.resource.uses_year, 0)

    def test_a_journal_of_the_register_is_found_by_its_issn(self):
        journal = self.env["library.resource"].create({"name": "River Studies online", "issn": "12345679"})
        self._take_in()
        self.assertEqual((journal.uses_year, self.resource.uses_year), (100, 0))
        source = self.env["library.counter.source"].search([("title", "=", "River Studies")])
        self.assertEqual(source.matched_by, "issn")

    def test_two_resources_of_one_name_lead_to_none(self):
        self.resource.copy({"name": "JHOnline"})
        self._take_in()
        self.assertEqual(self.resource.uses_year, 0)

    def test_the_wizard_looks_first(self):
        Wizard = self.env["library.counter.import"].with_user(self.steward)
        wizard = Wizard.create({"file": base64.b64encode(report_file(platform="Nobody's")), "file_name": "tr.json"})
        wizard.action_look()
        self.assertEqual((wizard.state, wizard.report, wizard.platforms_without), ("look", "TR (5.1)", "Nobody's"))
        self.assertFalse(self.Usage.search([("platform", "=", "Nobody's")]))
        run = self.Run.browse(wizard.action_import()["res_id"])
        self.assertEqual((run.name, run.user_id), ("tr.json", self.steward))
        wizard.action_look()
        self.assertEqual(wizard.replaced_count, 2)
        with self.assertRaises(UserError):
            Wizard.create({"file": base64.b64encode(b"no report")}).action_look()

    def test_it_stands_in_the_list_of_connectors(self):
        run = self._take_in()
        line = self.env["library.connector.run"].search([("kind", "=", "counter"), ("record_id", "=", run.id)])
        self.assertEqual((line.state, line.cursor, line.created, line.refused), ("ok", "TR 2025-02", 2, 0))
        self.assertEqual(line.action_open()["res_id"], run.id)
        self.assertEqual(line.action_replay()["res_model"], "library.counter.import")
        numbers = self.env["library.connector.run"].search([]).ids
        self.assertEqual(len(numbers), len(set(numbers)))

    def test_another_institution_is_refused(self):
        company = self.env["res.company"].create({"name": "Another library"})
        wizard = self.env["library.counter.import"].with_user(self.steward).create(
            {"file": base64.b64encode(report_file()), "company_id": company.id}
        )
        with self.assertRaises(AccessError):
            wizard.action_import()
        self._take_in()
        elsewhere = self._user("elsewhere", "library_crm.group_library_manager", company_id=company.id,
                               company_ids=[(6, 0, company.ids)])  # fmt: skip
        self.assertFalse(self.Usage.with_user(elsewhere).search([]))
        self.assertFalse(self.Run.with_user(elsewhere).search([]))

    def test_nobody_outside_reads_the_use(self):
        self._take_in()
        for user in (self.patron, self.public, self.plain):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                self.Usage.with_user(user).search([])


@tagged("post_install", "-at_install")
class TestSushiAccount(KnowledgeCase):
    """Providers send their reports by themselves. Feature: 5.2"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Account = cls.env["library.sushi.account"]
        cls.account = cls.Account.create(
            {"name": "Journal House", "url": "https://sushi.example.org", "customer": "C1", "api_key": KEY,
             "date_first": "2025-01-01"}
        )
        cls.months = []

    def _fetch(self, answer):
        """Fetch with a server that gives `answer` (a file) or raises it."""

        def report(_client, code, first, last):
            self.months.append((code, first, last))
            if isinstance(answer, Exception):
                raise answer
            return counter_report.read(answer)

        commit = patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 60.0)
        with commit, patch.object(SushiClient, "report", report):
            self.Account._cron_fetch()

    def test_months_are_fetched_once_and_the_newest_again(self):
        self._fetch(report_file())
        self.assertEqual(self.account.state, "ok")
        self.assertEqual(self.account.done, {"TR": "2025-02"})
        self.assertEqual(self.months[0][:2], ("TR", date(2025, 1, 1)))
        self.assertFalse(self.Account.search(self.Account._domain_due()))
        self.account.date_next = False
        self._fetch(report_file())
        self.assertEqual(self.months[1][1], date(2025, 1, 1), "the newest two months are asked again")
        self.assertEqual(self.env["library.resource.usage"].search_count([("platform", "=", "JHOnline")]), 2)

    def test_a_busy_provider_is_asked_later_and_later(self):
        self._fetch(SushiError("sushi_busy", retry_seconds=900))
        first = self.account.date_next - self.env.cr.now()
        self.assertEqual((self.account.state, self.account.error_count), ("waiting", 1))
        self.account.date_next = False
        self._fetch(SushiError("sushi_busy", retry_seconds=900))
        self.assertGreater(self.account.date_next - self.env.cr.now(), first)
        self.assertIn("busy", self.account.message)

    def test_a_refused_key_is_said_and_stays_secret(self):
        self._fetch(SushiError("sushi_key"))
        self.assertEqual((self.account.state, self.account.run_ids.state), ("failing", "failed"))
        self.assertIn("key", self.account.message)
        self.assertNotIn(KEY, f"{self.account.message} {self.account.run_ids.message} {self.account.params}")

    def test_months_without_use_are_done(self):
        self._fetch(SushiError("sushi_no_data"))
        self.assertEqual(self.account.state, "ok")
        self.assertTrue(self.account.done["TR"])

    def test_only_managers_come_near_the_keys(self):
        for user in (self.steward, self.writer, self.patron):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                self.account.with_user(user).read(["name"])
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                self.account.with_user(user).action_fetch()

    def test_the_own_network_is_closed(self):
        inside = self.account.copy({"url": "https://127.0.0.1:8443"})
        with self.assertRaisesRegex(UserError, "own network"):
            inside.action_test()
