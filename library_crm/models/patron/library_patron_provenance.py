from odoo import api, fields, models

from ...lib.provenance import PARTNER_FIELDS, TRACKED_FIELDS, stamped

OWN_FIELDS = tuple(name for name in TRACKED_FIELDS if name not in PARTNER_FIELDS)


class LibraryPatron(models.Model):
    """Where each fact about a patron comes from, written down by whoever writes the fact.

    The context key `provenance` names another source than the user at the screen: `[source, reference]` or
    `[source, reference, verified]`; False writes nothing down.
    """

    _inherit = "library.patron"

    @api.model_create_multi
    def create(self, vals_list):
        patrons = super().create(vals_list)
        for patron, vals in zip(patrons, vals_list, strict=True):
            patron._stamp([name for name in TRACKED_FIELDS if vals.get(name)])
        return patrons

    def write(self, vals):
        # facts of the contact record are noted where they are written, see res.partner
        names = [name for name in OWN_FIELDS if name in vals]
        before = self._facts(names)
        result = super().write(vals)
        self._stamp_changes(names, before)
        return result

    def _facts(self, names):
        """{patron id: {field: value}} as it stands."""
        if not names or self.env.context.get("provenance") is False:
            return {}
        # sudo: values are only compared, by code that may write them; those of the contact are read there, because
        # while a patron is written its own cache holds the new ones already
        return {
            patron.id: {name: (patron.partner_id if name in PARTNER_FIELDS else patron)[name] for name in names}
            for patron in self.sudo()
        }

    def _stamp_changes(self, names, before):
        """Note the origin of those of `names` whose value is no longer that of `before`."""
        if not before:
            return
        now = self._facts(names)
        for patron in self:
            known = before.get(patron.id, {})
            patron._stamp([name for name in names if now[patron.id][name] != known.get(name)])

    def _stamp(self, names):
        """Note today's origin of these fields, as the context or the user says."""
        said = self.env.context.get("provenance")
        if not names or said is False:
            return
        source, reference, *verified = said or ("portal" if self.env.user.share else "manual", self.env.uid)
        today = fields.Date.context_today(self)
        for patron_sudo in self.sudo():  # sudo: whoever writes a fact writes down its origin
            patron_sudo.provenance = stamped(patron_sudo.provenance, names, source, reference, today, *verified)
