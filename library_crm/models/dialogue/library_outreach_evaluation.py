from odoo import api, models

from ...const import EVALUATION_OPEN


class LibraryOutreach(models.Model):
    """Whose mail does not arrive, or who does not want to be asked, has no open invitation any more."""

    _inherit = "library.outreach"

    @api.model
    def _stopped(self, patron, why):
        result = super()._stopped(patron, why)
        if why not in ("bounce", "refusal") or not patron:
            return result
        # sudo: the invitations of the patron who stopped us
        open_sudo = self.env["library.evaluation.invitation"].sudo().search(
            [("patron_id", "in", patron.ids), ("state", "in", EVALUATION_OPEN)]
        )
        refused = self.sudo()._allowed(open_sudo.patron_id.ids, "evaluation")
        wanted = {"bounce": "bounced", "refusal": "unwanted"}[why]
        gone = open_sudo.filtered(lambda one: refused.get(one.patron_id.id) == wanted)
        gone.write({"state": "bounced" if why == "bounce" else "refused"})
        return result
