from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install", "library_dialogue")
class TestFeedbackMail(LibraryCase):
    """Mail to the address for feedback: strangers welcome, machines not answered. Feature: 16.7, 16.1"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._set_feedback_alias("tell-us")
        cls.address = "tell-us@library.test"

    def write_in(self, text="The lift has been broken for a week.", **values):
        values = {"to": self.address, "subject": "The lift", **values}
        before = self.env["library.feedback"].search([])
        self.env["mail.thread"].message_process(False, self._mail(text, **values))
        return self.env["library.feedback"].search([]) - before

    def test_a_stranger_is_heard_and_answered_once(self):
        before = self.mails.search([])
        raw = self._mail("The lift has been broken for a week.", to=self.address, subject="The lift")
        for _delivery in range(2):
            self.env["mail.thread"].message_process(False, raw)
        feedback = self.env["library.feedback"].search([("email", "=", "new@patrons.test")])
        self.assertEqual(len(feedback), 1)
        self.assertEqual((feedback.source, feedback.state, feedback.patron_id.ids), ("mail", "acknowledged", []))
        self.assertEqual(feedback.name, "The lift")
        mail = self.mails.search([]) - before
        self.assertEqual(mail.filtered("email_to").mapped("email_to"), ["new@patrons.test"])
        self.assertIn("tell-us+", mail.filtered("email_to").reply_to)

    def test_a_patron_is_recognised_and_no_case_is_opened(self):
        before = self.env["library.case"].search_count([])
        feedback = self.write_in(sender="林伟 <wei@patrons.test>")
        self.assertEqual(feedback.patron_id, self.patron)
        self.assertEqual(self.env["library.case"].search_count([]), before)

    def test_what_it_is_is_read_from_its_words(self):
        said = (
            ("This is the third time that nobody answered me. I am very disappointed.", "complaint"),
            ("这已经是第三次了，没有任何人回复我，太让人失望了。", "complaint"),
            ("The flower beds at the entrance.", "suggestion"),
        )
        for number, (words, kind) in enumerate(said):
            with self.subTest(words=words):
                feedback = self.write_in(words, sender=f"P <p{number}@patrons.test>", subject="To the library")
                self.assertEqual(feedback.kind, kind)

    def test_machines_are_filed_and_never_answered(self):
        before = self.mails.search([])
        self.assertFalse(self.write_in(Auto_Submitted="auto-replied"))
        self.assertHeld("automatic", "filed")
        self.assertFalse(self.write_in(List_Id="<news.lists.test>", Precedence="list"))
        self.assertHeld("list", "waiting")
        self.assertFalse(self.write_in(sender="Ourselves <ask-test@library.test>"))
        self.assertHeld("automatic")
        self.assertFalse(self.write_in(sender="Librarian <librarian@staff.test>"))
        self.assertHeld("staff")
        self.assertFalse(self.mails.search([]) - before)

    def test_a_reply_goes_on_with_its_feedback(self):
        feedback = self.write_in()
        feedback.user_id = self.librarian
        again = self.write_in("It is the lift on the left.", subject=f"Re: We have it [{feedback._token()}]")
        self.assertFalse(again, "no second feedback")
        self.assertIn("on the left", " ".join(feedback.message_ids.mapped("body")))
        self.assertEqual(feedback.activity_ids.user_id, self.librarian)
        plus = feedback._reply_address()
        self.assertFalse(self.write_in("And the door.", to=plus, subject="Re:"))
        self.assertIn("the door", " ".join(feedback.message_ids.mapped("body")))

    def test_a_forwarded_sign_opens_nothing_to_somebody_else(self):
        feedback = self.write_in()
        words = len(feedback.message_ids)
        other = self.write_in("Mine too!", sender="Else <else@patrons.test>", subject=f"Fwd [{feedback._token()}]")
        self.assertEqual(len(other), 1)
        self.assertEqual(len(feedback.message_ids), words)

    def test_floods_of_one_address_wait_for_a_person(self):
        for number in range(5):
            self.assertTrue(self.write_in(f"Thing number {number}", sender="Flood <flood@patrons.test>"))
        self.assertFalse(self.write_in("Thing number 6", sender="Flood <flood@patrons.test>"))
        self.assertHeld("flood")

    def test_mail_to_a_team_stays_a_case_whatever_sign_it_carries(self):
        feedback = self.write_in()
        case = self._receive(self._mail("A question", subject=f"Re: [{feedback._token()}]"))
        self.assertEqual(case.team_id, self.team)

    def test_the_address_can_be_changed_and_taken_away(self):
        self.company.library_feedback_alias_name = "speak"
        self.assertTrue(self.write_in("Other words here", to="speak@library.test"))
        self.company.library_feedback_alias_name = False
        self.assertFalse(self.company.library_feedback_alias_id)
        self.assertFalse(self.write_in("Nobody there", to="speak@library.test"))
