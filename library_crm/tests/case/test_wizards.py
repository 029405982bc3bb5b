from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestWizards(LibraryCase):
    """The dialogs of a case: answer, close, hand over, restate, skip a step."""

    def _open(self, model, case, user=None):
        """The dialog's form as the button opens it."""
        wizards = self.env[model].with_user(user or self.librarian).with_context(default_case_id=case.id)
        return Form(wizards)

    def _participant(self, case, **values):
        return self.env["library.case.participant"].create(
            {"case_id": case.id, "name": "Prof. Zhou", "email": "zhou@hospital.test", "role": "supervisor", **values}
        )

    # Answer

    def test_the_composer_names_everybody_who_will_read(self):
        """Feature: X3, 21.1"""
        case = self._case()
        self._participant(case, state="accepted")
        self._participant(case, name="Curious", email="curious@hospital.test", state="proposed")
        guest = self.env["res.partner"].create({"name": "Guest on the portal"})
        case.reader_partner_ids |= guest
        form = self._open("library.case.answer", case)
        for words in ("林伟", "wei@patrons.test", "Prof. Zhou", "zhou@hospital.test", "Guest on the portal"):
            self.assertIn(words, form.readers)
        self.assertNotIn("curious@hospital.test", form.readers, "a proposed participant reads nothing")

    def test_a_copied_address_is_a_reader_only_when_ticked(self):
        """Feature: 21.1, X3"""
        case = self._case()
        person = self._participant(case, state="proposed")
        form = self._open("library.case.answer", case)
        form.body = "<p>In the map room.</p>"
        answer = form.save()
        before = self.mails.search([])
        answer.action_send()
        self.assertEqual(person.state, "proposed")
        self.assertNotIn("zhou@hospital.test", str(self._outgoing(before).mapped("recipient_ids.email")))

        form = self._open("library.case.answer", case)
        form.body = "<p>And in the archive.</p>"
        form.accept_ids.add(person)
        self.assertIn("zhou@hospital.test", form.readers)
        before = self.mails.search([])
        form.save().action_send()
        self.assertEqual(person.state, "accepted")
        self.assertIn(person.partner_id, self._outgoing(before).recipient_ids | case.message_ids[:1].partner_ids)

    def test_sending_moves_the_case_and_whoever_answers_has_it(self):
        """Feature: X2"""
        case = self._case()
        form = self._open("library.case.answer", case)
        form.body = "<p>In the map room.</p>"
        self.assertFalse(case.user_id, "opening the dialog claims nothing")
        form.save().action_send()
        self.assertEqual((case.user_id, case.waits_for, case.stage_code), (self.librarian, "patron", "deliver"))
        self.assertIn("In the map room.", case.message_ids[:1].body)

    def test_the_signature_stands_below_in_the_language_of_the_patron(self):
        self.team.signature = "<p>The reference desk</p>"
        self.env["res.lang"]._activate_lang("zh_CN")
        self.team.update_field_translations("signature", {"zh_CN": {"The reference desk": "参考咨询部"}})
        form = self._open("library.case.answer", self._case(lang="zh_CN"))
        self.assertIn("参考咨询部", form.body)
        form = self._open("library.case.answer", self._case(lang="en_US"))
        self.assertIn("The reference desk", form.body)

    def test_an_address_that_came_back_is_shown_before_sending(self):
        case = self._case()
        self.patron.identity_ids._mark_bounced("550 no such user")
        form = self._open("library.case.answer", case)
        self.assertIn("wei@patrons.test", form.warnings)
        self.assertIn("text-bg-danger", form.readers)

    def test_the_address_of_a_workroom_never_leaves(self):
        """Feature: X3"""
        case = self._case()
        token = case._ensure_workroom()._token()
        form = self._open("library.case.answer", case)
        form.body = f"<p>Write to ask+{token.lower()}@library.test</p>"
        self.assertTrue(form.warnings)
        with self.assertRaises(UserError):
            form.save().action_send()
        self.assertFalse(case.date_first_answer)

    def test_the_composer_says_what_the_answer_lacks_and_sends_it_all_the_same(self):
        """Feature: 16.4"""
        case = self._case(name="Tram timetables of 1911")
        answer = self.env["library.case.answer"].create({"case_id": case.id, "body": "<p>Done.</p>"})
        self.assertFalse(answer.check_lines, "a short note is left in peace")
        answer.body = "<p>Look into the OPAC, it is all there, and then come to the room on the second floor.</p>"
        self.assertIn("OPAC", str(answer.check_lines))
        self.assertIn("Name where this comes from", str(answer.check_lines))
        answer.attachment_ids = self.env["ir.attachment"].create({"name": "trams.txt", "raw": b"1911"})
        self.assertNotIn("Name where this comes from", str(answer.check_lines))
        answer.action_send()
        self.assertTrue(case.date_first_answer)

    def test_a_message_that_arrived_meanwhile_is_shown_first(self):
        case = self._case(date_last_message=fields.Datetime.now().replace(year=2020))
        form = self._open("library.case.answer", case)
        form.body = "<p>In the map room.</p>"
        answer = form.save()
        case.with_user(self.portal_user).message_post(
            body="Never mind, found it", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        action = answer.action_send()
        self.assertEqual((action["res_id"], answer.has_newer), (answer.id, True))
        self.assertFalse(case.date_first_answer, "nothing left before the librarian looked")
        answer.action_send()
        self.assertTrue(case.date_first_answer)

    def test_solutions_go_along_as_documents_and_articles_as_links(self):
        """Feature: 24.1"""
        case = self._case()
        solution = self.env["library.solution"].create(
            {
                "name": "Maps of the harbour: before 1850?",
                "body": "<p>Nine <b>maps</b></p>",
                "source_ids": [Command.create({"name": "Harbour atlas", "url": "https://maps.test/1"})],
            }
        )
        own = self.env["ir.attachment"].create(
            {"name": "list.csv", "raw": b"a;b", "res_model": "library.solution", "res_id": solution.id}
        )
        article = self._published_article("How to read old maps")
        form = self._open("library.case.answer", case)
        form.body = "<p>See the attached list.</p>"
        form.solution_ids.add(solution)
        form.article_ids.add(article)
        form.save().action_send()
        message = case.message_ids[:1]
        names = set(message.attachment_ids.mapped("name"))
        self.assertEqual(names, {"Maps of the harbour before 1850.html", "list.csv"})
        self.assertEqual(set(message.attachment_ids.mapped("res_model")), {"library.case"})
        self.assertEqual(own.res_model, "library.solution", "the solution keeps its own file")
        document = message.attachment_ids.filtered(lambda file: file.name.endswith(".html")).raw.decode()
        for words in ("Nine <b>maps</b>", "Harbour atlas", "https://maps.test/1"):
            self.assertIn(words, document)
        self.assertIn(article.access_url, message.body)
        self.assertEqual((case.solution_ids, case.article_ids), (solution, article))

    def _published_article(self, name):
        """An article that went through all steps, written by one person and verified by another."""
        article = self.env["library.article"].with_user(self.librarian).create({"name": name, "body": "<p>Text</p>"})
        article.action_submit()
        as_steward = article.with_user(self.staff["steward"])
        as_steward.action_verify()
        as_steward.action_publish()
        return article

    # Close

    def test_close_proposes_from_facts_and_keeps_what_was_confirmed(self):
        """Feature: 25.1, 25.2, X6"""
        case = self._case()
        case.with_user(self.librarian)._answer("<p>In the map room.</p>")
        form = self._open("library.case.close", case)
        proposed = case._prepare_log()
        self.assertEqual((form.read_level, form.minutes), (proposed["read_level"], proposed["minutes"]))
        self.assertTrue(form.lesson_question)
        form.read_level, form.minutes, form.lesson = "4", 35, "The card index beats the catalogue"
        form.save().action_close()
        log = case.log_ids
        self.assertEqual((case.stage_code, case.resolution), ("closed", "met"))
        self.assertEqual((log.read_level, log.minutes, log.warner, log.is_confirmed), ("4", 35, "3", True))
        self.assertEqual((case.read_level, case.minutes), ("4", 35))
        self.assertIn("The card index beats the catalogue", (log.worked, log.failed, log.learned, log.reflection))

    def test_close_asks_for_the_lesson_that_is_rarest(self):
        """Feature: 25.2"""
        self.env["library.service.log"].create(
            [
                {"name": "x", "company_id": self.company.id, "team_id": self.team.id, "worked": "a", "failed": "b"},
                {"name": "y", "company_id": self.company.id, "team_id": self.team.id, "reflection": "c"},
            ]
        )
        form = self._open("library.case.close", self._case())
        self.assertEqual(form.lesson_field, "learned")

    def test_an_unmet_need_wants_its_reason(self):
        """Feature: 23.3"""
        case = self._case()
        form = self._open("library.case.close", case)
        form.resolution = "unmet"
        with self.assertRaisesRegex(AssertionError, "unmet_reason"):
            form.save()
        form.unmet_reason = "no_access"
        form.lacks = "The dissertation of 1998"
        form.save().action_close()
        self.assertEqual((case.unmet_reason, case.need_ids.lacks), ("no_access", "The dissertation of 1998"))

    def test_a_case_cannot_slip_past_the_dialogs_by_a_drag_on_the_board(self):
        """Feature: X2"""
        case = self._case()
        as_librarian = case.with_user(self.librarian)
        with self.assertRaises(ValidationError):
            as_librarian.stage_id = case._find_stage("closed")
        case.invalidate_recordset()
        case._close("met")
        with self.assertRaises(ValidationError):
            as_librarian.stage_id = case._find_stage("search")
        case.invalidate_recordset()
        as_librarian.action_reopen()
        self.assertEqual((case.stage_code, case.resolution), ("understand", False))

    # Hand over

    def test_handing_over_out_of_sight_works_and_leads_back_to_the_queue(self):
        """Feature: X2, 21.1"""
        case = self._case(user_id=self.librarian.id)
        form = self._open("library.case.transfer", case)
        form.team_id = self.other_team
        form.reason = "They have the maps"
        action = form.save().action_transfer()
        self.env.cr.flush()  # what is tracked is written at the end, when the case is out of reach
        self.assertEqual(action["res_model"], "library.case")
        self.assertEqual((case.team_id, case.user_id), (self.other_team, self.env["res.users"]))
        with self.assertRaises(AccessError):
            case.with_user(self.librarian).check_access("read")
        self.assertIn("They have the maps", case.workroom_ids.message_ids.mapped("body")[0])

    def test_handing_to_a_colleague_makes_the_case_theirs(self):
        """Feature: X2"""
        case = self._case()
        form = self._open("library.case.transfer", case)
        form.user_id = self.staff["lead"]
        form.save().action_transfer()
        self.assertEqual((case.team_id, case.user_id), (self.team, self.staff["lead"]))
        form = self._open("library.case.transfer", case)
        form.team_id = self.other_team
        form.user_id = self.colleague
        form.save().action_transfer()
        self.assertEqual((case.team_id, case.user_id), (self.other_team, self.colleague))

    def test_handing_over_to_nobody_else_is_refused(self):
        case = self._case()
        with self.assertRaises(UserError):
            self._open("library.case.transfer", case).save().action_transfer()

    # Restate

    def test_restating_asks_the_patron(self):
        """Feature: 1.2"""
        case = self._case(channel="mail")
        form = self._open("library.need.restate", case)
        self.assertEqual(form.need_id, case.need_ids)
        form.restatement = "Maps of the harbour made before 1850"
        form.purpose = "A chapter"
        form.save().action_restate()
        need = case.need_ids
        self.assertEqual((need.confirmation, need.purpose), ("asked", "A chapter"))
        self.assertIn("Maps of the harbour made before 1850", case.message_ids[:1].body)

    def test_agreed_at_the_desk_needs_no_mail(self):
        """Feature: 1.2, P1"""
        case = self._case(channel="desk")
        before = len(case.message_ids)
        form = self._open("library.need.restate", case)
        self.assertTrue(form.is_agreed)
        form.restatement = "Maps of the harbour made before 1850"
        form.save().action_restate()
        self.assertEqual((case.need_ids.confirmation, case.need_ids.state), ("confirmed", "understood"))
        self.assertEqual(len(case.message_ids), before)

    # Steps

    def test_a_step_is_skipped_with_its_reason(self):
        """Feature: 21.1"""
        room = self._case()._ensure_workroom()
        step = self.env["library.case.step"].create(
            {"name": "Ask the archive", "workroom_id": room.id, "team_id": self.team.id}
        )
        action = step.with_user(self.librarian).action_skip()
        skip = self.env[action["res_model"]].with_user(self.librarian).with_context(**action["context"])
        form = Form(skip)
        with self.assertRaisesRegex(AssertionError, "reason"):
            form.save()
        form.reason = "The patron found it"
        form.save().action_confirm()
        self.assertEqual((step.state, step.skip_reason), ("skipped", "The patron found it"))

    def test_the_dialogs_of_another_teams_case_stay_shut(self):
        """Feature: X3"""
        case = self._case()
        for model in ("library.case.answer", "library.case.close", "library.need.restate"):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self._open(model, case, self.colleague)
