import base64
import io
import unicodedata
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import config, mute_logger
from odoo.tools.pdf import PdfReader

from ..common import LibraryCase

PLANTED = (
    "林伟", "Amara", "wei@patrons.test", "amara@patrons.test", "20260017", "Test librarian", "librarian@staff.test",
)


@tagged("post_install", "-at_install")
class TestServiceLog(LibraryCase):
    """The log is built from what happened, teaches without naming anybody, and can be printed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["library.patron.identity"].create({"patron_id": cls.patron.id, "kind": "card", "value": "20260017"})
        cls.case = cls._receive(cls._mail(
            "我是林伟，借阅证 20260017，想找港口的早期地图。", sender="林伟 <wei@patrons.test>",
            subject="港口地图（林伟）"))
        cls.env["library.case.participant"].create(
            {"case_id": cls.case.id, "name": "Amara Obi", "email": "amara@patrons.test", "state": "accepted"})
        cls.case.action_claim()
        cls.case.user_id = cls.librarian
        room = cls.case._ensure_workroom()
        cls.step = cls.env["library.case.step"].create({
            "workroom_id": room.id, "name": "Ask the map room", "team_id": cls.team.id, "user_id": cls.librarian.id,
            "minutes": 20})
        cls.env["library.search.log"].with_user(cls.librarian).create([
            {"workroom_id": room.id, "source": source, "query": "harbour AND map", "hits": 12, "kept": 3}
            for source in ("Catalogue", "Map portal")])
        cls.solution = cls.env["library.solution"].create({"name": "Early maps of the harbour", "body": "<p>Two.</p>"})
        cls.solution.action_finalize()
        cls.case.with_user(cls.librarian)._answer(
            "<p>Dear 林伟, there are two series.</p>", solutions=cls.solution)
        cls.step.action_done()

    def _close(self, **values):
        wizard = Form(self.env["library.case.close"].with_user(self.librarian).with_context(
            default_case_id=self.case.id))
        for name, value in values.items():
            setattr(wizard, name, value)
        saved = wizard.save()
        saved.action_close()
        return self.case.log_ids

    def test_timeline_is_built_from_events_and_names_no_patron(self):
        """Feature: 25.1"""
        log = self._close(lesson="The map room keeps an index of its own.")
        for words in (
            "Patron: asked", "Patron: wrote", "Test librarian: answered", "Ask the map room: Done, 20 min",
            "searched Catalogue: 12 hits, 3 kept", "searched Map portal", "version 1 of", "The patron asked",
            "We wait for the patron", "Library: closed",
        ):  # fmt: skip
            self.assertIn(words, log.timeline)
        for words in ("林伟", "20260017", "wei@patrons.test"):
            self.assertNotIn(words, log.timeline)
            self.assertNotIn(words, log.name)
        self.assertEqual((log.search_log_count, log.source_count, log.version_count), (2, 2, 1))
        self.assertIn(self.librarian, log.user_ids)
        moments = [line.split(" · ")[0] for line in log.timeline.split("<li>")[1:]]
        self.assertEqual(moments, sorted(moments), "in the order in which it happened")

    def test_six_fields_of_which_one_is_asked(self):
        """Feature: 25.2"""
        log = self._close(lesson="The map room keeps an index of its own.")
        kept = {name: log[name] for name in ("problem", "solution", "worked", "failed", "learned", "reflection")}
        self.assertTrue(kept["problem"])
        self.assertIn("Early maps", kept["solution"])
        self.assertEqual(sum(bool(kept[name]) for name in ("worked", "failed", "learned", "reflection")), 1)

    def test_effort_and_kind_are_proposed_and_confirmed_with_one_key(self):
        """Feature: 25.1, X6"""
        wizard = Form(self.env["library.case.close"].with_user(self.librarian).with_context(
            default_case_id=self.case.id))
        self.assertEqual((wizard.read_level, wizard.warner, wizard.minutes), ("4", "3", 20))
        self.assertIn("2 searches, 2 sources, 1 steps, 20 minutes", wizard.effort_words)
        wizard.read_level = "6"
        self.assertEqual(wizard.warner, "4", "the kind follows the effort until somebody says otherwise")
        wizard.warner = "3"
        wizard.save().action_close()
        log = self.case.log_ids
        self.assertEqual((log.read_level, log.warner, log.is_confirmed), ("6", "3", True))
        self.case._reopen()
        self.case._close("met")
        self.assertEqual((log.warner, log.is_confirmed), ("3", True), "what a person said stays")
        log.is_confirmed = False
        log.with_user(self.librarian).action_confirm()
        self.assertTrue(log.is_confirmed)
        with self.assertRaises(AccessError):
            log.with_user(self.portal_user).action_confirm()

    def test_transfer_keeps_the_meaning_of_the_stage(self):
        stage = self.case.stage_id
        self.assertEqual(stage.code, "deliver")
        self.case.with_user(self.staff["manager"])._transfer(self.other_team)
        self.assertEqual(self.case.stage_id, stage)

    # On paper

    def _print(self, report, case=None, lang="en_US"):
        self.env["ir.config_parameter"].sudo().set_param("report.url", f"http://127.0.0.1:{config['http_port']}")
        reports = self.env["ir.actions.report"].with_user(self.librarian).with_context(
            lang=lang, force_report_rendering=True)
        # Debian's program says of each page that it prints no header
        with self.allow_pdf_render(), mute_logger("odoo.addons.base.models.ir_actions_report"):
            content, kind = reports._render_qweb_pdf(f"library_crm.{report}", (case or self.case).ids)
        self.assertTrue(kind == "pdf" and content.startswith(b"%PDF"))
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
        return "".join(unicodedata.normalize("NFKC", text).split())

    def test_case_file_prints_with_the_people(self):
        """Feature: 25.1"""
        self._close(lesson="The map room keeps an index of its own.")
        text = self._print("library_case_report_file")
        for words in ("Forstaff", "港口地图", "林伟", "wei@patrons.test", "20260017", "想找港口的早期地图", "AmaraObi",
                      "AskthemaproomDone".replace("Done", ":Done"), "harbourANDmap", "indexofitsown", "twoseries"):
            self.assertIn(words, text)

    def test_case_file_prints_without_anybody(self):
        """Feature: 25.1, 25.3"""
        self._close(lesson="Ask 林伟 (20260017) again: the map room keeps an index of its own.")
        self.env["res.lang"]._activate_lang("zh_CN")
        for lang in ("en_US", "zh_CN"):
            with self.subTest(lang=lang):
                text = self._print("library_case_report_without", lang=lang)
                for words in PLANTED:
                    self.assertNotIn("".join(words.split()), text)
                for words in ("早期地图", "twoseries", "harbourANDmap", "indexofitsown"):
                    self.assertIn(words, text)
        self.assertNotIn("林", self.case._file_name(False))

    def test_only_staff_print(self):
        with self.assertRaises(AccessError):
            self.case.with_user(self.portal_user)._file_values(True)
        with self.assertRaises(AccessError):
            self.case.with_user(self.colleague)._file_values(False)

    # Lessons

    def _lesson_logs(self, number):
        Log = self.env["library.service.log"]
        return Log.create([
            {"name": f"Question {index}", "company_id": self.company.id, "team_id": self.team.id,
             "worked": f"Lesson {index}"} for index in range(number)])

    def test_five_best_lessons_go_to_the_team_and_to_nobody_else(self):
        """Feature: 25.3"""
        log = self._close()
        log.write({"failed": "The index of 1900 led nowhere, as 林伟 (wei@patrons.test, 20260017) said.",
                   "learned": "There is a card index."})
        self._lesson_logs(6)
        trainee = new_test_user(self.env, "test_trainee", groups="library_crm.group_library_librarian",
                                email="trainee@staff.test")
        self.team.member_ids = [Command.create({"user_id": trainee.id})]
        before = self.mails.search([])
        (self.env["library.team"].search([]) - self.team).sends_digest = False
        self.env["library.team"]._domain_digest_due()
        self.assertEqual(self.team._send_lessons(), 4)
        mails = self._outgoing(before)
        self.assertEqual({mail.email_to for mail in mails}, {user.email_formatted for user in self.team.user_ids})
        self.assertFalse(mails.recipient_ids)
        body = mails[0].body_html
        self.assertEqual(body.count("<ul"), 5)
        self.assertIn("card index", body)
        self.assertLess(body.index("card index"), body.index("Lesson"), "what taught most comes first")
        for words in ("林伟", "wei@patrons.test", "20260017"):
            self.assertFalse([mail for mail in mails if words in mail.body_html + mail.subject])
        self.assertIn("auto-generated", mails[0].headers)

    def test_digest_is_sent_once_a_week_and_a_killed_run_goes_on(self):
        """Feature: 25.3"""
        Team = self.env["library.team"]
        Team.search([]).sends_digest = False
        (self.team | self.other_team).sends_digest = True
        self._lesson_logs(2)
        self.assertEqual(Team.search(Team._domain_digest_due()), self.team | self.other_team)
        self.team._send_lessons()
        self.assertEqual(Team.search(Team._domain_digest_due()), self.other_team, "the run goes on with the rest")
        self.assertEqual(self.other_team._send_lessons(), 0, "nothing learned, nothing sent")
        self.assertFalse(Team.search(Team._domain_digest_due()))
        self.team.date_digest = fields.Datetime.now() - timedelta(days=7)
        self.assertEqual(Team.search(Team._domain_digest_due()), self.team)


@tagged("post_install", "-at_install")
class TestReferenceCount(LibraryCase):
    """Each contact and each case counts once, by one documented rule."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["library.interaction"].search([]).unlink()
        cls.env["library.service.log"].search([]).unlink()
        cls.Count = cls.env["library.reference.count"]

    def _series(self):
        self.env.flush_all()
        return dict(self.Count._read_group([], ["series"], ["contact_count:sum"]))

    def _contact(self, **values):
        return self.env["library.interaction"].with_user(self.librarian).create({"read_level": "3", **values})

    def test_rule_of_reference_transactions(self):
        """Feature: X6"""
        self._contact()
        self._contact(kind="directional", read_level="1")
        self._contact(kind="technical", read_level="2")
        self._contact(kind="instruction")
        self._contact(read_level="2")
        self.assertEqual(self._series(), {
            "reference": 1, "directional": 1, "technical": 1, "instruction": 1, "other": 1})

    def test_counted_otherwise_only_with_a_reason(self):
        """Feature: X6"""
        contact = self._contact(read_level="2")
        with self.assertRaises(ValidationError):
            contact.is_reference = True
        contact.write({"is_reference": True, "reference_reason": "A source was used"})
        case = self._case(service_id=self.env.ref("library_crm.service_renewal").id)
        log = case._close("met")
        self.assertFalse(log.is_reference, "an account is no information need")
        with self.assertRaises(ValidationError):
            log.reference_override = "yes"
        log.write({"reference_override": "yes", "reference_reason": "A bibliography was needed"})
        self.assertTrue(log.is_reference)
        self.assertEqual(self._series(), {"reference": 2})

    def test_case_counts_once_at_its_first_result(self):
        """Feature: X6"""
        case = self._case(minutes=20)
        self.assertFalse(self._series(), "not before it came to a result")
        log = case._close("met")
        first = fields.Datetime.now() - timedelta(days=40)
        log.write({"date_counted": first, "date": first})
        case._reopen()
        case.write({"read_level": "6", "minutes": 300})
        case._close("met")
        self.assertEqual((log.date_counted, log.read_level), (first, "6"), "a later upgrade is the same transaction")
        self.assertEqual(self._series(), {"reference": 1})
        self.assertEqual(self.Count.search([]).date, first)

    def test_contact_that_becomes_a_case_counts_with_the_case(self):
        """Feature: X6"""
        contact = self._contact(outcome="open", note="Maps of the harbour")
        self.assertFalse(self._series())
        contact.case_id.minutes = 20
        contact.case_id._close("met")
        self.assertEqual(self._series(), {"reference": 1})

    def test_no_patron_and_no_member_of_staff_in_the_figures(self):
        names = set(self.Count._fields)
        self.assertFalse(names & {"patron_id", "partner_id", "user_id", "user_ids", "name", "note"})

    def test_other_institutions_see_their_own(self):
        self._contact()
        company = self.env["res.company"].create({"name": "Another library"})
        other = new_test_user(self.env, "test_elsewhere", groups="library_crm.group_library_librarian",
                              company_id=company.id, company_ids=[Command.set(company.ids)])
        self.env.flush_all()
        self.assertTrue(self.Count.with_user(self.librarian).search_count([]))
        self.assertFalse(self.Count.with_user(other).search_count([]))
        export = self.env["library.statistics.export"].with_user(other).create({})
        export.sudo().company_id = self.company
        with self.assertRaises(AccessError):
            export.action_export()

    def test_table_for_national_statistics(self):
        """Feature: X6"""
        branch = self.env["library.branch"].create({"name": "=HYPERLINK(\"http://x\")", "company_id": self.company.id})
        march = fields.Datetime.to_datetime("2026-03-02 10:00:00")
        for values in ({"channel": "phone"}, {"channel": "mail", "read_level": "5"}, {"kind": "directional"}):
            self._contact(date=march, branch_id=branch.id, **values)
        self._contact(date=fields.Datetime.to_datetime("2026-04-02 10:00:00"), branch_id=branch.id)
        export = self.env["library.statistics.export"].with_user(self.librarian).create(
            {"date_from": "2026-01-01", "date_to": "2026-12-31"})
        self.env.flush_all()
        head, rows = export._prepare_table()
        lines = [dict(zip(head, row, strict=True)) for row in rows]
        self.assertEqual([line["Period"] for line in lines], ["2026-03", "2026-04"])
        first = lines[0]
        self.assertEqual((first["Reference transactions"], first["Directions and hours"]), (2, 1))
        self.assertEqual(first["Reference transactions at a distance"], 1)
        self.assertEqual(first["Reference transactions: Phone"], 1)
        self.assertEqual((first["Reference transactions, READ 3"], first["Reference transactions, READ 5"]), (1, 1))
        self.assertEqual(first["Minutes of reference work"], 10 + 60)
        action = export.action_export()
        self.assertIn("reference-statistics-2026-01-01", action["url"])
        text = export.with_context(bin_size=False).file
        self.assertTrue(text)
        content = base64.b64decode(text)
        self.assertTrue(content.startswith(b"\xef\xbb\xbf"), "spreadsheets read Chinese names")
        self.assertIn("'=HYPERLINK", content.decode("utf-8-sig"))
        export.period = "quarter"
        self.assertEqual([row[0] for row in export._prepare_table()[1]], ["2026-Q1", "2026-Q2"])
        export.write({"period": "year", "by_branch": False})
        self.assertEqual([row[0] for row in export._prepare_table()[1]], ["2026"])
        with self.assertRaises(ValidationError):
            export.date_to = "2025-01-01"

    def test_word_to_those_who_note_nothing_away_from_the_desk(self):
        """Feature: X6"""
        Contact = self.env["library.interaction"].with_user(self.librarian)
        for _index in range(9):
            self._contact()
        self.assertEqual(Contact.nudge(), "")
        self._contact()
        self.assertIn("away from it", Contact.nudge())
        self.assertEqual(self.env["library.interaction"].with_user(self.colleague).nudge(), "", "of one's own only")
        self._contact(channel="roving")
        self.assertEqual(Contact.nudge(), "")
        with self.assertRaises(AccessError):
            self.env["library.interaction"].with_user(self.portal_user).nudge()
