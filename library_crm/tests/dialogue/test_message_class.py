from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common import LibraryCase

PATH = "odoo.addons.library_crm.models.dialogue.library_message_class"


@tagged("post_install", "-at_install", "library_dialogue")
class TestMessageClass(LibraryCase):
    """Every message of a patron is told what it is, visibly; nothing follows by itself. Feature: 17.2, 2.2"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._case(name="Maps of the harbour")
        cls.classes = cls.env["library.message.class"]

    def write_in(self, text, case=None, sender="林伟 <wei@patrons.test>", **headers):
        """The class of a mail that the patron sends to a case."""
        case = case or self.case
        before = self.classes.search([])
        self._receive(self._mail(text, to=case._address(), sender=sender, **headers))
        return self.classes.search([]) - before

    def test_each_kind_in_three_ways_of_writing(self):
        said = (
            ("Thank you, the scan arrived this morning.", "thanks"), ("谢谢，文章已经收到了。", "thanks"),
            ("Could you tell me when it is due?", "question"), ("請問這本書可以續借幾次？", "question"),
            ("I also need literature on the fishing quarter.", "need"), ("另外我还需要有关渔业的文献。", "need"),
            ("Nobody has answered for two weeks.", "complaint"), ("等了兩個禮拜，完全沒有人回覆。", "complaint"),
            ("That is not what I meant: I asked for 1898.", "correction"), ("年份写错了，应为1898年。", "correction"),
            ("Your service is outstanding!", "praise"), ("館員非常專業又有耐心，給你們按讚！", "praise"),
            ("I am out of the office until Monday.", "auto"), ("自动回复：您的来信已收到。", "auto"),
        )
        for text, kind in said:
            with self.subTest(text=text):
                found = self.write_in(text)
                self.assertEqual((found.kind, found.state, found.case_id), (kind, "proposed", self.case))
                self.assertTrue(found.words)

    def test_only_new_words_count_and_they_are_marked(self):
        found = self.write_in(
            "Thank you, that is settled.\n\nOn 3 May 2026 the library <ask-test@library.test> wrote:\n"
            "> This is unacceptable, I am very disappointed.\n"
        )
        self.assertEqual(found.kind, "thanks")
        chip = found.with_user(self.librarian).read_chips(found.message_id.ids)[0]
        self.assertIn("<mark>Thank</mark> you", chip["text"])
        self.assertNotIn("unacceptable", chip["text"])
        self.assertEqual(chip["kinds"][0][0], "thanks")

    def test_what_is_written_is_escaped(self):
        found = self.write_in("<b onclick=alert(1)> Still no reply. <script>alert(1)</script>")
        chip = found.with_user(self.librarian).read_chips(found.message_id.ids)[0]
        self.assertNotIn("<b", chip["text"])
        self.assertNotIn("<script", chip["text"])
        self.assertIn("<mark>Still no</mark>", chip["text"])

    def test_portal_and_first_mail_are_told_and_answers_are_not(self):
        before = self.classes.search([])
        self.case.with_user(self.portal_user)._portal_post("Nobody answered me for weeks!", [], self.patron.partner_id)
        self.assertEqual((self.classes.search([]) - before).kind, "complaint")
        before = self.classes.search([])
        case = self._receive(self._mail("I need literature on tea for my thesis.", sender="New <n@patrons.test>"))
        found = self.classes.search([]) - before
        self.assertEqual((found.case_id, found.kind), (case, "need"))
        before = self.classes.search([])
        self.case.with_user(self.librarian)._answer("<p>Unacceptable, we are sorry.</p>")
        self.assertFalse(self.classes.search([]) - before)

    def test_a_machine_is_known_by_its_headers(self):
        found = self.write_in("Great service, thank you!", Auto_Submitted="auto-replied")
        self.assertEqual((found.kind, found.is_machine), ("auto", True))

    def test_nothing_is_made_before_somebody_says_so(self):
        feedback, needs = self.env["library.feedback"].search([]), self.env["library.need"].search([])
        for text in ("This is unacceptable.", "I also need literature on ropes.", "Many thanks!"):
            self.write_in(text)
        self.assertEqual(self.env["library.feedback"].search([]), feedback)
        self.assertEqual(self.env["library.need"].search([]), needs)
        self.assertNotEqual(self.case.stage_code, "closed")

    def test_complaint_praise_and_correction_become_feedback_once(self):
        said = (
            ("I am very disappointed with the staff, so rude.", "complaint"),
            ("Your team is fantastic, the best library.", "praise"),
            ("The link on your page is wrong.", "error"),
        )
        for text, kind in said:
            with self.subTest(text=text):
                found = self.write_in(text).with_user(self.librarian)
                action = found.action_make()
                feedback = found.sudo().feedback_id
                self.assertEqual((feedback.kind, feedback.source), (kind, "case_mail"))
                self.assertEqual((feedback.patron_id, feedback.case_id), (self.patron, self.case))
                self.assertEqual(feedback.message_id, found.message_id)
                self.assertEqual((action["res_model"], action["res_id"]), ("library.feedback", feedback.id))
                self.assertEqual((found.state, found.user_id), ("confirmed", self.librarian))
                found.action_make()
                made = self.env["library.feedback"].search([("message_id", "=", found.message_id.id)])
                self.assertEqual(made, feedback)

    def test_a_need_grows_out_of_the_first_one(self):
        first = self.env["library.need"].create({
            "name": "Maps", "patron_id": self.patron.id, "case_ids": [(4, self.case.id)]})
        found = self.write_in("Now I also need literature on the fishing quarter.").with_user(self.librarian)
        found.action_make()
        need = found.sudo().need_id
        self.assertEqual((need.patron_id, need.case_ids), (self.patron, self.case))
        self.assertEqual(need.parent_id, self.case.need_ids.sorted("id")[:1])
        self.assertIn("fishing quarter", need.statement)
        self.assertIn(first, self.case.need_ids)
        found.action_make()
        self.assertEqual(found.sudo().need_id, need)

    def test_thanks_offer_to_close_and_close_nothing(self):
        found = self.write_in("Thank you, that answers my question.").with_user(self.librarian)
        action = found.action_make()
        self.assertEqual(action["type"], "ir.actions.act_window")
        self.assertFalse(found.sudo().feedback_id or found.sudo().need_id)
        self.assertNotEqual(self.case.stage_code, "closed")
        self.assertIn(self.case, self.env["library.case"].search(
            [("message_class_ids", "any", [("kind", "=", "thanks")])]))

    def test_a_correction_keeps_what_was_proposed(self):
        found = self.write_in("Great, another day without remote access.").with_user(self.librarian)
        before = found.kind
        found.action_choose("question")
        self.assertEqual((found.kind, found.kind_before, found.state), ("question", before, "corrected"))
        found.action_choose(before)
        self.assertEqual(found.state, "confirmed")
        for kind in ("unclear", "nonsense"):
            with self.assertRaises(UserError):
                found.action_choose(kind)
        with self.assertRaises(AccessError):
            call_kw(found, "write", [found.ids, {"kind": "praise"}], {})

    def test_others_neither_see_nor_change_it(self):
        found = self.write_in("This is unacceptable.")
        ids = found.message_id.ids
        stranger = found.with_user(self.colleague)
        self.assertEqual(stranger.read_chips(ids), [])
        for method in ("action_confirm", "action_make", "action_open_case"):
            with self.assertRaises(AccessError):
                call_kw(stranger, method, [found.ids], {})
        for user in (self.portal_user, self.other_portal_user):
            calls = (("read_chips", [ids]), ("action_choose", [found.ids, "praise"]), ("read", [found.ids]))
            for method, args in calls:
                with self.assertRaises(AccessError):
                    call_kw(self.classes.with_user(user), method, args, {})
        self.assertEqual(found.state, "proposed")

    def test_a_fault_of_the_classifier_loses_no_mail(self):
        before = self.case.message_ids
        with patch(f"{PATH}.classify", side_effect=RuntimeError("broken")), mute_logger(PATH):
            self.assertFalse(self.write_in("Where is my book?"))
        self.assertEqual(len(self.case.message_ids - before), 1)

    def test_what_came_before_can_be_told_later(self):
        found = self.write_in("I am very disappointed.")
        message = found.message_id
        other = self.write_in("Still no reply.")
        (found | other).unlink()
        self.classes._classify_earlier()
        self.assertEqual(self.classes.search([("message_id", "=", message.id)]).kind, "complaint")
        self.classes._classify_earlier()
        self.assertEqual(self.classes.search_count([("message_id", "=", message.id)]), 1)

    def test_it_costs_one_query_when_a_mail_comes(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            self._receive(self._mail("Where is it?", to=self.case._address(), sender="wei@patrons.test"))
            self.env.flush_all()
            return self.cr.sql_log_count - start

        queries()
        # the least of a few: whatever else a mail brings up now and then is not ours
        with patch.object(type(self.classes), "_classify", lambda *args, **kwargs: None):
            without = min(queries() for _mail in range(3))
        self.assertLessEqual(min(queries() for _mail in range(3)) - without, 1)

    def test_settings_show_the_figures_and_our_own_rate(self):
        for number in range(5):
            found = self.write_in(f"I am very disappointed, number {number}.").with_user(self.librarian)
            found.action_choose("complaint" if number else "question")
        rates = self.company._message_class_rates()
        self.assertEqual((rates["complaint"]["n"], rates["complaint"]["rate"]), (5, 0.8))
        self.assertLess(rates["complaint"]["low"], 0.8)
        shown = Form(self.env["res.config.settings"]).library_message_figures
        self.assertIn("5 looked at", shown)
        self.assertIn("All that were kept apart", shown)

    def test_marks_go_with_the_person_and_classes_with_the_message(self):
        found = self.write_in("Still no reply from 林伟, unacceptable.")
        self.patron._anonymise_traces(self.portal_user.partner_id.ids)
        self.assertEqual(found.exists().marks or [], [])
        found = self.write_in("Unacceptable.", sender="wei@patrons.test")
        if found:
            found.message_id.unlink()
            self.assertFalse(found.exists())

    def test_the_facet_of_feedback_is_proposed_from_its_words(self):
        take = self.env["library.feedback"]._take
        feedback = take({"body": "網站一直當機，無法登入。", "kind": "complaint", "source": "desk"})
        self.assertEqual((feedback.facet, feedback.is_facet_confirmed), ("technology", False))
        self.assertIn("網站", feedback.facet_words)
        self.assertFalse(take({"body": "Hello there.", "kind": "question", "source": "desk"}).facet)
        given = take({"body": "The website is slow.", "kind": "complaint", "source": "desk", "facet": "concept"})
        self.assertEqual((given.facet, given.facet_words), ("concept", False))
