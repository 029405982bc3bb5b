from odoo import api, fields, models
from odoo.tools import SQL

from ...const import CONTACT_CHANNELS, CONTACT_EXPECTED, CONTACT_PURPOSES

SOURCES = [
    ("staff", "Told to staff"),
    ("portal", "On the portal"),
    ("link", "By a link in a mail"),
    ("mail", "By mail"),
]


class LibraryContactPreference(models.Model):
    """A yes or no of a patron to one purpose on one channel. Where there is none, the purpose's default holds."""

    _name = "library.contact.preference"
    _description = "Contact Preference"
    _order = "patron_id, purpose, channel"
    _rec_name = "purpose"
    _check_company_auto = True

    patron_id = fields.Many2one("library.patron", required=True, index=True, ondelete="cascade", check_company=True)
    company_id = fields.Many2one(related="patron_id.company_id", store=True, index=True, precompute=True)
    purpose = fields.Selection(CONTACT_PURPOSES, required=True)
    channel = fields.Selection(CONTACT_CHANNELS, required=True, default="mail")
    is_wanted = fields.Boolean("Wanted")
    date = fields.Datetime(required=True, readonly=True, default=lambda self: self.env.cr.now())
    source = fields.Selection(SOURCES, string="How", required=True, default="staff")

    _once = models.UniqueIndex("(patron_id, purpose, channel)", "There is an answer to this already: change it.")

    @api.model_create_multi
    def create(self, vals_list):
        preferences = super().create(vals_list)
        preferences._obey()
        return preferences

    def write(self, vals):
        if "is_wanted" in vals and "date" not in vals:
            vals = {**vals, "date": self.env.cr.now()}
        result = super().write(vals)
        if "is_wanted" in vals:
            self._obey()
        return result

    def _obey(self):
        """Stop what is under way and is not wanted any more."""
        refused = self.filtered(lambda one: not one.is_wanted)
        if refused:
            # sudo: what waits for these patrons is taken back
            self.env["library.outreach"].sudo()._stopped(refused.sudo().patron_id, "refusal")

    @api.model
    def _answer(self, patron, answers, source):
        """Note what one patron wants.

        :param dict answers: {(purpose, channel): yes or no}
        :param source: how we know
        """
        # sudo: patrons answer for themselves on the portal or by a link; the caller knows whose answers these are
        Preference_sudo = self.sudo()
        known = {
            (one.purpose, one.channel): one for one in Preference_sudo.search([("patron_id", "=", patron.id)])
        }
        wanted = Preference_sudo._wanted(patron)
        new = []
        for (purpose, channel), is_wanted in answers.items():
            row = known.get((purpose, channel))
            if row and row.is_wanted != is_wanted:
                row.write({"is_wanted": is_wanted, "source": source})
            elif not row and wanted[purpose, channel] != is_wanted:
                new.append({"patron_id": patron.id, "purpose": purpose, "channel": channel,
                            "is_wanted": is_wanted, "source": source})
        Preference_sudo.create(new)

    @api.model
    def _wanted(self, patron):
        """{(purpose, channel): whether the patron wants it}, defaults included."""
        has_agreed = patron._newest_answers("outreach").get(patron.id, False)
        rows = {(one.purpose, one.channel): one.is_wanted for one in self.search([("patron_id", "=", patron.id)])}
        return {
            (purpose, channel): rows.get((purpose, channel), purpose in CONTACT_EXPECTED or has_agreed)
            for purpose, _label in CONTACT_PURPOSES for channel, _name in CONTACT_CHANNELS
        }

    @api.model
    def _sql_wanted(self, purpose, channel):
        """Whether patron `p` of a statement wants this, as an SQL expression."""
        default = SQL("true") if purpose in CONTACT_EXPECTED else SQL(
            "coalesce((SELECT c.is_given FROM library_consent c WHERE c.patron_id = p.id AND c.purpose = 'outreach'"
            " ORDER BY c.date DESC, c.id DESC LIMIT 1), false)"
        )
        return SQL(
            "coalesce((SELECT coalesce(w.is_wanted, false) FROM library_contact_preference w"
            " WHERE w.patron_id = p.id AND w.purpose = %s AND w.channel = %s), %s)", purpose, channel, default,
        )
