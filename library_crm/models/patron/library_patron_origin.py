from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...lib.provenance import CONFIRMED_BY_PATRON, TRACKED_FIELDS, confirmed, read, stale

STALE_MONTHS = 12


class LibraryPatron(models.Model):
    """The origin of facts as people see it: which source, when, who stood behind it, and what grew old."""

    _inherit = "library.patron"

    has_stale_facts = fields.Boolean(
        "Facts to check", compute="_compute_stale_facts", search="_search_has_stale_facts", groups="base.group_user"
    )
    stale_facts = fields.Char("Not confirmed lately", compute="_compute_stale_facts", groups="base.group_user")

    @api.model
    def _stale_before(self):
        """The last day that counts as long ago."""
        # sudo: one number that administrators set
        months = self.env["ir.config_parameter"].sudo().get_param("library_crm.stale_months", STALE_MONTHS)
        return fields.Date.context_today(self) - relativedelta(months=int(months) or STALE_MONTHS)

    @api.depends("provenance", "date_confirmed")
    def _compute_stale_facts(self):
        before = self._stale_before()
        for patron in self:
            names = patron._stale_names(before)
            patron.has_stale_facts = bool(names)
            patron.stale_facts = ", ".join(self._fields[name]._description_string(self.env) for name in names)

    def _stale_names(self, before):
        """Facts of this patron that nobody stood behind since `before`, of those that staff and patron may confirm."""
        if self.date_confirmed and self.date_confirmed > before:
            return []
        held = [name for name in CONFIRMED_BY_PATRON if name in (self.provenance or {}) and self[name]]
        return stale(self.provenance, held, before)

    @api.model
    def _search_has_stale_facts(self, operator, value):
        if operator != "in":
            return NotImplemented
        before = self._stale_before()
        old = SQL(
            "(SELECT p.id FROM library_patron p WHERE p.provenance IS NOT NULL AND EXISTS (SELECT 1"
            " FROM jsonb_each(p.provenance) fact WHERE fact.key = ANY(%s) AND fact.value ->> 2 <= %s))",
            list(CONFIRMED_BY_PATRON), before.isoformat(),
        )
        self.flush_model(["provenance"])
        confirmed_lately = Domain("date_confirmed", ">", before)
        return Domain("id", "in", old) & ~confirmed_lately

    @api.readonly
    def get_origin(self, field_name):
        """Where one fact of this patron comes from, in words; for the mark beside the label of a field.

        :return: dict of `source`, `reference`, `day`, `verified`; an empty one when nothing is known
        :raise AccessError: for a field that the user may not read
        """
        self.ensure_one()
        self.check_access("read")
        if field_name not in TRACKED_FIELDS:
            return {}
        if not self._has_field_access(self._fields[field_name], "read"):
            raise AccessError(self.env._("You may not read this fact."))
        kept = read(self.provenance, field_name)
        if not kept:
            return {}
        source, reference, day, verified = kept
        return {
            "source": self._source_words()[source],
            "reference": self._reference_words(source, reference),
            "day": format_date(self.env, day) if day else "",
            "verified": verified,
        }

    @api.model
    def _source_words(self):
        """{source: words} in the reader's language."""
        return {
            "koha_csv": self.env._("From a file of the library system"),
            "koha_rest": self.env._("From the library system"),
            "file": self.env._("From a file"),
            "prospect_list": self.env._("From a list of prospects"),
            "manual": self.env._("Entered by staff"),
            "portal": self.env._("By the patron on the portal"),
            "mail": self.env._("From a mail of the patron"),
            "merge": self.env._("From a record that was merged"),
        }

    @api.model
    def _reference_words(self, source, reference):
        """Who or which run brought the fact."""
        if not reference or not isinstance(reference, int):
            return ""
        if source == "manual":
            # sudo: the name of a colleague who may have left
            return self.env["res.users"].sudo().browse(reference).exists().name or ""
        if source in ("koha_csv", "koha_rest", "file", "prospect_list"):
            return self.env._("run %(number)s", number=reference)
        return ""

    def action_verify(self, field_name):
        """Somebody of staff found this fact to be right, today."""
        self.ensure_one()
        self.check_access("write")
        if field_name in TRACKED_FIELDS and self._has_field_access(self._fields[field_name], "read"):
            self.provenance = confirmed(self.provenance, [field_name], fields.Date.context_today(self))

    def action_confirm_facts(self):
        """The patron said that everything on the page is still right."""
        for patron in self:
            patron._confirm_facts()

    def _confirm_facts(self):
        """Note that the patron stands behind the facts held; their origin stays."""
        today = fields.Date.context_today(self)
        names = [name for name in CONFIRMED_BY_PATRON if self[name]]
        self.write({"date_confirmed": today, "provenance": confirmed(self.provenance, names, today)})
