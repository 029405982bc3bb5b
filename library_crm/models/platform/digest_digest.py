from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...lib.k_guard import K

STAFF = "library_crm.group_library_librarian"
SHARES = ("kpi_library_promises", "kpi_library_content")
# what a share of nothing must not be taken for
ALMOST_NONE = 0.01


class DigestDigest(models.Model):
    """What the library did, in the mail that Odoo sends to its users; each one's figures are of what they may see."""

    _inherit = "digest.digest"

    kpi_library_cases = fields.Boolean("New library cases")
    kpi_library_cases_value = fields.Integer(
        compute="_compute_kpi_library_cases_value", export_string_translation=False)
    kpi_library_needs_met = fields.Boolean("Needs that were met")
    kpi_library_needs_met_value = fields.Integer(
        compute="_compute_kpi_library_needs_met_value", export_string_translation=False)
    kpi_library_promises = fields.Boolean("Promises kept")
    kpi_library_promises_value = fields.Float(
        compute="_compute_kpi_library_promises_value", export_string_translation=False)
    kpi_library_content = fields.Boolean("Content patrons")
    kpi_library_content_value = fields.Float(
        compute="_compute_kpi_library_content_value", export_string_translation=False)
    kpi_library_minutes_saved = fields.Boolean("Minutes saved by reuse")
    kpi_library_minutes_saved_value = fields.Integer(
        compute="_compute_kpi_library_minutes_saved_value", export_string_translation=False)

    def _check_library_staff(self):
        if not self.env.user.has_group(STAFF):
            raise AccessError(self.env._("These figures are for the library's staff."))

    def _compute_kpi_library_cases_value(self):
        self._check_library_staff()
        self._calculate_company_based_kpi("library.case", "kpi_library_cases_value")

    def _compute_kpi_library_needs_met_value(self):
        self._check_library_staff()
        self._calculate_company_based_kpi(
            "library.need", "kpi_library_needs_met_value", date_field="date_settled",
            additional_domain=[("state", "=", "met")],
        )

    def _compute_kpi_library_minutes_saved_value(self):
        self._check_library_staff()
        self._calculate_company_based_kpi(
            "library.case", "kpi_library_minutes_saved_value", date_field="date_closed", sum_field="minutes_saved",
        )

    def _compute_kpi_library_promises_value(self):
        self._check_library_staff()
        for digest in self:
            domain = digest._library_cases("date_closed") & Domain("promise_kept", "in", ("kept", "missed"))
            found = {
                kept: (count, persons) for kept, count, persons in self.env["library.case"]._read_group(
                    domain, ["promise_kept"], ["__count", "patron_id:array_agg"])
            }
            digest.kpi_library_promises_value = self._share_of(
                found.get("kept", (0, ()))[0], sum(count for count, _persons in found.values()),
                {person for _count, persons in found.values() for person in persons},
            )

    def _compute_kpi_library_content_value(self):
        self._check_library_staff()
        start, end, _companies = self._get_kpi_compute_parameters()
        for digest in self:
            cases = self.env["library.case"]._search([("company_id", "=", (digest.company_id or self.env.company).id)])
            ratings = self.env["rating.rating"]._read_group(
                [("res_model", "=", "library.case"), ("res_id", "in", cases), ("consumed", "=", True),
                 ("rated_on", ">=", start), ("rated_on", "<", end)],
                ["partner_id"], ["rating:array_agg"],
            )
            values = [value for _partner, values in ratings for value in values]
            digest.kpi_library_content_value = self._share_of(
                sum(value >= 4 for value in values), len(values), [partner for partner, _values in ratings])

    def _library_cases(self, date_field):
        """The cases of the digest's institution in its period."""
        start, end, _companies = self._get_kpi_compute_parameters()
        return Domain("company_id", "=", (self.company_id or self.env.company).id) & Domain([
            (date_field, ">=", start), (date_field, "<", end)])

    def _share_of(self, part, whole, persons):
        """Percent; 0 where there is none to tell, because fewer than five people stand behind it."""
        if not whole or len([person for person in persons if person]) < K:
            return 0.0
        return 100.0 * part / whole or ALMOST_NONE

    def _compute_kpis(self, company, user):
        kpis = super()._compute_kpis(company, user)
        for kpi in kpis:
            if kpi["kpi_name"] in SHARES:
                for column in ("kpi_col1", "kpi_col2", "kpi_col3"):
                    if kpi[column]:
                        value = float(kpi[column]["value"])
                        kpi[column]["value"] = f"{value:.0f}%" if value else "–"
        return kpis

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("library_crm.library_menu_root").id
        for name, action in (
            ("kpi_library_cases", "library_case_action_all"), ("kpi_library_needs_met", "library_need_action"),
            ("kpi_library_promises", "library_promise_report_action"),
            ("kpi_library_content", "library_evaluation_board_action"),
            ("kpi_library_minutes_saved", "library_result_report_action"),
        ):
            actions[name] = f"library_crm.{action}?menu_id={menu}"
        return actions
