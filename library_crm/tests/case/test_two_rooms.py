from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestTwoRooms(LibraryCase):
    """Nothing written among colleagues has a way to a patron."""

    def setUp(self):
        super().setUp()
        self.case = self._case()
        self.before = self.mails.search([])

    def _patron_mails(self):
        outside = {"wei@patrons.test", "amara@patrons.test"}
        return self._outgoing(self.before).filtered(
            lambda mail: outside & set(mail.recipient_ids.mapped("email"))
            or any(address in (mail.email_to or "") for address in outside)
        )

    def test_no_way_of_writing_into_the_workroom_reaches_a_patron(self):
        """Feature: 21.1, 21.2"""
        room = self.case._ensure_workroom().with_user(self.librarian)
        patron_partner = self.patron.partner_id
        ways = {
            "note": {"subtype_xmlid": "mail.mt_note"},
            "comment": {"subtype_xmlid": "mail.mt_comment"},
            "named": {"subtype_xmlid": "mail.mt_comment", "partner_ids": patron_partner.ids},
            "address": {"subtype_xmlid": "mail.mt_comment", "outgoing_email_to": "wei@patrons.test"},
        }
        for way, how in ways.items():
            with self.subTest(way=way):
                message = room.message_post(body="TOP-SECRET", message_type="comment", **how)
                self.assertNotIn(patron_partner, message.sudo().notified_partner_ids)
                self.assertFalse(self._patron_mails())
        room.message_subscribe(partner_ids=patron_partner.ids)
        self.assertNotIn(patron_partner, room.sudo().message_partner_ids)

    def test_note_on_the_case_goes_to_the_workroom(self):
        self.case.with_user(self.librarian).message_post(
            body="TOP-SECRET", message_type="comment", subtype_xmlid="mail.mt_note",
            partner_ids=self.patron.partner_id.ids,
        )
        self.assertNotIn("TOP-SECRET", "".join(self.case.message_ids.mapped("body")))
        self.assertIn("TOP-SECRET", "".join(self.case.workroom_ids.message_ids.mapped("body")))
        self.assertFalse(self._patron_mails())

    def test_patron_cannot_follow_or_read_the_workroom(self):
        room = self.case._ensure_workroom()
        message = room.with_user(self.librarian).message_post(body="TOP-SECRET", message_type="comment")
        with self.assertRaises(AccessError):
            room.with_user(self.portal_user).read(["name"])
        Message = self.env["mail.message"].with_user(self.portal_user)
        self.assertFalse(Message.search([("id", "=", message.id)]))
        self.case.message_subscribe(partner_ids=self.patron.partner_id.ids)
        self.assertNotIn(self.patron.partner_id, self.case.message_partner_ids)

    def test_answer_reaches_patron_and_accepted_participants_only(self):
        """Feature: 16.2"""
        accepted, proposed = self.env["library.case.participant"].create(
            [
                {"case_id": self.case.id, "name": "Prof. Li", "email": "li@campus.test", "state": "accepted"},
                {"case_id": self.case.id, "name": "Copied", "email": "copied@campus.test"},
            ]
        )
        readers = self.case._patron_readers()
        self.assertEqual(set(readers.mapped("email")), {"wei@patrons.test", "li@campus.test"})
        message = self.case.with_user(self.librarian)._answer("<p>Here you are.</p>")
        self.assertEqual(message.notified_partner_ids, readers)
        self.assertEqual(self.case.waits_for, "patron")
        self.assertTrue(self.case.date_first_answer)
        self.assertEqual(self.case.stage_code, "deliver")
        self.assertIn(self.case._token(), message.subject or self.case._message_compute_subject())
        self.assertFalse(proposed.partner_id)
        self.assertTrue(accepted.partner_id)

    def test_contributor_sees_the_question_but_no_identity(self):
        """Feature: 21.2"""
        self.case.need_ids.statement = "I am 林伟 (wei@patrons.test), where are the maps?"
        self.case._contribute(self.other_team)
        room = self.case.workroom_ids.with_user(self.colleague)
        self.assertIn("maps", room.question)
        self.assertNotIn("林伟", room.question)
        self.assertNotIn("wei@patrons.test", room.question)
        self.assertFalse(room.can_see_case)
        with self.assertRaises(AccessError):
            self.case.with_user(self.colleague).read(["name"])
        with self.assertRaises(AccessError):
            room.case_id.patron_id.name  # noqa: B018 - reading is the test
        self.case.granted_user_ids = self.colleague
        self.assertTrue(self.case.with_user(self.colleague).read(["name"]))

    def test_patron_says_words_and_nothing_else(self):
        """Over RPC a patron cannot name readers, pose as somebody, or write notes."""
        case = self.case.with_user(self.portal_user)
        message = case.message_post(
            body="Hello",
            message_type="notification",
            subtype_xmlid="mail.mt_note",
            author_id=self.librarian.partner_id.id,
            email_from="director@library.test",
            partner_ids=self.other_patron.partner_id.ids,
            outgoing_email_to="victim@elsewhere.test",
        ).sudo()
        self.assertEqual(message.author_id, self.patron.partner_id)
        self.assertEqual((message.message_type, message.is_internal), ("comment", False))
        self.assertFalse(message.partner_ids)
        self.assertFalse(self._outgoing(self.before).filtered(lambda mail: "elsewhere" in (mail.email_to or "")))
        with self.assertRaises(AccessError):
            case.action_open_workroom()
        self.assertFalse(self.case.workroom_ids)

    def test_link_in_a_mail_opens_no_account(self):
        """A forwarded answer lets nobody sign up as the patron."""
        stranger = self.env["library.patron"].create({"name": "No Account", "email": "none@patrons.test"})
        for patron in (stranger, self.patron):
            case = self._case(patron=patron)
            case.with_user(self.librarian)._answer("<p>Here you are.</p>")
            mail = self._outgoing(self.before).filtered(lambda mail, case=case: mail.res_id == case.id)
            with self.subTest(patron=patron.name):
                self.assertIn("href", mail.body_html)
                self.assertNotIn("auth_signup_token", mail.body_html)
            if patron == self.patron:
                self.assertIn(f"/my/cases/{case.id}", mail.body_html)
                self.assertNotIn("access_token", mail.body_html)
