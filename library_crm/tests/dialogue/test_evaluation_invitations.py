import psycopg2

from odoo.fields import Datetime
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..case.portal_common import SCRIPTS, LibraryPortalCase


@tagged("post_install", "-at_install", "library_portal")
class TestEvaluationInvitations(LibraryPortalCase):
    """Who is asked, how often, and what a link in a mail may do. Feature: 2.1, 17.1"""

    def setUp(self):
        super().setUp()
        self.invitations = self.env["library.evaluation.invitation"]
        self.before = self.mails.search([])

    def invite(self, *patrons, instrument="nps", key="2026-11", share=100):
        rows = [{"patron_id": patron.id, "key": key} for patron in patrons or [self.patron]]
        return self.invitations._invite(instrument, rows, share)

    def mailed(self):
        return self._outgoing(self.before)

    def back(self, records, days):
        """Everything about these happened so many days earlier."""
        for one in records:
            one.write({
                name: Datetime.subtract(one[name], days=days)
                for name in ("date_invited", "date_answered", "date_expires", "date_reminded") if one[name]
            })

    # Once in 60 days

    def test_one_mail_with_eleven_links_and_a_way_out(self):
        invitation = self.invite()
        self.assertEqual((invitation.state, invitation.company_id), ("sent", self.company))
        mail = self.mailed()
        self.assertEqual(len(mail), 1)
        self.assertIn(self.patron.email, mail.email_to)
        for word in ("Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post"):
            self.assertIn(word, mail.headers)
        for value in range(11):
            self.assertIn(f"/library/answer/{invitation.token}/{value}", mail.body_html)
        row = self.env["library.outreach"].search([("patron_id", "=", self.patron.id)])
        self.assertRecordValues(row, [{"purpose": "evaluation", "kind": "nps", "key": "2026-11", "mail_id": mail.id}])

    def test_never_twice_in_sixty_days_whatever_about(self):
        first = self.invite()
        self.assertFalse(self.invite(), "the same again")
        self.assertFalse(self.invite(key="2026-12"))
        self.back(first, 59)
        self.assertFalse(self.invite(key="2027-01"))
        self.back(first, 1)
        self.assertTrue(self.invite(key="2027-01"), "60 days have passed")
        self.assertEqual(len(self.mailed()), 2)

    def test_the_database_holds_to_it(self):
        self.invite()
        with self.assertRaises(psycopg2.errors.ExclusionViolation), mute_logger("odoo.sql_db"):
            self.invitations.create({
                "instrument": "csat", "key": "x", "patron_id": self.patron.id, "company_id": self.company.id,
                "date_invited": Datetime.add(Datetime.now(), days=30),
            })
            self.env.flush_all()

    def test_twice_in_one_list_is_once(self):
        self.assertEqual(len(self.invite(self.patron, self.patron, self.other_patron)), 2)
        self.assertEqual(len(self.mailed()), 2)

    def test_two_cases_one_question(self):
        for _time in range(2):
            self.deliver(self._case())._close("met")
        asked = self.mailed().filtered(lambda mail: "/library/rate/" in (mail.body_html or ""))
        self.assertEqual(len(asked), 1)
        self.assertIn("List-Unsubscribe-Post", asked.headers)
        self.assertEqual(self.invitations.search([("patron_id", "=", self.patron.id)]).instrument, "csat")

    def test_outcome_instead_of_rating(self):
        self.company.library_outcome_share = 100
        case = self.deliver(self._case())
        case._close("met")
        invitation = self.invitations.search([("case_id", "=", case.id)])
        self.assertEqual(invitation.instrument, "outcome")
        mails = self.mailed().filtered(lambda mail: "/library/answer/" in (mail.body_html or ""))
        self.assertEqual(len(mails), 1)
        self.assertFalse(self.mailed().filtered(lambda mail: "/library/rate/" in (mail.body_html or "")))

    # Who is drawn, and who is left in peace

    def test_the_sample_is_the_same_however_often_it_is_drawn(self):
        self.assertFalse(self.invite(share=0))
        self.company.library_csat_share = 0
        self.deliver(self._case())._close("met")
        self.assertFalse(self.invitations.search([]))
        rows = [{"patron_id": self.patron.id, "key": str(number)} for number in range(400)]
        drawn = self.invitations._drawn("nps", rows, 25)
        self.assertEqual(drawn, self.invitations._drawn("nps", rows, 25))
        self.assertTrue(60 < len(drawn) < 140)

    def test_who_does_not_want_it_is_not_asked(self):
        self.env["library.contact.preference"]._answer(self.patron, {("evaluation", "mail"): False}, "portal")
        self.other_patron.date_pause_until = Datetime.add(Datetime.now(), days=3)
        self.assertFalse(self.invite(self.patron, self.other_patron))
        self.assertFalse(self.mailed())
        self.assertFalse(self.invitations.search([]))

    def test_refused_after_the_mail(self):
        invitation = self.invite()
        self.env["library.outreach"].search([("res_id", "=", invitation.id)])._unsubscribe()
        self.env["library.outreach"]._stopped(self.patron, "refusal")
        self.assertEqual(invitation.state, "refused")
        self.login()
        self.assertEqual(self.get(f"/library/answer/{invitation.token}").status_code, 404)

    def test_monthly_sample(self):
        self.company.library_nps_share = 100
        case = self.deliver(self._case())
        case.write({"date_closed": Datetime.now()})
        served = self.invitations._served(self.company, 0)
        self.assertIn(self.patron.id, served)
        self.assertNotIn(self.other_patron.id, served)
        self.assertFalse(self.invitations._served(self.company, max(served)))

    # The reminder, and the end

    def remind(self):
        found = self.invitations.search(self.invitations._domain_to_remind())
        found._remind()
        return found

    def test_one_reminder_after_a_week(self):
        invitation = self.invite()
        self.assertFalse(self.remind())
        self.back(invitation, 7)
        self.assertEqual(self.remind(), invitation)
        self.assertEqual(invitation.state, "reminded")
        self.assertEqual(len(self.mailed()), 2)
        self.back(invitation, 8)
        self.assertFalse(self.remind())
        self.assertEqual(len(self.mailed()), 2)

    def test_no_reminder_to_who_answered_or_wants_peace(self):
        first, second = self.invite(self.patron, self.other_patron)
        first._portal_take({"nps": "9"})
        self.other_patron.date_pause_until = Datetime.add(Datetime.now(), days=3)
        self.back(first | second, 8)
        self.assertEqual(self.remind(), second)
        self.assertEqual((first.state, second.state), ("answered", "sent"))
        self.assertEqual(len(self.mailed()), 2)
        self.assertFalse(self.remind())

    def test_ends_after_sixty_days(self):
        invitation = self.invite()
        self.back(invitation, 61)
        self.invitations.search(self.invitations._domain_to_expire())._expire()
        self.assertEqual(invitation.state, "expired")
        self.login()
        self.assertEqual(self.post(f"/library/answer/{invitation.token}", {"nps": "5"}).status_code, 404)

    # The page

    def test_opening_stores_nothing(self):
        invitation = self.invite()
        self.login()
        before = self.facts(invitation)
        for tail in ("", "/0", "/10", "/99"):
            self.assertEqual(self.get(f"/library/answer/{invitation.token}{tail}").status_code, 200)
        self.assertEqual(self.facts(invitation), before)
        self.assertFalse(invitation.answer_ids)
        self.assertIn("data-library-sends-itself", self.get(f"/library/answer/{invitation.token}/7").text)
        self.assertNotIn("data-library-sends-itself", self.get(f"/library/answer/{invitation.token}").text)

    def test_answered_twice_is_one_answer(self):
        invitation = self.invite()
        self.login()
        path = f"/library/answer/{invitation.token}"
        self.assertEqual(self.post(path, {"nps": "3", "words": "Too loud"}).status_code, 303)
        first = invitation.date_answered
        self.assertEqual(self.post(path, {"nps": "8"}).status_code, 303)
        self.assertRecordValues(invitation.answer_ids, [{"item": "nps", "value": 8, "text": "Too loud"}])
        self.assertEqual((invitation.state, invitation.date_answered), ("answered", first))
        self.assertIn("You can change it", self.get(path).text)
        self.back(invitation, 31)
        self.assertEqual(self.post(path, {"nps": "1"}).status_code, 404)
        self.assertEqual(invitation.answer_ids.value, 8)

    def test_junk(self):
        invitation = self.invite()
        self.login()
        path = f"/library/answer/{invitation.token}"
        for value in ("11", "-1", "x", "", "5.5", "٣"):
            with self.subTest(value=value):
                self.assertEqual(self.post(path, {"nps": value}).status_code, 422)
        self.assertEqual(invitation.state, "sent")
        for script in SCRIPTS:
            self.post(path, {"nps": "1", "words": script})
            self.assertHarmless(self.get(path).text)
        with mute_logger("odoo.http"):
            self.assertEqual(self.post(path, {"nps": "1"}, csrf=False).status_code, 400)
        for token in ("x", "None", "False", invitation.token[:-1], invitation.token + "x", "é" * 30):
            self.assertEqual(self.get(f"/library/answer/{token}").status_code, 404)

    def test_a_forwarded_link_names_nobody(self):
        self.company.library_outcome_share = 100
        case = self.deliver(self._case(name="Where do I find the early maps of the harbour, which my aunt drew?"))
        case._close("met")
        invitation = self.invitations.search([("case_id", "=", case.id)])
        self.login()
        page = self.get(f"/library/answer/{invitation.token}").text
        self.assertIn("Where do I find", page)
        for secret in ("aunt", self.patron.name, self.patron.email, f"No. {case.id}", "Here they are"):
            self.assertNotIn(secret, page)
        self.post(f"/library/answer/{invitation.token}", {"understood": "4", "question_words": "And the later ones?"})
        self.assertEqual(invitation.state, "answered")
        self.assertEqual(self.env["library.outcome"]._of_patron(case).source, "mail")
        self.assertEqual({answer.item: answer.value for answer in invitation.answer_ids},
                         {"understood": 4, "new_question": 2})

    def test_half_an_answer_is_an_answer(self):
        self.company.library_outcome_share = 100
        case = self.deliver(self._case())
        case._close("met")
        invitation = self.invitations.search([("case_id", "=", case.id)])
        self.login()
        self.assertEqual(self.post(f"/library/answer/{invitation.token}", {"ask": "1"}).status_code, 422)
        self.post(f"/library/answer/{invitation.token}", {"useful": "3"})
        self.assertEqual(invitation.answer_ids.mapped("item"), ["useful"])

    # Persons

    def test_de_identified(self):
        invitation = self.invite()
        invitation._portal_take({"nps": "9", "words": "My sister works here"})
        token = invitation.token
        self.patron._anonymise()
        invitation.invalidate_recordset()
        self.assertEqual((invitation.patron_id.id, invitation.token, invitation.answer_ids.value), (False, False, 9))
        self.assertFalse(invitation.answer_ids.text)
        self.login()
        self.assertEqual(self.get(f"/library/answer/{token}").status_code, 404)

    def test_staff_see_no_name(self):
        invitation = self.invite()
        lead = invitation.with_user(self.staff["lead"])
        self.assertEqual(lead.state, "sent")
        self.assertNotIn("patron_id", lead.fields_get())
        self.assertNotIn("token", invitation.with_user(self.staff["manager"]).fields_get())
        for user in (self.portal_user, self.other_portal_user, self.librarian):
            self.assertFalse(invitation.with_user(user).has_access("read"))
        csat = self.invitations.create({
            "instrument": "csat", "key": "y", "company_id": self.company.id, "team_id": self.other_team.id,
        })
        self.assertFalse(csat.with_user(self.staff["lead"]).has_access("read"))
