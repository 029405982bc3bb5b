import base64
import io
from datetime import date, timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import LibraryCase

TRAP = "=HYPERLINK(\"http://evil.test\")"
LONG = "讀" * 60 + " 📚"


class DocumentCase(LibraryCase):
    """An institution of its own; twelve cases of twelve patrons in May 2024, two in April, six in March."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.house = cls.env["res.company"].create({"name": "House of files"})
        cls.env.user.company_ids = [Command.link(cls.house.id)]
        cls.inside = cls.env(context={**cls.env.context, "allowed_company_ids": cls.house.ids, "tz": "UTC"})
        cls.clerk = cls.staff["librarian"]
        cls.clerk.company_ids = [Command.link(cls.house.id)]
        cls.clerk.tz = "UTC"
        cls.desk = cls.inside["library.team"].create({
            "name": LONG, "company_id": cls.house.id, "member_ids": [Command.create({"user_id": cls.clerk.id})],
        })
        cls.service = cls.inside["library.service"].create({"name": TRAP})
        patrons = cls.inside["library.patron"].create([
            {"name": f"Reader {number}", "company_id": cls.house.id} for number in range(20)
        ])
        cls.cases = cls.inside["library.case"].create([
            {"name": TRAP if number % 2 else LONG, "patron_id": patron.id, "team_id": cls.desk.id,
             "company_id": cls.house.id, "service_id": cls.service.id, "minutes": 10, "channel": "mail"}
            for number, patron in enumerate(patrons)
        ])
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE library_case SET create_date = '2024-05-15 10:00' WHERE id = ANY(%s)",
                           [cls.cases[:12].ids])
        cls.env.cr.execute("UPDATE library_case SET create_date = '2024-04-15 10:00' WHERE id = ANY(%s)",
                           [cls.cases[12:14].ids])
        cls.env.cr.execute("UPDATE library_case SET create_date = '2024-03-15 10:00' WHERE id = ANY(%s)",
                           [cls.cases[14:].ids])
        cls.env.invalidate_all()
        cls.may = (date(2024, 5, 1), date(2024, 5, 31))

    def _book(self, code, since=None, until=None, user=None):
        """The workbook as openpyxl reads it."""
        documents = self.inside["library.document"].with_user(user or self.clerk)
        document = documents.search([("code", "=", code)])
        with document._written(since or self.may[0], until or self.may[1], self.house.with_env(documents.env)) as (
            _name, target,
        ):
            return load_workbook(io.BytesIO(target.read()))

    def _rows(self, sheet):
        return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5) if row[0].value is not None]


@tagged("post_install", "-at_install")
class TestServiceReport(DocumentCase):
    """Feature: P7, X8"""

    def test_sums_are_those_of_the_database(self):
        self.env.cr.execute(
            "UPDATE library_case SET create_date = '2024-05-16' WHERE id = ANY(%s)", [self.cases[12:14].ids]
        )
        sheet = self._book("monthly_service").worksheets[0]
        rows = {row[0]: row for row in self._rows(sheet)}
        self.env.cr.execute(
            "SELECT count(*), sum(minutes) FROM library_case WHERE company_id = %s"
            " AND create_date >= '2024-05-01' AND create_date < '2024-06-01'", [self.house.id])
        cases, minutes = self.env.cr.fetchone()
        self.assertEqual((rows["Cases"][1], rows["Minutes of work"][1]), (cases, minutes))
        self.assertEqual(cases, 14)
        self.assertEqual(len(sheet._charts), 1)

    def test_two_people_are_not_told_of(self):
        """April had two: neither their number nor what stands beside it and would give it away."""
        book = self._book("monthly_service")
        rows = {row[0]: row for row in self._rows(book.worksheets[0])}
        self.assertEqual(rows["Cases"][1:4], ["not shown", "not shown", None])
        self.assertEqual(rows["Minutes of work"][1:4], ["not shown", "not shown", None])
        months = {row[0]: row for row in self._rows(book["By month"])}
        self.assertEqual(months["2024-04"][1], "not shown")
        self.assertEqual(months["2024-05"][1], "not shown")
        self.assertEqual(months["2023-12"][1], 0)

    def test_a_period_with_nothing_is_a_readable_workbook(self):
        for code in ("monthly_service", "reference_statistics", "case_list"):
            with self.subTest(code=code):
                book = self._book(code, date(1999, 2, 1), date(1999, 2, 28))
                self.assertIn("1999", book.worksheets[0]["A1"].value)
        rows = {row[0]: row for row in self._rows(
            self._book("monthly_service", date(1999, 2, 1), date(1999, 2, 28)).worksheets[0])}
        self.assertEqual(rows["Cases"][1:6], [0] * 5)

    def test_ten_years_and_names_of_any_kind(self):
        book = self._book("monthly_service", date(2016, 1, 1), date(2025, 12, 31))
        self.assertEqual(len(self._rows(book["By month"])), 120)
        names = [row[0] for row in self._rows(book["Team"])]
        self.assertIn(LONG, names)
        self.assertIn(TRAP, [row[0] for row in self._rows(book["Service"])])
        kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
        self.assertNotIn("f", kinds - {"n", "s"})

    def test_an_archived_team_keeps_its_name(self):
        self.desk.active = False
        names = [row[0] for row in self._rows(self._book("monthly_service")["Team"])]
        self.assertEqual(names, [LONG, "Together"])


@tagged("post_install", "-at_install")
class TestReferenceStatistics(DocumentCase):
    """Feature: X6, X8"""

    def test_reference_and_directions_stand_apart_and_add_up(self):
        """Each channel, each level and each month add up to the same number."""
        Contact = self.inside["library.interaction"]
        branch = self.inside["library.branch"].create({"name": "Hill", "company_id": self.house.id})
        for number, (kind, read_level) in enumerate([("reference", "3")] * 4 + [("directional", "1")] * 3):
            Contact.create({
                "company_id": self.house.id, "branch_id": branch.id, "team_id": self.desk.id, "kind": kind,
                "read_level": read_level, "channel": "desk", "minutes": 6, "date": f"2024-05-{number + 2:02d} 09:00:00",
            })
        self.inside["library.population"].create({"year": 2024, "size": 2000, "company_id": self.house.id})
        book = self._book("reference_statistics")
        month = self._rows(book["By month"])[0]
        self.assertEqual(month[:3], ["2024-05", 4, 3])
        for name in ("Channel", "Effort (READ)", "Kind (Warner)"):
            rows = self._rows(book[name])
            self.assertEqual(sum(row[1] for row in rows if row[0] != "Total"), 4, name)
            self.assertEqual(sum(row[3] for row in rows if row[0] != "Total"), 3, name)
        self.assertEqual(self._rows(book["Per capita"]), [["2024", 4, 2000, 2]])
        self.assertEqual([row[1] for row in self._rows(book["By branch"])][0], 4)


@tagged("post_install", "-at_install", "security")
class TestCaseList(DocumentCase):
    """Feature: X8"""

    def test_every_case_a_line_without_its_patron(self):
        book = self._book("case_list")
        rows = self._rows(book["Cases"])
        self.assertEqual([row[0] for row in rows if row[0] != "Total"], self.cases[:12].ids)
        self.assertEqual(rows[-1][15], "=SUBTOTAL(109,P5:P16)")
        self.assertIn(TRAP, [row[1] for row in rows])
        self.assertEqual({cell.data_type for cell in book["Cases"]["B"] if cell.value}, {"s"})
        words = " ".join(str(value) for row in rows for value in row)
        self.assertNotIn("Reader", words)

    def test_only_what_the_reader_may_read(self):
        """Who may read one case gets one line."""
        self.env["ir.rule"].create({
            "name": "One case", "model_id": self.env["ir.model"]._get("library.case").id,
            "domain_force": f"[('id', '=', {self.cases[3].id})]",
        })
        self.assertEqual(
            [row[0] for row in self._rows(self._book("case_list")["Cases"]) if row[0] != "Total"], self.cases[3].ids
        )

    def test_strangers_are_refused(self):
        Document = self.env["library.document"]
        portal = self.env["res.users"].with_context(no_reset_password=True).create({
            "name": "Portal", "login": "portal-files",
            "group_ids": [Command.set([self.env.ref("base.group_portal").id])],
        })  # fmt: skip
        with self.assertRaises(AccessError):
            Document.with_user(portal).api_make("case_list", "2024-05-01", "2024-05-31")
        made = self.env["library.document.file"].create({
            "document_id": Document.search([], limit=1).id, "company_id": self.env.company.id, "name": "x",
            "date_from": "2024-05-01", "date_to": "2024-05-31",
        })
        with self.assertRaises(AccessError):
            made.with_user(portal).action_download()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        document = Document.with_user(self.clerk).search([("code", "=", "case_list")])
        with self.assertRaises(AccessError), document._written(*self.may, other):
            self.fail("an institution of somebody else")

    def test_files_are_their_makers(self):
        """A colleague's file is not fetched: it holds what the colleague may read."""
        wizard = self.inside["library.document.make"].with_user(self.clerk).create({
            "document_id": self.env["library.document"].search([("code", "=", "case_list")]).id, "period": "own",
            "date_from": self.may[0], "date_to": self.may[1], "company_id": self.house.id,
        })
        action = wizard.action_make()
        attachment = int(action["url"].split("/")[3].split("?")[0])
        made = self.env["library.document.file"].search([("attachment_id", "=", attachment)])
        self.assertEqual(made.user_id, self.clerk)
        self.assertTrue(made.with_user(self.clerk).action_download())
        colleague = self.staff["lead"]
        colleague.company_ids = [Command.link(self.house.id)]
        with self.assertRaises(AccessError):
            made.with_user(colleague).with_context(allowed_company_ids=self.house.ids).action_download()


