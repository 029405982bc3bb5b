import io
import unicodedata
from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL, config, mute_logger
from odoo.tools.pdf import PdfReader

from ..common import LibraryCase

YEAR = 2019
DAY = datetime(YEAR, 5, 6, 9)


class PrintedCase(LibraryCase):
    """An institution of its own, so that what others recorded does not count."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("report.url", f"http://127.0.0.1:{config['http_port']}")
        cls.house = cls.env["res.company"].create({"name": "House of =Maps+ 港口 ☂"})
        cls.manager = cls.staff["manager"]
        (cls.manager | cls.librarian | cls.staff["steward"]).write({"company_ids": [(4, cls.house.id)]})
        cls.subject = cls.env["library.subject"].search([("scheme", "=", "clc"), ("parent_id", "=", False)], limit=1)
        cls.people = cls.env["library.patron"].create([
            {"partner_id": cls.env["res.partner"].create({"name": f"Reader {number}"}).id, "company_id": cls.house.id}
            for number in range(14)
        ])

    def _drafted_twice(self, model, day):
        """What the scheduled action makes on a day, run twice."""
        self.patch(self.registry["ir.cron"], "_commit_progress", lambda *_args, **_options: 10)
        with freeze_time(day):
            self.env[model]._cron_draft()
            self.env[model]._cron_draft()
        return self.env[model].search([("company_id", "=", self.house.id)])

    def _needs(self, people, state="met", day=DAY, subject=None, **values):
        """A need of each of them, stated on a day and settled three days later."""
        needs = self.env["library.need"].create([
            {"name": "Secret words of a need", "patron_id": patron.id, "company_id": self.house.id, "state": state,
             "unmet_reason": "no_source" if state == "unmet" else False, "subject_ids": (subject or self.subject).ids,
             **values}
            for patron in people
        ])  # fmt: skip
        needs.flush_recordset()
        self.env.cr.execute(SQL(
            "UPDATE library_need SET create_date = %s, date_settled = %s WHERE id IN %s",
            day, day + timedelta(days=3), tuple(needs.ids),
        ))  # fmt: skip
        needs.invalidate_recordset()
        return needs

    def _texts(self, record, report, lang="en_US"):
        """The words of the printed record, page by page."""
        reports = self.env["ir.actions.report"].with_user(self.librarian).with_context(
            lang=lang, force_report_rendering=True, allowed_company_ids=self.house.ids)
        with self.allow_pdf_render(), mute_logger("odoo.addons.base.models.ir_actions_report"):
            content, _kind = reports._render_qweb_pdf(report, record.ids)
        pages = PdfReader(io.BytesIO(content)).pages
        return "".join("".join(unicodedata.normalize("NFKC", page.extract_text()).split()) for page in pages)


@tagged("post_install", "-at_install")
class TestDemandBrief(PrintedCase):
    """What people needed in a quarter. Feature: 3.1"""

    def _brief(self, **values):
        return self.env["library.demand.brief"].create({"company_id": self.house.id, "date_from": DAY.date(), **values})

    def test_figures_by_class(self):
        self._needs(self.people[:8])
        self._needs(self.people[:6], "unmet")
        self._needs(self.people[:9], day=datetime(YEAR, 2, 2))
        brief = self._brief()
        self.assertEqual((brief.date_from, brief.date_to), (date(YEAR, 4, 1), date(YEAR, 6, 30)))
        row = brief.figures["classes"][0]
        self.assertEqual((row["id"], row["n"], row["met"], row["lacking"]), (self.subject.id, 14, 8, 6))
        self.assertEqual((row["before"], row["days"]), (9, 3.0))
        self.assertAlmostEqual(row["rate"], 8 / 14)
        self.assertLess(row["low"], row["rate"])
        self.assertEqual(brief.figures["reasons"], [{"code": "no_source", "n": 6}])
        self.assertIn("57 %", brief._page_values()["sentences"][1])

    def test_nothing_about_fewer_than_five(self):
        other = self.env["library.subject"].search(
            [("scheme", "=", "clc"), ("parent_id", "=", False), ("id", "!=", self.subject.id)], limit=1)
        self._needs(self.people[:12])
        self._needs(self.people[12:], "unmet", subject=other)
        figures = self._brief().figures
        rows = {row["id"]: row for row in figures["classes"]}
        self.assertIsNone(rows[other.id]["n"])
        self.assertIsNone(rows[self.subject.id]["n"], "the sum less the large class would be the two people")
        self.assertIsNone(rows[self.subject.id]["rate"])
        self.assertIsNone(rows[other.id]["minutes"])
        self.assertEqual(figures["reasons"], [{"code": "no_source", "n": None}])

    def test_a_quarter_of_one_person_and_an_empty_one(self):
        self._needs(self.people[0])
        one, empty = self._brief(), self._brief(date_from=date(YEAR, 9, 30))
        self.assertIsNone(one.figures["all"]["n"])
        text = self._texts(one, "library_crm.library_demand_brief_report")
        self.assertIn("Nottold,because", text)
        self.assertNotIn("Secret", text)
        self.assertIn("Nobodystatedaneed", self._texts(empty, "library_crm.library_demand_brief_report"))

    def test_it_is_drafted_once_after_the_quarter(self):
        found = self._drafted_twice("library.demand.brief", "2019-07-02")
        self.assertEqual(found.mapped("date_from"), [date(YEAR, 4, 1)])
        self.assertEqual(found._last_quarter(date(2020, 1, 1)), date(YEAR, 10, 1))

    def test_what_is_given_out_stays(self):
        brief = self._brief().with_user(self.staff["steward"])
        brief.summary = "Maps above all."
        brief.action_finish()
        with self.assertRaises(UserError):
            brief.summary = "Something else"
        with self.assertRaises(UserError):
            brief.action_compute()
        with self.assertRaises(AccessError):
            brief.figures = {"all": {"n": 99}}
        with self.assertRaises(AccessError):
            brief.with_user(self.librarian).action_reopen()
        with self.assertRaises(AccessError):
            self.env["library.demand.brief"].with_user(self.staff["steward"]).create({"state": "final"})
        brief.action_reopen()
        brief.summary = "Something else"

    def test_it_prints_in_each_language(self):
        self._needs(self.people[:8])
        brief = self._brief(summary="=SUM(1) and 港口 ☂ " + "地" * 60)
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["res.lang"]._activate_lang("zh_TW")
        for lang in ("en_US", "zh_CN", "zh_TW"):
            with self.subTest(lang=lang):
                text = self._texts(brief, "library_crm.library_demand_brief_report", lang)
                for words in ("=SUM(1)", "港口", "=Maps+", "地" * 12):
                    self.assertIn(words, text)

    def test_a_class_that_is_gone_keeps_its_name(self):
        subject = self.env["library.subject"].create({"name": "Tide tables", "code": "ZZ9", "scheme": "clc"})
        needs = self._needs(self.people[:8], subject=subject)
        brief = self._brief()
        needs.subject_ids = False
        subject.unlink()
        self.assertIn("Tide tables", [row["name"] for row in brief._page_values()["classes"]["shown"]])


@tagged("post_install", "-at_install")
class TestPublicReport(PrintedCase):
    """The yearly report for the public. Feature: T14"""

    def _report(self, **values):
        return self.env["library.public.report"].create({"company_id": self.house.id, "year": YEAR, **values})

    def test_figures_equal_the_records(self):
        self._needs(self.people[:8])
        self._needs(self.people[8:], "partly", unmet_reason="no_time")
        self.env["library.population"].create(
            {"company_id": self.house.id, "year": YEAR, "size": 200, "type_id": self.people.type_id[:1].id})
        self.env["library.usage"].create([
            {"patron_id": patron.id, "company_id": self.house.id, "month": f"{YEAR}-03-01", "kind": "loan", "uses": 2}
            for patron in self.people[:10]
        ])  # fmt: skip
        now = self._report().figures["now"]
        self.assertEqual((now["needs_met"]["n"], now["needs_met"]["hits"]), (14, 8))
        self.assertTrue(now["needs_met"]["low"] < 8 / 14 < now["needs_met"]["high"])
        self.assertEqual((now["reach"]["n"], now["reach"]["of"], now["reach"]["rate"]), (10, 200, 0.05))
        report = self.env["library.public.report"].search([("company_id", "=", self.house.id)])
        self.assertEqual(report.figures["uses"], [{"kind": "loan", "n": 20}])
        page = report._page_values()
        said = {row["code"]: row for row in page["figures"]}
        self.assertEqual(said["needs_met"]["value"], "57 %")
        self.assertIn("8 of 14", said["needs_met"]["detail"])
        self.assertTrue(all(row["card"] for row in page["figures"]), "each figure has its definition")

    def test_few_people_are_not_told(self):
        self._needs(self.people[:8])
        self._needs(self.people[8:10], "unmet")
        share = self._report().figures["now"]["needs_met"]
        self.assertEqual((share["n"], share["hits"], share["rate"]), (10, None, None))
        self._needs(self.people[:3], day=datetime(YEAR + 2, 1, 1))
        self.assertIsNone(self._report(year=YEAR + 2).figures["now"]["needs_met"]["n"])

    def test_complaints_within_the_promise(self):
        complaints = self.env["library.feedback"].create([
            {"name": "Too cold", "body": "Too cold", "kind": "complaint", "company_id": self.house.id,
             "patron_id": patron.id}
            for patron in self.people[:12]
        ])  # fmt: skip
        complaints.flush_recordset()
        self.env.cr.execute(SQL(
            """UPDATE library_feedback SET date = %(day)s, date_promised = %(day)s + interval '7 days',
                      date_outcome = %(day)s + CASE WHEN id IN %(late)s THEN 9 ELSE 2 END * interval '1 day'
                WHERE id IN %(all)s""", day=DAY, late=tuple(complaints[:5].ids), all=tuple(complaints.ids),
        ))  # fmt: skip
        complaints.invalidate_recordset()
        share = self._report().figures["now"]["complaints"]
        self.assertEqual((share["n"], share["hits"]), (12, 7))

    def test_from_draft_to_corrected(self):
        Report = self.env["library.public.report"].with_user(self.manager).with_company(self.house)
        report = Report.create({"year": YEAR, "intro": "A quiet year."})
        with self.assertRaises(UserError):
            Report.create({"year": YEAR})
        report.action_publish()
        with self.assertRaises(UserError):
            report.intro = "A loud year."
        with self.assertRaises(UserError):
            report.action_compute()
        with self.assertRaises(UserError):
            report.unlink()
        newer = Report.browse(report.action_correct()["res_id"])
        self.assertEqual((newer.version, newer.state, newer.intro), (2, "draft", "A quiet year."))
        self.assertEqual(report.action_correct()["res_id"], newer.id, "one draft, however often it is pressed")
        with self.assertRaises(UserError):
            newer.action_publish()
        newer.correction = "The reach counted a group twice."
        newer.action_publish()
        self.assertEqual((report.state, newer.state), ("replaced", "published"))
        with self.assertRaises(UserError):
            newer.action_withdraw()
        newer.withdrawn_reason = "A figure is wrong."
        newer.action_withdraw()
        self.assertEqual(newer.state, "withdrawn")

    def test_who_may_speak_for_the_library(self):
        report = self._report()
        for role in ("librarian", "steward"):
            with self.assertRaises(AccessError):
                report.with_user(self.staff[role]).action_publish()
        with self.assertRaises(AccessError):
            report.with_user(self.manager).write({"state": "published"})
        with self.assertRaises(AccessError):
            report.with_user(self.manager).write({"figures": {"now": {}}})
        with self.assertRaises(AccessError):
            report.with_user(self.portal_user).action_print()
        elsewhere = new_test_user(self.env, "test_elsewhere", groups="library_crm.group_library_manager")
        with self.assertRaises(AccessError):
            report.with_user(elsewhere).read(["figures"])

    def test_a_year_that_is_none_or_not_over(self):
        with self.assertRaises(ValidationError):
            self._report(year=19)
        with self.assertRaises(UserError):
            self._report(year=date.today().year).action_publish()

    def test_it_is_drafted_once(self):
        self.assertEqual(self._drafted_twice("library.public.report", "2020-01-03").mapped("year"), [YEAR])

    def test_it_prints_in_each_language(self):
        self._needs(self.people)
        report = self._report(intro="@Readers +1 港口 ☂")
        for lang in ("zh_CN", "zh_TW"):
            self.env["res.lang"]._activate_lang(lang)
        report.with_context(lang="zh_TW").intro = "二○一九年的讀者"
        for lang, words in (("en_US", "@Readers"), ("zh_CN", "@Readers"), ("zh_TW", "的讀者")):
            with self.subTest(lang=lang):
                self.assertIn(words, self._texts(report, "library_crm.library_public_report_report", lang))


@tagged("post_install", "-at_install", "library_portal")
class TestYearlyPages(HttpCase, PrintedCase):
    """The pages that everybody reads. Feature: T14, 21.1"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["library.public.report"].create({"year": 1995, "intro": "Words for the public"})
        cls.page = "/library/yearly/1995"

    def test_only_what_is_published_is_seen(self):
        for url in (self.page, f"{self.page}/pdf", "/library/yearly/99999999999999"):
            self.assertEqual(self.url_open(url).status_code, 404)
        self.report.action_publish()
        text = self.url_open(self.page).text
        self.assertIn("Words for the public", text)
        self.assertIn("Needs met", text)
        self.assertIn(self.page, self.url_open("/library/yearly").text)
        self.assertEqual(self.url_open(f"{self.page}?library=999999").status_code, 404)

    def test_a_withdrawn_report_says_so(self):
        self.report.action_publish()
        self.report.withdrawn_reason = "A figure was wrong."
        self.report.action_withdraw()
        text = self.url_open(self.page).text
        self.assertIn("A figure was wrong.", text)
        self.assertNotIn("Words for the public", text)
        self.assertEqual(self.url_open(f"{self.page}/pdf").status_code, 404)

    def test_a_corrected_one_stands_in_its_place(self):
        self.report.action_publish()
        newer = self.env["library.public.report"].browse(self.report.action_correct()["res_id"])
        newer.write({"correction": "The reach was wrong.", "intro": "Better words"})
        self.assertIn("Words for the public", self.url_open(self.page).text)
        newer.action_publish()
        text = self.url_open(self.page).text
        self.assertIn("Better words", text)
        self.assertIn("The reach was wrong.", text)

    def test_the_file_is_printed_once_for_a_language(self):
        self.report.action_publish()
        calls = []
        self.patch(
            self.env.registry["ir.actions.report"], "_render_qweb_pdf",
            lambda *args, **kw: (calls.append(1), (b"%PDF-1.4", "pdf"))[1],
        )  # fmt: skip
        for _time in range(3):
            answer = self.url_open(f"{self.page}/pdf")
            self.assertEqual((answer.status_code, answer.content), (200, b"%PDF-1.4"))
        self.assertEqual(calls, [1])

    def test_an_improvement_that_is_taken_back_is_gone(self):
        improvement = self.env["library.improvement"].create({
            "name": "Later hours", "change": "Later hours", "said_text": "Open longer, please", "public_text": "We do",
            "owner_id": self.librarian.id, "date_due": "1995-06-01", "state": "done",
        })  # fmt: skip
        improvement.write({"is_public": True, "date_published": "1995-06-01"})
        self.report.action_compute()
        self.report.action_publish()
        self.assertIn("Open longer, please", self.url_open(self.page).text)
        improvement.action_unpublish()
        self.assertNotIn("Open longer, please", self.url_open(self.page).text)
