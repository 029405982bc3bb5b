from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ...lib.form_input import FormRefused, clean_line

GROUP = "library_crm.group_library_integration"


class LibraryCase(models.Model):
    """Questions that another web site, or an embedded form, takes in for its visitors."""

    _inherit = "library.case"

    @api.model
    def api_ask(self, question, email, name="", service=None, purpose="", lang=None, visitor="", key=""):
        """Ask the library for somebody; the answer goes by mail to whoever asks.

        Only for users of the group “Integration”. What is sent is taken like the form “Ask the library”: as from a
        visitor who did not sign in, whoever owns the key.

        :param str question: in the visitor's own words
        :param str email: where the answer goes
        :param service: number of a published service; without one, the first
        :param str lang: language in which to answer, as ``zh_CN``
        :param str visitor: what tells your visitors apart, such as a hash of the network address; floods are counted
            by it
        :param str key: 16 characters or more; the same key again makes no second case
        :return: dict of number (int or None) and held (bool): whether a person has to look at it first
        :raise UserError: with a sentence for each argument that cannot be taken
        """
        if not self.env.user.has_group(GROUP):
            raise AccessError(self.env._("Asking for others needs the group “Integration”."))
        form = {
            "question": question, "email": email, "name": name, "purpose": purpose, "form_key": key,
            "service": str(service) if service else "",
        }  # fmt: skip
        mark = clean_line(visitor, 100) or "all"
        try:
            case_sudo = self._open_submit(form, f"integration-{self.env.uid}-{mark}", lang)
        except FormRefused as refused:
            lines = [f"{field}: {sentence}" for field, sentence in refused.errors.items()]
            raise UserError("\n".join(lines)) from refused
        return {"number": case_sudo.id or None, "held": not case_sudo}

    @api.model
    def _open_submit(self, form, mark, lang=None, files=()):
        """Take in an untrusted form as from a visitor who did not sign in.

        :param str mark: where it came from, by which floods are told
        :return: the case in sudo mode; empty when a person has to look first
        :raise FormRefused:
        """
        installed = dict(self.env["res.lang"].get_installed())
        context = {"lang": lang if lang in installed else self.env.lang or "en_US"}
        # never as the signed-in person: an embedded form must not act for who happens to have a session here
        Case = self.env(user=self.env.ref("base.public_user"), su=False, context=context)[self._name]
        services = Case._portal_services()
        if not form.get("service") and services:
            form = {**form, "service": str(services[0].id)}
        return Case._portal_submit(form, files, mark)
