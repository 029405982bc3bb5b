from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ...lib.form_input import FormRefused
from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestContribution(LibraryCase):
    """What patrons give: offers, thanks, and taking back. Feature: 2.6"""

    def _offer(self, user, **form):
        Contribution = self.env["library.contribution"].with_user(user)
        return Contribution._portal_offer({"name": "Reading Qing deeds", "agree": "on", **form})

    def test_an_offer_is_a_consent_and_a_no_takes_it_back_at_once(self):
        user = new_test_user(self.env, login="helper", groups="base.group_portal", email="helper@patrons.test")
        offer = self._offer(user, note="On Fridays")
        patron = offer.patron_id
        self.assertTrue(patron._allows("directory"))
        found = self.env["library.contribution"].with_user(self.librarian).search([("name", "ilike", "qing")])
        self.assertEqual(found, offer.with_user(self.librarian))
        patron._withdraw("directory", "portal")
        self.assertFalse(offer.exists())

    def test_an_offer_without_words_or_without_agreeing_is_none(self):
        user = new_test_user(self.env, login="helper", groups="base.group_portal", email="helper@patrons.test")
        for form in ({"name": " "}, {"agree": ""}):
            with self.assertRaises(FormRefused):
                self._offer(user, **form)
        self.assertFalse(self.env["library.contribution"].search([("source", "=", "portal")]))

    def test_nobody_is_listed_by_staff_without_having_agreed(self):
        values = {"name": "Statistics", "kind": "expertise", "patron_id": self.patron.id}
        Contribution = self.env["library.contribution"].with_user(self.librarian)
        with self.assertRaises(UserError):
            Contribution.create(values)
        self.patron._give("directory")
        self.assertTrue(Contribution.create(values))

    def test_thanks_go_out_once_and_not_to_whom_does_not_want_mail(self):
        given = self.env["library.contribution"].with_user(self.librarian).create(
            {"name": "Review of the guide", "patron_id": self.patron.id})
        given.action_thank()
        given.action_thank()
        entries = self.env["library.outreach"].search([("kind", "=", "thanks"), ("patron_id", "=", self.patron.id)])
        self.assertEqual(len(entries), 1)
        self.assertIn("Review of the guide", entries.mail_id.body_html)
        self.patron.date_pause_until = "2099-01-01"
        other = given.copy()
        self.assertFalse(other.date_thanked)
        with self.assertRaises(UserError):
            other.action_thank()

    def test_a_patron_takes_back_own_offers_only_and_reads_none(self):
        users = [
            new_test_user(self.env, login=login, groups="base.group_portal", email=f"{login}@patrons.test")
            for login in ("helper", "other")
        ]
        offer = self._offer(users[0])
        Contribution = self.env["library.contribution"]
        self.assertFalse(Contribution.with_user(users[1])._portal_take_back(offer.id))
        self.assertTrue(offer.exists())
        with self.assertRaises(AccessError):
            offer.with_user(users[1]).read(["name"])
        self.assertTrue(Contribution.with_user(users[0])._portal_take_back(offer.id))
        self.assertFalse(offer.exists())

    def test_it_goes_with_the_person(self):
        given = self.env["library.contribution"].create({"name": "Review", "patron_id": self.patron.id})
        self.patron._anonymise()
        self.assertFalse(given.exists())


@tagged("post_install", "-at_install")
class TestContributionPage(HttpCase):
    """The page on the portal. Feature: 2.6"""

    def test_offer_and_take_back_by_plain_forms(self):
        new_test_user(self.env, login="helper", password="helper", groups="base.group_portal", email="h@patrons.test")
        self.authenticate("helper", "helper")
        form = {"csrf_token": http.Request.csrf_token(self), "name": "<script>alert(1)</script> R", "agree": "on"}
        page = self.url_open("/my/contributions", data=form)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("<script>alert(1)", page.text)
        offer = self.env["library.contribution"].search([("source", "=", "portal")], order="id desc", limit=1)
        self.assertEqual(self.url_open(f"/my/contributions/{offer.id}/delete").status_code, 405)
        self.url_open(f"/my/contributions/{offer.id}/delete", data={"csrf_token": http.Request.csrf_token(self)})
        self.assertFalse(offer.exists())
