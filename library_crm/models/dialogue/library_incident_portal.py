import re

from odoo import api, models

from ...lib.form_input import FormRefused, clean_line, clean_text
from ...lib.page_key import page_path

REPORT_LENGTH = 2000
HONEYPOT = "homepage"
_ARTICLE = re.compile(r"/library/knowledge/([^/]+)")
_CASE = re.compile(r"/my/cases/(\d+)(?:/.*)?")


class LibraryFeedback(models.Model):
    """"Report a problem" on every page of the library."""

    _inherit = "library.feedback"

    @api.model
    def _portal_report(self, form, ip=""):
        """Take a report of the untrusted form.

        :return: the path of the page that it is about
        :raise FormRefused:
        """
        path = page_path(form.get("page"))
        if not path:
            raise FormRefused({"form": self.env._("We cannot tell which page you mean.")})
        said = {
            "body": clean_text(form.get("body"), REPORT_LENGTH), "kind": "error", "source": "page", "url": path,
            "lang": self.env.lang, "patron_id": self._portal_patron().id, "company_id": self.env.company.id,
            **self._portal_report_address(form), **self._portal_target(path),
        }
        if not said["body"]:
            raise FormRefused({"body": self.env._("Please write what does not work.")})
        self._portal_admit(said, ip)
        if clean_line(form.get(HONEYPOT), 200):
            said.update(look_reason="machine", acknowledge=False, kind="question")
        self._take(said)
        return path

    @api.model
    def _portal_report_address(self, form):
        """The address of a visitor who is not signed in and wants to hear of it."""
        address = clean_line(form.get("email"), 250)
        if not self.env.user._is_public() or not address:
            return {}
        normal = self._normal_address(address)
        if not normal:
            raise FormRefused({"email": self.env._("This is no e-mail address.")})
        return {"email": normal}

    @api.model
    def _portal_target(self, path):
        """The record behind a page, if the visitor may read it: an article, or a case of the visitor."""
        if match := _ARTICLE.fullmatch(path):
            article = self.env["library.article"]._portal_find(match[1])
            return {"res_model": "library.article", "res_id": article.id} if article else {}
        if match := _CASE.fullmatch(path):
            case_sudo = self.env["library.case"]._portal_find(match[1])
            return {"case_id": case_sudo.id} if case_sudo else {}
        return {}
