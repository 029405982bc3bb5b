import re

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Datetime
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import LibraryPortalCase, live_parts

NAMES = ("林伟", "wei@patrons.test")


class ReferralCase(LibraryPortalCase):
    """A case with a partner library that can be asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner_library = cls.env["library.resource"].create(
            {"name": "City Archive", "kind": "partner", "email": "ill@archive.test", "lang": "en_US"}
        )

    def setUp(self):
        super().setUp()
        self.case = self._case(user_id=self.librarian.id)
        self.case.need_ids.statement = "I am 林伟 (wei@patrons.test). Where are the harbour maps of 1840?"
        self.case._contribute(self.other_team)
        self.room = self.case._ensure_workroom()
        self.case.partner_consent = "yes"

    def referral(self, user=None, **values):
        """A draft as the screen makes it."""
        Referral = self.env["library.referral"].with_user(user or self.librarian)
        defaults = Referral.with_context(default_workroom_id=self.room.id).default_get(list(Referral._fields))
        return Referral.create({**defaults, "resource_id": self.partner_library.id, **values})

    def link(self, referral):
        """The path that the mail holds."""
        return f"/library/referral/{referral.id}/{referral.sudo().access_token}"

    def sent(self, **values):
        referral = self.referral(**values)
        referral.action_send()
        self.env.flush_all()
        return referral.sudo()


@tagged("post_install", "-at_install")
class TestReferral(ReferralCase):
    """Feature: 5.5, 21.2"""

    def test_packet_holds_the_question_and_no_identity(self):
        """Mail and page: question, what was done, deadline; nobody's name. Feature: 5.5"""
        self.env["library.search.log"].create(
            {"workroom_id": self.room.id, "source": "Catalogue", "query": "林伟 harbour", "hits": 3, "kept": 0}
        )
        before = self.mails.search([])
        referral = self.sent(user=self.colleague, date_due="2030-01-31")
        mail = self._outgoing(before)
        self.assertEqual((len(mail), mail.email_to), (1, "ill@archive.test"))
        self.login(None)
        page = self.get(self.link(referral)).text
        for text in (mail.body_html, mail.subject, page, referral.done_so_far):
            for name in NAMES:
                self.assertNotIn(name, text)
        for text in (mail.body_html, page):
            self.assertIn("harbour maps of 1840", text)
            self.assertIn("3 hits", text)
        self.assertEqual(self.case.waits_for, "partner")
        self.assertEqual(self.case.clock_state, "paused")
        self.assertIn("lc-r", mail.reply_to)

    def test_identity_that_somebody_types_is_marked_and_stopped(self):
        referral = self.referral(question="For 林伟: maps of 1840")
        self.assertTrue(referral.has_identity)
        self.assertIn("<mark>林伟</mark>", referral.marked)
        with self.assertRaisesRegex(UserError, "recognise"):
            referral.action_send()
        referral.action_take_out()
        self.assertNotIn("林伟", referral.question)
        referral.action_send()
        self.assertEqual(referral.state, "sent")

    def test_nothing_leaves_without_consent(self):
        for consent in ("none", "asked", "no"):
            self.case.partner_consent = consent
            with self.subTest(consent=consent), self.assertRaisesRegex(UserError, "agreed"):
                self.referral().action_send()
        self.case.partner_consent = "yes"
        with self.assertRaisesRegex(UserError, "ask the partner"):
            self.referral(question=" ").action_send()
        self.partner_library.email = False
        with self.assertRaisesRegex(UserError, "no mail address"):
            self.referral().action_send()

    def test_patron_is_asked_agrees_and_sees_it(self):
        """The patron says yes or no on the page, and sees that a library was asked. Feature: 5.5"""
        self.case.partner_consent = "none"
        before = self.mails.search([])
        self.case.with_user(self.librarian).action_ask_consent()
        self.assertIn("#partners", self._outgoing(before).body_html)
        self.login(self.portal_user)
        url = f"/my/cases/{self.case.id}"
        self.assertIn("May we ask other libraries", self.get(url).text)
        self.assertEqual(self.post(f"{url}/partners", {"answer": "yes"}).status_code, 303)
        self.assertEqual(self.case.partner_consent, "yes")
        self.post(f"{url}/partners", {"answer": "<script>"})
        self.assertEqual(self.case.partner_consent, "yes")
        self.sent()
        page = self.get(url).text
        self.assertIn("City Archive", page)
        self.assertIn("wait for another library", page)
        self.login(self.other_portal_user)
        self.assertEqual(self.post(f"{url}/partners", {"answer": "no"}).status_code, 404)
        self.assertEqual(self.get(f"{url}/partners").status_code, 405)
        self.assertEqual(self.case.partner_consent, "yes")

    def test_answer_enters_the_workroom_and_no_other_place(self):
        referral = self.sent()
        before, talk = self.mails.search([]), self.case._conversation()
        self.login(None)
        form = {"answer": "Plate 12, shelf <b>K</b>. TOP-SECRET", "who": "Ms Roe", "verb": "answer"}
        response = self.post(self.link(referral), form, [self.file("plate.txt")])
        self.assertEqual(response.status_code, 303)
        self.assertIn("has reached our librarians", self.get(response.headers["Location"]).text)
        self.assertEqual((referral.state, referral.answered_by), ("answered", "Ms Roe"))
        message = self.room.message_ids.filtered(lambda one: "TOP-SECRET" in (one.body or ""))
        self.assertEqual(len(message), 1)
        self.assertEqual(message.attachment_ids.mapped("name"), ["plate.txt"])
        self.assertTrue(message.subtype_id.internal)
        self.assertEqual(self.case._conversation(), talk)
        self.assertNotIn("TOP-SECRET", "".join(self._outgoing(before).mapped("body_html")))
        self.assertEqual(self.case.waits_for, "library")
        self.assertTrue(self.room.activity_ids.filtered(lambda one: one.user_id == self.librarian))
        self.login(self.portal_user)
        self.assertNotIn("TOP-SECRET", self.get(f"/my/cases/{self.case.id}").text)

    def test_token_used_twice(self):
        """Part H: clear words, and what was typed stays on the screen for copying."""
        referral = self.sent()
        url = self.link(referral)
        self.login(None)
        self.post(url, {"answer": "first"})
        messages = len(self.room.message_ids)
        second = self.post(url, {"answer": "second thoughts that took an hour"})
        self.assertEqual(second.status_code, 409)
        self.assertIn("answered already", second.text)
        self.assertIn("second thoughts that took an hour", second.text)
        self.assertEqual(len(self.room.message_ids), messages)
        self.assertIn("first", referral.answer)
        page = self.get(url)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn('name="answer"', page.text)

    def test_token_expired(self):
        """Part H: an old link says so, keeps the text, and the case waits for nobody who will not come."""
        referral = self.sent()
        referral.date_expiry = self.days_ago(1)
        self.login(None)
        late = self.post(self.link(referral), {"answer": "long text typed too late"})
        self.assertEqual(late.status_code, 410)
        self.assertIn("This link has ended", late.text)
        self.assertIn("long text typed too late", late.text)
        cron = self.env.ref("library_crm.ir_cron_library_referral_expire")
        cron.method_direct_trigger()
        referral.invalidate_recordset()
        self.case.invalidate_recordset()
        self.assertEqual((referral.state, self.case.waits_for), ("expired", "library"))
        self.assertTrue(self.room.message_ids.filtered(lambda one: "did not answer in time" in (one.body or "")))
        notes = len(self.room.message_ids)
        cron.method_direct_trigger()
        self.assertEqual(len(self.room.message_ids), notes, "a second run says nothing twice")

    def test_withdrawn_and_wrong_links(self):
        referral = self.sent()
        url = self.link(referral)
        other = self.sent()
        self.login(None)
        wrong = (
            f"/library/referral/{referral.id}/{other.access_token}", f"/library/referral/{referral.id}/x",
            f"/library/referral/{referral.id}/False", f"/library/referral/{10**12}/x",
            f"/library/referral/{self.referral().id}/{self.referral().sudo().access_token}",
        )  # fmt: skip
        for address in wrong:
            with self.subTest(address=address):
                self.assertEqual(self.get(address).status_code, 404)
                self.assertEqual(self.post(address, {"answer": "x"}).status_code, 404)
        with mute_logger("odoo.http"):
            self.assertEqual(self.post(url, {"answer": "x"}, csrf=False).status_code, 400)
        referral.with_user(self.librarian).action_cancel()
        self.assertEqual(self.case.waits_for, "partner", "the other request is still out")
        answer = self.post(url, {"answer": "too late"})
        self.assertEqual(answer.status_code, 410)
        self.assertIn("too late", answer.text)
        self.assertEqual(referral.state, "cancelled")

    def test_opening_the_link_changes_nothing(self):
        referral = self.sent()
        before = self.facts(referral)
        self.login(None)
        for _time in range(2):
            self.assertEqual(self.get(self.link(referral)).status_code, 200)
        self.assertEqual(self.facts(referral), before)

    def test_partner_cannot_help(self):
        referral = self.sent()
        self.login(None)
        empty = self.post(self.link(referral), {"answer": " ", "verb": "decline"})
        self.assertEqual(empty.status_code, 422)
        self.assertEqual(referral.state, "sent")
        self.post(self.link(referral), {"answer": "We do not lend maps", "verb": "decline"})
        self.assertEqual((referral.state, self.case.waits_for), ("declined", "library"))

    def test_hostile_answer(self):
        referral = self.sent()
        self.login(None)
        self.post(
            self.link(referral),
            {"answer": "<script>alert(1)</script><img src=x onerror=alert(1)>", "who": "<b onclick=alert(1)>x",
             "state": "draft", "case_id": "1", "workroom_id": "1", "consent": "no"},
        )
        self.assertEqual(referral.state, "answered")
        self.assertEqual(self.case.partner_consent, "yes")
        message = self.room.message_ids.sorted("id")[-1]
        self.assertEqual(live_parts(str(message.body)), [])
        self.assertEqual(live_parts(str(referral.answer)), [])

    def test_flood_of_answers(self):
        referral = self.sent()
        self.env["ir.config_parameter"].set_param("library_crm.forms_per_ip", "3")
        self.login(None)
        last = None
        for _time in range(5):
            last = self.post(self.link(referral), {"answer": "x" * 60000})
        self.assertEqual(referral.state, "answered")
        self.assertIn(last.status_code, (409, 429))

    @mute_logger("odoo.addons.library_crm.models.case.library_mail_intake")
    def test_partner_answers_by_mail(self):
        """Many libraries simply reply: it goes to the room, once as the answer and then as more words."""
        before = self.mails.search([])
        referral = self.sent()
        reply_to = self._outgoing(before).reply_to
        address = re.search(r"[^<>\s]+@[^<>\s]+", reply_to)[0]
        talk = self.case._conversation()
        self._receive(self._mail("Shelf K 12. TOP-SECRET", sender="Roe <roe@archive.test>", to=address))
        self.assertEqual(referral.state, "answered")
        self.assertIn("TOP-SECRET", referral.answer)
        self._receive(self._mail("And K 13. TOP-SECRET", sender="Roe <roe@archive.test>", to=address))
        words = " ".join(str(message.body) for message in self.room.message_ids)
        self.assertIn("K 13", words)
        self.assertEqual(self.case._conversation(), talk)
        self._receive(
            self._mail("I am away", sender="Roe <roe@archive.test>", to=address, Auto_Submitted="auto-replied")
        )
        self.assertHeld("automatic", "filed")

    def test_who_may_see_requests_and_their_secret(self):
        referral = self.sent()
        self.assertTrue(referral.with_user(self.colleague).has_access("write"), "a contributing team asks too")
        with self.assertRaises(AccessError):
            referral.with_user(self.librarian).read(["access_token"])
        self.assertNotIn("access_token", self.env["library.referral"].with_user(self.staff["manager"]).fields_get())
        self.case.contributing_team_ids = [Command.clear()]
        self.assertFalse(referral.with_user(self.colleague).has_access("read"))
        for user in (self.portal_user, self.other_portal_user, self.env.ref("base.public_user")):
            self.assertFalse(referral.with_user(user).has_access("read"))
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        referral.company_id = elsewhere
        self.assertFalse(referral.with_user(self.librarian).has_access("read"))

    def test_token_cannot_be_chosen(self):
        with self.assertRaises(AccessError):
            self.referral(access_token="known")
        with self.assertRaises(AccessError):
            self.referral().write({"access_token": "known"})

    def test_ledger_and_balance(self):
        """What went out and came in, by partner. Feature: 5.5"""
        answered, declined, waiting = self.sent(), self.sent(), self.sent()
        self.assertEqual(waiting.state, "sent")
        answered.date_sent = Datetime.subtract(Datetime.now(), days=4)
        answered._take_answer("<p>x</p>", "Roe")
        declined._take_answer("<p>x</p>", "Roe", declined=True)
        received = self.env["library.referral"].with_user(self.librarian).create(
            [
                {"name": f"They ask {number}", "direction": "received", "resource_id": self.partner_library.id}
                for number in range(3)
            ]
        )
        received[:2].action_mark_answered()
        received[2].action_mark_declined()
        with self.assertRaises(UserError):
            received[0].action_mark_declined()
        with self.assertRaises(UserError):
            waiting.action_mark_answered()
        with self.assertRaises(UserError):
            received[0].action_send()
        self.env.flush_all()
        line = self.env["library.referral.balance"].with_user(self.librarian).search(
            [("resource_id", "=", self.partner_library.id)]
        )
        self.assertEqual(
            (line.sent, line.sent_answered, line.sent_waiting, line.received, line.received_answered, line.balance),
            (3, 1, 1, 3, 2, -1),
        )
        self.assertAlmostEqual(line.median_days, 4, delta=0.1)

    def test_answer_after_the_case_was_closed(self):
        referral = self.sent()
        self.case._close("unmet", "no_source")
        referral._take_answer("<p>Late, but here</p>", "Roe")
        self.assertEqual((self.case.stage_code, self.case.waits_for), ("closed", "nobody"))
        self.assertTrue(self.room.message_ids.filtered(lambda one: "Late, but here" in (one.body or "")))
