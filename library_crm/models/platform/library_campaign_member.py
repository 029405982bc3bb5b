from odoo import fields, models

from ...const import CAMPAIGN_REASONS

SIDES = [("treated", "Gets it"), ("holdout", "Held out"), ("left_out", "Left out")]


class LibraryCampaignMember(models.Model):
    """One patron in the snapshot of a campaign. The side never changes: figures compare what was drawn."""

    _name = "library.campaign.member"
    _description = "Campaign Audience"
    _order = "campaign_id desc, id"
    _rec_name = "patron_id"
    _log_access = False

    campaign_id = fields.Many2one("library.campaign", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", string="Institution", required=True, readonly=True, index=True)
    # empty: somebody who has been forgotten since, and still counts
    patron_id = fields.Many2one("library.patron", readonly=True, index="btree_not_null", ondelete="set null")
    text_id = fields.Many2one("library.campaign.text", readonly=True, index=True, ondelete="cascade")
    side = fields.Selection(SIDES, required=True, readonly=True)
    reason = fields.Selection(CAMPAIGN_REASONS, string="Why not", readonly=True)
    wave = fields.Integer(readonly=True)
    date_handed = fields.Datetime("Handed over", readonly=True, help="When the mail was given to Odoo's queue.")
    trace_id = fields.Many2one("mailing.trace", readonly=True, index="btree_not_null", ondelete="set null")
    trace_status = fields.Selection(related="trace_id.trace_status", string="Mail", related_sudo=True)
    # what somebody did afterwards is nobody's business one by one: read by statements that count
    is_reached = fields.Boolean(readonly=True, groups=fields.NO_ACCESS)
    is_counted = fields.Boolean(readonly=True, groups=fields.NO_ACCESS)

    _once = models.Constraint("UNIQUE (campaign_id, patron_id)", "This patron is in the campaign already.")
    _due_idx = models.Index(
        "(campaign_id, text_id, wave, id) WHERE side = 'treated' AND reason IS NULL AND date_handed IS NULL"
    )
