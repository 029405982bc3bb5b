from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common import LibraryCase

NAMES = ("library.feed.item", "library.article", "library.solution")


@tagged("post_install", "-at_install")
class TestAlert(LibraryCase):
    """Alerts find what is new, say why, and tell it once. Feature: 15.4"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Hit = cls.env["library.alert.hit"]
        cls.Digest = cls.env["library.alert.digest"]
        cls.subject = cls.env["library.subject"].search([("scheme", "=", "clc"), ("code", "=", "R")])
        # what other data brought has met nobody's alerts
        for name in NAMES:
            cls.env.cr.execute_values(
                "INSERT INTO library_alert_item (res_model, res_id, date) VALUES %s ON CONFLICT DO NOTHING",
                [(name, number, cls.env.cr.now()) for number in [*cls.env[name].search([]).ids, 0]],
            )
        cls.env["library.alert.profile"].search([]).write({"state": "paused"})
        cls.number = 0

    def alert(self, words="acupuncture", patron=None, state="active", **values):
        patron = patron or self.patron
        alert = self.env["library.alert.profile"].create(
            {"name": f"On {words}", "patron_id": patron.id, "words_any": words, "takes_items": True, **values})
        if state == "active":
            alert.action_start()
        return alert

    def article(self, title="Acupuncture against pain", visibility="public", state="published", **values):
        article = self.env["library.article"].create({"name": title, "visibility": visibility, **values})
        self.env.cr.execute(
            "UPDATE library_article SET state = %s, date_published = %s WHERE id = %s",
            [state, self.env.cr.now(), article.id],
        )
        article.invalidate_recordset()
        return article

    def item(self, title="Acupuncture: a trial", state="kept", **values):
        self.number += 1
        return self.env["library.feed.item"].create({
            "title": title, "state": state, "identifier": f"oai:test:{self.number}",
            **{"company_id": self.company.id, **values},
        })

    def match(self):
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1000):
            self.assertTrue(self.env["library.alert.item"]._match_new())
        self.env.invalidate_all()

    def mail_all(self):
        """Make up the digests as if all alerts were due; the mails made."""
        before = self.mails.search([])
        self.env["library.alert.profile"].search([("state", "=", "active")]).write(
            {"date_next": self.env.cr.now() - timedelta(minutes=1)})
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1000):
            self.Digest._make_due()
        self.env.invalidate_all()
        return self._outgoing(before)

    def tomorrow(self):
        """Let the mails of today be yesterday's."""
        self.env.cr.execute("UPDATE library_alert_digest SET date = date - 1")
        self.env.invalidate_all()

    # Finding

    def test_what_is_found_and_why(self):
        alert = self.alert("acupuncture\n针灸", subject_ids=[(6, 0, self.subject.ids)], joined="either")
        articles = self.article() | self.article("針灸與疼痛", lang="zh_TW")
        item = self.item("Nursing of children", subject_ids=[(6, 0, self.subject.ids)])
        self.match()
        why = {(hit.res_model, hit.res_id): hit.why_words for hit in alert.hit_ids}
        self.assertEqual(why, {
            ("library.article", articles[0].id): "contains “acupuncture”",
            ("library.article", articles[1].id): "contains “针灸”",
            ("library.feed.item", item.id): f"class {self.subject.display_name}",
        })

    def test_narrower_classes_and_the_other_scheme(self):
        narrower = self.env["library.subject"].create(
            {"scheme": "clc", "code": "R-test", "name": "Pain", "parent_id": self.subject.id})
        other = self.env["library.subject"].create({"scheme": "ddc", "code": "999.1", "name": "Elsewhere"})
        self.subject.crosswalk_ids |= other
        alert = self.alert("", subject_ids=[(6, 0, self.subject.ids)])
        items = self.item("A", subject_ids=[(6, 0, narrower.ids)]) | self.item("B", subject_ids=[(6, 0, other.ids)])
        self.match()
        self.assertEqual(sorted(alert.hit_ids.mapped("res_id")), sorted(items.ids))

    def test_a_record_meets_the_alerts_once(self):
        first = self.alert()
        item = self.item()
        self.match()
        late = self.alert(patron=self.other_patron)
        item.write({"summary": "Changed"})
        self.match()
        self.assertEqual((len(first.hit_ids), len(late.hit_ids)), (1, 0))
        self.env.flush_all()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.Hit.create({
                "profile_id": first.id, "patron_id": self.patron.id, "company_id": self.company.id, "title": "x",
                "res_model": "library.feed.item", "res_id": item.id, "date": self.env.cr.now(),
            })

    def test_what_becomes_readable_later_is_found_then(self):
        alert = self.alert()
        item = self.item(state="new")
        self.match()
        self.assertFalse(alert.hit_ids)
        item.write({"state": "kept", "date_decided": self.env.cr.now()})
        self.match()
        self.assertEqual(alert.hit_ids.res_id, item.id)

    def test_nothing_that_the_patron_may_not_read(self):
        alert = self.alert()
        self.article(visibility="staff")
        self.article(state="draft")
        self.item(state="new")
        self.item(state="dropped")
        self.item(is_deleted=True)
        self.env["library.solution"].create({"name": "Acupuncture for Wei", "state": "final"})
        company = self.env["res.company"].create({"name": "Another institution"})
        self.article(company_id=company.id)
        self.item(company_id=company.id)
        self.match()
        self.assertFalse(alert.hit_ids)
        solution = self.env["library.solution"].create({"name": "Acupuncture: a list", "state": "final"})
        solution.with_user(self.librarian).action_share()
        self.match()
        self.assertEqual((alert.hit_ids.res_model, alert.hit_ids.res_id), ("library.solution", solution.id))

    def test_only_running_alerts(self):
        alerts = {
            state: self.alert(state=state) for state in ("draft", "active")
        }
        paused, over = self.alert(), self.alert(date_until="2020-01-01")
        paused.action_pause()
        gone = self.alert(patron=self.other_patron)
        self.other_patron.active = False
        self.item()
        self.match()
        found = {alert for alert in (*alerts.values(), paused, over, gone) if alert.hit_ids}
        self.assertEqual(found, {alerts["active"]})

    def test_kinds_and_languages(self):
        german = self.env.ref("base.lang_de", raise_if_not_found=False) or self.env["res.lang"].with_context(
            active_test=False).search([("code", "=like", "de%")], limit=1)
        only = self.alert(takes_items=False, takes_articles=True)
        spoken = self.alert(patron=self.other_patron, lang_ids=[(6, 0, german.ids)])
        self.item(lang="en")
        self.article(lang="en_US")
        known = self.item("Acupuncture auf Deutsch", lang="de")
        self.match()
        self.assertEqual(only.hit_ids.mapped("res_model"), ["library.article"])
        self.assertEqual(spoken.hit_ids.res_id, known.id)

    def test_an_alert_needs_something_to_look_for(self):
        with self.assertRaises(ValidationError):
            self.alert(" , ")
        with self.assertRaises(ValidationError):
            self.alert(takes_items=False, takes_articles=False, takes_solutions=False)

    def test_preview_before_saving(self):
        self.item("Acupuncture <b>now</b>")
        form = Form(self.env["library.alert.profile"].with_user(self.librarian))
        form.name = "Pain"
        form.words_any = "acupuncture"
        form.is_previewing = True
        self.assertIn("Acupuncture &lt;b&gt;now&lt;/b&gt;", str(form.preview))
        self.assertIn("contains “acupuncture”", str(form.preview))
        form.words_any = "zeppelin"
        self.assertIn("Nothing would have been found", str(form.preview))
        self.assertFalse(self.Hit.search([("title", "like", "Acupuncture <b>")]))

    # Telling

    def test_one_mail_with_each_find_once(self):
        self.alert("acupuncture")
        self.alert("trial")
        item, article = self.item(), self.article()
        self.match()
        mail = self.mail_all()
        self.assertEqual(len(mail), 1)
        self.assertEqual(str(mail.body_html).count(item.title), 1, "two alerts found it, one line tells it")
        self.assertIn(article.name, str(mail.body_html))
        self.assertIn("contains “acupuncture”", str(mail.body_html))
        headers = mail.headers
        self.assertIn("List-Unsubscribe=One-Click", headers)
        self.assertIn("auto-generated", headers)
        self.assertTrue(mail.library_once)
        self.tomorrow()
        self.assertFalse(self.mail_all(), "what was told is told")

    def test_found_again_by_a_later_alert(self):
        self.alert("acupuncture")
        item = self.item()
        self.match()
        self.mail_all()
        late = self.alert("trial")
        self.env.cr.execute("DELETE FROM library_alert_item WHERE res_id = %s", [item.id])
        self.match()
        self.assertEqual(late.hit_ids.state, "new")
        self.tomorrow()
        self.assertFalse(self.mail_all())
        self.assertEqual(late.hit_ids.state, "sent")

    def test_one_mail_a_day(self):
        alert = self.alert(cadence="daily")
        self.item()
        self.match()
        self.assertEqual(len(self.mail_all()), 1)
        self.item("Acupuncture again")
        self.match()
        self.assertFalse(self.mail_all())
        self.assertGreater(alert.date_next, self.env.cr.now())
        self.tomorrow()
        self.assertEqual(len(self.mail_all()), 1)

    def test_what_is_withdrawn_meanwhile_is_not_told(self):
        self.alert()
        item, article = self.item(), self.article()
        self.match()
        item.is_deleted = True
        self.env.cr.execute("UPDATE library_article SET visibility = 'staff' WHERE id = %s", [article.id])
        self.env.invalidate_all()
        self.assertFalse(self.mail_all())

    def test_only_to_whoever_wants_mail(self):
        alerts = self.alert() | self.alert(patron=self.other_patron)
        self.item()
        self.match()
        self.patron._withdraw("alerts")
        self.other_patron.date_pause_until = self.env.cr.now().date() + timedelta(days=9)
        self.assertFalse(self.mail_all())
        self.assertEqual(set(alerts.hit_ids.mapped("state")), {"new"}, "they stand on the portal and wait")
        self.other_patron.date_pause_until = False
        self.assertIn("Amara", self.mail_all().email_to)

    def test_not_by_mail(self):
        self.alert(channel="portal")
        self.alert(patron=self.other_patron, channel="rss")
        self.item()
        self.match()
        self.assertFalse(self.mail_all())

    def test_quiet_hours_hold_the_mail(self):
        self.alert()
        now = self.env.cr.now()
        self.patron.write({"quiet_from": (now.hour - 1) % 24, "quiet_to": (now.hour + 2) % 24, "tz": "UTC"})
        self.item()
        self.match()
        self.assertGreater(self.mail_all().scheduled_date, now)

    def test_in_the_patrons_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.patron.lang = "zh_CN"
        self.alert()
        self.item()
        self.match()
        self.mail_all()
        digest = self.Digest.search([], limit=1)
        self.assertEqual(digest._lang(), "zh_CN")

    def test_refused_patron_is_not_started_by_staff(self):
        alert = self.alert(state="draft")
        self.patron._withdraw("alerts")
        with self.assertRaises(UserError):
            alert.with_user(self.librarian).action_start()
        self.assertEqual(alert.state, "draft")
        other = self.alert(patron=self.other_patron, state="draft")
        other.with_user(self.librarian).action_start()
        self.assertTrue(self.other_patron._allows("alerts"), "that the patron asked is logged")

    def test_a_mail_that_may_not_have_arrived_is_sent_again_by_a_person(self):
        self.alert()
        self.item()
        self.match()
        mail = self.mail_all()
        digest = self.Digest.search([("mail_id", "=", mail.id)])
        self.assertEqual(digest.state, "waiting")
        mail.write({"state": "sent", "library_handover": "handed"})
        digest.invalidate_recordset()
        self.assertEqual(digest.state, "unsure")
        with self.assertRaises(AccessError):
            digest.with_user(self.librarian).action_send_again()
        digest.with_user(self.staff["manager"]).action_send_again()
        self.assertEqual((mail.state, mail.library_handover), ("outgoing", False))

    # How good it is

    def test_precision_is_shown_from_five_votes_on(self):
        alert = self.alert()
        for number in range(5):
            self.item(f"Acupuncture {number}")
        self.match()
        hits = alert.hit_ids
        for hit, verb in zip(hits[:4], ("relevant", "relevant", "relevant", "not"), strict=True):
            hit._say(verb)
        alert.invalidate_recordset()
        self.assertEqual((alert.vote_count, alert.has_precision, alert.precision_rate), (4, False, 0.0))
        hits[4]._say("relevant")
        hits[4]._say("not")
        alert.invalidate_recordset()
        self.assertEqual((alert.vote_count, alert.has_precision, alert.precision_rate), (5, True, 0.6))

    def test_forgotten_patron_has_no_alerts(self):
        alert = self.alert()
        self.item()
        self.match()
        self.mail_all()
        digest = self.Digest.search([("patron_id", "=", self.patron.id)])
        mail = digest.mail_id
        self.patron._anonymise()
        self.assertFalse(alert.exists())
        self.assertFalse(digest.exists() or mail.exists())

    def test_another_institution_reads_nothing(self):
        company = self.env["res.company"].create({"name": "Another institution"})
        self.librarian.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        alert = self.alert()
        with self.assertRaises(AccessError):
            alert.with_user(self.librarian).read(["name"])
        for user in (self.portal_user, self.other_portal_user):
            for model in ("library.alert.profile", "library.alert.hit", "library.alert.digest", "library.alert.item"):
                self.assertFalse(self.env[model].with_user(user).has_access("read"), model)


