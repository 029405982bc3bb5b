from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .test_process import ProcessCase


@tagged("post_install", "-at_install")
class TestInsight(ProcessCase):
    """Feature: 22.5, 22.2"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subject = cls.env["library.subject"].search([("parent_id", "!=", False)], limit=1)
        skill = cls.env["library.skill"].create({"name": "Old maps", "kind": "class", "subject_id": cls.subject.id})
        cls.expert = new_test_user(
            cls.env, "test_expert", groups="library_crm.group_library_librarian", email="expert@staff.test",
            name="Map expert",
        )
        cls.env["library.staff.skill"].create({"user_id": cls.expert.id, "skill_id": skill.id, "level": "4"})

    def _ask(self, **values):
        """A question as the button in the workroom makes it."""
        self.room = self.room if hasattr(self, "room") else self._room()
        self.room.case_id.need_ids.subject_ids = self.subject
        action = self.room.with_user(self.librarian).action_ask_colleagues()
        Question = self.env["library.insight.question"].with_user(self.librarian).with_context(**action["context"])
        names = ["name", "body", "subject_ids", "user_ids", "workroom_id", "company_id"]
        return Question.create({**Question.default_get(names), **values})

    def test_asked_colleague_answers_and_is_credited(self):
        """From the workroom to somebody who knows, and back as an insight with a name. Feature: 22.5"""
        question = self._ask()
        self.assertIn(self.expert, question.user_ids, "who knows the class is proposed")
        self.assertIn("Map expert", question.helpers)
        question.action_ask()
        asked = question.activity_ids.filtered(lambda activity: activity.user_id == self.expert)
        self.assertEqual(len(asked), 1)
        theirs = question.with_user(self.expert)
        self.assertTrue(theirs.is_asked_me)
        with self.assertRaises(AccessError):
            self.room.with_user(self.expert).read(["name"])
        action = theirs.action_answer()
        insight = self.env["library.insight"].with_user(self.expert).with_context(**action["context"]).create(
            {"name": "The harbour office kept copies", "body": "<p>Ask for box 12.</p>"}
        )
        self.assertEqual((insight.author_id, insight.kind, insight.subject_ids),
                         (self.expert, "experience", self.subject))
        self.assertEqual(question.state, "answered")
        self.assertEqual(self.room.insight_ids, insight)
        words = " ".join(str(message.body) for message in self.room.message_ids)
        self.assertIn("Map expert", words)
        self.assertFalse(question.activity_ids.filtered(lambda activity: activity.user_id == self.expert))
        self.assertTrue(question.activity_ids.filtered(lambda activity: activity.user_id == self.librarian))
        self.assertIn("colleagues_asked", self.room._process_facts()[self.room.id])

    def test_question_goes_without_the_patron(self):
        """Feature: 21.2"""
        question = self._ask(name="林伟 wants maps", body="Mail wei@patrons.test, maps of 1840")
        self.assertNotIn("林伟", question.name)
        self.assertNotIn("wei@patrons.test", question.body)
        self.assertIn("maps of 1840", question.body)
        question.write({"body": "林伟 again, maps of 1850"})
        self.assertNotIn("林伟", question.body)

    def test_who_reads_a_question(self):
        question = self._ask(user_ids=[Command.set(self.expert.ids)])
        question.action_ask()
        self.assertTrue(question.with_user(self.expert).has_access("read"))
        self.assertTrue(question.with_user(self.staff["lead"]).has_access("read"), "of the room")
        stranger = new_test_user(self.env, "test_stranger", groups="library_crm.group_library_librarian")
        for user in (stranger, self.portal_user, self.env.ref("base.public_user")):
            self.assertFalse(question.with_user(user).has_access("read"))
        with self.assertRaises(AccessError):
            self.env["library.insight"].with_user(stranger).create({"name": "x", "question_id": question.id})
        with self.assertRaises(UserError):
            self._ask(user_ids=[Command.clear()]).action_ask()

    def test_thanks_and_adoption_are_counted_once_and_not_by_oneself(self):
        """Feature: 22.2"""
        step = self._room().step_ids[0]
        action = step.with_user(self.librarian).action_new_practice()
        insight = self.env["library.insight"].with_user(self.librarian).with_context(**action["context"]).create(
            {"body": "<p>Search by the ships, not by the harbour.</p>"}
        )
        self.assertTrue(insight.is_new_practice)
        self.assertEqual((insight.kind, insight.step_id, insight.workroom_id), ("trick", step, step.workroom_id))
        with self.assertRaises(UserError):
            insight.action_adopt()
        for _time in range(2):
            insight.with_user(self.expert).action_thank()
            insight.with_user(self.expert).action_adopt()
        insight.with_user(self.colleague).action_adopt()
        self.assertEqual((insight.thanks_count, insight.adopted_count, insight.state), (1, 2, "used"))
        with self.assertRaises(AccessError):
            insight.with_user(self.expert).write({"name": "Mine now"})
        with self.assertRaises(AccessError):
            insight.with_user(self.portal_user).action_thank()

    def test_a_search_can_be_something_new(self):
        log = self.env["library.search.log"].create(
            {"workroom_id": self._room().id, "source": "Ship lists", "query": "mole"}
        )
        context = log.with_user(self.librarian).action_new_practice()["context"]
        insight = self.env["library.insight"].with_user(self.librarian).with_context(**context).create({})
        self.assertEqual((insight.name, log.insight_ids), ("Ship lists", insight))

    def test_article_keeps_the_credit(self):
        insight = self.env["library.insight"].with_user(self.expert).create(
            {"name": "Ships first", "body": "<p>By the ships.</p>", "subject_ids": [Command.set(self.subject.ids)]}
        )
        action = insight.with_user(self.librarian).action_make_article()
        article = self.env["library.article"].browse(action["res_id"])
        self.assertEqual((article.visibility, article.state), ("staff", "draft"))
        self.assertIn(self.expert, article.contributor_ids)
        self.assertEqual((insight.state, insight.article_id), ("article", article))
        self.assertEqual(insight.with_user(self.librarian).action_make_article()["res_id"], article.id)

    def test_insights_are_found_by_their_words_by_staff_only(self):
        insight = self.env["library.insight"].create({"name": "Zanzibar clove ledgers", "body": "<p>box twelve</p>"})
        self.env.flush_all()
        self.env.cr.precommit.run()
        document = self.env["library.search.document"].search([("res_model", "=", insight._name),
                                                                ("res_id", "=", insight.id)])
        self.assertEqual(document.visibility, "staff")
