from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import SCRIPTS, LibraryPortalCase, live_parts


@tagged("post_install", "-at_install", "library_portal", "security")
class TestPortalRooms(LibraryPortalCase):
    """Feature: 31.3, 31.4, 31.5"""

    def setUp(self):
        super().setUp()
        self.room, self.inside = self.env["library.insight.room"].create([
            {"name": "Old newspapers", "kind": "mixed"}, {"name": "At the desk", "kind": "staff"},
        ])
        self.url = f"/my/rooms/{self.room.id}"

    def _send(self, url, **form):
        self.env.flush_all()
        answer = self.url_open(url, data={"csrf_token": Request.csrf_token(self), **form})
        self.env.invalidate_all()
        return answer

    def _member(self, login="test_patron", name="Owl at two"):
        self.authenticate(login, login)
        return self._send("/my/rooms/join", alias=name, agree="on")

    def _post(self, **form):
        form = {"name": "Ask for reel 12", "body": "It is better.", **form}
        self._send("/my/rooms/post", room_id=self.room.id, **form)
        return self.env["library.insight"].search([("room_id", "=", self.room.id)], order="id desc", limit=1)

    def test_a_patron_joins_tells_and_gets_an_answer(self):
        self.assertIn("Welcome", self._member().text)
        post = self._post()
        self.assertEqual((post.display_author, post.create_uid.id), ("Owl at two", 1))
        self.env["library.insight.reply"].with_user(self.librarian).create(
            {"insight_id": post.id, "body": "<p>Reel 13, too</p>"})
        page = self.url_open(f"/my/rooms/post/{post.id}").text
        self.assertIn("Reel 13, too", page)
        self.assertNotIn(self.portal_user.email, page)
        self.assertIn("Ask for reel 12", self.url_open(f"{self.url}?search=reel").text)
        self.assertIn("Ask for reel 12", self.url_open("/my/rooms").text)
        self.assertIn("Share a tip", self.url_open("/my/rooms/tip").text)

    def test_whoever_did_not_join_sees_topics_and_nothing_else(self):
        self._member()
        post = self._post()
        self.authenticate("test_other_patron", "test_other_patron")
        page = self.url_open("/my/rooms").text
        self.assertIn("Old newspapers", page)
        for words in ("Ask for reel 12", "Owl at two", "At the desk"):
            self.assertNotIn(words, page)
        for url in (self.url, f"/my/rooms/{self.inside.id}", f"/my/rooms/post/{post.id}", "/my/rooms/post/99999999"):
            self.assertEqual(self.url_open(url).status_code, 404, url)
        for verb in ("reply", "helped", "withdraw", "accept"):
            self.assertEqual(self._send(f"/my/rooms/post/{post.id}/{verb}", body="x").status_code, 404)
        self.assertEqual(self._send("/my/rooms/post", room_id=self.room.id, name="Intruder").status_code, 404)
        self.assertTrue(post.exists() and not post.reply_ids and not post.helpful_count)

    def test_members_do_not_reach_rooms_of_the_staff(self):
        self._member()
        for url in (f"/my/rooms/{self.inside.id}", f"/my/rooms/{2**31}"):
            self.assertEqual(self.url_open(url).status_code, 404)
        self.assertEqual(self._send("/my/rooms/post", room_id=self.inside.id, name="Hello").status_code, 404)
        self.assertFalse(self.inside.insight_ids)

    def test_the_public_is_asked_to_sign_in(self):
        for url in ("/my/rooms", self.url, "/my/rooms/tip"):
            self.assertIn("/web/login", self.url_open(url).url)

    @mute_logger("odoo.http")
    def test_changes_need_a_post_with_a_token(self):
        self._member()
        post = self._post()
        for verb in ("reply", "helped", "withdraw", "accept"):
            self.assertEqual(self.url_open(f"/my/rooms/post/{post.id}/{verb}").status_code, 405)
        self.assertEqual(self.url_open(f"/my/rooms/post/{post.id}/withdraw", data={"x": "y"}).status_code, 400)
        self.assertTrue(post.exists())

    def test_nothing_that_is_written_runs(self):
        """Hazards: Input"""
        self._member()
        scripts = "\n".join(SCRIPTS)
        post = self._post(name=SCRIPTS[1], body=scripts)
        self._send(f"/my/rooms/post/{post.id}/reply", body=scripts)
        post.moderation = "shown"
        for url in (f"/my/rooms/post/{post.id}", self.url, "/my/rooms"):
            page = self.url_open(url).text
            self.assertIn("onerror=alert(1)", page, "it stands there as text")
            self.assertFalse(live_parts(page), url)

    def test_a_wrong_name_is_said_in_words_and_nothing_is_lost(self):
        self.authenticate("test_patron", "test_patron")
        page = self._send("/my/rooms/join", alias="林伟", agree="on")
        self.assertEqual(page.status_code, 422)
        self.assertIn("would tell who you are", page.text)
        self._member()
        page = self._send("/my/rooms/post", room_id=self.room.id, name="Write to me", body="at wei@patrons.test")
        self.assertEqual(page.status_code, 422)
        self.assertIn("at wei@patrons.test", page.text, "what was typed is still there")

    def test_leaving(self):
        self._member()
        post = self._post()
        self._send("/my/rooms/leave")
        self.assertEqual(post.display_author, "A patron")
        self.assertEqual(self.url_open(f"/my/rooms/post/{post.id}").status_code, 404)

    def test_a_tip_after_a_solved_case_is_not_tied_to_it(self):
        """Feature: 31.4"""
        case = self._case()
        stage = self.env["library.case.stage"].search([("code", "=", "closed")], limit=1)
        case.write({"stage_id": stage.id, "resolution": "met", "date_closed": self.env.cr.now()})
        self._member()
        self.assertIn("/my/rooms/tip", self.url_open(case.access_url).text)
        post = self._post(name="A tip")
        self.assertFalse(post.workroom_id or post.res_id or post.res_model)
