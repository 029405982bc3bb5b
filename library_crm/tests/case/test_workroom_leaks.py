import io
import json
import re
import zipfile

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .test_referral import ReferralCase

SECRET = "TOPSECRET"


@tagged("post_install", "-at_install", "security")
class TestWorkroomLeaks(ReferralCase):
    """Whatever way text takes into a workroom, none leads to a patron. Feature: 21.1, 21.2"""

    def setUp(self):
        super().setUp()
        process = self.env.ref("library_crm.process_subject_search")
        self.service.process_id = process
        self.case.service_id = self.service
        self.before = self.mails.search([])

    # The ways in: each returns the word that it left

    def _way_message(self):
        self.room.with_user(self.librarian).message_post(
            body=f"{SECRET}message", message_type="comment", subtype_xmlid="mail.mt_comment",
            partner_ids=self.patron.partner_id.ids, outgoing_email_to="wei@patrons.test",
        )
        return "message"

    def _way_note_on_the_case(self):
        self.case.with_user(self.librarian).message_post(
            body=f"{SECRET}note", message_type="comment", subtype_xmlid="mail.mt_note",
            partner_ids=self.patron.partner_id.ids,
        )
        return "note"

    def _way_attachment(self):
        self.room.with_user(self.librarian).message_post(
            body="see file", attachments=[(f"{SECRET}file.txt", f"{SECRET}content".encode())], message_type="comment"
        )
        return "file"

    def _way_mail(self):
        """A colleague answers a room from a mail client."""
        self.env["ir.config_parameter"].set_param("library_crm.trusted_mail_servers", "mx.library.test")
        address = self.room._notify_get_reply_to_batch()[self.room.id]
        address = re.search(r"[^<>\s\"]+@[^<>\s\"]+", address)[0]
        self._receive(
            self._mail(
                f"{SECRET}bymail", sender="Test librarian <librarian@staff.test>", to=address,
                Authentication_Results="mx.library.test; dmarc=pass header.from=staff.test; dkim=pass "
                "header.d=staff.test",
            )
        )
        return "bymail"

    def _way_step(self):
        step = self.room.step_ids[0].with_user(self.librarian)
        step.write({"instruction": f"{SECRET}instruction", "result": f"{SECRET}result", "name": f"{SECRET}stepname"})
        return "result"

    def _way_skip_reason(self):
        wizard = self.env["library.case.step.skip"].with_user(self.librarian)
        wizard.create({"step_id": self.room.step_ids[1].id, "reason": f"{SECRET}skip"}).action_confirm()
        return "skip"

    def _way_search_log(self):
        self.env["library.search.log"].with_user(self.librarian).create(
            {"workroom_id": self.room.id, "source": f"{SECRET}source", "query": f"{SECRET}query",
             "reason": f"{SECRET}reason", "hits": 1}
        )
        return "query"

    def _way_referral_answer(self):
        referral = self.sent(name="Maps", question="Maps of 1840", done_so_far=False)
        self.env.flush_all()
        self.login(None)
        self.post(self.link(referral), {"answer": f"{SECRET}partner", "who": f"{SECRET}who"},
                  [self.file(f"{SECRET}partner.txt")])
        return "partner"

    def _way_insight(self):
        question = self.env["library.insight.question"].with_user(self.librarian).create(
            {"name": f"{SECRET}question", "workroom_id": self.room.id, "user_ids": [Command.set(self.colleague.ids)]}
        )
        question.action_ask()
        self.env["library.insight"].with_user(self.colleague).create(
            {"name": f"{SECRET}insight", "body": f"{SECRET}told", "question_id": question.id}
        )
        return "insight"

    def _way_transfer(self):
        wizard = self.env["library.case.transfer"].with_user(self.staff["manager"])
        wizard.create(
            {"case_id": self.case.id, "team_id": self.other_team.id, "reason": f"{SECRET}transfer"}
        ).action_transfer()
        self.case._transfer(self.team)
        return "transfer"

    def _way_activity(self):
        self.room.with_user(self.librarian).activity_schedule(
            "mail.mail_activity_data_todo", summary=f"{SECRET}activity", user_id=self.librarian.id
        )
        return "activity"

    # What a patron gets

    def _mails_to_patrons(self):
        """Everything that left for somebody outside the staff."""
        outside = {"wei@patrons.test", "amara@patrons.test", "ill@archive.test"}
        found = self._outgoing(self.before).filtered(
            lambda mail: outside & {*mail.recipient_ids.mapped("email"), *(mail.email_to or "").split(",")}
        )
        return " ".join(f"{mail.subject} {mail.body_html} {mail.attachment_ids.mapped('name')}" for mail in found)

    def _pages(self):
        """The pages and answers that the patron's session gets, before and after the end."""
        self.login(self.portal_user)
        found = []
        for url in ("/my", "/my/cases", f"/my/cases/{self.case.id}", "/my/needs", "/my/counters",
                    f"/library/workrooms/{self.room.id}/searches.xlsx",
                    f"/web/content/{self.room._name}/{self.room.id}"):
            response = self.get(url)
            found.append(response.text if b"PK" != response.content[:2] else "a workbook")
        for model, record in (("library.case", self.case), ("library.workroom", self.room)):
            thread = {"thread_model": model, "thread_id": record.id}
            for url in ("/mail/chatter_fetch", "/mail/thread/messages", "/mail/thread/data", "/portal/chatter_init"):
                more = {"request_list": ["followers", "attachments", "activities"]} if "data" in url else {}
                found.append(json.dumps(self.rpc(url, {**thread, **more})))
        found.append(json.dumps(self.rpc("/mail/data", {"fetch_params": ["init_messaging"]})))
        for model in ("library.case.step", "library.search.log", "library.referral", "library.insight", "mail.activity",
                      "library.insight.question", "mail.message", "ir.attachment", "mail.notification"):
            found.append(json.dumps(self.rpc(f"/web/dataset/call_kw/{model}/search_read", {
                "model": model, "method": "search_read", "args": [[]], "kwargs": {"limit": 500},
            }), ensure_ascii=False))  # fmt: skip
        return " ".join(found)

    def _patron_export(self):
        """What the patron reads of the case by RPC, every readable field, and own notifications."""
        case = self.case.with_user(self.portal_user)
        names = list(self.env["library.case"].with_user(self.portal_user).fields_get())
        inbox = self.env["mail.notification"].sudo().search([("res_partner_id", "=", self.patron.partner_id.id)])
        found = [inbox.mail_message_id.mapped("body")]
        for name in names:
            try:
                found.append(case.read([name]))
            except AccessError:
                continue
        return str(found)

    def test_no_way_leads_out(self):
        """Feature: 21.1"""
        ways = {name: getattr(self, name) for name in dir(self) if name.startswith("_way_")}
        self.assertEqual(len(ways), 11)
        for name, way in ways.items():
            word = f"{SECRET}{way()}"
            self.env.flush_all()
            with self.subTest(way=name):
                self.assertIn(word, self._room_text(), "the way leads into the room")
                self.assertNotIn(SECRET, self._mails_to_patrons())
        # afterwards the patron gets everything that a patron gets
        self.case.with_user(self.librarian)._answer("<p>Here they are.</p>")
        self.case.with_user(self.librarian).action_ask_outcome()
        self.case.with_user(self.librarian).action_ask_consent()
        for stage in ("open", "closed"):
            if stage == "closed":
                self.case.with_context(library_open_steps_reason=f"{SECRET}closing")._close("partly", "no_source")
            self.env.flush_all()
            with self.subTest(stage=stage):
                self.assertNotIn(SECRET, self._mails_to_patrons())
                pages = self._pages()
                self.assertIn("Here they are.", pages)
                self.assertNotIn(SECRET, pages)
                self.assertNotIn(SECRET, self._patron_export())
        self.assertNotIn(self.patron.partner_id, self.room.message_partner_ids)

    def _room_text(self):
        """Everything that stands in the room, for the check that a way works at all."""
        room = self.room
        room.invalidate_recordset()
        parts = [
            *room.message_ids.mapped("body"), *room.message_ids.attachment_ids.mapped("name"),
            *room.step_ids.mapped("result"), *room.step_ids.mapped("skip_reason"), *room.search_ids.mapped("query"),
            *room.insight_ids.mapped("name"), *room.activity_ids.mapped("summary"),
        ]  # fmt: skip
        return " ".join(str(part) for part in parts if part)

    def test_a_contributor_finds_no_identity(self):
        """All text fields of all that belongs to the room, read by a contributor. Feature: 21.2"""
        case = self._case(name="林伟: maps, call 13800138000", service_id=self.service.id)
        case.need_ids.statement = "林伟, wei@patrons.test: maps"
        case._contribute(self.other_team)
        self.room = case.workroom_ids
        self.room.case_id.partner_consent = "yes"
        referral = self.referral(user=self.colleague)
        question = self.env["library.insight.question"].with_user(self.colleague).create(
            {"name": self.room.name, "body": self.room.question, "workroom_id": self.room.id}
        )
        log = self.env["library.search.log"].with_user(self.colleague).create(
            {"workroom_id": self.room.id, "source": "Catalogue", "query": "maps"}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        for record in (self.room, *self.room.step_ids, referral, question, log):
            mine = record.with_user(self.colleague)
            texts = {
                name: mine[name]
                for name, field in mine._fields.items()
                if field.type in ("char", "text", "html") and mine._has_field_access(field, "read")
            }
            for name, text in texts.items():
                with self.subTest(model=record._name, field=name):
                    for word in ("林伟", "wei@patrons.test", "13800138000"):
                        self.assertNotIn(word, str(text or ""))

    def test_the_appendix_for_the_patron_names_no_colleague(self):
        self._way_search_log()
        content = self.room.with_user(self.librarian)._search_appendix_file()
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            self.assertNotIn(self.librarian.name, book.read("xl/sharedStrings.xml").decode())