@tagged("post_install", "-at_install")
class TestAlertFromNeed(LibraryCase):
    """An alert is drafted from a need and from a request. Feature: 15.4"""

    def test_from_a_need(self):
        need = self.env["library.need"].create({
            "name": "Harbour maps", "patron_id": self.patron.id,
            "statement": "Where do I find early maps of the harbour, 港口地图?",
        })
        action = need.with_user(self.librarian).action_make_alert()
        alert = self.env["library.alert.profile"].browse(action["res_id"])
        self.assertEqual(alert.words_any.split("\n"), ["early", "maps", "harbour", "港口地图"])
        self.assertEqual((alert.state, alert.patron_id, alert.need_id), ("draft", self.patron, need))
        self.assertEqual(need.with_user(self.librarian).action_make_alert()["res_id"], alert.id)
        with self.assertRaises(AccessError):
            need.with_user(self.portal_user).action_make_alert()

    def test_from_a_request(self):
        service = self.env.ref("library_crm.service_sdi")
        questions = {name: self.env.ref(f"library_crm.question_sdi_{name}") for name in ("words", "without", "rhythm")}
        monthly = self.env.ref("library_crm.choice_sdi_rhythm_2")
        case = self._case(service_id=service.id)
        case.request_properties = {
            questions["words"]._key(): "acupuncture\n针灸", questions["without"]._key(): "animals",
            questions["rhythm"]._key(): monthly._key(),
        }
        action = case.with_user(self.librarian).action_make_alert()
        alert = self.env["library.alert.profile"].browse(action["res_id"])
        self.assertEqual(
            (alert.words_any, alert.words_none, alert.cadence), ("acupuncture\n针灸", "animals", "monthly"))
        self.assertEqual(case.service_kind, "sdi")
