import re
from urllib.parse import quote

from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import SCRIPTS, LibraryPortalCase

JUNK = ("abc", "-1", "0", "99999999999999999999", "None", "' OR 1=1 --", "%00", "²", "../../x", "😀" * 50)
DEAD_TOKENS = ("", "0", "None", "False", "null", "false", "undefined", "é", "x" * 36)


@tagged("post_install", "-at_install", "library_portal", "security")
class TestPortalRoutes(LibraryPortalCase):
    """What visitors try on our routes. Feature: X14; hazards: Access"""

    def setUp(self):
        super().setUp()
        self.case = self.deliver(self._case())
        self.foreign = self.deliver(self._case(self.other_patron, name="Question of Amara"))
        self.need, self.foreign_need = self.case.need_ids, self.foreign.need_ids
        (self.need | self.foreign_need)._restate("Maps before 1800")
        self.solution = self.env["library.solution"].create({"name": "Work", "body": "<p>Sheet</p>"})
        self.foreign.solution_ids = self.solution

    def change_routes(self, case, need):
        """Every route that changes something, with a form that it would take."""
        return {
            f"/my/cases/{case.id}/reply": {"message": "x"},
            f"/my/cases/{case.id}/helped": {},
            f"/my/cases/{case.id}/reopen": {"message": "x"},
            f"/my/cases/{case.id}/rate": {"rating": "1"},
            f"/my/cases/{case.id}/needs/{need.id}/confirm": {},
            f"/my/cases/{case.id}/needs/{need.id}/correct": {"message": "x"},
            f"/my/cases/{case.id}/needs/{need.id}/withdraw": {},
            f"/my/needs/{need.id}/confirm": {},
            f"/my/needs/{need.id}/correct": {"message": "x"},
            f"/my/needs/{need.id}/withdraw": {},
        }

    def state(self):
        return [
            self.counts(),
            *(self.facts(record) for record in (self.case, self.foreign, self.need, self.foreign_need, self.patron)),
        ]

    def test_foreign_and_missing_look_the_same(self):
        missing = self.foreign.id + 100000
        self.login(self.portal_user)
        for path in ("/my/cases/%s", "/my/needs/%s"):
            foreign_id = self.foreign.id if "cases" in path else self.foreign_need.id
            pages = [self.get(path % number) for number in (foreign_id, missing, 0, 2**31, 10**25)]
            self.assertEqual({page.status_code for page in pages}, {404})
            self.assertEqual(*(self.stable(page.text) for page in pages[:2]))
            self.assertNotIn("Amara", pages[0].text)
        self.login()
        pages = [self.get(f"/my/cases/{number}") for number in (self.foreign.id, missing)]
        self.assertEqual([page.status_code for page in pages], [303, 303])
        self.assertIn("/web/login", pages[0].headers["Location"])

    def stable(self, html):
        """A page without what differs between two requests for anything."""
        return re.sub(r"csrf_token: \S+|/(my|login)[^\"' ]*\d+[^\"' ]*", "", html)

    def test_foreign_record_changes_by_no_route(self):
        for user in (self.portal_user, None):
            self.login(user)
            before = self.state()
            for path, form in self.change_routes(self.foreign, self.foreign_need).items():
                with self.subTest(path=path, user=user):
                    self.assertIn(self.post(path, form).status_code, (303, 404))
            self.assertEqual(self.state(), before)
            self.assertNotIn("Sheet", self.get(f"/my/cases/{self.foreign.id}/solutions/{self.solution.id}").text)

    def test_get_changes_nothing(self):
        self.case._portal_ensure_token()
        self.login(self.portal_user)
        before = self.state()
        for path in (*self.change_routes(self.case, self.need), "/library/ask/send", "/my/library-profile/save"):
            with self.subTest(path=path):
                self.assertIn(self.get(f"{path}?message=x&rating=5&question=x").status_code, (404, 405))
        reading = (
            "/library/ask", f"/library/ask/{self.service.id}", "/library/ask/sent", "/my/cases", "/my/needs", "/my",
            f"/my/cases/{self.case.id}", f"/my/needs/{self.need.id}", "/my/library-profile",
            f"/my/cases/{self.case.id}?access_token={self.case.access_token}&message=x&done=sent",
        )  # fmt: skip
        for path in reading:
            with self.subTest(path=path):
                self.assertLess(self.get(path).status_code, 400)
        self.assertEqual(self.state(), before)

    def test_post_without_csrf_token(self):
        self.login(self.portal_user)
        before = self.state()
        paths = self.change_routes(self.case, self.need)
        paths["/library/ask/send"] = {"question": "x", "service": self.service.id}
        paths["/my/library-profile/save"] = {"preferred_name": "x"}
        with mute_logger("odoo.http"):
            for path, form in paths.items():
                with self.subTest(path=path):
                    self.assertEqual(self.post(path, {"x": "1", **form}, csrf=False).status_code, 400)
        self.assertEqual(self.state(), before)

    def test_junk_parameters(self):
        self.login(self.portal_user)
        for path in ("/my/cases", "/my/needs", "/my/library-profile", "/library/ask", f"/my/cases/{self.case.id}"):
            for junk in JUNK:
                word = quote(junk)
                query = "&".join(
                    f"{name}={word}"
                    for name in ("page", "sortby", "filterby", "groupby", "search", "date_begin", "id", "done")
                )
                with self.subTest(path=path, junk=junk):
                    self.assertLess(self.get(f"{path}?{query}").status_code, 500)
                    self.assertLess(self.get(f"{path}?access_token={word}").status_code, 500)
        for path in ("/my/cases/page/0", "/my/cases/page/99999999999", "/my/cases/abc", "/library/ask/99999999999999"):
            self.assertLess(self.get(path).status_code, 500)
        for junk in JUNK:
            self.assertLess(self.get(f"/library/need/{self.need.id}/{quote(junk, safe='')}").status_code, 500)
            self.assertLess(
                self.post("/library/ask/send", dict.fromkeys(("service", "depth", "date_deadline"), junk)).status_code,
                500,
            )

    def test_access_tokens(self):
        """A token opens its own record, or nothing."""
        own, foreign = self.case._portal_ensure_token(), self.foreign._portal_ensure_token()
        self.login()
        self.assertEqual(self.get(f"/my/cases/{self.case.id}?access_token={own}").status_code, 200)
        before = self.state()
        for token in (*DEAD_TOKENS, foreign, self.need._portal_ensure_token(), own[:-1], own + "x"):
            with self.subTest(token=token):
                page = self.get(f"/my/cases/{self.case.id}?access_token={quote(token)}")
                self.assertIn(page.status_code, (303, 404))
                answer = self.post(f"/my/cases/{self.case.id}/reply", {"access_token": token, "message": "x"})
                self.assertIn(answer.status_code, (303, 404))
                self.assertNotIn("done=sent", answer.headers.get("Location", ""))
        self.assertEqual(self.state(), before)
        # a case whose link was never mailed has no secret that could be guessed
        bare = self._case(self.other_patron)
        bare.access_token = False
        for token in DEAD_TOKENS:
            self.assertIn(self.get(f"/my/cases/{bare.id}?access_token={quote(token)}").status_code, (303, 404))
        self.case._close("met")
        self.assertEqual(self.get(f"/my/cases/{self.case.id}?access_token={own}").status_code, 200)
        self.case.date_closed = self.days_ago(181)
        self.assertEqual(self.get(f"/my/cases/{self.case.id}?access_token={own}").status_code, 404)

    def test_expired_link_is_closed_in_core_routes_too(self):
        token = self.case._portal_ensure_token()
        self.login()
        fetch = {"thread_model": "library.case", "thread_id": self.case.id, "token": token}
        self.assertTrue(self.make_jsonrpc_request("/mail/chatter_fetch", fetch)["messages"])
        self.case._close("met")
        self.case.date_closed = self.days_ago(181)
        self.assertIn("error", self.rpc("/mail/chatter_fetch", fetch))
        post = {**fetch, "post_data": {"body": "x", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}}
        before = self.counts()
        self.assertIn("error", self.rpc("/mail/message/post", post))
        self.assertEqual(self.counts(), before)

    def test_extra_keys_change_nothing(self):
        """Mass assignment: each field of case, need and patron as a key of the form."""
        self.login(self.portal_user)
        self.env["ir.config_parameter"].set_param("library_crm.forms_per_address", "1000")
        self.ask()
        plain = self.newest_case()
        known = {"question", "service", "purpose", "date_deadline", "depth", "wanted_languages", "wanted_formats",
                 "wants_same_librarian"}
        extra = {}
        for model in ("library.case", "library.need", "library.patron", "mail.message", "res.users"):
            extra.update(dict.fromkeys(set(self.env[model]._fields) - known, "1"))
        extra.update({"user_ids": "1", "group_ids": "1", "uid": "1", "context": "{}", "default_team_id": "1"})
        self.ask({name: value for name, value in extra.items() if name not in ("email", "homepage", "form_key")})
        loaded = self.newest_case()
        self.assertNotEqual(plain, loaded)
        own = (
            "id",
            "create_date",
            "need_ids",
            "date_promised",
            "date_last_message",
            "message_ids",
            "date_acknowledged",
        )
        for name in (*own, "website_message_ids"):
            self.assertTrue(name)
        first, second = self.facts(plain), self.facts(loaded)
        self.assertEqual({name for name in first if first[name] != second[name] and name not in own}, set())
        first, second = self.facts(plain.need_ids), self.facts(loaded.need_ids)
        self.assertEqual(
            {name for name in first if first[name] != second[name]} - {"id", "create_date", "case_ids"}, set()
        )
        before = self.facts(self.case)
        self.post(f"/my/cases/{self.case.id}/reply", {**extra, "message": "x", "access_token": ""})
        after = self.facts(self.case)
        changed = {name for name in after if after[name] != before[name]}
        clock = {"clock_state", "promise_kind", "date_promised"}
        self.assertLessEqual(changed, {"waits_for", "has_news", "date_last_message", *clock})
        message = self.case.message_ids.sorted("id")[-1]
        self.assertEqual((message.author_id, message.message_type), (self.portal_user.partner_id, "comment"))
        self.assertFalse(message.is_internal)

    def test_scripts_are_text(self):
        """18 payloads in every field of the form, on the pages and in the mails. Feature: X13"""
        self.login(self.portal_user)
        self.env["ir.config_parameter"].set_param("library_crm.forms_per_address", "1000")
        self.env["ir.config_parameter"].set_param("library_crm.replies_per_case", "1000")
        before = self.mails.search([])
        for payload in SCRIPTS:
            with self.subTest(payload=payload):
                self.ask({"question": payload, "purpose": payload, "wanted_formats": payload, "depth": payload,
                          "date_deadline": ""}, [self.file(payload + ".txt")])  # fmt: skip
                case = self.newest_case()
                self.post(f"/my/cases/{case.id}/reply", {"message": payload})
                case.need_ids._restate(payload)
                self.post(f"/my/needs/{case.need_ids.id}/correct", {"message": payload})
                refused = self.ask({"question": payload, "purpose": payload, "date_deadline": payload})
                paths = (f"/my/cases/{case.id}", f"/my/needs/{case.need_ids.id}", "/my/cases", "/my/needs",
                         "/library/ask/sent", f"/my/cases?search={quote(payload)}")  # fmt: skip
                for page in (refused, *(self.get(path) for path in paths)):
                    self.assertLess(page.status_code, 500)
                    self.assertHarmless(page.text)
                for message in case.message_ids:
                    self.assertHarmless(str(message.body))
                case.with_user(self.librarian)._answer("Here you are")
                case._close("met")
                self.post(f"/my/cases/{case.id}/rate", {"rating": "2", "feedback": payload})
                self.assertHarmless(self.get(f"/my/cases/{case.id}").text)
                for activity in case.activity_ids:
                    self.assertHarmless(str(activity.note))
        for mail in self._outgoing(before):
            self.assertHarmless(str(mail.body_html))
            self.assertNotIn("49", mail.subject.rpartition(" [")[0])

    def test_floods_of_replies(self):
        self.login(self.portal_user)
        statuses = [
            self.post(f"/my/cases/{self.case.id}/reply", {"message": str(index)}).status_code for index in range(40)
        ]
        self.assertEqual((statuses.count(303), statuses[-1]), (15, 429))

    def test_floods_of_corrections_and_addresses(self):
        self.login(self.portal_user)
        correct = f"/my/needs/{self.need.id}/correct"
        answers = [self.post(correct, {"message": f"words {index}"}) for index in range(40)]
        statuses = [answer.status_code for answer in answers]
        self.assertEqual((statuses.count(303), statuses[-1]), (15, 429))
        self.assertIn("words 39", answers[-1].text)
        save = "/my/library-profile/save"
        statuses = [self.post(save, {"new_email": f"n{index}@patrons.test"}).status_code for index in range(40)]
        self.assertEqual((statuses.count(303), statuses[-1]), (5, 429))

    def test_redirects_stay_here(self):
        self.login(self.portal_user)
        answer = self.post(
            f"/my/cases/{self.case.id}/reply",
            {"message": "x", "redirect": "https://evil.test", "done": "https://evil.test", "back": "//evil.test"},
        )
        self.assertNotIn("evil", answer.headers["Location"])
