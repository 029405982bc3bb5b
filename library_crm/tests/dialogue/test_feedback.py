import json
from datetime import datetime, timedelta

import psycopg2.errors

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...lib.form_input import FormRefused
from ..common import LibraryCase


@tagged("post_install", "-at_install", "library_dialogue")
class TestFeedback(LibraryCase):
    """What people tell the library, with its promise, acknowledgement and outcome. Feature: 2.2, 16.1"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["library.feedback"].search([]).unlink()
        cls.company._set_feedback_alias("tell-us")
        cls.patron.partner_id.email = "wei@patrons.test"
        cls.manager = cls.staff["manager"]

    def take(self, body="The returns box is too high for a wheelchair.", patron=None, **values):
        patron = self.patron if patron is None else patron
        vals = {"body": body, "kind": "suggestion", "source": "portal", "patron_id": patron.id, **values}
        return self.env["library.feedback"]._take(vals)

    def outcome(self, feedback, words="We have lowered it.", kind="changed", user=None):
        feedback.with_user(user or self.librarian).write({"outcome": words, "outcome_kind": kind})
        feedback.with_user(user or self.librarian).action_send_outcome()

    def new_mails(self, before, address=None):
        mails = self.mails.search([]) - before
        return mails.filtered(lambda mail: mail.email_to == address) if address else mails

    # The two mails

    def test_who_says_something_hears_that_we_have_it_and_what_became_of_it(self):
        before = self.mails.search([])
        feedback = self.take()
        mail = self.new_mails(before)
        self.assertEqual((feedback.state, mail.email_to), ("acknowledged", "wei@patrons.test"))
        self.assertIn("auto-replied", mail.headers)
        self.assertIn(feedback._token(), mail.subject)
        self.assertTrue(mail.library_once)
        self.assertTrue(feedback.date_acknowledged)
        self.outcome(feedback)
        told = self.new_mails(before) - mail
        self.assertEqual((feedback.state, len(told)), ("done", 1))
        self.assertIn("We have lowered it.", told.body_html)
        with self.assertRaises(UserError):
            feedback.with_user(self.librarian).action_send_outcome()
        self.assertEqual(len(self.new_mails(before)), 2, "each of the two once")

    def test_the_promise_is_five_working_days_of_the_house(self):
        calendar = self.env["resource.calendar"].create({"name": "Week", "tz": "UTC", "company_id": self.company.id})
        self.team.calendar_id = calendar
        friday = datetime(2026, 10, 2, 10)
        promised = self.env["library.feedback"]._promise(self.team, self.company, friday)
        self.assertEqual((promised.date(), promised.weekday()), (datetime(2026, 10, 9).date(), 4))
        self.company.library_feedback_days = 1
        promised = self.env["library.feedback"]._promise(self.team, self.company, friday)
        self.assertEqual(promised.date(), datetime(2026, 10, 5).date())
        self.env["resource.calendar.leaves"].create({
            "name": "Closed", "calendar_id": calendar.id, "date_from": datetime(2026, 10, 5),
            "date_to": datetime(2026, 10, 6), "resource_id": False, "time_type": "leave",
        })
        promised = self.env["library.feedback"]._promise(self.team, self.company, friday)
        self.assertEqual(promised.date(), datetime(2026, 10, 6).date(), "a day on which we are closed does not count")

    def test_closing_needs_acknowledgement_and_outcome_over_rpc_as_well(self):
        feedback = self.take(patron=self.env["library.patron"], email="")
        self.assertEqual((feedback.state, feedback.date_acknowledged), ("new", False), "nobody could be told")
        mine = feedback.with_user(self.librarian)
        mine.write({"outcome": "Done.", "outcome_kind": "changed"})
        with self.assertRaises(UserError):
            mine.action_send_outcome()
        mine.action_acknowledge()
        mine.outcome = " "
        with self.assertRaises(UserError):
            mine.action_send_outcome()
        for values in ({"state": "done"}, {"date_acknowledged": datetime.now()}, {"date_outcome": datetime.now()}):
            with self.assertRaises(AccessError):
                feedback.with_user(self.manager).write(values)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.CheckViolation), self.cr.savepoint():
            feedback.sudo().write({"state": "done"})
            feedback.flush_recordset()

    def test_what_is_not_possible_is_declined_and_can_be_looked_at_again(self):
        feedback = self.take()
        self.outcome(feedback, "The house is listed: no door may be moved.", "not_possible")
        self.assertEqual(feedback.state, "declined")
        with self.assertRaises(AccessError):
            feedback.with_user(self.librarian).outcome = "Never said that"
        feedback.with_user(self.librarian).action_reopen()
        self.assertEqual((feedback.state, feedback.outcome), ("acknowledged", False))
        self.assertIn("listed", " ".join(feedback.message_ids.mapped("body")), "what was told is kept")

    def test_the_same_words_again_change_nothing(self):
        before = self.mails.search([])
        first = self.take()
        self.assertEqual(self.take(" THE returns box  is too high for a wheelchair."), first)
        self.assertEqual(len(self.new_mails(before)), 1)
        self.assertNotEqual(self.take("Another thing."), first)
        self.assertNotEqual(self.take(patron=self.other_patron), first)
        message = self._case().message_post(body="x")
        one = self.take("Words of a mail", message_id=message.id, source="case_mail")
        self.assertEqual(self.take("Other words", message_id=message.id, source="case_mail"), one)

    def test_an_address_gets_few_automatic_answers(self):
        before = self.mails.search([])
        for number in range(5):
            self.take(f"Thing number {number}", patron=self.env["library.patron"], email="victim@patrons.test")
        self.assertEqual(len(self.new_mails(before)), 3)
        waiting = self.env["library.feedback"].search([("email", "=", "victim@patrons.test"), ("state", "=", "new")])
        self.assertEqual(len(waiting), 2, "a person acknowledges the others")

    # Who reads what

    def test_strangers_other_teams_and_institutions_read_nothing(self):
        feedback = self.take(team_id=self.team.id)
        feedback.with_user(self.librarian).check_access("write")
        other = self.env["res.company"].create({"name": "Another library"})
        far = new_test_user(self.env, "far_librarian", groups="library_crm.group_library_manager",
                            company_id=other.id, company_ids=[(6, 0, other.ids)])
        for user in (self.colleague, far, self.portal_user, self.other_portal_user, self.env.ref("base.public_user")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                feedback.with_user(user).read(["body"])
        for method in ("action_acknowledge", "action_send_outcome", "action_take_up", "action_show", "action_hide",
                       "action_reopen", "action_answer_in_public", "action_open_case", "action_confirm_facet"):
            for user in (self.portal_user, self.colleague):
                with self.subTest(method=method, user=user.login), self.assertRaises(AccessError):
                    getattr(feedback.with_user(user), method)()
        self.assertTrue(feedback.with_user(self.manager).body)
        self.assertTrue(feedback.with_user(self.staff["privacy"]).has_access("read"))

    def test_nothing_that_staff_write_leaves_the_staff(self):
        feedback = self.take()
        before = self.mails.search([])
        feedback.with_user(self.librarian).message_post(
            body="The patron is difficult", message_type="comment", subtype_xmlid="mail.mt_comment",
            partner_ids=self.portal_user.partner_id.ids)
        feedback.message_subscribe(self.portal_user.partner_id.ids)
        feedback.with_user(self.librarian).message_post(body="Secret note", subtype_xmlid="mail.mt_comment")
        self.assertFalse(self.new_mails(before).filtered(
            lambda mail: self.portal_user.partner_id in mail.recipient_ids or "wei@" in (mail.email_to or "")))
        self.assertNotIn(self.portal_user.partner_id, feedback.message_partner_ids)
        self.assertFalse(self.env["mail.notification"].search([
            ("res_partner_id", "=", self.portal_user.partner_id.id),
            ("mail_message_id", "in", feedback.message_ids.ids)]))
        feedback.with_user(self.librarian).write({"outcome": "A draft"})
        values = self.env["library.feedback"].with_user(self.portal_user)._portal_own_values()
        words = json.dumps(values)
        for secret in ("difficult", "Secret", "A draft"):
            self.assertNotIn(secret, words)
        self.assertFalse(self.env["mail.message"].with_user(self.portal_user).search(
            [("model", "=", "library.feedback")]))

    def test_what_was_said_at_the_desk_is_taken_down_by_hand(self):
        mine = self.env["library.feedback"].with_user(self.librarian).create(
            {"name": "Noise", "body": "It is too loud on Mondays.", "kind": "complaint", "patron_id": self.patron.id})
        self.assertEqual((mine.source, mine.state), ("desk", "new"))
        self.assertTrue(mine.date_promised)
        with self.assertRaises(AccessError):
            mine.create({"name": "x", "body": "x", "date_outcome": datetime.now()})
        with self.assertRaises(AccessError):
            mine.visibility = "public"
        rows = self.env["library.feedback"].with_user(self.portal_user)._portal_own_values()["rows"]
        self.assertNotIn("loud", json.dumps(rows), "these are the colleague's words")

    # The book

    def test_an_entry_stands_in_the_book_after_a_look_and_without_its_person(self):
        Feedback = self.env["library.feedback"].with_user(self.portal_user)
        done = Feedback._portal_submit(
            {"body": "More seats by the window.", "kind": "suggestion", "public": "on", "alias": "Night reader"})
        self.assertEqual(done, "held")
        entry = self.env["library.feedback"].search([], order="id desc", limit=1)
        public = self.env["library.feedback"].with_user(self.env.ref("base.public_user"))
        self.assertFalse(public._portal_book_values({})["rows"])
        entry.with_user(self.librarian).action_show()
        entry.with_user(self.librarian).public_answer = "Ten new seats come in May."
        self.assertNotIn("Ten new", json.dumps(public._portal_book_values({})), "a draft is no answer")
        entry.with_user(self.librarian).action_answer_in_public()
        values = public._portal_book_values({"search": "window"})
        words = json.dumps(values, default=str)
        self.assertIn("Ten new seats", words)
        self.assertIn("Night reader", words)
        for secret in (self.patron.name, "wei@patrons.test"):
            self.assertNotIn(secret, words)
        self.assertFalse(public._portal_book_values({"kind": "praise"})["rows"])
        foreign = self.env["library.feedback"].with_user(self.other_portal_user)
        self.assertFalse(foreign._portal_withdraw(entry.id), "somebody else's entry")
        self.assertTrue(Feedback._portal_withdraw(entry.id))
        self.assertFalse(public._portal_book_values({})["rows"])
        with self.assertRaises(AccessError):
            entry.with_user(self.librarian).action_show()

    def test_taking_out_needs_a_reason_that_the_writer_reads(self):
        entry = self.take(visibility="public")
        with self.assertRaises(UserError):
            entry.with_user(self.librarian).action_hide()
        entry.with_user(self.librarian).hidden_reason = "It names a colleague."
        entry.with_user(self.librarian).action_hide()
        own = self.env["library.feedback"].with_user(self.portal_user)._portal_own_values()["rows"]
        self.assertEqual(own[0]["hidden_reason"], "It names a colleague.")
        private = self.take("Only for you.")
        with self.assertRaises(AccessError):
            private.with_user(self.manager).action_show()

    def test_hostile_forms(self):
        public = self.env["library.feedback"].with_user(self.env.ref("base.public_user"))
        refused = (
            ({"body": ""}, "body"), ({"body": "x", "email": "no address"}, "email"),
            ({"body": "Call me: someone@patrons.test", "public": "on"}, "body"), ({"body": ["list"]}, "body"),
        )
        for form, field in refused:
            with self.subTest(form=form), self.assertRaises(FormRefused) as caught:
                public._portal_submit(form, "10.0.0.1")
            self.assertIn(field, caught.exception.errors)
        public._portal_submit({"body": "https://spam.test " * 10000, "public": "on"}, "10.0.0.2")
        spam = self.env["library.feedback"].search([], order="id desc", limit=1)
        self.assertEqual((spam.look_reason, spam.moderation, len(spam.body) <= 5000), ("link", "held", True))
        before = self.mails.search([])
        public._portal_submit(
            {"body": "Buy", "public": "on", "homepage": "https://spam.test", "email": "v@patrons.test"}, "10.0.0.3")
        machine = self.env["library.feedback"].search([], order="id desc", limit=1)
        self.assertEqual((machine.look_reason, machine.visibility), ("machine", "private"))
        self.assertFalse(self.new_mails(before), "a machine makes us mail nobody")

    def test_forty_posts_from_one_place_are_stopped(self):
        public = self.env["library.feedback"].with_user(self.env.ref("base.public_user"))
        taken = 0
        for number in range(40):
            try:
                public._portal_submit({"body": f"Post {number}", "public": "on"}, "10.0.0.4")
                taken += 1
            except FormRefused as refused:
                self.assertEqual(refused.status, 429)
        self.assertEqual(taken, 20)

    def test_a_form_sent_twice_is_one_entry(self):
        public = self.env["library.feedback"].with_user(self.env.ref("base.public_user"))
        for _time in range(2):
            public._portal_submit({"body": "Once only", "form_key": "k" * 32}, "10.0.0.5")
        self.assertEqual(self.env["library.feedback"].search_count([("body", "=", "Once only")]), 1)

    def test_figures_of_the_book_need_five_answers(self):
        other = self.env["res.company"].create({"name": "New library"})
        figures = self.env["library.feedback"].with_company(other)._portal_figures()
        self.assertEqual((figures["count"], figures["share"], figures["days"]), (0, None, None))
        started = self.env["library.feedback"].sudo().create([
            {"name": f"n{day}", "body": "b", "company_id": other.id, "source": "portal",
             "date": datetime.now() - timedelta(days=20), "date_promised": datetime.now() - timedelta(days=13),
             "date_acknowledged": datetime.now() - timedelta(days=20), "outcome": "x", "outcome_kind": "explained",
             "date_outcome": datetime.now() - timedelta(days=20 - day), "state": "done"}
            for day in (2, 3, 4, 6, 10)
        ])
        self.assertEqual(len(started), 5)
        figures = self.env["library.feedback"].with_company(other)._portal_figures()
        self.assertEqual((figures["count"], figures["share"], figures["days"]), (5, 80, 4.0))

    # Reminding, forgetting

    def test_a_promise_that_ends_soon_is_a_task_once(self):
        feedback = self.take(team_id=self.team.id)
        feedback.sudo().date_promised = datetime.now() + timedelta(hours=5)
        feedback.user_id = self.librarian
        with self.enter_registry_test_mode():
            cron = self.env.ref("library_crm.ir_cron_feedback_remind")
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        feedback.invalidate_recordset()
        self.assertEqual(len(feedback.activity_ids), 1)
        self.assertEqual(feedback.activity_ids.user_id, self.librarian)
        self.outcome(feedback)
        self.assertFalse(feedback.activity_ids)

    def test_words_of_an_erased_person_are_nobodys(self):
        feedback = self.take("I am 林伟, wei@patrons.test, and the lift is broken.")
        loose = self.take("Write to wei@patrons.test", patron=self.env["library.patron"], email="wei@patrons.test")
        self.assertTrue(self.mails.search([("model", "=", "library.feedback"), ("res_id", "=", feedback.id)]))
        self.patron._anonymise()
        (feedback | loose).invalidate_recordset()
        for one in feedback | loose:
            self.assertFalse(one.patron_id or one.email or one.alias)
            self.assertNotIn("wei@patrons.test", one.body + one.name)
            self.assertFalse(one.message_ids)
            self.assertFalse(self.mails.search([("model", "=", "library.feedback"), ("res_id", "=", one.id)]))
        self.assertNotIn("林伟", feedback.body)
        self.assertIn("lift is broken", feedback.body)

    def test_strangers_are_forgotten_long_after_the_answer(self):
        old, new = (
            self.take(f"Words {who}", patron=self.env["library.patron"], email=f"{who}@strangers.test")
            for who in ("old", "new"))
        for feedback in (old, new):
            self.outcome(feedback)
        old.sudo().date_outcome = datetime.now() - timedelta(days=500)
        self.env["library.feedback"]._gc_strangers()
        self.assertEqual((old.email, new.email), (False, "new@strangers.test"))

    def test_feedback_goes_with_a_merged_patron(self):
        feedback = self.take(patron=self.other_patron)
        self.env["library.patron.merge"].with_user(self.manager)._merge(
            self.patron.with_user(self.manager), self.other_patron.with_user(self.manager))
        feedback.invalidate_recordset()
        self.assertEqual(feedback.patron_id, self.patron)

    def test_the_facet_is_proposed_with_its_words_and_a_colleague_decides(self):
        for words, facet, sign in (
            ("The website times out when I log in.", "technology", "times out"),
            ("登录网站总是超时", "technology", "网站"),
        ):
            feedback = self.take(words)
            self.assertEqual((feedback.facet, feedback.is_facet_confirmed), (facet, False))
            self.assertIn(sign, feedback.facet_words)
        self.assertFalse(self.take("Hello").facet)
        feedback.with_user(self.librarian).action_confirm_facet()
        self.assertTrue(feedback.is_facet_confirmed)
        first = self.take("The website is slow")
        first.with_user(self.librarian).facet = "content"
        self.assertTrue(first.is_facet_confirmed, "who corrects has looked")

    def test_the_timeline_tells_of_it_and_its_words_only_to_those_who_read_them(self):
        feedback = self.take("A word about the lift", team_id=self.team.id)
        self.env.flush_all()
        domain = [("patron_id", "=", self.patron.id), ("kind", "=", "feedback")]
        Timeline = self.env["library.patron.timeline"]
        mine, theirs = (Timeline.with_user(user).search(domain) for user in (self.librarian, self.colleague))
        self.assertEqual((mine.summary, mine.res_id), ("A word about the lift", feedback.id))
        self.assertFalse(theirs.summary or theirs.is_open_to_me)

    def test_report_by_facet_hides_few(self):
        for number, facet in enumerate(["technology"] * 9 + ["mode"] * 6 + ["content"]):
            self.take("Not good", patron=self.env["library.patron"], email=f"a{number}@patrons.test", facet=facet)
        rows = self.env["library.feedback.report"].with_user(self.librarian).formatted_read_group(
            [("company_id", "=", self.company.id)], ["facet"], ["persons:count_distinct"])
        found = {row["facet"]: row["persons:count_distinct"] for row in rows}
        self.assertEqual(found["technology"], 9)
        self.assertFalse(found["content"])
        figures = self.env["library.feedback.report"].with_user(self.librarian).figures()
        wishes = {axis["facet"]: axis["wish"] for axis in figures["axes"]}
        self.assertEqual((wishes["technology"], wishes["content"], wishes["concept"]), (9, None, None))
        self.assertEqual(figures["most"], 9)
        with self.assertRaises(AccessError):
            self.env["library.feedback.report"].with_user(self.portal_user).figures()
        with self.assertRaises(AccessError):
            self.env["library.feedback.report"].with_user(self.portal_user).action_open_words("mode", "wish")
