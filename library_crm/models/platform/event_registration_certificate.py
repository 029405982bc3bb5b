from odoo import models

from ...lib.form_input import as_id, clean_filename
from ...lib.print_style import print_style


class EventRegistration(models.Model):
    """The certificate of a course: for who was there, and passed its quiz if there is one."""

    _inherit = "event.registration"

    def _library_print_lang(self):
        """Who downloads it reads it in the page's language; staff print it for the person."""
        installed = dict(self.env["res.lang"].get_installed())
        wanted = self.env.lang if self.env.user.share else self.partner_id.lang
        return next((code for code in (wanted, self.env.lang, "en_US") if code in installed), "en_US")

    def _library_print_style(self):
        """What the page of the PDF needs to know: code of its language, faces for its letters, the day in its words."""
        self.ensure_one()
        lang = self._library_print_lang()
        return {
            **print_style(lang),
            "when": self.env["library.portal.mixin"].with_context(lang=lang)._portal_day(self.event_id.date_begin),
        }

    def _library_portal_certificate(self, registration_id):
        """The certificate of one of the visitor's own places.

        :param registration_id: untrusted number
        :return: (PDF, name of the file), or None where there is none for the visitor
        """
        patron_sudo = self.env["library.competency"]._portal_patron()
        # sudo: the visitor's own place, found by the visitor's own contact
        place_sudo = self.env["event.registration"].sudo().search([
            ("id", "=", as_id(registration_id)), ("library_patron_id", "=", patron_sudo.id or -1),
        ])
        if not place_sudo.has_certificate:
            return None
        # sudo: printing the visitor's own certificate
        pdf, _kind = self.env["ir.actions.report"].sudo()._render_qweb_pdf(
            "library_crm.library_certificate_report", place_sudo.ids
        )
        return pdf, clean_filename(f"{place_sudo.event_id.name}.pdf")
