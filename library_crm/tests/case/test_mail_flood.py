from odoo.tests import tagged

from ..common import LibraryCase

SUBJECTS = ("Renewal", "Opening hours", "Loan of", "Database access", "Citing", "Printing", "Seat", "Interlibrary loan")
THINGS = (
    "linear algebra", "organic chemistry", "the law of torts", "Qing dynasty maps", "nursing ethics", "tidal power",
    "the poetry of Du Fu", "bond markets", "soil science", "machine translation", "Roman coins", "heart surgery",
    "urban water", "folk songs", "glass blowing", "labour history", "steel bridges", "whale migration", "tax treaties",
    "stage lighting", "plant viruses", "desert insects", "school reform", "paper making", "radio waves",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestMailFlood(LibraryCase):
    """Two hundred mails in a minute: real ones all arrive, a loop ends. Feature: X14"""

    SHARED = "class@exam.test"

    def _question(self, number):
        thing, subject = THINGS[number % len(THINGS)], SUBJECTS[number // len(THINGS)]
        return self._mail(
            f"Before the exam I need help with {thing}. {subject} is what I ask about; my tutor is Mr {thing.title()}.",
            sender=f"Student {number} <{self.SHARED}>", subject=f"{subject}: {thing}")

    def _cases(self, address):
        return self.env["library.case"].search([("email_normalized", "=", address)])

    def test_two_hundred_real_mails_from_one_address(self):
        before = self.mails.search([])
        held = self.env["library.mail.held"].search_count([])
        for number in range(200):
            self._receive(self._question(number))
        cases = self._cases(self.SHARED)
        self.assertEqual(len(cases), 200, "nobody's question is lost or has to wait for a hand")
        self.assertEqual(self.env["library.mail.held"].search_count([]), held)
        self.assertEqual(len(set(cases.mapped("need_ids.statement"))), 200)
        self.assertEqual(len(self._outgoing(before)), 3, "one address gets few automatic answers an hour")

    def test_short_questions_of_different_people_arrive(self):
        for number in range(30):
            self._receive(self._mail("Is the library open on Sunday?", subject="Question",
                                     sender=f"Student {chr(65 + number % 26)}{number} <{self.SHARED}>"))
        self.assertEqual(len(self._cases(self.SHARED)), 30)

    def test_the_same_mail_delivered_again_is_one_case(self):
        raw = self._question(1)
        for _index in range(5):
            self._receive(raw)
        self.assertEqual(len(self._cases(self.SHARED)), 1)

    def test_a_loop_ends(self):
        """A help desk that answers each of our mails with a new ticket, and says nowhere that it is a machine."""
        before, ticket, peer = self.mails.search([]), 0, "Peer desk <desk@peer.test>"
        self._receive(self._mail("Please help us with an account", sender=peer, subject="Account"))
        seen = before
        for _round in range(60):
            answers = self.mails.search([]) - seen
            seen |= answers
            for _answer in answers:
                ticket += 1
                self._receive(self._mail(f"Your request #{ticket}-a{ticket} was received. We will be in touch.",
                                         sender=peer, subject=f"[Ticket#{ticket}] received"))
        self.assertEqual(len(self._outgoing(before)), 3)
        self.assertEqual(len(self._cases("desk@peer.test")), 4)

    def test_a_machine_that_writes_unasked_is_held_and_nothing_is_lost(self):
        sender = "Peer desk <desk@peer.test>"
        for number in range(60):
            self._receive(self._mail(f"Your request #{number} was received. We will be in touch.", sender=sender,
                                     subject=f"[Ticket#{number}] received"))
        self.assertEqual(len(self._cases("desk@peer.test")), 20)
        held = self.env["library.mail.held"].search([("kind", "=", "flood"), ("email_from", "=", sender)])
        self.assertEqual(len(held), 40)
        self.assertTrue(all(one._raw() for one in held), "each is kept with its original")
        held[:3].with_user(self.librarian).action_new_case()
        self.assertEqual(len(self._cases("desk@peer.test")), 23)

    def test_beyond_any_measure_a_person_looks(self):
        self.env["ir.config_parameter"].sudo().set_param("library_crm.cases_per_hour", "1")
        self.patch(self.registry["library.mail.intake"], "_count_lately", lambda *_args: 50)
        self._receive(self._question(1))
        self.assertHeld("flood")
