import re

from odoo import models

from ...lib.form_input import clean_filename
from ...lib.print_style import print_style

REPORT = "library_crm.library_plan_report"


class LibraryPlan(models.Model):
    """The plan on paper, as the patron reads it: what colleagues keep to themselves is not on it."""

    _inherit = "library.plan"

    def _print_lang(self):
        """Staff print for the patron, so that it is in the patron's language; the patron reads in the page's own."""
        patron_sudo = self.sudo().patron_id  # sudo: a language
        installed = dict(self.env["res.lang"].get_installed())
        wanted = self.env.lang if self.env.user.share else patron_sudo.lang
        return next((code for code in (wanted, self.env.lang, "en_US") if code in installed), "en_US")

    def _print_values(self):
        """What stands on the page: plain values.

        :raise AccessError: for whoever may not read the plan
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: the steps of a plan that the caller may read, as its page for the patron shows them
        plan_sudo = self.with_context(lang=self._print_lang()).sudo()
        values = plan_sudo._portal_values()
        for step in values["steps"] + values["extras"]:
            step["address"] = plan_sudo._print_address(step["url"])
        return {
            **print_style(plan_sudo.env.lang),
            "code": plan_sudo.env.lang,
            "house": plan_sudo.company_id.name,
            "name": plan_sudo.name,
            "intro": plan_sudo.intro or "",
            "day": plan_sudo._portal_day(plan_sudo.date_given or plan_sudo.create_date),
            **{name: values[name] for name in ("steps", "extras", "facts")},
        }

    def _print_address(self, url):
        """An address that can be typed from paper: whole, and without the secret of a link."""
        if not url:
            return ""
        return url if "://" in url else f"{self.get_base_url()}{url.partition('?')[0]}"

    def _file_stem(self):
        """Under which the plan is saved; without the patron's name."""
        self.ensure_one()
        return clean_filename(re.sub(r"[/\\]+", "-", self.name), 80)

    def _get_pdf(self):
        """The plan as a PDF.

        :return: (bytes, file name)
        :raise UserError: when the server cannot print
        """
        self.ensure_one()
        # sudo: whoever may open the plan's page may print it; the controller has asked
        reports_sudo = self.env["ir.actions.report"].sudo()
        content, _kind = reports_sudo._render_qweb_pdf(REPORT, self.ids)
        return content, f"{self._file_stem()}.pdf"
