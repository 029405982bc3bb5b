from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ...lib.blanks import fill_blanks, find_blanks
from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestAnswerDrafts(LibraryCase):
    """Snippets with blanks, drafts that colleagues share, approval for trainees."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trainee = new_test_user(
            cls.env, "test_trainee", groups="library_crm.group_library_librarian", email="trainee@staff.test",
            name="Trainee Ito",
        )
        cls.env["library.team.member"].create(
            {"team_id": cls.team.id, "user_id": cls.trainee.id, "role": "trainee"}
        )

    def _open(self, case, user=None):
        wizards = self.env["library.case.answer"].with_user(user or self.librarian)
        return Form(wizards.with_context(default_case_id=case.id))

    def _keep(self, case, words, user=None, verb="action_keep_draft"):
        form = self._open(case, user)
        form.body = f"<p>{words}</p>"
        answer = form.save()
        getattr(answer, verb)()
        return answer

    def _draft(self, case):
        return self.env["library.case.draft"].search([("case_id", "=", case.id)])

    # Snippets

    def test_blanks_are_named_in_both_languages(self):
        """Feature: X4"""
        self.assertEqual(find_blanks("{{patron}}, {{ counter }}, {{patron}} {not} {{}}"), ["patron", "counter"])
        filled = fill_blanks("{{读者}}：{{馆员}} {{书架}}", {"patron": "林伟", "librarian": ""})
        self.assertEqual(filled, "林伟：{{馆员}} {{书架}}", "what nobody knows stays a blank")

    def test_a_snippet_is_laid_in_and_its_blanks_hold_the_answer_back(self):
        """Feature: X4"""
        self.team.signature = "<p>The desk</p>"
        case = self._case()
        snippet = self.env["library.snippet"].create(
            {"name": "Pick up", "body": "<p>Dear {{patron}}, at {{counter}}.</p>", "team_id": self.team.id}
        )
        form = self._open(case)
        form.snippet_id = snippet
        self.assertIn("Dear 林伟, at {{counter}}.", form.body)
        self.assertLess(form.body.index("Dear"), form.body.index("The desk"), "above the signature")
        answer = form.save()
        self.assertIn("counter", answer.warnings)
        with self.assertRaisesRegex(UserError, "counter"):
            answer.action_send()
        self.assertFalse(case.date_first_answer)
        answer.body = answer.body.replace("{{counter}}", "desk 3")
        answer.action_send()
        self.assertTrue(case.date_first_answer)
        self.assertEqual(snippet.use_count, 1)

    def test_a_name_cannot_carry_markup_into_an_answer(self):
        """Feature: X4"""
        self.patron.preferred_name = "<img src=x onerror=alert(1)>"
        snippet = self.env["library.snippet"].create({"name": "Hello", "body": "<p>Dear {{patron}}</p>"})
        self.assertIn("&lt;img", snippet._fill(self._case()))

    def test_snippets_fit_service_team_and_language(self):
        """Feature: X4"""
        Snippet = self.env["library.snippet"]
        service = self.env.ref("library_crm.service_reference")
        case = self._case(service_id=service.id)
        names = {
            "every": {}, "service": {"service_id": service.id}, "theirs": {"team_id": self.other_team.id},
            "chinese": {"lang": "zh_CN"}, "english": {"lang": "en_US"},
        }
        self.env["res.lang"]._activate_lang("zh_CN")
        case.lang = "en_US"
        made = Snippet.create([{"name": name, "body": "<p>x</p>", **more} for name, more in names.items()])
        found = [name for name in Snippet._fitting(case).filtered(lambda one: one in made).mapped("name")]
        self.assertEqual(found[0], "service")
        self.assertEqual(set(found), {"every", "service", "english"})

    def test_another_teams_snippet_stays_with_it(self):
        """Feature: X4"""
        snippet = self.env["library.snippet"].create(
            {"name": "Theirs", "body": "<p>x</p>", "team_id": self.other_team.id}
        )
        with self.assertRaises(AccessError):
            snippet.with_user(self.librarian).read(["body"])
        with self.assertRaises(AccessError):
            snippet.with_user(self.portal_user).read(["body"])

    # Drafts

    def test_a_colleague_goes_on_with_a_draft_and_sending_ends_it(self):
        """Feature: X4"""
        case = self._case()
        before = self.mails.search([])
        self._keep(case, "The harbour maps are")
        self.assertFalse(self._outgoing(before), "a draft reaches nobody")
        self.assertEqual(case.draft_state, "draft")
        form = self._open(case, self.staff["lead"])
        self.assertIn("The harbour maps are", form.body)
        self.assertIn("Test librarian", form.draft_words)
        form.body += "<p>in room 4.</p>"
        form.save().action_send()
        self.assertFalse(self._draft(case))
        self.assertIn("room 4", case.message_ids[0].body)

    def test_two_who_write_at_once_lose_nothing(self):
        """Feature: X4"""
        case = self._case()
        mine, theirs = self._open(case), self._open(case, self.staff["lead"])
        theirs.body = "<p>Words of the lead</p>"
        theirs.save().action_keep_draft()
        mine.body = "<p>Words of mine</p>"
        answer = mine.save()
        action = answer.action_send()
        self.assertEqual(action["res_id"], answer.id, "the dialog comes back instead of sending")
        self.assertIn("Words of the lead", answer.body)
        self.assertIn("Words of mine", answer.body)
        answer.action_send()
        self.assertTrue(case.date_first_answer)

    def test_a_draft_is_as_confidential_as_its_case(self):
        """Feature: X4"""
        case = self._case()
        self._keep(case, "Secret so far")
        draft = self._draft(case)
        for stranger in (self.colleague, self.portal_user, self.other_portal_user):
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                draft.with_user(stranger).read(["body"])
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                draft.with_user(stranger).action_discard()
        self.assertNotIn("Secret so far", " ".join(case.message_ids.mapped(lambda one: str(one.body))))

    # Approval

    def test_a_trainees_answer_waits_and_leaves_in_the_trainees_name(self):
        """Feature: X4"""
        case = self._case()
        before = self.mails.search([])
        answer = self._keep(case, "Look in room 9", self.trainee, "action_send")
        self.assertTrue(answer.needs_approval)
        self.assertNotIn(self.patron.partner_id, self._outgoing(before).recipient_ids)
        self.assertFalse([mail for mail in self._outgoing(before) if "room 9" in (mail.body_html or "")])
        self.assertFalse(case.date_first_answer)
        self.assertEqual(self._draft(case).state, "waiting")
        kind = self.env.ref("library_crm.mail_activity_approve_answer")
        self.assertEqual(case.activity_ids.activity_type_id, kind)
        approver = case.activity_ids.user_id
        self.assertNotEqual(approver, self.trainee)

        form = self._open(case, approver)
        self.assertTrue(form.is_approving)
        form.body = form.body.replace("room 9", "room 4")
        form.save().action_send()
        message = case.message_ids.filtered(lambda one: "room 4" in (one.body or ""))
        self.assertEqual(message.author_id, self.trainee.partner_id)
        self.assertTrue(case.date_first_answer)
        self.assertFalse(self._draft(case) or case.activity_ids)
        self.assertIn(approver.name, case.workroom_ids.message_ids[0].body)

    def test_a_draft_sent_back_stays_with_words_in_the_workroom(self):
        """Feature: X4"""
        case = self._case()
        self._keep(case, "Look in room 9", self.trainee, "action_ask_approval")
        form = self._open(case, self.staff["lead"])
        answer = form.save()
        with self.assertRaises(UserError):
            answer.action_return()
        answer.return_words = "Name the map, too."
        before = self.mails.search([])
        answer.action_return()
        self.assertEqual(self._draft(case).state, "returned")
        self.assertIn("Name the map", case.workroom_ids.message_ids[0].body)
        self.assertFalse(case.message_ids.filtered(lambda one: "Name the map" in (one.body or "")))
        self.assertNotIn(self.patron.email, str(self._outgoing(before).mapped("recipient_ids.email")))
        self.assertIn("Look in room 9", self._open(case, self.trainee).body)

    def test_no_other_way_lets_a_trainee_write_to_the_patron(self):
        """Feature: X4"""
        case = self._case().with_user(self.trainee)
        with self.assertRaises(AccessError):
            case.message_post(body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment")
        with self.assertRaises(AccessError):
            case._answer("<p>Hello</p>")
        self._keep(case.with_user(self.env.user), "Hello", self.trainee, "action_ask_approval")
        form = self._open(case, self.trainee)
        self.assertFalse(form.is_approving, "nobody approves their own")
        form.save().action_send()
        self.assertEqual(self._draft(case).state, "waiting")
        case.message_post(body="For colleagues", message_type="comment", subtype_xmlid="mail.mt_note")
        self.assertIn("For colleagues", case.workroom_ids.message_ids[0].body)
