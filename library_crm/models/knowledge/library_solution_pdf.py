import base64
import re

from odoo import models

from ...lib.print_style import print_style

REPORT = "library_crm.library_solution_report"
_UNFIT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


class LibrarySolution(models.Model):
    """A solution as a file to keep: printed once for each version."""

    _inherit = "library.solution"

    def _get_file_stem(self):
        """A name without ending under which the solution can be saved anywhere."""
        self.ensure_one()
        stem = " ".join(_UNFIT_IN_NAMES.sub(" ", self.name or "").split())[:80].rstrip(" .")
        return stem or self.env._("Solution")

    def _get_pdf(self):
        """The current text as a PDF; what is final is printed once and kept.

        :return: (bytes, file name)
        :raise UserError: when the server cannot print
        """
        self.ensure_one()
        name = f"{self._get_file_stem()}.pdf"
        # sudo: the file of a solution that the caller may read
        kept_sudo = self.sudo().version_ids.filtered(
            lambda version: self.state == "final" and version.number == self.version
        )
        if kept_sudo.pdf:
            return base64.b64decode(kept_sudo.with_context(bin_size=False).pdf), name
        # sudo: whoever may read the solution may print it
        reports_sudo = self.env["ir.actions.report"].sudo()
        content, kind = reports_sudo.with_context(lang=self._print_lang())._render_qweb_pdf(REPORT, self.ids)
        if kept_sudo and kind == "pdf":
            kept_sudo.pdf = base64.b64encode(content)
        return content, name

    def _print_lang(self):
        """The language of the words around the text: the text's own where it is installed."""
        installed = dict(self.env["res.lang"].get_installed())
        return self.lang if self.lang in installed else self.env.lang

    def action_print(self):
        """Show the solution as a PDF."""
        self.check_access("read")
        return self.env.ref(REPORT).report_action(self)

    def _print_style(self):
        """What the page of the PDF needs to know of the text's language: code for HTML, and faces."""
        return print_style(self.lang)

    def _print_day(self, day):
        """A date in the words of the text's language."""
        return self.env["library.portal.mixin"].with_context(lang=self._print_lang())._portal_day(day)
