from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...lib.form_input import FormRefused
from ..case.portal_common import SCRIPTS, LibraryPortalCase, live_parts
from ..common import LibraryCase


class BoardCase(LibraryCase):
    """A topic of the board, a patron with a name there and one without."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.steward = cls.staff["steward"]
        cls.board, cls.members = cls.env["library.insight.room"].create([
            {"name": "Everyday questions", "kind": "mixed", "is_board": True,
             "steward_ids": [Command.set(cls.steward.ids)]},
            {"name": "Members only", "kind": "mixed"},
        ])
        cls.Insight = cls.env["library.insight"]
        cls.Room = cls.env["library.insight.room"]
        cls.public = cls.env.ref("base.public_user")
        cls.patron.partner_id.email = "wei@patrons.test"
        cls.other_patron.partner_id.email = "amara@patrons.test"
        cls.alias = cls._join(cls.portal_user, "Owl at two")

    @classmethod
    def _join(cls, user, name):
        return cls.env["library.insight.alias"].with_user(user)._portal_join({"alias": name, "agree": "on"})

    @classmethod
    def _ask(cls, user=None, **form):
        asked = {"name": "Where are the old maps?", "body": "Those of the harbour.", "room_id": str(cls.board.id)}
        return cls.Insight.with_user(user or cls.portal_user)._board_ask({**asked, **form}).with_env(cls.env)

    def _reply(self, post, text="In the map room.", user=None):
        return self.env["library.insight.reply"].with_user(user or self.librarian).create(
            {"insight_id": post.id, "body": text})

    def _say(self, user, post, verb, **form):
        return self.Insight.with_user(user)._board_say(post.id, verb, form)

    def _rows(self, user=None, **query):
        return self.Room.with_user(user or self.public)._board_values(query)["rows"]


@tagged("post_install", "-at_install", "library_dialogue", "security")
class TestBoard(BoardCase):
    """Questions in public. Feature: 16.3"""

    def test_everybody_reads_the_board_and_nothing_else(self):
        post = self._ask()
        inside = self.Insight.create({"name": "For members", "room_id": self.members.id})
        self.assertEqual([row["name"] for row in self._rows()], [post.name])
        self.assertEqual(self._rows()[0]["author"], "Owl at two")
        found, alias = self.Insight.with_user(self.public)._board_post_of(post.id)
        self.assertEqual((found.id, bool(alias)), (post.id, False))
        self.assertFalse(self.Insight.with_user(self.public)._board_post_of(inside.id)[0])
        for model in ("library.insight", "library.insight.reply", "library.board.follow", "library.board.proposal"):
            for user in (self.public, self.portal_user):
                with self.subTest(model=model, user=user.login), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
        told = str(found._board_post_values(alias)["post"])
        for secret in ("林伟", "wei@patrons.test"):
            self.assertNotIn(secret, told)

    def test_who_has_no_name_says_nothing(self):
        post = self._ask()
        for user in (self.public, self.other_portal_user):
            self.assertIsNone(self._say(user, post, "reply", body="I was never in"))
            self.assertIsNone(self._say(user, post, "follow"))
            with self.assertRaises(FormRefused):
                self._ask(user)
        self.assertFalse(post.reply_ids)

    def test_a_room_of_members_is_not_opened_to_the_world(self):
        room, alias = self.Room.with_user(self.portal_user)._portal_room(self.members.id)
        self.Insight.with_user(self.portal_user)._portal_write_post({"name": "Between us"}, room, alias)
        with self.assertRaises(ValidationError):
            self.members.is_board = True
        self.assertFalse(self.Room.with_user(self.portal_user)._portal_room(self.board.id)[0], "no tip by mistake")

    def test_answers_are_accepted_by_the_asker_or_a_librarian(self):
        post = self._ask()
        first, second = self._reply(post), self._reply(post, "Or online.", self.colleague)
        self._join(self.other_portal_user, "Early bird")
        self.assertIsNone(self._say(self.other_portal_user, post, "accept", reply_id=str(first.id)))
        self.assertEqual(self._say(self.portal_user, post, "accept", reply_id=str(first.id)), "accepted")
        self.assertTrue(first.is_answer)
        second.with_user(self.colleague).action_accept()
        self.assertEqual((first.is_answer, second.is_answer), (False, True))
        self.assertTrue(self._rows(show="answered") and not self._rows(show="unanswered"))
        with self.assertRaises(AccessError):
            second.with_user(self.portal_user).action_accept()
        values = self.Insight.with_user(self.public)._board_post_of(post.id)[0]._board_post_values(
            self.env["library.insight.alias"])
        self.assertEqual([(one["is_librarian"], one["is_own"]) for one in values["replies"]], [(True, False)] * 2)

    def test_tabs_topics_tags_and_search(self):
        subject = self.env["library.subject"].search([], limit=1)
        post = self._ask()
        post.subject_ids = subject
        self._ask(name="How do I renew a loan?", body="By telephone?")
        self.assertEqual(len(self._rows()), 2)
        self.assertEqual([row["name"] for row in self._rows(tag=str(subject.id))], [post.name])
        self.env["library.search.document"]._index_pending()
        self.assertEqual([row["name"] for row in self._rows(search="renew loan")], ["How do I renew a loan?"])
        self.assertEqual(len(self._rows(show="unanswered", room=str(self.board.id), page="999999999999")), 2)
        self.assertFalse(self._rows(self.portal_user, page="2"))
        self.assertEqual(len(self._rows(self.portal_user, show="followed")), 2, "who asks follows")

    def test_scripts_links_and_floods(self):
        for script in SCRIPTS:
            post = self._ask(name=script, body=script)
            self.assertFalse(live_parts(str(post.body)))
            post.unlink()
        held = self._ask(body=" ".join(f"https://evil.test/{number}" for number in range(10000)))
        self.assertEqual((held.moderation, held.look_reason), ("held", "link"))
        self.assertLess(str(held.body).count("evil.test"), 700)
        self.assertFalse(self._rows())
        shown, refused = 0, 0
        for number in range(40):
            try:
                shown += self._ask(name=f"Question {number}").moderation == "shown"
            except FormRefused as error:
                refused += error.status == 429
        self.assertLess(shown, 11)
        self.assertGreater(refused, 9)

    def test_who_follows_hears_once_a_day_and_only_if_wanted(self):
        post = self._ask()
        self._join(self.other_portal_user, "Early bird")
        self.assertEqual(self._say(self.other_portal_user, post, "follow"), "followed")
        Follow = self.env["library.board.follow"]
        self.env.cr.execute("UPDATE library_board_follow SET date_told = date_told - interval '1 hour'")
        self._reply(post)
        before = self.mails.search([])
        Follow._tell(Follow._find_news(10))
        mail = self._outgoing(before)
        self.assertEqual(len(mail), 1)
        self.assertIn("amara@patrons.test", mail.email_to)
        self.assertNotIn("maps", f"{mail.subject} {mail.body_html}".lower())
        self.assertFalse(Follow._find_news(10))
        row = self.env["library.outreach"].search([("kind", "=", "board")])
        self.assertEqual((row.patron_id, row.purpose, row.res_model, row.res_id),
                         (self.other_patron, "community", False, False))  # fmt: skip
        self.env.cr.execute("UPDATE library_board_follow SET date_told = date_told - interval '2 hours'")
        self.env.invalidate_all()
        Follow._tell(Follow._find_news(10))
        self.assertEqual(self._outgoing(before), mail, "once a day")
        self.env["library.contact.preference"]._answer(self.other_patron, {("community", "mail"): False}, "portal")
        row.unlink()
        self.env.cr.execute("UPDATE library_board_follow SET date_told = date_told - interval '2 hours'")
        self.env.invalidate_all()
        Follow._tell(Follow._find_news(10))
        self.assertEqual(self._outgoing(before), mail, "who does not want it hears nothing")
        self.assertEqual(self._say(self.other_portal_user, post, "follow"), "unfollowed")

    def test_an_accepted_answer_waits_for_the_steward_and_becomes_an_article(self):
        post = self._ask()
        reply = self._reply(post)
        Task = self.env["library.knowledge.task"]
        Task._refresh()
        self.assertFalse(Task.search([("res_model", "=", "library.insight"), ("res_id", "=", post.id)]))
        reply.action_accept()
        self.env.flush_all()
        Task._refresh()
        task = Task.search([("res_model", "=", "library.insight"), ("res_id", "=", post.id)])
        self.assertEqual((task.kind, task.state), ("answer", "open"))
        self.assertTrue(task.reason)
        action = post.with_user(self.steward).action_make_article()
        self.assertIn("map room", self.env["library.article"].browse(action["res_id"]).body)

    def test_a_report_brings_the_steward(self):
        post = self._ask()
        target = self.env["library.feedback"].with_user(self.public)._portal_target(f"/library/board/{post.id}")
        self.assertEqual(target, {"res_model": "library.insight", "res_id": post.id})
        self.env["library.feedback"].with_user(self.public)._portal_target(f"/library/board/{post.id}")
        self.assertEqual((len(post.activity_ids), post.activity_ids.user_id), (1, self.steward))
        self.assertEqual(self.env["library.feedback"]._portal_target("/library/board/999999"), {})

    def test_erasing_a_patron_leaves_words_of_nobody(self):
        post = self._ask()
        self.patron._anonymise()
        self.env.invalidate_all()
        self.assertEqual(post.display_author, "A patron")
        self.assertFalse(self.env["library.board.follow"].search([]))


@tagged("post_install", "-at_install", "library_dialogue", "security")
class TestBoardProposal(BoardCase):
    """The answer of a case made public, with the patron's consent. Feature: 16.3"""

    def _answered(self, text="<p>Dear 林伟, the maps are in the map room. Yours, Test librarian</p>"):
        case = self._case(email_from="wei@patrons.test")
        case.with_user(self.portal_user).sudo().message_post(
            body="I am 林伟, card 2023001234, wei@patrons.test. Where are the maps?", message_type="comment",
            author_id=self.portal_user.partner_id.id, subtype_xmlid="mail.mt_comment")
        case.with_user(self.librarian)._answer(text)
        room = case._ensure_workroom()
        room.message_post(body="SECRET-WORKROOM", message_type="comment")
        case._close("met")
        return case

    def _proposal(self, case=None):
        action = (case or self._answered()).with_user(self.librarian).action_make_public()
        return self.env["library.board.proposal"].browse(action["res_id"]).with_user(self.librarian)

    def _decide(self, proposal, answer, signature=None):
        self.env["library.board.proposal"].with_user(self.public)._portal_answer(
            proposal.id, signature or proposal._signature(), {"answer": answer})
        self.env.invalidate_all()

    def test_the_patron_reads_it_and_agrees_then_it_is_public(self):
        proposal = self._proposal()
        text = f"{proposal.name} {proposal.question} {proposal.answer}"
        for secret in ("林伟", "wei@patrons.test", "SECRET-WORKROOM"):
            self.assertNotIn(secret, text)
        self.assertIn("map room", proposal.answer)
        self.assertIn("<del>", proposal.question_removed)
        before = self.mails.search([])
        proposal.action_ask()
        mail = self._outgoing(before)
        self.assertEqual(len(mail), 1)
        self.assertIn(proposal._consent_url(), mail.body_html)
        self.assertFalse(self._rows(), "nothing is public before the patron agrees")
        values = self.env["library.board.proposal"].with_user(self.public)._portal_find(
            proposal.id, proposal._signature())._portal_values("x")
        self.assertEqual(values["answer"], proposal.answer)
        with self.assertRaises(UserError):
            proposal.write({"answer": "Something else"})
        self._decide(proposal, "yes")
        self._decide(proposal, "yes")
        row = self._rows()
        self.assertEqual([(one["author"], one["has_answer"]) for one in row], [("A patron", True)])
        post = proposal.insight_id.sudo()
        self.assertEqual((post.author_id.id, post.alias_id.id, post.create_uid.id), (False, False, 1))
        self.assertNotIn(str(proposal.case_id.id), str(post.read(["res_model", "res_id"])))
        self._decide(proposal, "withdraw")
        self.assertEqual((proposal.state, self._rows()), ("withdrawn", []))
        self.assertFalse(post.exists())

    def test_no_is_no_and_a_wrong_link_does_nothing(self):
        proposal = self._proposal()
        proposal.action_ask()
        self._decide(proposal, "yes", "0" * 40)
        self._decide(proposal, "maybe")
        self.assertEqual(proposal.state, "asked")
        self._decide(proposal, "no")
        self.assertEqual((proposal.state, self._rows()), ("declined", []))

    def test_nothing_is_asked_while_something_personal_stands_there(self):
        proposal = self._proposal()
        proposal.answer = "Dear 林伟, come by"
        self.assertEqual(proposal.left_count, 1)
        with self.assertRaises(UserError):
            proposal.action_ask()

    def test_who_wants_to_hear_nothing_is_not_asked(self):
        self.env["library.contact.preference"]._answer(self.patron, {("community", "mail"): False}, "portal")
        proposal = self._proposal()
        with self.assertRaises(UserError):
            proposal.action_ask()

    def test_consent_is_not_set_by_hand(self):
        proposal = self._proposal()
        for values in ({"state": "published"}, {"insight_id": self._ask().id}, {"patron_id": self.other_patron.id}):
            with self.assertRaises(AccessError):
                proposal.write(values)

    def test_an_open_case_and_one_without_answer_are_refused(self):
        with self.assertRaises(UserError):
            self._case().with_user(self.librarian).action_make_public()
        case = self._case()
        case._close("met")
        with self.assertRaises(UserError):
            case.with_user(self.librarian).action_make_public()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_it_goes_with_the_case(self):
        """Feature: X1"""
        proposal = self._proposal()
        self.assertFalse(proposal.with_user(self.colleague).search([("id", "=", proposal.id)]))
        with self.assertRaises(AccessError):
            proposal.case_id.with_user(self.colleague).action_make_public()
        with self.assertRaises(AccessError):
            proposal.case_id.with_user(self.portal_user).action_make_public()
        for user in (self.portal_user, self.other_portal_user, self.public):
            with self.assertRaises(AccessError):
                proposal.with_user(user).read(["answer"])
        proposal.action_ask()
        self._decide(proposal, "yes")
        self.patron._anonymise()
        self.assertFalse(proposal.exists(), "nothing leads from the board to a person who is gone")