@tagged("post_install", "-at_install")
class TestMakeDocument(DocumentCase):
    """Feature: P7, X8"""

    def test_over_the_api(self):
        answer = self.inside["library.document"].with_user(self.clerk).api_make(
            "case_list", "2024-05-01", "2024-05-31")
        self.assertEqual(answer["name"], "case-list-2024-05-01-2024-05-31.xlsx")
        book = load_workbook(io.BytesIO(base64.b64decode(answer["content"])))
        self.assertEqual(len(self._rows(book["Cases"])), 13)

    def test_what_is_not_there_is_said(self):
        Document = self.inside["library.document"].with_user(self.clerk)
        for arguments in (
            ("nothing", "2024-05-01", "2024-05-31"), ("case_list", "yesterday", "2024-05-31"),
            ("case_list", "2024-05-01", "2024-05-31", "xx_XX"), ({}, "2024-05-01", "2024-05-31"),
        ):
            with self.subTest(arguments=arguments), self.assertRaises(UserError):
                Document.api_make(*arguments)
        for since, until in (("2024-06-01", "2024-05-01"), ("1899-01-01", "1899-02-01"), ("1950-01-01", "2024-01-01")):
            with self.subTest(since=since), self.assertRaises(ValidationError):
                Document.api_make("case_list", since, until)

    def test_handy_periods(self):
        wizard = Form(self.env["library.document.make"])
        today = date.today()
        self.assertEqual(wizard.date_from, (today.replace(day=1) - timedelta(days=1)).replace(day=1))
        self.assertEqual(wizard.date_to, today.replace(day=1) - timedelta(days=1))
        wizard.period = "last_year"
        self.assertEqual((wizard.date_from, wizard.date_to), (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)))
        wizard.period = "last_quarter"
        self.assertEqual(wizard.date_from.month % 3, 1)
        self.assertEqual(wizard.date_to + timedelta(days=1), wizard.date_from + relativedelta(months=3))

    def test_old_files_go(self):
        made = self.env["library.document.file"].create({
            "document_id": self.env["library.document"].search([], limit=1).id, "company_id": self.house.id,
            "name": "old", "date_from": self.may[0], "date_to": self.may[1],
        })
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE library_document_file SET create_date = now() - interval '91 days' WHERE id = %s", [made.id])
        self.env.invalidate_all()
        self.env["library.document.file"]._gc_files()
        self.assertFalse(made.exists())


