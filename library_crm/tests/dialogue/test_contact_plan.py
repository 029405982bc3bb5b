from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..common import LibraryCase

ACTIVITY = "library_crm.mail_activity_contact_quiet"


@tagged("post_install", "-at_install")
class TestContactPlan(LibraryCase):
    """Who is looked after and was quiet too long. Feature: 2.4; hazards: Time"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.env.cr.now().date()
        cls.relationship = cls.env["library.relationship"].create({
            "patron_id": cls.patron.id, "owner_id": cls.librarian.id, "cadence": "quarter",
            "date_since": cls.today - timedelta(days=400)})

    def refresh(self):
        self.env["library.relationship"]._refresh_contact()
        return self.relationship

    def test_agreed_or_planned(self):
        """A plan for the stage goes before what was agreed; the shortest one holds."""
        relationship = self.refresh()
        self.assertEqual((relationship.quiet_allowed, relationship.quiet_days, relationship.is_quiet), (120, 400, True))
        self.patron.lifecycle = "at_risk"
        self.assertEqual(self.refresh().quiet_allowed, 30)
        self.env["library.contact.plan"].create({"days": 20})
        self.assertEqual(self.refresh().quiet_allowed, 20)

    def test_every_way_counts(self):
        """A case, a talk at the desk, a personal message: each is contact."""
        def days_ago(days):
            return self.env.cr.now() - timedelta(days=days)

        talk = self.env["library.interaction"].create({
            "patron_id": self.patron.id, "date": days_ago(90), "team_id": self.team.id})
        self.assertEqual((self.refresh().date_last_contact, self.relationship.is_quiet), (talk.date.date(), False))
        row = self.env["library.outreach"]._claim([{
            "patron_id": self.patron.id, "purpose": "suggestions", "kind": "next:1", "key": "1"}])
        row.write({"date": days_ago(10), "state": "sent"})
        self.assertEqual(self.refresh().quiet_days, 10)
        case = self._case()
        case.date_last_message = days_ago(2)
        self.assertEqual(self.refresh().quiet_days, 0)

    def test_left_in_peace(self):
        """Who asked for a pause is not pursued."""
        self.patron.date_pause_until = fields.Date.add(self.today, days=5)
        self.assertFalse(self.refresh().is_quiet)

    def test_reminders(self):
        """One for the owner, not a second one, no more at a time than the cap, gone when there was contact."""
        other = self.env["library.relationship"].create({
            "patron_id": self.other_patron.id, "owner_id": self.librarian.id, "cadence": "month",
            "date_since": self.today - timedelta(days=300)})
        self.company.library_quiet_cap = 1
        Relationship = self.env["library.relationship"]
        kind = self.env.ref(ACTIVITY)
        for _night in range(2):
            Relationship._cron_quiet()
        self.assertEqual(self.relationship.activity_ids.activity_type_id, kind)
        self.assertEqual(self.relationship.activity_ids.user_id, self.librarian)
        self.assertFalse(other.activity_ids, "the cap")
        self._case()
        Relationship._cron_quiet()
        self.assertFalse(self.relationship.activity_ids)

    def test_segment(self):
        """Rules, journeys and plans for one segment leave others out; profile off means no rule from behaviour."""
        segment = self.env["library.segment"].create({"name": "S", "kind": "hand"})
        self.env["library.contact.plan"].create({"days": 10, "segment_id": segment.id})
        self.assertEqual(self.refresh().quiet_allowed, 120)
        self.env["library.segment.member"].create({
            "segment_id": segment.id, "patron_id": self.patron.id, "company_id": self.company.id, "how": "hand",
            "date_from": self.today})
        self.assertEqual(self.refresh().quiet_allowed, 10)
        service = self.env["library.service"].create({"name": "Scans", "company_id": self.company.id})
        both = self.patron | self.other_patron
        both._give("outreach")
        both.write({"lifecycle": "active"})
        (self.patron | self.other_patron)._give("interests")
        self.env["library.next.rule"].search([]).active = False
        rule = self.env["library.next.rule"].create({
            "name": "Never used", "event": "service_unused", "service_id": service.id, "segment_id": segment.id,
            "subject": "{thing}", "body": "{thing}"})
        Step = self.env["library.next.step"]
        Step.search([]).unlink()
        self.patron._withdraw("interests")
        Step._propose(self.company)
        self.assertFalse(Step.search([("rule_id", "=", rule.id)]))
        self.patron._give("interests")
        Step._propose(self.company)
        step = Step.search([("rule_id", "=", rule.id)])
        self.assertEqual(step.patron_id, self.patron)
        self.assertIn("Scans", step.reason)
        journey = self.env.ref("library_crm.journey_win_back")
        both.write({"lifecycle": "at_risk"})
        journey.write({"active": True, "segment_id": segment.id})
        journey._enter(self.company)
        self.assertEqual(journey.person_ids.patron_id & both, self.patron)
