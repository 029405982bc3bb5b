import inspect
import json
import re
from urllib.parse import quote

from odoo.exceptions import AccessDenied, AccessError, MissingError
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import SCRIPTS, LibraryPortalCase

JUNK = ("abc", "-1", "0", "99999999999999999999", "None", "' OR 1=1 --", "%00", "²", "../../x", "😀" * 50)
DEAD_TOKENS = ("", "0", "None", "False", "null", "false", "undefined", "é", "x" * 36)

# What a patron may read of the own records by RPC; everything else of our fields is closed.
CASE_FIELDS = {
    "name", "priority", "active", "company_id", "patron_id", "partner_id", "email_from", "lang", "channel", "team_id", "user_id",
    "branch_id", "service_id", "need_ids", "need_id", "stage_id", "stage_code", "waits_for", "date_promised",
    "date_first_answer", "date_last_message", "date_closed", "is_overdue", "resolution", "unmet_reason", "confirmation",
}  # fmt: skip
STAFF_FIELDS = {
    "library.case": {
        "email_normalized", "reader_partner_ids", "contributing_team_ids", "granted_user_ids", "has_news",
        "date_acknowledged", "reopened_count", "read_level", "minutes", "workroom_ids", "step_ids", "log_ids",
        "participant_ids", "activity_ids", "message_follower_ids", "message_partner_ids", "rating_ids",
        "rating_last_value", "rating_last_feedback", "date_rating_asked",
    },
    "library.patron": {"lifecycle", "note", "properties", "case_ids", "need_ids", "interaction_ids", "activity_ids"},
    "library.need": set(),
}  # fmt: skip
CLOSED_MODELS = (
    "library.workroom", "library.case.step", "library.service.log", "library.interaction", "library.case.participant",
    "library.mail.held", "library.mail.receipt", "library.form.log", "library.team", "library.team.member",
    "library.branch", "rating.rating",
)  # fmt: skip

# Methods of ours that answer a patron about somebody else's record, and neither tell nor change anything.
HARMLESS = {
    ("library.article", "action_open_votes"),
    ("library.case", "action_answer"),
    ("library.case", "action_close_dialog"),
    ("library.case", "action_restate"),
    ("library.case", "action_transfer"),
    ("library.case", "message_subscribe"),
    ("library.patron", "action_open_cases"),
    ("library.solution", "action_make_article"),
    ("library.solution", "action_open_articles"),
    ("library.team", "action_open_team_held"),
    ("library.workroom", "message_subscribe"),
}


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
            self.assertLess(self.post("/library/ask/send", dict.fromkeys(("service", "depth", "date_deadline"), junk)).status_code, 500)

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

    def rpc(self, url, params):
        """A JSON call whose error is part of the answer."""
        self.env.flush_all()
        with mute_logger("odoo.http"):
            response = self.url_open(
                url,
                data=json.dumps({"jsonrpc": "2.0", "method": "call", "id": 0, "params": params}),
                headers={"Content-Type": "application/json"},
            )
        self.env.invalidate_all()
        try:
            return response.json()
        except ValueError:
            return {"error": response.text}

    def test_extra_keys_change_nothing(self):
        """Mass assignment: each field of case, need and patron as a key of the form."""
        self.login(self.portal_user)
        self.env["ir.config_parameter"].set_param("library_crm.forms_per_address", "1000")
        self.ask()
        plain = self.newest_case()
        known = {"question", "service", "purpose", "date_deadline", "depth", "wanted_languages", "wanted_formats"}
        extra = {}
        for model in ("library.case", "library.need", "library.patron", "mail.message", "res.users"):
            extra.update(dict.fromkeys(set(self.env[model]._fields) - known, "1"))
        extra.update({"user_ids": "1", "group_ids": "1", "uid": "1", "context": "{}", "default_team_id": "1"})
        self.ask({name: value for name, value in extra.items() if name not in ("email", "homepage", "form_key")})
        loaded = self.newest_case()
        self.assertNotEqual(plain, loaded)
        own = ("id", "create_date", "need_ids", "date_promised", "date_last_message", "message_ids", "date_acknowledged")
        for name in (*own, "website_message_ids"):
            self.assertTrue(name)
        first, second = self.facts(plain), self.facts(loaded)
        self.assertEqual({name for name in first if first[name] != second[name] and name not in own}, set())
        first, second = self.facts(plain.need_ids), self.facts(loaded.need_ids)
        self.assertEqual({name for name in first if first[name] != second[name]} - {"id", "create_date", "case_ids"}, set())
        before = self.facts(self.case)
        self.post(f"/my/cases/{self.case.id}/reply", {**extra, "message": "x", "access_token": ""})
        after = self.facts(self.case)
        changed = {name for name in after if after[name] != before[name]}
        self.assertLessEqual(changed, {"waits_for", "has_news", "date_promised", "date_last_message"})
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
        statuses = [self.post(f"/my/cases/{self.case.id}/reply", {"message": str(index)}).status_code for index in range(40)]
        self.assertEqual((statuses.count(303), statuses[-1]), (15, 429))

    def test_redirects_stay_here(self):
        self.login(self.portal_user)
        answer = self.post(
            f"/my/cases/{self.case.id}/reply",
            {"message": "x", "redirect": "https://evil.test", "done": "https://evil.test", "back": "//evil.test"},
        )
        self.assertNotIn("evil", answer.headers["Location"])


