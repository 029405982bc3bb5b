from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestGateway(LibraryCase):
    """What happens to a mail, from the first to the last kind of it."""

    def test_first_mail_becomes_one_case_with_need_and_one_acknowledgement(self):
        """A patron who never wrote before gets a case, a need, a promise and one answer by machine.

        Feature: 16.2, 1.1, 1.2
        """
        before = self.mails.search([])
        case = self._receive(
            self._mail("请问如何查找肺癌早期筛查的文献？谢谢", subject="查找文献", sender="林伟 <lin@patrons.test>"))
        self.assertEqual(case.team_id, self.team)
        self.assertEqual(case.channel, "mail")
        self.assertEqual(case.patron_id.lifecycle, "prospect")
        self.assertEqual(case.patron_id.email_normalized, "lin@patrons.test")
        self.assertEqual(len(case.need_ids), 1)
        self.assertIn("肺癌早期筛查", case.need_ids.statement)
        self.assertTrue(case.date_promised)
        acknowledgement = self._outgoing(before)
        self.assertEqual(len(acknowledgement), 1)
        self.assertIn(case._token(), acknowledgement.subject)
        self.assertIn(case._token().lower(), acknowledgement.reply_to)
        self.assertIn("'Auto-Submitted': 'auto-replied'", acknowledgement.headers)
        self.assertIn("X-Auto-Response-Suppress", acknowledgement.headers)

    def test_acknowledgement_speaks_the_patrons_language(self):
        """Feature: X10"""
        before = self.mails.search([])
        self._receive(self._mail("請問這本書的館藏在哪裡？謝謝您", subject="請問館藏", sender="yu@patrons.test"))
        self.assertIn("館", self._outgoing(before).body_html)

    def test_the_same_mail_again_is_one_message(self):
        """Feature: 16.2"""
        raw = self._mail()
        case = self._receive(raw)
        self.assertFalse(self._receive(raw))
        self.assertEqual(len(case.message_ids.filtered(lambda message: message.message_type == "email")), 1)

    def test_without_message_id_the_same_mail_is_still_known(self):
        raw = self._mail(Message_ID=None)
        self.assertTrue(self._receive(raw))
        self.assertFalse(self._receive(raw))

    def test_one_mail_to_two_teams_is_one_case(self):
        case = self._receive(self._mail(to="ask-test@library.test, ill-test@library.test"))
        self.assertEqual(case.team_id, self.team)
        self.assertEqual(case.contributing_team_ids, self.other_team)
        self.assertTrue(case.workroom_ids, "the other team needs a room to work in")

    def test_reply_without_references_finds_its_case_by_each_place_of_the_token(self):
        case = self._receive(self._mail(sender="new@patrons.test"))
        token = case._token()
        places = {
            "address": self._mail(sender="new@patrons.test", to=case._address(), subject="Re:"),
            "subject": self._mail(sender="new@patrons.test", subject=f"AW: Maps [{token}]"),
            "text": self._mail(f"More.\n\n> Our sign: {token}", sender="new@patrons.test", subject="more"),
        }
        for place, raw in places.items():
            with self.subTest(place=place):
                self.assertEqual(self._receive(raw), case)
        self.assertTrue(case.has_news)

    def test_reply_by_references(self):
        case = self._receive(self._mail(sender="new@patrons.test"))
        sent = case.message_ids.filtered(lambda message: message.message_type == "auto_comment")
        raw = self._mail("Thanks", sender="new@patrons.test", subject="Re: Maps", In_Reply_To=sent.message_id)
        self.assertEqual(self._receive(raw), case)

    def test_forged_token_opens_a_case_of_its_own(self):
        case = self._receive(self._mail(sender="new@patrons.test"))
        forged = case._token()[:-1] + ("0" if case._token()[-1] != "0" else "1")
        other = self._receive(self._mail(sender="new@patrons.test", subject=f"Re: Maps [{forged}]"))
        self.assertNotEqual(other, case)

    def test_stranger_on_a_known_case_is_held(self):
        """Whoever holds a forwarded copy cannot write into the case.

        Feature: X14
        """
        case = self._receive(self._mail(sender="new@patrons.test"))
        count = len(case.message_ids)
        before = self.mails.search([])
        self._receive(self._mail(sender="stranger@elsewhere.test", to=case._address()))
        held = self.assertHeld("stranger")
        self.assertEqual(held.case_id, case)
        self.assertEqual(len(case.message_ids), count)
        self.assertFalse(self._outgoing(before), "a stranger is not answered")

    def test_held_stranger_can_join_or_become_the_patron(self):
        case = self._receive(self._mail(sender="new@patrons.test"))
        self._receive(self._mail(sender="Prof <stranger@elsewhere.test>", to=case._address()))
        held = self.assertHeld("stranger")
        held.with_user(self.librarian).action_join_case()
        self.assertEqual(held.state, "released")
        self.assertEqual(case.participant_ids.email_normalized, "stranger@elsewhere.test")
        self.assertEqual(self._receive(self._mail(sender="stranger@elsewhere.test", to=case._address())), case)
        self._receive(self._mail(sender="home@elsewhere.test", to=case._address()))
        held = self.assertHeld("stranger")
        held.with_user(self.librarian)._retry(place="identity")
        self.assertIn("home@elsewhere.test", case.patron_id.identity_ids.mapped("value_normalized"))

    def test_copied_supervisor_is_proposed_not_subscribed(self):
        """Feature: 16.2"""
        case = self._receive(self._mail(Cc="Prof. Li <li@campus.test>"))
        person = case.participant_ids
        self.assertEqual((person.name, person.email, person.state), ("Prof. Li", "li@campus.test", "proposed"))
        self.assertNotIn("li@campus.test", case.message_partner_ids.mapped("email"))
        self.assertNotIn(person.partner_id, case._patron_readers())

    def test_vacation_reply_is_filed_without_waking_the_case(self):
        """Feature: 16.2"""
        case = self._receive(self._mail(sender="new@patrons.test"))
        case._close("met")
        before = self.mails.search([])
        raw = self._mail("I am away.", sender="new@patrons.test", to=case._address(), Auto_Submitted="auto-replied")
        self._receive(raw)
        self.assertEqual(case.stage_code, "closed")
        self.assertFalse(case.has_news)
        self.assertFalse(self._outgoing(before))

    def test_automatic_mail_opens_nothing_and_is_not_answered(self):
        cases = self.env["library.case"].search_count([])
        before = self.mails.search([])
        self._receive(self._mail("Out of office", Auto_Submitted="auto-replied"))
        self.assertHeld("automatic", "filed")
        self.assertEqual(self.env["library.case"].search_count([]), cases)
        self.assertFalse(self._outgoing(before))

    def test_bounce_marks_the_address_and_opens_nothing(self):
        """Feature: 16.2"""
        case = self._receive(self._mail(sender="new@patrons.test"))
        cases = self.env["library.case"].search_count([])
        before = self.mails.search([])
        sent = case.message_ids.filtered(lambda message: message.message_type == "auto_comment")
        raw = (
            "From: MAILER-DAEMON@mx.test\nTo: ask-test@library.test\nSubject: Undelivered Mail Returned to Sender\n"
            "Message-ID: <bounce-1@mx.test>\nReturn-Path: <>\nMIME-Version: 1.0\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
            "--b\nContent-Type: text/plain\n\nThe mail system: user unknown\n"
            "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\n"
            "Final-Recipient: rfc822; new@patrons.test\nAction: failed\nStatus: 5.1.1\n\n"
            f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {sent.message_id}\n\n--b--\n"
        ).encode()
        self._receive(raw)
        identity = case.patron_id.identity_ids
        self.assertEqual((identity.state, identity.bounce_count), ("bounced", 1))
        self.assertTrue(case.patron_id.has_bounced)
        self.assertEqual(self.env["library.case"].search_count([]), cases)
        self.assertFalse(self._outgoing(before))
        self.assertHeld("bounce", "filed")
        self._receive(self._mail(sender="new@patrons.test", to=case._address()))
        self.assertEqual(identity.state, "active", "whoever writes can be reached again")

    def test_staff_address_from_outside_is_not_staff(self):
        """A forged sender of an administrator becomes neither author nor creator.

        Feature: X14
        """
        case = self._receive(self._mail(sender="new@patrons.test"))
        self._receive(self._mail(sender="librarian@staff.test", to=case._address()))
        self.assertHeld("staff")
        self._receive(self._mail(sender="librarian@staff.test"))
        self.assertHeld("staff")
        self.assertEqual(case.create_uid, self.env.ref("base.user_root"))
        self.assertNotIn(self.librarian.partner_id, case.message_ids.author_id)

    def test_staff_reply_to_the_workroom_stays_there(self):
        case = self._receive(self._mail(sender="new@patrons.test"))
        room = case._ensure_workroom()
        before = self.mails.search([])
        reply_to = room._notify_get_reply_to_batch()[room.id]
        self._receive(self._mail("SECRET idea", sender="librarian@staff.test", to=reply_to))
        self.assertIn("SECRET idea", room.message_ids[:1].body)
        self.assertNotIn("SECRET idea", "".join(case.message_ids.mapped("body")))
        self.assertFalse(room.message_ids[:1].author_id, "an address alone does not make a colleague the author")
        self.env["ir.config_parameter"].set_param("library_crm.trusted_mail_servers", "mx.library.test")
        proof = "mx.library.test; dmarc=pass header.from=staff.test"
        raw = self._mail("Proved", sender="librarian@staff.test", to=reply_to, Authentication_Results=proof)
        self._receive(raw)
        self.assertEqual(room.message_ids[:1].author_id, self.librarian.partner_id)
        self.assertFalse(
            self._outgoing(before).filtered(
                lambda mail: "patrons.test" in f"{mail.email_to} {mail.recipient_ids.mapped('email')}")
        )

    def test_outsider_cannot_write_to_the_workroom(self):
        case = self._receive(self._mail(sender="new@patrons.test"))
        room = case._ensure_workroom()
        count = len(room.message_ids)
        reply_to = room._notify_get_reply_to_batch()[room.id]
        self._receive(self._mail("I am the patron", sender="new@patrons.test", to=reply_to))
        self.assertHeld("stranger")
        self.assertEqual(len(room.message_ids), count)

    def test_later_mail_reopens_a_closed_case(self):
        case = self._receive(self._mail(sender="new@patrons.test"))
        case._close("met")
        self._receive(self._mail("It did not help", sender="new@patrons.test", to=case._address()))
        self.assertEqual((case.stage_code, case.waits_for, case.reopened_count), ("understand", "library", 1))
        self.assertEqual(case.need_ids.state, "understood")

    def test_yes_by_mail_confirms_and_other_words_correct(self):
        """Feature: 1.2"""
        for words, confirmation in (("Yes, thank you!", "confirmed"), ("No, I need the Qing dynasty.", "corrected")):
            with self.subTest(words=words):
                case = self._receive(self._mail(sender="new@patrons.test"))
                need = case.need_ids
                need._restate("You look for maps of the harbour before 1900.")
                message = case.with_user(self.librarian)._ask_confirmation(need)
                raw = self._mail(
                    words, sender="new@patrons.test", to=message.reply_to, subject=f"Re: {message.subject}")
                self.assertEqual(self._receive(raw), case)
                self.assertEqual(need.confirmation, confirmation)
        self.assertEqual(need.correction.strip(), "No, I need the Qing dynasty.")

    def test_a_few_acknowledgements_an_hour_at_most(self):
        before = self.mails.search([])
        for number in range(8):
            self._receive(self._mail(sender="loop@peer.test", subject=f"Ticket {number}"))
        self.assertEqual(len(self._outgoing(before)), 3)
        self.assertEqual(self.env["library.case"].search_count([("email_normalized", "=", "loop@peer.test")]), 8)

    def test_too_many_cases_an_hour_wait_for_a_person(self):
        for number in range(23):
            self._receive(self._mail(sender="loop@peer.test", subject=f"Ticket {number}"))
        self.assertEqual(self.env["library.case"].search_count([("email_normalized", "=", "loop@peer.test")]), 20)
        held = self.assertHeld("flood")
        held.with_user(self.librarian).action_new_case()
        self.assertEqual(held.state, "released")

    def test_mail_without_a_sender_is_held(self):
        self._receive(self._mail(sender=None))
        self.assertHeld("no_sender")

    def test_mail_to_nobody_is_held_not_bounced(self):
        before = self.mails.search([])
        for address in ("nobody@library.test", self.domain.catchall_email):
            with self.subTest(address=address):
                self._receive(self._mail(to=address))
                self.assertHeld("unplaced")
        self.assertFalse(self._outgoing(before), "an unknown sender is never sent a bounce")

    def test_failure_keeps_the_mail_and_a_retry_places_it(self):
        def fail(*_args, **_kwargs):
            raise RuntimeError("the disk is full")

        raw = self._mail(sender="new@patrons.test")
        self.patch(self.registry["library.case"], "create", fail)
        self.assertFalse(self._receive(raw))
        held = self.assertHeld("failed")
        self.assertEqual(held._raw(), raw, "the original is kept to the byte")
        self.assertIn("disk is full", held.reason)
        self.registry["library.case"].create = self.registry["library.case"].__bases__[0].create
        self.env.invalidate_all()

    def test_mail_for_another_model_goes_on_to_core(self):
        """Other applications of the same Odoo keep their mail."""
        channel = self.env["discuss.channel"].create({"name": "Elsewhere"})
        self.env["mail.alias"].create(
            {
                "alias_name": "elsewhere-test",
                "alias_domain_id": self.domain.id,
                "alias_model_id": self.env["ir.model"]._get_id("discuss.channel"),
                "alias_force_thread_id": channel.id,
            }
        )
        self._receive(self._mail("Hello channel", to="elsewhere-test@library.test"))
        self.assertIn("Hello channel", channel.message_ids[:1].body)
