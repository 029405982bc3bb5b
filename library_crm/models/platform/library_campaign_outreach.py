from odoo import api, models


class LibraryOutreach(models.Model):
    """Who has answered anything of ours is spared the later waves of campaigns."""

    _inherit = "library.outreach"

    @api.model
    def _stopped(self, patron, why):
        result = super()._stopped(patron, why)
        if why == "reply" and patron.ids:
            waiting = self.env["library.campaign.member"].search([
                ("patron_id", "in", patron.ids), ("side", "=", "treated"), ("reason", "=", False),
                ("date_handed", "=", False), ("campaign_id.state", "=", "sending"),
            ])
            waiting.write({"reason": "replied"})
        return result


class LibraryCampaignMember(models.Model):
    """What came back from one member of an audience."""

    _inherit = "library.campaign.member"

    def _note_reply(self):
        self.trace_id.set_replied()
        self.env["library.outreach"]._stopped(self.patron_id, "reply")

    def _note_bounce(self, why):
        self.trace_id.set_bounced(bounce_message=why)
        self.env["library.outreach"].search(
            [("patron_id", "=", self.patron_id.id), ("kind", "=", self.campaign_id._ledger_kind())]
        ).write({"state": "bounced"})
        self.env["library.outreach"]._stopped(self.patron_id, "bounce")
