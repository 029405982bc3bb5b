from odoo import Command
from odoo.fields import Datetime
from odoo.tests import tagged

from .portal_common import SCRIPTS, LibraryPortalCase

JUNK = ("abc", "-1", "99999999999999999999", "²", "' OR 1=1 --", "%00", "x" * 5000, "😀" * 50)


@tagged("post_install", "-at_install", "library_portal", "security")
class TestServiceRequest(LibraryPortalCase):
    """The form of each service and its catalogue. Feature: 5.4, 3.4, 1.1, X14"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.title, cls.copies, cls.day, cls.kind, cls.paper, cls.more = cls.env["library.service.question"].create([
            {"service_id": cls.service.id, "name": "Title of the map", "is_required": True, "sequence": 1},
            {"service_id": cls.service.id, "name": "How many copies", "kind": "integer", "sequence": 2},
            {"service_id": cls.service.id, "name": "Seen on", "kind": "date", "sequence": 3},
            {"service_id": cls.service.id, "name": "What for", "kind": "selection", "sequence": 4, "choice_ids": [
                Command.create({"name": "Print"}), Command.create({"name": "Web"})]},
            {"service_id": cls.service.id, "name": "On paper", "kind": "boolean", "sequence": 5},
            {"service_id": cls.service.id, "name": "More", "kind": "text", "sequence": 6},
        ])  # fmt: skip
        cls.env.flush_all()

    def answers(self, **more):
        """Every question answered; `more` by the names of the class."""
        given = {"title": "Harbour 1790", "copies": "2", "day": "2026-03-01", "kind": self.kind.choice_ids[1]._key(),
                 "paper": "1", "more": "Scale 1:500\nin colour", **more}  # fmt: skip
        return {getattr(self, name)._key(): value for name, value in given.items()}

    def test_every_kind_ships_with_questions_in_words(self):
        """Feature: 5.4"""
        services = self.env["library.service"].search([]) - self.service
        kinds = {service.kind for service in services if service.question_ids and service.is_published}
        self.assertEqual(kinds, set(dict(self.env["library.service"]._fields["kind"].selection)))

    def test_questions_are_properties_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        self.title.with_context(lang="zh_TW").name = "地圖名稱"
        case = self._case(service_id=self.service.id)
        case.request_properties = {self.title._key(): "Harbour"}
        words = {one["name"]: one["string"] for one in case.with_context(lang="zh_TW").read(
            ["request_properties"])[0]["request_properties"]}  # fmt: skip
        self.assertEqual(words[self.title._key()], "地圖名稱")
        found = self.env["library.case"].search([(f"request_properties.{self.title._key()}", "ilike", "harb")])
        self.assertEqual(found, case)
        groups = self.env["library.case"].formatted_read_group(
            [("id", "=", case.id)], [f"request_properties.{self.kind._key()}"], ["__count"]
        )
        self.assertEqual(groups[0]["__count"], 1)

    def test_form_shows_promise_and_questions_and_takes_answers(self):
        """Without an account. Feature: 1.1, 5.4"""
        self.login()
        page = self.get(f"/library/ask/{self.service.id}").text
        self.assertIn("First answer within 8 opening hours", page)
        self.assertIn("Title of the map", page)
        self.assertEqual(self.ask(self.answers()).status_code, 303)
        case = self.newest_case()
        self.assertEqual(case.request_properties[self.title._key()], "Harbour 1790")
        self.assertEqual(case.request_properties[self.copies._key()], 2)
        self.assertEqual(case.request_properties[self.kind._key()], "Web")
        talk = "".join(case._conversation().mapped("body"))
        for words in ("Where do I find early maps", "Title of the map: Harbour 1790", "On paper: Yes", "in colour"):
            self.assertIn(words, talk)

    def test_bad_answers_are_told_in_words_and_nothing_is_lost(self):
        self.login()
        response = self.ask(self.answers(title="", copies="two", day="31.12.2026"), question="")
        self.assertEqual(response.status_code, 422)
        for words in ("Please write what you need", "Please answer: Title of the map", "give a whole number",
                      "give the date as year-month-day", "in colour", "two"):  # fmt: skip
            self.assertIn(words, response.text)

    def test_junk_and_foreign_keys(self):
        self.login()
        other = self.env["library.service.question"].create(
            {"service_id": self.env.ref("library_crm.service_hold").id, "name": "Other"}
        )
        for junk in JUNK:
            with self.subTest(junk=junk[:20]):
                form = self.answers(copies=junk, day=junk, kind=junk)
                self.env["library.form.log"].search([]).unlink()
                self.assertLess(self.ask({**form, other._key(): "x", "agreement_id": "1"}).status_code, 500)
        self.env["library.form.log"].search([]).unlink()
        self.ask({**self.answers(kind="c0"), other._key(): "stolen", "agreement_id": "1", "user_id": "2"})
        case = self.newest_case()
        self.assertFalse(case.agreement_id)
        self.assertNotIn(other._key(), case.request_properties)
        self.assertFalse(case.request_properties[self.kind._key()])

    def test_scripts_in_answers(self):
        self.login(self.portal_user)
        for script in SCRIPTS[:6]:
            self.env["library.form.log"].search([]).unlink()
            self.ask(self.answers(title=script, more=script))
            case = self.newest_case()
            self.assertHarmless(self.get(f"/my/cases/{case.id}").text)
            self.assertHarmless(self.ask(self.answers(title=script, day="x")).text)

    def test_machine_is_held_with_its_answers(self):
        """Feature: X14"""
        self.login()
        before = self.counts()
        self.ask(self.answers(), homepage="http://spam.test")
        self.assertEqual(self.counts()["library.case"], before["library.case"])
        self.assertIn("Harbour 1790", self.assertHeld("automatic").preview)

    def test_answers_are_for_staff(self):
        case = self._case(service_id=self.service.id)
        case.request_properties = {self.title._key(): "Harbour"}
        self.assertNotIn("request_properties", case.with_user(self.portal_user).fields_get())
        self.assertTrue(case.with_user(self.librarian).read(["request_properties"]))

    # How it really goes

    def finished(self, count, hours=2):
        """Cases that were answered some hours after they came, at a time when the house is always open."""
        for number in range(count):
            case = self._case(service_id=self.service.id, name=f"Case {number}")
            start = Datetime.subtract(Datetime.now(), days=3 + number)
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE library_case SET create_date = %s, date_first_answer = %s WHERE id = %s",
                [start, Datetime.add(start, hours=hours), case.id],
            )
        self.env.invalidate_all()

    def open_always(self):
        calendar = self.env["resource.calendar"].create({
            "name": "Always", "tz": "UTC", "attendance_ids": [Command.clear()] + [
                Command.create({"name": str(day), "dayofweek": str(day), "hour_from": 0, "hour_to": 24})
                for day in range(7)
            ],
        })  # fmt: skip
        self.team.calendar_id = calendar
        self.env.registry.clear_cache()

    def test_real_turnaround_is_the_median_and_hidden_under_five_cases(self):
        """Feature: 1.1, 3.4"""
        self.open_always()
        (self.env["library.service"].search([]) - self.service).is_published = False
        self.finished(4)
        self.service._refresh_figures()
        self.assertEqual(self.service.real_count, 4)
        self.assertAlmostEqual(self.service.real_answer_hours, 2, places=2)
        self.login()
        for path in ("/library/services", f"/library/services/{self.service.id}", "/library/ask"):
            self.assertNotIn("ately it took", self.get(path).text, path)
        self.finished(1, hours=30)
        self.service._refresh_figures()
        self.env.flush_all()
        for path in ("/library/services", f"/library/services/{self.service.id}", f"/library/ask/{self.service.id}"):
            self.assertRegex(self.get(path).text, r"ately it took <strong[^>]*>2 opening hours", path)

    def test_figures_and_evaluation_are_closed_to_visitors(self):
        fields = self.service.with_user(self.portal_user).fields_get()
        for name in ("real_count", "real_answer_hours", "rated_mean", "evaluation", "question_ids", "pilot_hypothesis",
                     "type_ids", "segment_ids", "pilot_verdict"):  # fmt: skip
            self.assertNotIn(name, fields)

    def test_catalogue_without_account_and_with_junk(self):
        self.login()
        page = self.get("/library/services")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Early maps", page.text)
        self.assertIn("Ask for this", self.get(f"/library/services/{self.service.id}").text)
        self.service.is_published = False
        self.env.flush_all()
        self.assertNotIn("Early maps", self.get("/library/services").text)
        self.assertIn(self.get(f"/library/services/{self.service.id}").status_code, (303, 404))
        for junk in ("0", "2147483648", "99999999999999999999", "abc", "-1", "%F0%9F%98%80"):
            self.assertLess(self.get(f"/library/services/{junk}").status_code, 500)

    def test_history_of_a_service_stays_with_staff(self):
        self.env.cr.precommit.run()
        self.service.with_user(self.staff["manager"]).write({"answer_hours": 4})
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        self.assertTrue(self.service.message_ids.tracking_value_ids)
        self.service.message_subscribe(self.portal_user.partner_id.ids)
        self.assertNotIn(self.portal_user.partner_id, self.service.message_partner_ids)
        self.service.message_post(body="Secret of staff", message_type="comment", subtype_xmlid="mail.mt_comment")
        thread = {"thread_model": "library.service", "thread_id": self.service.id}
        search = {"model": "mail.message", "method": "search_read", "kwargs": {"fields": ["body"]},
                  "args": [[["model", "=", "library.service"], ["res_id", "=", self.service.id]]]}  # fmt: skip
        for user in (self.portal_user, None):
            self.login(user)
            for url in ("/mail/chatter_fetch", "/mail/thread/messages", "/portal/chatter_init"):
                self.assertNotIn("Secret", str(self.rpc(url, thread)), url)
            self.assertNotIn("Secret", str(self.rpc("/web/dataset/call_kw/mail.message/search_read", search)))
            self.assertNotIn("Secret", self.get(f"/library/services/{self.service.id}").text)
            words = {**thread, "post_data": {"body": "Words of a stranger"}}
            self.rpc("/mail/message/post", words)
        self.assertNotIn("stranger", str(self.service.message_ids.mapped("body")))
