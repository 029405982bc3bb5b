from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

DAYS_BEFORE_END = 30


class LibraryPatron(models.Model):
    """What the head of a patron's page says beside the name."""

    _inherit = "library.patron"

    proposal_ids = fields.One2many(
        "library.patron.proposal", "patron_id", string="Proposed facts", groups="base.group_user"
    )
    waiting_proposal_count = fields.Integer(compute="_compute_proposals", groups="base.group_user")
    proposal_words = fields.Char(compute="_compute_proposals", groups="base.group_user")
    membership_state = fields.Selection(
        [("valid", "Valid"), ("ends", "Ends soon"), ("ended", "Ended")], compute="_compute_membership_state",
        groups="base.group_user",
    )

    @api.depends("date_expiry")
    def _compute_membership_state(self):
        today = fields.Date.context_today(self)
        soon = today + relativedelta(days=DAYS_BEFORE_END)
        for patron in self:
            expiry = patron.date_expiry
            patron.membership_state = expiry and ("ended" if expiry < today else "ends" if expiry <= soon else "valid")

    @api.depends("proposal_ids.state")
    def _compute_proposals(self):
        Proposal = self.env["library.patron.proposal"]
        waiting = Proposal.search([("patron_id", "in", self.ids), ("state", "=", "waiting")]).grouped("patron_id")
        labels = dict(Proposal._fields["field_name"]._description_selection(self.env))
        for patron in self:
            proposals = waiting.get(patron._origin, Proposal)
            named = ", ".join(f"{labels[one.field_name]}: {one.value}" for one in proposals[:3])
            patron.waiting_proposal_count = len(proposals)
            patron.proposal_words = proposals and self.env._("New facts to look at: %(facts)s", facts=named)

    def action_open_proposals(self):
        """The facts that wait for a decision about this patron."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_patron_proposal_action")
        action.update(domain=[("patron_id", "=", self.id)])
        return action
