from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestCaseMerge(LibraryCase):
    """Two cases that are one question: nothing is lost, nothing is mailed, and it can be undone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept, cls.gone = (
            cls._receive(cls._mail(words, sender="Wei <wei@patrons.test>", subject=words[:20]))
            for words in ("Where are early maps of the harbour?", "And maps of the old harbour, please")
        )
        cls.both = cls.kept | cls.gone

    def _merge(self, kept=None, gone=None, user=None, **values):
        kept, gone = kept or self.kept, gone or self.gone
        wizard = self.env["library.case.merge"].with_user(user or self.librarian).with_context(
            active_model="library.case", active_ids=(kept | gone).ids).create({"case_id": kept.id, **values})
        return wizard.action_merge()

    def _words(self, case):
        return " ".join(case.message_ids.mapped("body"))

    def test_both_threads_and_all_parts_go_along(self):
        """Feature: X3"""
        room = self.gone._ensure_workroom()
        room.with_user(self.librarian)._note("Ask the map room")
        step = self.env["library.case.step"].create(
            {"workroom_id": room.id, "name": "Look in the map room", "team_id": self.team.id, "hours": 4})
        search = self.env["library.search.log"].with_user(self.librarian).create(
            {"workroom_id": room.id, "source": "Catalogue", "query": "harbour maps", "hits": 3})
        person = self.env["library.case.participant"].create(
            {"case_id": self.gone.id, "name": "Supervisor", "email": "boss@uni.test", "state": "accepted"})
        draft = self.env["library.case.draft"].with_user(self.librarian)._keep(self.gone, {"body": "<p>Dear Wei</p>"})
        resource = self.env["library.resource"].create(
            {"name": "Harbour museum", "kind": "partner", "email": "x@m.test"})
        referral = self.env["library.referral"].create(
            {"case_id": self.gone.id, "workroom_id": room.id, "resource_id": resource.id, "name": "Maps",
             "question": "Early maps?"})
        needs, segments = self.both.need_ids, self.gone.segment_ids
        before = self.mails.search([])
        self._merge()
        self.assertEqual(self._outgoing(before), self.mails, "a merge mails nothing")
        self.assertIn("early maps", self._words(self.kept))
        self.assertIn("old harbour", self._words(self.kept))
        whole_room = self.kept.workroom_ids
        self.assertIn("Ask the map room", " ".join(whole_room.message_ids.mapped("body")))
        self.assertEqual((step.workroom_id, step.case_id, search.case_id), (whole_room, self.kept, self.kept))
        self.assertEqual((person.case_id, draft.case_id, referral.case_id), (self.kept, self.kept, self.kept))
        self.assertEqual((self.kept.need_ids, segments.case_id), (needs, self.kept))
        self.assertIn(person.partner_id, self.kept._patron_readers())
        self.assertEqual((self.gone.active, self.gone.merged_into_id), (False, self.kept), "linked both ways")
        self.assertEqual((self.kept.merged_ids, self.kept.merged_count), (self.gone, 1))
        open_segments = self.kept.segment_ids.filtered(lambda one: not one.date_end and not one.step_id)
        self.assertEqual(len(open_segments), 1, "one clock goes on")

    def test_replies_to_either_address_reach_the_one_case(self):
        """Feature: X3"""
        answer = self.gone.with_user(self.librarian)._answer("<p>Do you mean the northern one?</p>")
        address, room_address = self.gone._address(), self.gone._ensure_workroom()._token()
        self._merge()
        reply = {"sender": "wei@patrons.test", "subject": "Re"}
        for words, case in (
            ("to the token", self._receive(self._mail("to the token", to=address, **reply))),
            ("to the thread", self._receive(self._mail("to the thread", In_Reply_To=answer.message_id, **reply))),
            ("to the other", self._receive(self._mail("to the other", to=self.kept._address(), **reply))),
        ):
            with self.subTest(words=words):
                self.assertEqual(case, self.kept)
                self.assertIn(words, self._words(self.kept))
        self.assertTrue(self.kept.active and self.kept.waits_for == "library")
        to_room = self._mail("A colleague writes", sender="librarian@staff.test", subject=f"Re [{room_address}]",
                             to="ask-test@library.test")
        self._receive(to_room)
        self.assertIn("A colleague writes", " ".join(self.kept.workroom_ids.message_ids.mapped("body")))
        self.assertFalse(self.gone._conversation())

    def test_earlier_promise_holds_and_the_clock_says_merged(self):
        """Feature: X1, X3"""
        early = fields.Datetime.now() + timedelta(hours=1)
        self.gone.date_promised = early
        self.kept.with_user(self.librarian)._answer("<p>Here is one.</p>")
        self.assertEqual(self.kept.clock_state, "paused")
        self._merge()
        self.assertEqual((self.kept.waits_for, self.kept.clock_state), ("library", "running"))
        self.assertEqual(self.kept.date_promised, early)
        running = self.kept.segment_ids.filtered(lambda one: not one.date_end)
        self.assertEqual(running.reason, "merged")
        self.assertFalse(self.gone.promise_kept, "the promise is counted once, in the case that stayed")

    def test_undo_brings_both_back(self):
        """Feature: X3"""
        room = self.gone._ensure_workroom()
        room.with_user(self.librarian)._note("Only here")
        person = self.env["library.case.participant"].create(
            {"case_id": self.gone.id, "name": "Supervisor", "email": "boss@uni.test", "state": "accepted"})
        promised = self.gone.date_promised
        threads = {case: case.message_ids.ids for case in self.both}
        needs = {case: case.need_ids for case in self.both}
        self._merge()
        later = self._receive(self._mail("Any news?", sender="wei@patrons.test", to=self.gone._address()))
        self.assertEqual(later, self.kept)
        self.gone.with_user(self.librarian).action_unmerge()
        self.assertTrue(self.gone.active)
        self.assertEqual(self.gone.message_ids.ids, threads[self.gone])
        self.assertLessEqual(set(threads[self.kept]), set(self.kept.message_ids.ids))
        self.assertIn("Any news?", self._words(self.kept), "what came since stays")
        for case in self.both:
            self.assertEqual(case.need_ids, needs[case])
        self.assertEqual((person.case_id, self.gone.date_promised), (self.gone, promised))
        self.assertIn("Only here", " ".join(room.message_ids.mapped("body")))
        self.assertEqual((self.gone.clock_state, self.kept.merged_count), ("running", 0))
        reply = self._receive(self._mail("Again", sender="wei@patrons.test", to=self.gone._address()))
        self.assertEqual(reply, self.gone)

    def test_undo_ends_after_thirty_days(self):
        self._merge()
        self.gone.date_merged = fields.Datetime.now() - timedelta(days=31)
        with self.assertRaisesRegex(UserError, "30 days"):
            self.gone.with_user(self.librarian).action_unmerge()

    def test_merged_while_its_answer_is_written_and_sent(self):
        """Feature: X3"""
        self.both.write({"user_id": self.librarian.id})
        dialog = Form(self.env["library.case.answer"].with_user(self.librarian).with_context(
            default_case_id=self.gone.id))
        dialog.body = "<p>The oldest map is of 1632.</p>"
        answer = dialog.save()
        self._merge()
        before = self.mails.search([])
        shown = answer.action_send()
        self.assertEqual((shown["res_id"], answer.case_id), (answer.id, self.kept), "shown again, for that case")
        self.assertIn("merged into", answer.warnings)
        self.assertFalse(self._outgoing(before), "nothing leaves unseen")
        answer.action_send()
        self.assertEqual(self._words(self.kept).count("1632"), 1)
        self.assertEqual(len(self._outgoing(before)), 1, "one mail, whatever happened meanwhile")

    def test_answer_of_a_colleague_who_cannot_follow_is_kept_in_the_room(self):
        other = self._case(team=self.other_team)
        dialog = Form(self.env["library.case.answer"].with_user(self.colleague).with_context(default_case_id=other.id))
        dialog.body = "<p>Try the union catalogue.</p>"
        answer = dialog.save()
        before = self.mails.search([])
        self._merge(self.kept, other, user=self.staff["manager"])
        result = answer.with_user(self.colleague).action_send()
        self.assertEqual(result["tag"], "display_notification")
        self.assertIn("union catalogue", " ".join(self.kept.workroom_ids.message_ids.mapped("body")))
        self.assertNotIn("union catalogue", self._words(self.kept))
        self.assertFalse(self._outgoing(before).filtered(lambda mail: "wei@" in (mail.email_to or "")))

    def test_words_to_the_case_that_went_are_said_in_the_one_that_stayed(self):
        self._merge()
        self.gone.with_user(self.librarian)._answer("<p>Late words</p>")
        self.assertIn("Late words", self._words(self.kept))
        self.assertFalse(self.gone._conversation())
        for act in (lambda case: case._close("met"), lambda case: case.action_claim()):
            with self.assertRaisesRegex(UserError, "merged into"):
                act(self.gone.with_user(self.librarian))

    def test_two_drafts_become_one(self):
        for case, words in zip(self.both, ("First words", "Second words"), strict=True):
            self.env["library.case.draft"].with_user(self.librarian)._keep(case, {"body": words})
        self._merge()
        self.assertIn("First words", self.kept.draft_ids.body)
        self.assertIn("Second words", self.kept.draft_ids.body)

    def test_different_patrons_only_with_a_tick(self):
        other = self._receive(self._mail("The harbour, too", sender="Amara <amara@patrons.test>"))
        self.assertNotEqual(other.patron_id, self.kept.patron_id)
        with self.assertRaisesRegex(UserError, "one person"):
            self._merge(self.kept, other)
        with self.assertRaisesRegex(UserError, "Amara"):
            self.kept.with_user(self.librarian)._merge(other.with_user(self.librarian))
        self._merge(self.kept, other, lets_in=True)
        self.assertIn(self.other_patron.partner_id, self.kept.reader_partner_ids)
        reply = self._receive(self._mail("Thanks", sender="amara@patrons.test", to=other._address()))
        self.assertEqual(reply, self.kept, "the second patron goes on, too")
        other.with_user(self.librarian).action_unmerge()
        self.assertNotIn(self.other_patron.partner_id, self.kept.reader_partner_ids)

    def test_who_may_merge_what(self):
        """Feature: X3"""
        foreign = self._case(team=self.other_team)
        with self.assertRaises(AccessError):
            self.kept.with_user(self.librarian)._merge(foreign.with_user(self.librarian))
        with self.assertRaises(AccessError):
            self.kept.with_user(self.portal_user).action_unmerge()
        closed = self._case()
        closed._close("met")
        for wrong in (closed, self.kept, self.env["library.case"]):
            with self.assertRaises(UserError):
                self.kept._merge(wrong)
        company = self.env["res.company"].create({"name": "Another library"})
        team = self.env["library.team"].create({"name": "Theirs", "company_id": company.id})
        theirs = self.env["library.case"].create({"name": "Theirs", "team_id": team.id})
        with self.assertRaises(UserError):
            self.kept._merge(theirs)

    def test_second_team_takes_part_and_chains_are_followed(self):
        other = self._case(team=self.other_team)
        third = self._case()
        self._merge(self.kept, other, user=self.staff["manager"])
        self.assertEqual(self.kept.contributing_team_ids, self.other_team)
        self._merge(third, self.kept)
        self.assertEqual(other._merged_whole(), third)
        with self.assertRaisesRegex(UserError, "merged again"):
            other.with_user(self.staff["manager"]).action_unmerge()
        mail = self._receive(self._mail("On we go", sender="wei@patrons.test", to=other._address()))
        self.assertEqual(mail, third)

    def test_links_of_the_patron_lead_to_the_case_that_stayed(self):
        token = self.gone._portal_ensure_token()
        self._merge()
        Case = self.env["library.case"]
        public = Case.with_user(self.env.ref("base.public_user"))
        self.assertEqual(public._portal_find(self.gone.id, token), self.kept)
        self.assertEqual(Case.with_user(self.portal_user)._portal_find(self.gone.id), self.kept)
        self.assertFalse(public._portal_find(self.gone.id, "x" * len(token)))
        self.assertFalse(public._portal_find(self.gone.id))
        self.assertFalse(Case.with_user(self.other_portal_user)._portal_find(self.gone.id))
        self.assertNotIn(self.gone, Case.with_user(self.portal_user).search([]))

    def test_colleagues_words_stay_with_the_staff(self):
        """Feature: X3"""
        self.gone._ensure_workroom().with_user(self.librarian)._note("Patron seems confused")
        self._merge()
        self.assertNotIn("confused", self._words(self.kept))
        seen = self.env["mail.message"].with_user(self.portal_user).search([("body", "ilike", "confused")])
        self.assertFalse(seen)


@tagged("post_install", "-at_install")
class TestCaseSplit(LibraryCase):
    """A message that asks something else becomes a case of its own; its author is the patron."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._receive(cls._mail(sender="Wei <wei@patrons.test>"))
        cls.env["library.case.participant"].create(
            {"case_id": cls.case.id, "name": "Amara Obi", "email": "amara@patrons.test", "state": "accepted"})
        cls._receive(cls._mail("I also look for ship lists of 1850.", sender="Amara Obi <amara@patrons.test>",
                               to=cls.case._address(), subject="Ship lists"))
        cls.message = cls.case._splittable()[-1]

    def _split(self, **values):
        return self.case.with_user(self.librarian)._split(self.message, **values)

    def test_author_of_the_message_is_the_patron_and_nothing_is_sent(self):
        """Feature: X3"""
        before = self.mails.search([])
        new = self._split(team=self.team)
        self.assertEqual(new.patron_id, self.other_patron, "who wrote it, not who asked first")
        self.assertEqual(new.need_ids.patron_id, self.other_patron)
        self.assertIn("ship lists of 1850", new.need_ids.statement)
        self.assertFalse(new.need_ids & self.case.need_ids)
        self.assertEqual((new.name, new.email_from, new.is_unreviewed), ("Ship lists", "amara@patrons.test", True))
        self.assertEqual((new.split_from_id, self.case.split_count), (self.case, 1))
        self.assertIn("1850", new.message_ids.body)
        self.assertIn("1850", " ".join(self.case.message_ids.mapped("body")), "it stands in both")
        self.assertFalse(self._outgoing(before))
        with self.assertRaisesRegex(UserError, "Reviewed"):
            new.with_user(self.librarian)._answer("<p>Here</p>")
        new.date_promised = fields.Datetime.now() - timedelta(hours=2)
        new.sudo()._miss()
        outside = self._outgoing(before).filtered(lambda mail: "amara" in (mail.email_to or ""))
        self.assertFalse(outside, "no apology before it was reviewed")
        new.with_user(self.librarian).action_review()
        new.with_user(self.librarian)._answer("<p>Here</p>")
        readers = self._outgoing(before).recipient_ids
        self.assertEqual(readers & (self.patron | self.other_patron).partner_id, self.other_patron.partner_id)

    def test_dialog_proposes_the_last_message(self):
        Split = self.env["library.case.split"].with_user(self.librarian).with_context(default_case_id=self.case.id)
        wizard = Form(Split).save()
        self.assertEqual(wizard.line_ids.mapped("is_chosen"), [True, False])
        self.assertIn("ship lists", wizard.line_ids[0].excerpt)
        action = wizard.action_split()
        self.assertEqual(self.env["library.case"].browse(action["res_id"]).patron_id, self.other_patron)

    def test_undo(self):
        """Feature: X3"""
        for takes_out in (False, True):
            with self.subTest(takes_out=takes_out):
                ids = self.case.message_ids.ids
                new = self._split(takes_out=takes_out)
                need = new.need_ids
                self.assertEqual(self.message in self.case.message_ids, not takes_out)
                new.with_user(self.librarian).action_unsplit()
                self.assertFalse(new.exists() or need.exists())
                self.assertEqual(self.case.message_ids.ids, ids)
                self.assertEqual(self.case.split_count, 0)

    def test_undo_loses_nothing_that_came_since(self):
        new = self._split()
        self._receive(self._mail("One thing more", sender="amara@patrons.test", to=new._address()))
        with self.assertRaisesRegex(UserError, "gone on"):
            new.with_user(self.librarian).action_unsplit()

    def test_what_cannot_be_split(self):
        answer = self.case.with_user(self.librarian)._answer("<p>Our answer</p>")
        first = self.case._splittable()[0]
        other = self._case().with_user(self.librarian)._answer("<p>Elsewhere</p>")
        for messages in (answer, other, first | self.message, self.env["mail.message"]):
            with self.assertRaises(UserError):
                self.case.with_user(self.librarian)._split(messages)
        with self.assertRaises(AccessError):
            self.case.with_user(self.colleague)._split(self.message)
        with self.assertRaises(AccessError):
            self.case.with_user(self.portal_user).action_unsplit()

    def test_files_go_along(self):
        file = self.env["ir.attachment"].create(
            {"name": "list.txt", "raw": b"1850", "res_model": "library.case", "res_id": self.case.id})
        self.message.attachment_ids = [Command.set(file.ids)]
        copy = self._split().message_ids.attachment_ids
        self.assertEqual((copy.raw, file.res_id), (b"1850", self.case.id))
        self.assertNotEqual(copy, file)
