from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestDigest(LibraryCase):
    """The mail with figures says what the library did, to its staff, and nothing about fewer than five people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.digest = cls.env["digest.digest"].create({
            "name": "Library", "company_id": cls.company.id, "kpi_library_cases": True, "kpi_library_needs_met": True,
            "kpi_library_promises": True, "kpi_library_content": True, "kpi_library_minutes_saved": True,
        })
        now = fields.Datetime.now()
        # a time long before the demo library, so that its cases are not counted
        cls.start, cls.end = now - timedelta(days=9000), now - timedelta(days=8990)
        cls.digest = cls.digest.with_context(start_datetime=cls.start, end_datetime=cls.end)

    def _close(self, kept, patron, rating=0):
        day = self.start + timedelta(days=1)
        case = self.env["library.case"].create({"name": "Tides", "team_id": self.team.id, "patron_id": patron.id})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE library_case SET create_date = %(day)s, date_closed = %(day)s, promise_kept = %(kept)s,"
            " minutes_saved = 10 WHERE id = %(id)s", {"day": day, "kept": kept, "id": case.id})
        self.env.cr.execute(
            "UPDATE library_need SET state = 'met', date_settled = %s WHERE id = ANY(%s)", [day, case.need_ids.ids])
        self.env.invalidate_all()
        if rating:
            rated = self.env["rating.rating"].create({
                "res_model_id": self.env["ir.model"]._get_id("library.case"), "res_id": case.id, "rating": rating,
                "consumed": True, "partner_id": patron.partner_id.id,
            })
            rated.rated_on = day

    def _patrons(self, count):
        return self.env["library.patron"].create([
            {"name": f"Digest reader {number}", "email": f"digest{number}@patrons.test"} for number in range(count)])

    def _value(self, name, user=None):
        digest = self.digest.with_user(user or self.staff["manager"])
        digest.invalidate_recordset()
        return digest[f"{name}_value"]

    def test_figures(self):
        """Counts and shares of the period; the share of what five people met with is told.

        Feature: P7
        """
        for number, patron in enumerate(self._patrons(5)):
            self._close("kept" if number else "missed", patron, 5 if number < 3 else 2)
        self.assertEqual(self._value("kpi_library_cases"), 5)
        self.assertEqual(self._value("kpi_library_needs_met"), 5)
        self.assertEqual(self._value("kpi_library_minutes_saved"), 50)
        self.assertAlmostEqual(self._value("kpi_library_promises"), 80.0)
        self.assertAlmostEqual(self._value("kpi_library_content"), 60.0)

    def test_too_few_people(self):
        """Four people's ratings and promises are no share, however many cases they had."""
        for patron in self._patrons(4):
            for _again in range(2):
                self._close("kept", patron, 5)
        self.assertEqual(self._value("kpi_library_promises"), 0)
        self.assertEqual(self._value("kpi_library_content"), 0)

    def test_nothing_happened(self):
        """A quiet period is zero, not an error."""
        for name in ("cases", "needs_met", "promises", "content", "minutes_saved"):
            self.assertEqual(self._value(f"kpi_library_{name}"), 0)

    def test_only_staff(self):
        """Who is no librarian gets the mail without these figures."""
        stranger = self.env["res.users"].create({
            "name": "Stranger", "login": "digest_stranger", "group_ids": [
                fields.Command.set(self.env.ref("base.group_user").ids)],
        })
        with self.assertRaises(AccessError):
            self._value("kpi_library_cases", stranger)
        names = {kpi["kpi_name"] for kpi in self.digest._compute_kpis(self.company, stranger)}
        self.assertFalse({name for name in names if "library" in name})

    def test_shares_are_written_as_shares(self):
        """A share is a percentage in the mail, a dash where there is none; each figure leads to its screen."""
        kpis = {kpi["kpi_name"]: kpi for kpi in self.digest._compute_kpis(self.company, self.staff["manager"])}
        for name in ("kpi_library_promises", "kpi_library_content"):
            self.assertRegex(kpis[name]["kpi_col1"]["value"], r"^(\d+%|–)$")
        for kpi in kpis.values():
            self.assertTrue(self.env.ref(kpi["kpi_action"].split("?")[0]))
