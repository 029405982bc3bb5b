import inspect
import json

from odoo.exceptions import AccessDenied, AccessError, MissingError
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import LibraryPortalCase

# What a patron may read of the own records by RPC; everything else of our fields is closed.
CASE_FIELDS = {
    "active", "branch_id", "channel", "company_id", "confirmation", "date_closed", "date_first_answer",
    "date_last_message", "date_promised", "email_from", "is_overdue", "lang", "name", "need_id", "need_ids",
    "partner_id", "patron_id", "priority", "resolution", "service_id", "stage_code", "stage_id", "team_id",
    "unmet_reason", "user_id", "waits_for",
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
    ("library.article", "api_search"),
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
        self.env["ir.attachment"].create(
            {"name": "secret.txt", "raw": b"s", "res_model": self.room._name, "res_id": self.room.id}
        )

    def flush_tracking(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    def test_conversation_only(self):
        """No way to what staff say among themselves, to notes or to tracking."""
        own = {"thread_model": "library.case", "thread_id": self.case.id}
        room = {"thread_model": "library.workroom", "thread_id": self.room.id}
        foreign = {"thread_model": "library.case", "thread_id": self.foreign.id}
        self.login(self.portal_user)
        for url in ("/mail/chatter_fetch", "/mail/thread/messages", "/mail/thread/data", "/portal/chatter_init"):
            for thread in (own, room, foreign):
                with self.subTest(url=url, **thread):
                    more = (
                        {"request_list": ["followers", "attachments", "suggestedRecipients"]} if "data" in url else {}
                    )
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
        self.assertFalse(
            self.env["rating.rating"].search([("res_model", "=", "library.case"), ("res_id", "=", self.case.id)])
        )
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
            name
            for name, field in self.env["library.case"]._fields.items()
            if "library_crm" not in (field._modules or ())
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
            if parameter.default is parameter.empty
            and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        ]