@tagged("post_install", "-at_install", "library_portal", "security")
class TestPortalRpc(LibraryPortalCase):
    """What a patron's session can do past our pages: core's routes and RPC. Feature: 21.1; hazards: Access"""

    def setUp(self):
        super().setUp()
        self.case = self._case(user_id=self.librarian.id)
        self.foreign = self._case(self.other_patron, name="Question of Amara")
        self.room = self.case._ensure_workroom()
        self.room.with_user(self.librarian)._note("Secret of the workroom")
        self.case.with_user(self.librarian).message_post(
            body="Secret note in the case", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.deliver(self.case, "Words for the patron")
        self.case.write({"team_id": self.other_team.id})
        self.flush_tracking()
        self.env["ir.attachment"].create({"name": "secret.txt", "raw": b"s", "res_model": self.room._name, "res_id": self.room.id})

    def flush_tracking(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    rpc = TestPortalRoutes.rpc

    def test_conversation_only(self):
        """No way to what staff say among themselves, to notes or to tracking."""
        own = {"thread_model": "library.case", "thread_id": self.case.id}
        room = {"thread_model": "library.workroom", "thread_id": self.room.id}
        foreign = {"thread_model": "library.case", "thread_id": self.foreign.id}
        self.login(self.portal_user)
        for url in ("/mail/chatter_fetch", "/mail/thread/messages", "/mail/thread/data", "/portal/chatter_init"):
            for thread in (own, room, foreign):
                with self.subTest(url=url, **thread):
                    more = {"request_list": ["followers", "attachments", "suggestedRecipients"]} if "data" in url else {}
                    text = json.dumps(self.rpc(url, {**thread, **more}))
                    for secret in ("Secret", "secret.txt", "Interlibrary", "tracking_value", "Amara"):
                        self.assertNotIn(secret, text)
        text = json.dumps(self.rpc("/mail/chatter_fetch", own))
        self.assertIn("Words for the patron", text)
        Message = self.env["mail.message"].with_user(self.portal_user)
        found = Message.search([("model", "in", ("library.case", "library.workroom"))])
        self.assertEqual(set(found.mapped("res_id")), {self.case.id})
        self.assertNotIn("Secret", " ".join(map(str, found.mapped("body"))))
        self.assertFalse(self.env["mail.tracking.value"].with_user(self.portal_user).has_access("read"))
        files = self.env["ir.attachment"].with_user(self.portal_user).search([("name", "=", "secret.txt")])
        self.assertFalse(files)

    def test_messages_through_core_routes(self):
        self.login(self.portal_user)
        own = {"thread_model": "library.case", "thread_id": self.case.id}

        def post(**data):
            return self.rpc("/mail/message/post", {**own, "post_data": {"body": "x", **data}})

        self.assertIn("result", post(message_type="comment", subtype_xmlid="mail.mt_comment"))
        message = self.case.message_ids.sorted("id")[-1]
        self.assertEqual((message.author_id, message.message_type), (self.portal_user.partner_id, "comment"))
        self.assertEqual((self.case.waits_for, self.case.has_news), ("library", True))
        notes = len(self.room.message_ids)
        post(subtype_xmlid="mail.mt_note", message_type="auto_comment")
        newest = self.case.message_ids.sorted("id")[-1]
        self.assertEqual((newest.message_type, newest.is_internal), ("comment", False))
        self.assertEqual(newest.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertEqual(len(self.room.message_ids), notes)
        post(message_type="notification", subtype_xmlid="mail.mt_comment", rating_value="5")
        newest = self.case.message_ids.sorted("id")[-1]
        self.assertEqual(newest.message_type, "comment", "a patron's message cannot hide as a notification")
        self.assertFalse(self.env["rating.rating"].search([("res_model", "=", "library.case"), ("res_id", "=", self.case.id)]))
        post(subtype_xmlid="mail.mt_comment", partner_ids=self.librarian.partner_id.ids, partner_emails=["x@evil.test"])
        self.assertFalse(self.case.message_ids.sorted("id")[-1].partner_ids & self.other_portal_user.partner_id)
        for thread in (
            {"thread_model": "library.case", "thread_id": self.foreign.id},
            {"thread_model": "library.workroom", "thread_id": self.room.id},
        ):
            before = self.counts()
            data = {"body": "x", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
            self.assertIn("error", self.rpc("/mail/message/post", {**thread, "post_data": data}))
            self.assertEqual(self.counts(), before)

    def test_attachments_through_core_routes(self):
        self.login(self.portal_user)

        def upload(record):
            return self.post(
                "/mail/attachment/upload",
                {"thread_model": record._name, "thread_id": record.id, "is_pending": "true"},
                [("ufile", ("map.txt", b"a map", "text/plain"))],
            )

        stored = upload(self.case).json()["data"]
        attachment = self.env["ir.attachment"].browse(stored["attachment_id"])
        token = attachment._get_ownership_token()
        data = {
            "body": "see file", "message_type": "comment", "subtype_xmlid": "mail.mt_comment",
            "attachment_ids": attachment.ids, "attachment_tokens": [token],
        }  # fmt: skip
        thread = {"thread_model": "library.case", "thread_id": self.case.id}
        self.assertIn("result", self.rpc("/mail/message/post", {**thread, "post_data": data}))
        self.assertEqual(self.case.message_ids.sorted("id")[-1].attachment_ids, attachment)
        for record in (self.foreign, self.room):
            self.assertEqual(upload(record).status_code, 404)

    def test_nobody_becomes_a_follower(self):
        self.login(self.portal_user)
        for record in (self.case, self.foreign, self.room):
            self.rpc("/mail/thread/subscribe", {
                "res_model": record._name, "res_id": record.id,
                "partner_ids": (self.portal_user | self.other_portal_user).partner_id.ids,
            })  # fmt: skip
            self.assertFalse(record.message_partner_ids.filtered("partner_share"))

    def test_staff_fields_are_closed(self):
        case = self.case.with_user(self.portal_user)
        readable = set()
        for name in self.env["library.case"]._fields:
            try:
                with self.env.cr.savepoint():
                    case.read([name])
            except (AccessError, MissingError):
                continue
            readable.add(name)
        self.assertEqual(readable & STAFF_FIELDS["library.case"], set())
        inherited = {
            name for name, field in self.env["library.case"]._fields.items() if "library_crm" not in (field._modules or ())
        }
        ours = readable - inherited - set(MAGIC_COLUMNS)
        self.assertEqual(ours, CASE_FIELDS | ({"solution_ids", "article_ids"} & ours))

    def test_staff_fields_of_patron_are_closed(self):
        for record in (self.patron, self.case.need_ids):
            record.invalidate_recordset()
            mine = record.with_user(self.portal_user)
            for name in STAFF_FIELDS[record._name]:
                with self.subTest(model=record._name, field=name), self.assertRaises(AccessError):
                    mine.read([name])
        with self.assertRaises(AccessError):
            self.other_patron.with_user(self.portal_user).read(["name"])

    def test_closed_models(self):
        for model in CLOSED_MODELS:
            for user in (self.portal_user, self.env.ref("base.public_user")):
                with self.subTest(model=model, user=user.login):
                    self.assertFalse(self.env[model].with_user(user).has_access("read"))

    def test_nothing_can_be_written_by_rpc(self):
        for model in [name for name in self.env.registry if name.startswith("library.")]:
            Model = self.env[model]
            if Model._abstract:
                continue
            for user in (self.portal_user, self.env.ref("base.public_user")):
                for operation in ("create", "write", "unlink"):
                    with self.subTest(model=model, operation=operation, user=user.login):
                        self.assertFalse(Model.with_user(user).has_access(operation))

    @mute_logger("odoo.sql_db", "odoo.models.unlink")
    def test_public_methods_on_foreign_records(self):
        """Every method that RPC can call, as a patron, on what is not theirs."""
        targets = {
            "library.case": self.foreign,
            "library.need": self.foreign.need_ids,
            "library.patron": self.other_patron,
            "library.patron.identity": self.other_patron.identity_ids,
            "library.workroom": self.room,
            "library.team": self.other_team,
            "library.solution": self.env["library.solution"].create({"name": "Work"}),
            "library.article": self.env["library.article"].create({"name": "Inside", "visibility": "staff"}),
        }
        watched = (self.foreign, self.foreign.need_ids, self.other_patron, self.room)
        before = [self.counts(), *(self.facts(record) for record in watched)]
        answered = set()
        for model, record in targets.items():
            for name in self.public_methods(model):
                method = getattr(type(self.env[model]), name)
                arguments = self.arguments(method)
                ids = [] if getattr(method, "_api_model", False) else [record.ids]
                try:
                    with self.env.cr.savepoint():
                        call_kw(self.env[model].with_user(self.portal_user), name, [*ids, *arguments], {})
                    answered.add((model, name))
                except (AccessError, AccessDenied, MissingError):
                    continue
        self.env.invalidate_all()
        self.assertEqual([self.counts(), *(self.facts(record) for record in watched)], before)
        self.assertEqual(answered, HARMLESS)

    def test_patron_cannot_hand_in_mail(self):
        """Headers of a mail may vouch for its sender; whoever could write them could be anybody."""
        raw = self._mail(sender="Test librarian <librarian@staff.test>").decode()
        for model in ("mail.thread", "library.case", "library.workroom"):
            before = self.counts()
            with self.assertRaises(AccessError):
                call_kw(self.env[model].with_user(self.portal_user), "message_process", ["library.case", raw], {})
            self.assertEqual(self.counts(), before)

    def public_methods(self, model):
        """Names of the methods of our own that RPC may call on `model`."""
        cls = type(self.env[model])
        for name in dir(cls):
            if name.startswith("_") or hasattr(self.env.registry["base"], name):
                continue
            method = getattr(cls, name, None)
            ours = any(
                name in vars(base) and (getattr(base, "__module__", "") or "").startswith("odoo.addons.library_crm")
                for base in cls.__mro__
            )
            if callable(method) and ours and not getattr(method, "_api_private", False):
                yield name

    def arguments(self, method):
        """Something for each parameter that has no default."""
        parameters = list(inspect.signature(method).parameters.values())[1:]
        return [
            1
            for parameter in parameters
            if parameter.default is parameter.empty and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        ]
