from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..case.portal_common import LibraryPortalCase


@tagged("post_install", "-at_install")
class TestNextStep(LibraryPortalCase):
    """What is worth saying to whom, proposed with its reason, and said by people only. Feature: P3; hazards: Privacy"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Step = cls.env["library.next.step"]
        cls.env["library.next.step"].search([]).unlink()
        cls.now = cls.env.cr.now()
        (cls.patron | cls.other_patron)._give("outreach")
        cls.need = cls.env["library.need"].create({
            "name": "Early maps of the harbour", "patron_id": cls.patron.id, "state": "met"})
        cls.settle(cls.need)

    @classmethod
    def settle(cls, need, days=35):
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE library_need SET date_settled = %s WHERE id = %s", [cls.now - timedelta(days=days), need.id])
        need.invalidate_recordset()

    def rule(self, event):
        return self.env.ref(f"library_crm.next_rule_{event}")

    def propose(self, *events, patron=None):
        self.env["library.next.rule"].search([]).active = False
        for event in events or ("need_met",):
            self.rule(event).active = True
        self.Step._propose(self.company)
        return self.Step.search([("patron_id", "=", (patron or self.patron).id)])

    def test_reason_and_draft(self):
        """The reason names the person's own question; the draft is in the patron's words and can be changed."""
        step = self.propose()
        self.assertEqual((step.state, step.channel, step.key), ("proposed", "mail", f"need:{self.need.id}"))
        self.assertIn("Early maps of the harbour", step.reason)
        step = step.with_user(self.librarian)
        step.action_accept()
        self.assertEqual((step.state, step.user_id), ("accepted", self.librarian))
        self.assertIn("Early maps", step.subject)
        self.assertNotIn("{", step.subject + step.body)
        step.body = "Dear reader, a word of my own."
        self.assertEqual(step.state, "edited")
        step.action_send()
        self.assertEqual(step.state, "sent")
        mail = step.sudo().outreach_id.mail_id
        for words in ("a word of my own", "Early maps", "/library/stop-kind/", "/library/unsubscribe/"):
            self.assertIn(words, mail.body_html)

    def test_once(self):
        """The same occasion is proposed once, and a rule leaves a patron alone for a while."""
        step = self.propose()
        self.assertEqual(self.propose(), step)
        step.write({"state": "sent"})
        other = self.need.copy({"name": "Later maps"})
        other.state = "met"
        self.settle(other)
        self.assertEqual(self.propose(), step, "the rule rests")
        self.rule("need_met").cooldown_days = 0
        self.assertEqual(len(self.propose()), 2)

    def test_best_one_of_each_patron(self):
        """One open proposal a patron: the one that is worth most."""
        self.env["library.relationship"].create({
            "patron_id": self.patron.id, "owner_id": self.colleague.id, "date_review": self.now.date()})
        step = self.propose("need_met", "relationship_due")
        self.assertEqual((step.event, step.user_id), ("relationship_due", self.colleague))

    def test_every_event(self):
        """Each event finds its occasion and says why, alone."""
        today = self.now.date()
        self.patron.write({"date_stage_end": today + timedelta(days=50), "degree_stage": "master",
                           "date_enrolled": today - timedelta(days=45)})
        project = self.env["library.patron.project"].create({
            "name": "Tides", "date_end": today + timedelta(days=20),
            "member_ids": [(0, 0, {"patron_id": self.patron.id})]})
        subject = self.env["library.subject"].search([], limit=1)
        self.need.main_class_id = subject
        article = self.env["library.article"].create({"name": "How maps are dated", "body": "<p>x</p>",
                                                      "subject_ids": subject.ids})
        self.env["library.relationship"].create({"patron_id": self.patron.id, "date_review": today})
        case = self._case(need_ids=[(6, 0, self.need.ids)])
        self.env.flush_all()
        self.env.cr.execute("UPDATE library_article SET state = 'published', date_published = %s WHERE id = %s",
                            [self.now, article.id])
        self.env.cr.execute(
            "UPDATE library_case SET stage_code = 'deliver', waits_for = 'patron', date_last_message = %s"
            " WHERE id = %s",
            [self.now - timedelta(days=20), case.id])
        self.env.invalidate_all()
        expected = {
            "need_met": "Early maps", "stage_ends": "Master", "project_ends": project.name, "first_year": "joined",
            "article_fits": "How maps are dated", "unread_answer": "heard nothing", "relationship_due": "agreed",
        }
        events = dict(self.env["library.next.rule"]._fields["event"].selection)
        for event, words in expected.items():
            step = self.propose(event)
            self.assertEqual(len(step), 1, event)
            self.assertIn(words, step.reason, event)
            step.unlink()
        self.assertLessEqual(set(expected), set(events))

    def test_who_is_left_alone(self):
        """No consent, a pause, an open complaint, the cap: nothing is even proposed."""
        self.patron._withdraw("outreach")
        self.assertFalse(self.propose())
        self.patron._give("outreach")
        self.patron.date_pause_until = fields.Date.add(fields.Date.today(), days=2)
        self.assertFalse(self.propose())
        self.patron.date_pause_until = False
        self.company.library_outreach_cap = 1
        self.env["library.outreach"]._claim(
            [{"patron_id": self.patron.id, "purpose": "news", "kind": "x", "key": "1"}])
        self.assertFalse(self.propose())
        self.company.library_outreach_cap = 4
        self.env["library.feedback"]._take(
            {"body": "No", "kind": "complaint", "source": "portal", "patron_id": self.patron.id})
        self.assertFalse(self.propose())

    def test_checked_again_before_it_leaves(self):
        """A no between proposal and sending holds, and is said to the colleague."""
        step = self.propose().with_user(self.librarian)
        self.patron._withdraw("outreach")
        with self.assertRaisesRegex(UserError, "does not want"):
            step.action_send()
        self.assertFalse(self.env["library.outreach"].search([("kind", "=", f"next:{step.rule_id.id}")]))

    def test_preferred_way(self):
        """Who wants to be called is called; the ledger has it, no mail leaves."""
        self.patron.preferred_channel = "phone"
        step = self.propose()
        self.assertEqual(step.channel, "phone")
        before = self.mails.search([])
        step.with_user(self.librarian).action_send()
        self.assertEqual((step.outreach_id.channel, step.outreach_id.state), ("phone", "sent"))
        self.assertFalse(self._outgoing(before))

    def test_dismissals_tune(self):
        """Without a reason nothing is dismissed; what colleagues dismiss weighs less, and that is shown."""
        rule = self.rule("need_met")
        step = self.propose().with_user(self.librarian)
        with self.assertRaises(UserError):
            step.action_dismiss()
        step.dismiss_reason = "known"
        step.action_dismiss()
        self.assertEqual(step.state, "dismissed")
        rule.invalidate_recordset()
        one = rule.weight
        self.assertLess(one, rule.score)
        self.Step.create([
            {"patron_id": self.other_patron.id, "company_id": self.company.id, "rule_id": rule.id, "key": str(number),
             "state": "dismissed"} for number in range(9)])
        rule.invalidate_recordset()
        self.assertLess(rule.weight, one)
        self.assertEqual((rule.decided_count, rule.dismissed_count), (10, 10))

    def test_stop_kind(self):
        """A patron stops one kind by a link: opening it does nothing, other kinds go on, the page can undo it."""
        step = self.propose()
        step.action_send()
        url = f"/library/stop-kind/{step.outreach_id._token()}"
        Stop = self.env["library.next.stop"]
        self.assertEqual(self.url_open(url).status_code, 200)
        self.assertFalse(Stop.search([]))
        Stop._stop(self.patron, step.rule_id)
        Stop._stop(self.patron, step.rule_id)
        self.assertEqual(len(Stop.search([("patron_id", "=", self.patron.id)])), 1)
        self.assertEqual(step.outreach_id.state, "stopped")
        step.unlink()
        self.assertFalse(self.propose())
        self.patron.date_enrolled = self.now.date() - timedelta(days=45)
        self.assertEqual(self.propose("need_met", "first_year").event, "first_year")
        self.authenticate("test_patron", "test_patron")
        self.assertIn("Ideas that you stopped", self.url_open("/my/contact").text)

    def test_bounded(self):
        """No more waits for colleagues than the house can look at."""
        other = self.env["library.need"].create({"name": "N", "patron_id": self.other_patron.id, "state": "met"})
        self.settle(other)
        self.company.library_next_open = 1
        self.propose()
        self.assertEqual(self.Step.search_count([("state", "=", "proposed")]), 1)

    def test_no_titles(self):
        """The statements of events read no use and no reading."""
        for rule in self.env["library.next.rule"].with_context(active_test=False).search([]):
            if rule._sql_patrons().code == "true":
                self.assertNotRegex(
                    getattr(rule, f"_sql_{rule.event}")(self.company, self.now).code, r"library_usage|_search|_view\b")