@tagged("post_install", "-at_install")
class TestDocumentSchedule(DocumentCase):
    """Feature: P7, X8"""

    def setUp(self):
        super().setUp()
        self.reader = self.env["res.users"].with_context(no_reset_password=True).create({
            "name": "Rosa", "login": "rosa-files", "email": "rosa@library.test",
            "group_ids": [Command.set([self.env.ref("library_crm.group_library_librarian").id])],
        })  # fmt: skip
        self.gone = self.reader.copy({"login": "gone-files", "email": "gone@library.test", "active": False})
        self.owner = self.staff["manager"]
        self.owner.write({"company_ids": [Command.link(self.house.id)], "tz": "UTC"})
        self.schedule = self.env["library.document.schedule"].create({
            "owner_id": self.owner.id,
            "document_id": self.env["library.document"].search([("code", "=", "case_list")]).id,
            "company_id": self.house.id, "rhythm": "month", "date_next": "2024-06-03",
            "user_ids": [Command.set((self.reader | self.gone).ids)],
        })  # fmt: skip

    def _mails(self):
        return self.env["mail.mail"].search([("attachment_ids", "in", self.schedule.file_ids.attachment_id.ids)])

    def test_period_before_is_mailed_once_to_who_is_here(self):
        self.schedule._make()
        mail = self._mails()
        self.assertEqual(mail.mapped("email_to"), ['"Rosa" <rosa@library.test>'])
        self.assertIn("auto-generated", mail.headers)
        self.assertEqual((self.schedule.file_ids.date_from, self.schedule.file_ids.date_to), self.may)
        book = load_workbook(io.BytesIO(mail.attachment_ids.raw))
        self.assertEqual(len(self._rows(book["Cases"])), 13)
        self.assertEqual(self.schedule.date_next, date(2024, 7, 1))
        self.schedule.date_next = "2024-06-20"  # the same period again
        self.schedule._make()
        self.assertEqual(len(self._mails()), 1)
        self.assertEqual(len(self.schedule.file_ids), 1)

    def test_what_fails_half_way_leaves_nothing_and_is_made_the_next_time(self):
        with (
            patch.object(self.env.registry["library.document.schedule"], "_mail", side_effect=RuntimeError("killed")),
            self.assertRaises(RuntimeError), self.env.cr.savepoint(),
        ):
            self.schedule._make()
        self.env.invalidate_all()
        self.assertFalse(self.schedule.file_ids)
        self.assertEqual(self.schedule.date_next, date(2024, 6, 3))
        self.schedule._make()
        self.assertEqual(len(self._mails()), 1)

    def test_a_document_that_fails_says_why_and_stops_no_other(self):
        message = "No figures yet"
        with patch.object(
            self.env.registry["library.document"], "_build_case_list", side_effect=UserError(message)
        ):
            self.schedule._make_safely()
        self.assertEqual(self.schedule.last_error, message)
        self.assertEqual(self.schedule.date_next, date(2024, 7, 1))

    def test_rights_are_the_owners(self):
        with self.assertRaises(AccessError):
            self.schedule.with_user(self.clerk).write({"rhythm": "week"})
        manager = self.staff["manager"].copy({"login": "second-manager"})
        theirs = self.schedule.with_user(manager).with_context(allowed_company_ids=self.house.ids)
        with self.assertRaises(AccessError):
            theirs.owner_id = self.env.ref("base.user_admin")
        theirs.owner_id = manager
        self.assertEqual(self.schedule.owner_id, manager)

    def test_strangers_get_nothing_by_mail(self):
        portal = self.env["res.users"].with_context(no_reset_password=True).create({
            "name": "Portal", "login": "portal-mail", "email": "p@reader.test",
            "group_ids": [Command.set([self.env.ref("base.group_portal").id])],
        })  # fmt: skip
        with self.assertRaises(ValidationError):
            self.schedule.user_ids = portal

    def test_quarters_and_weeks_begin_where_they_do(self):
        for rhythm, since, until in (
            ("week", date(2024, 5, 27), date(2024, 6, 2)), ("quarter", date(2024, 1, 1), date(2024, 3, 31)),
            ("year", date(2023, 1, 1), date(2023, 12, 31)),
        ):
            with self.subTest(rhythm=rhythm):
                self.schedule.write({"rhythm": rhythm, "date_next": "2024-06-03"})
                self.assertEqual(self.schedule._period(), (since, until))