@tagged("post_install", "-at_install", "library_dialogue", "library_portal")
class TestBoardPages(LibraryPortalCase, BoardCase):
    """The pages, with plain forms. Feature: 16.3, X13"""

    def test_everybody_opens_the_board(self):
        post = self._ask(name="<script>alert(1)</script>")
        self._reply(post)
        self.env.flush_all()
        for path in ("/library/board", f"/library/board/{post.id}", "/library/board?show=answered&tag=x&room=-1"):
            page = self.url_open(path)
            self.assertEqual((page.status_code, page.text.count("<h1")), (200, 1), path)
            self.assertFalse(live_parts(page.text))
        self.assertIn("Librarian", self.url_open(f"/library/board/{post.id}").text)
        self.assertEqual(self.url_open("/library/board/99999999").status_code, 404)
        self.assertIn("/web/login", self.url_open("/library/board/ask").url)
        self.assertEqual(self.url_open("/library/board/consent/1/xyz").status_code, 404)

    def test_a_patron_asks_answers_and_follows(self):
        self.authenticate("test_patron", "test_patron")
        self.assertEqual(self.url_open("/library/board/ask").status_code, 200)
        answer = self.post("/library/board/ask", {"name": "Where is the scanner?", "room_id": self.board.id})
        self.assertIn("done=shown", answer.headers["Location"])
        post = self.Insight.search([("name", "=", "Where is the scanner?")])
        self.assertEqual((post.kind, post.is_patron, post.create_uid.id), ("question", True, 1))
        self.post(f"/library/board/{post.id}/reply", {"body": "I found it on the first floor."})
        self.assertEqual(post.reply_ids.display_author, "Owl at two")
        self.assertIn("Follow no more", self.url_open(f"/library/board/{post.id}").text)
        for verb in ("reply", "follow", "withdraw"):
            self.assertIn(self.get(f"/library/board/{post.id}/{verb}").status_code, (404, 405), "GET changes nothing")
        self.assertEqual(self.post("/library/board/ask", {"name": "", "room_id": self.board.id}).status_code, 422)

    def test_opening_the_link_of_consent_stores_nothing(self):
        case = self._case(email_from="wei@patrons.test")
        case.with_user(self.librarian)._answer("<p>In the map room.</p>")
        case._close("met")
        proposal = self.env["library.board.proposal"].browse(
            case.with_user(self.librarian).action_make_public()["res_id"])
        proposal.action_ask()
        self.env.flush_all()
        path = f"/library/board/consent/{proposal.id}/{proposal._signature()}"
        for _time in range(3):
            page = self.url_open(path)
        self.assertEqual((page.status_code, page.text.count("<h1")), (200, 1))
        proposal.invalidate_recordset()
        self.assertEqual(proposal.state, "asked")
        self.assertLess(proposal.date_asked - fields.Datetime.now(), timedelta(minutes=1))
