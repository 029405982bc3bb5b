from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import LibraryCase

PURPOSES = ("evaluation", "followup", "training", "suggestions", "news", "community")


@tagged("post_install", "-at_install")
class TestOutreach(LibraryCase):
    """The ledger: who may be written to, each message once, in the patron's words. Feature: 2.4; hazards: Mail"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Outreach = cls.env["library.outreach"]
        cls.Preference = cls.env["library.contact.preference"]

    def refused(self, purpose, **more):
        return self.Outreach._allowed([self.patron.id], purpose, **more)[self.patron.id]

    def row(self, key="case:1", kind="csat", purpose="evaluation"):
        return {"patron_id": self.patron.id, "purpose": purpose, "kind": kind, "key": key, "reason": "You asked us"}

    def claim(self, *rows):
        return self.Outreach._claim(list(rows))

    def test_defaults_follow_the_purpose(self):
        """Service messages come until refused; the others need the consent to news and invitations."""
        self.assertEqual(
            {purpose: self.refused(purpose) for purpose in PURPOSES},
            {"evaluation": None, "followup": None, "community": None,
             "training": "unwanted", "suggestions": "unwanted", "news": "unwanted"})
        self.patron._give("outreach")
        self.assertEqual([self.refused(purpose) for purpose in PURPOSES], [None] * 6)

    def test_one_purpose_on_one_channel(self):
        self.patron._give("outreach")
        self.Preference._answer(self.patron, {("news", "mail"): False}, "portal")
        answers = {(purpose, channel): self.refused(purpose, channel=channel)
                   for purpose in PURPOSES for channel in ("mail", "portal", "phone")}
        self.assertEqual([key for key, code in answers.items() if code], [("news", "mail")])

    def test_reasons(self):
        """Each reason not to write, alone."""
        self.assertIsNone(self.refused("evaluation"))
        cases = [
            ({"date_pause_until": fields.Date.add(fields.Date.today(), days=3)}, "paused"),
            ({"lifecycle": "left"}, "gone"), ({"active": False}, "gone"), ({"email": False}, "no_address"),
        ]
        for values, code in cases:
            before = {name: self.patron[name] for name in values}
            self.patron.write(values)
            self.assertEqual(self.refused("evaluation"), code)
            self.patron.write(before)
        self.env["mail.blacklist"]._add(self.patron.email)
        self.assertEqual(self.refused("evaluation"), "unwanted")
        self.env["mail.blacklist"]._remove(self.patron.email)
        self.patron.identity_ids.filtered(lambda one: one.kind == "email").state = "bounced"
        self.assertEqual(self.refused("evaluation"), "bounced")
        self.assertIsNone(self.refused("evaluation", channel="portal"))

    def test_open_complaint(self):
        """While a complaint is open the library asks for nothing and offers nothing; it still says what came of it."""
        self.patron._give("outreach")
        feedback = self.env["library.feedback"]._take(
            {"body": "Nobody answers", "kind": "complaint", "source": "portal", "patron_id": self.patron.id})
        self.assertEqual(
            {purpose: self.refused(purpose) for purpose in PURPOSES},
            {**dict.fromkeys(("evaluation", "training", "suggestions", "news"), "complaint"),
             "followup": None, "community": None})
        feedback.write({
            "state": "done", "date_acknowledged": self.env.cr.now(), "outcome_kind": "changed", "outcome": "Mended",
            "date_outcome": self.env.cr.now(),
        })
        self.assertIsNone(self.refused("evaluation"))

    def test_cap_over_everything(self):
        self.company.library_outreach_cap = 2
        self.claim(self.row("case:1"), self.row("improvement:1", "you_said", "followup"))
        self.assertIsNone(self.refused("community"), "what came of their words is not counted")
        self.claim(self.row("case:2"))
        self.assertEqual(self.refused("community"), "cap")
        self.assertIsNone(self.refused("followup"))
        later = fields.Datetime.add(self.env.cr.now(), days=31)
        self.assertIsNone(self.refused("community", now=later))

    def test_claimed_once(self):
        first = self.claim(self.row(), self.row())
        again = self.claim(self.row(), self.row("case:2"))
        self.assertEqual((len(first), len(again), again.key), (1, 1, "case:2"))

    def test_many_in_one_statement(self):
        """The number of statements does not grow with the number of patrons."""
        patrons = self.env["library.patron"].create(
            [{"name": f"P {number}", "email": f"p{number}@patrons.test"} for number in range(20)])
        self.Outreach._allowed(patrons[:2].ids, "news")
        with self.assertQueryCount(1):
            self.assertEqual(len(self.Outreach._allowed(patrons.ids, "news")), 20)

    def test_the_mail(self):
        """Language, headers, reason and the way out; the queue is started, the ledger follows."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.patron.lang = "zh_CN"
        row = self.claim(self.row())
        template = self.env["mail.template"].create({
            "name": "T", "model_id": self.env["ir.model"]._get_id("library.outreach"),
            "subject": "Hello {{ object.patron_id.name }}", "body_html": "<p>Words <t t-out='x'/></p>"})
        template.with_context(lang="zh_CN").subject = "您好 {{ object.patron_id.name }}"
        self.env["ir.model.data"].create(
            {"module": "library_crm", "name": "test_outreach_template", "model": template._name, "res_id": template.id})
        row._mail("library_crm.test_outreach_template", x="seven")
        mail = row.mail_id
        self.assertEqual(mail.subject, "您好 林伟")
        for words in ("seven", "You asked us", row._unsubscribe_url(), row._contact_url()):
            self.assertIn(words, mail.body_html)
        for words in ("auto-generated", "List-Unsubscribe=One-Click", row._unsubscribe_url(), "All"):
            self.assertIn(words, mail.headers)
        self.assertIn("wei@patrons.test", mail.email_to)
        self.assertTrue(mail.library_once and mail.library_keep_trying)
        mail.write({"state": "exception"})
        self.assertEqual(row.state, "failed")
        mail.write({"state": "sent"})
        self.assertEqual(row.state, "sent")

    def test_refusal_takes_back_what_waits(self):
        """What has not left yet does not leave after a no."""
        self.patron._give("outreach")
        news, asked = self.claim(self.row("c:1", "campaign:1", "news")), self.claim(self.row())
        for row in news | asked:
            row._adopt(self.mails.create({"subject": "S", "library_once": True}))
        self.patron._withdraw("outreach")
        self.assertEqual((news.state, news.mail_id.state), ("stopped", "cancel"))
        self.assertEqual((asked.state, asked.mail_id.state), ("waiting", "outgoing"))

    def test_withdrawn_consent_ends_single_answers(self):
        self.Preference._answer(self.patron, {("news", "mail"): True}, "portal")
        self.assertIsNone(self.refused("news"))
        self.patron._withdraw("outreach")
        self.assertEqual(self.refused("news"), "unwanted")

    def test_forgotten(self):
        row = self.claim(self.row())
        row._adopt(self.mails.create({"subject": "S"}))
        mail = row.mail_id
        self.Preference._answer(self.patron, {("news", "mail"): True}, "portal")
        self.patron._anonymise()
        self.assertFalse(row.exists() or mail.exists())
        self.assertFalse(self.Preference.search([("patron_id", "=", self.patron.id)]))

    def test_merge_keeps_the_no(self):
        """A no of either record holds for the one that stays; undone, both answers are back."""
        self.Preference._answer(self.patron, {("news", "mail"): True}, "portal")
        one, two = self.env["library.patron"].create(
            [{"name": "One", "email": "one@patrons.test"}, {"name": "Two", "email": "two@patrons.test"}])
        self.Preference._answer(one, {("news", "mail"): True, ("evaluation", "mail"): False}, "portal")
        two._give("outreach")
        self.Preference._answer(two, {("news", "mail"): False}, "portal")
        with mute_logger("odoo.sql_db"):
            merge = self.env["library.patron.merge"]._merge(one, two)
        self.assertEqual(self.Outreach._allowed(one.ids, "news"), {one.id: "unwanted"})
        merge.action_undo()
        self.env.invalidate_all()
        self.assertTrue(self.Preference.search([("patron_id", "=", one.id), ("purpose", "=", "news")]).is_wanted)

    def test_other_institution(self):
        """Staff of another institution see neither ledger nor answers."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.librarian.copy(
            {"login": "stranger", "company_ids": [(6, 0, other.ids)], "company_id": other.id})
        row = self.claim(self.row())
        self.assertIn(row, self.Outreach.with_user(self.librarian).search([]))
        self.assertNotIn(row, self.Outreach.with_user(stranger).search([]))

    def test_no_way_by_rpc(self):
        """A patron reads no ledger, also not the own one."""
        self.claim(self.row())
        with mute_logger("odoo.models"), self.assertRaisesRegex(Exception, "access|allowed"):
            self.Outreach.with_user(self.portal_user).search([])

    def test_pause_holds_what_waits(self):
        row = self.claim(self.row())
        row._adopt(self.mails.create({"subject": "S", "library_once": True}))
        until = fields.Date.add(fields.Date.today(), days=10)
        with patch.object(type(self.patron), "_next_contact", lambda _self, moment: moment):
            form = {"date_pause_until": str(until), "want_evaluation_mail": "1"}
            self.Preference._portal_take(self.patron.sudo(), form, "portal")
        self.assertEqual(str(row.mail_id.scheduled_date)[:10], str(until))
