from odoo import api, models
from odoo.tools import format_date

from ...lib.form_input import as_id, same_secret

DAY_FORMATS, DAY_FORMAT = {"zh": "y年M月d日"}, "d MMMM y"


class LibraryPortalMixin(models.AbstractModel):
    """How a page for patrons finds a record: by the reader's own right, or by its secret link.

    For models that inherit `portal.mixin`, whose secret and address it uses.
    """

    _name = "library.portal.mixin"
    _description = "Library Portal Page"

    @api.model
    def _portal_find(self, record_id, access_token=None):
        """The record that a visitor asks for; an empty one when it is not there or not theirs.

        Both look the same, so that nobody learns which numbers exist.

        :param record_id: untrusted number
        :param access_token: untrusted secret of a link in a mail
        :return: the record in sudo mode, since pages show parts that visitors may not read themselves
        """
        record = self.browse(as_id(record_id) or None)
        record_sudo = record.sudo().exists()  # sudo: handed out only after one of the two checks below
        if not record_sudo:
            return record_sudo
        allowed = record.has_access("read") or record_sudo._portal_opens(access_token)
        return record_sudo if allowed else record_sudo.browse()

    def _portal_opens(self, access_token):
        """Whether this is the secret of this record's link, and the link still holds."""
        self.ensure_one()
        record_sudo = self.sudo()  # sudo: compares a secret, shows nothing
        return same_secret(access_token, record_sudo.access_token) and not record_sudo._portal_link_expired()

    def _portal_link_expired(self):
        """Whether links without sign-in have ended for this record."""
        return False

    @api.model
    def _portal_day(self, day):
        """A date in the words of the page's language."""
        lang = self.env.lang or "en_US"
        return (
            format_date(self.env, day, date_format=DAY_FORMATS.get(lang[:2], DAY_FORMAT), lang_code=lang) if day else ""
        )

    def _portal_link(self):
        """The address of this record's page for somebody without an account."""
        self.ensure_one()
        # sudo: the secret goes into mail to the people of this record only
        return f"{self.get_base_url()}{self.access_url}?access_token={self.sudo()._portal_ensure_token()}"
