import psycopg2.errors

from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...lib.form_input import FormRefused
from ..common import LibraryCase


@tagged("post_install", "-at_install", "library_dialogue")
class TestIncident(LibraryCase):
    """What does not work is one incident, and everybody who reported it hears of it once. Feature: 16.5"""

    def report(self, user, page="/library/knowledge/renew-a-loan-12", body="The link is dead.", **form):
        self.env["library.feedback"].with_user(user)._portal_report({"page": page, "body": body, **form}, "10.1.0.1")
        return self.env["library.feedback"].search([], order="id desc", limit=1)

    def test_one_page_is_one_incident_and_all_are_told_once(self):
        public = self.env.ref("base.public_user")
        before = self.mails.search([])
        reports = self.report(self.portal_user)
        reports |= self.report(self.other_portal_user, "/library/knowledge/renew-a-loan-12?search=loan#top", "Dead")
        reports |= self.report(public, "/library/knowledge/renew-loans-12/", "404", email="guest@patrons.test")
        reports |= self.report(public, body="Still 404", email="guest@patrons.test")
        incident = reports.incident_id
        self.assertEqual((len(reports), len(incident), incident.report_count), (4, 1, 4))
        mine = incident.with_user(self.librarian)
        with self.assertRaises(UserError):
            mine.action_mended()
        mine.write({"diagnosis": "The vendor moved", "fix": "The link leads to the right place again."})
        acknowledged = self.mails.search([]) - before
        mine.action_mended()
        told = self.mails.search([]) - before - acknowledged
        self.assertEqual(
            sorted(told.mapped("email_to")), ["amara@patrons.test", "guest@patrons.test", "wei@patrons.test"])
        self.assertNotIn("vendor", " ".join(told.mapped("body_html")))
        self.assertEqual(set(reports.mapped("state")), {"done"})
        with self.assertRaises(UserError):
            mine.action_mended()
        mine.action_reopen()
        mine.action_mended()
        self.assertEqual(self.mails.search([]) - before - acknowledged, told, "nobody is told twice")
        later = self.report(self.portal_user, body="Dead again")
        self.assertNotEqual(later.incident_id, incident)

    def test_pages_and_records(self):
        article = self.env["library.article"].create({"name": "Renew a loan"})
        case = self._case()
        Feedback = self.env["library.feedback"]
        page = f"/my/cases/{case.id}"
        self.assertEqual(Feedback.with_user(self.portal_user)._portal_target(page), {"case_id": case.id})
        self.assertEqual(Feedback.with_user(self.other_portal_user)._portal_target(page), {})
        target = Feedback._portal_target(f"/library/knowledge/x-{article.id}")
        self.assertEqual(target, {"res_model": "library.article", "res_id": article.id})
        report = self.report(self.portal_user, f"/my/cases/{case.id}?access_token=secret")
        self.assertEqual((report.case_id, report.team_id, report.url), (case, self.team, f"/my/cases/{case.id}"))
        with self.assertRaises(AccessError):
            report.with_user(self.colleague).read(["body"])
        seen = report.incident_id.with_user(self.colleague)
        self.assertNotIn("dead", f"{seen.name} {seen.feedback_ids.mapped('id')}")
        self.assertFalse(seen.with_context(active_test=False).feedback_ids, "nor the words behind it")

    def test_two_reports_at_one_moment_are_one_incident(self):
        Incident = self.env["library.incident"]
        with self.registry.cursor() as other:
            other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 6))", [f"{self.company.id} /library/x"])
            with self.assertRaises(ConcurrencyError):
                Incident._find_or_open(self.company, "First", url="/library/x")
        opened = Incident._find_or_open(self.company, "First", url="/library/x")
        self.assertEqual(Incident._find_or_open(self.company, "Second", url="/library/x/"), opened)

    def test_hostile_reports(self):
        public = self.env.ref("base.public_user")
        for form in ({"page": ""}, {"page": "javascript:alert(1)"}, {"page": "/library/x", "body": ""},
                     {"page": "/library/x", "body": "y", "email": "nobody"}):
            with self.subTest(form=form), self.assertRaises(FormRefused):
                self.env["library.feedback"].with_user(public)._portal_report(form, "10.1.0.2")
        machine = self.report(public, "/library/x", "Buy", homepage="https://spam.test")
        self.assertFalse(machine.incident_id)
        report = self.report(public, "//evil.test/a", "y")
        self.assertEqual(report.url, "/a", "no address of another house")

    def test_a_broken_link_opens_an_incident_once(self):
        resource = self.env["library.resource"].create({"name": "Harbour maps", "url": "http://maps.test"})
        resource.health = "broken"
        Incident = self.env["library.incident"]
        for _check in range(2):
            resource._open_incidents()
        found = Incident.search([("res_model", "=", "library.resource"), ("res_id", "=", resource.id)])
        self.assertEqual((len(found), found.source), (1, "check"))

    def test_only_buttons_settle(self):
        incident = self.env["library.incident"].with_user(self.librarian).create(
            {"name": "Printer", "url": "/library/status", "state": "fixed"})
        self.assertEqual((incident.state, incident.source), ("open", "staff"))
        with self.assertRaises(AccessError):
            incident.state = "fixed"
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation), self.cr.savepoint():
            incident.copy({"name": "Printer again"}).flush_recordset()
        with self.assertRaises(AccessError):
            incident.with_user(self.portal_user).action_mended()
        with self.assertRaises(AccessError):
            incident.with_user(self.portal_user).read(["name"])
