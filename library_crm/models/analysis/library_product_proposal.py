from odoo import api, fields, models
from odoo.exceptions import UserError

from ...lib.k_guard import K

KINDS = [("guide", "Guide"), ("course", "Course"), ("dataset", "Data set")]
STATES = [("proposed", "Proposed"), ("planned", "Planned"), ("made", "Made"), ("declined", "Declined")]


class LibraryProductProposal(models.Model):
    """A product that would serve many who asked much the same: a guide, a course, a data set.

    Proposals come from needs and solutions that are alike (`library_product_proposal_find`); people decide.
    """

    _name = "library.product.proposal"
    _description = "Proposed Product"
    _inherit = ["mail.thread"]
    _order = "state, audience desc, id desc"

    name = fields.Char("Title", required=True, tracking=True)
    kind = fields.Selection(KINDS, required=True, default="guide", tracking=True)
    state = fields.Selection(STATES, required=True, default="proposed", tracking=True, group_expand=True, readonly=True)
    reason = fields.Char("Why not", tracking=True, help="Why it was declined: the next one who has the idea reads it.")
    why = fields.Text("Why it is proposed", readonly=True)
    company_id = fields.Many2one(
        "res.company", "Institution", required=True, default=lambda self: self.env.company, index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one("res.users", "Who makes it", domain="[('share', '=', False)]", tracking=True)
    subject_ids = fields.Many2many("library.subject", string="Classes")
    solution_ids = fields.Many2many("library.solution", string="Solutions that are alike", readonly=True)
    need_ids = fields.Many2many(
        "library.need", string="Needs that are alike", readonly=True, groups="library_crm.group_library_manager"
    )
    need_count = fields.Integer("Needs", readonly=True)
    solution_count = fields.Integer("Solutions", readonly=True)
    audience = fields.Integer("Patrons who asked", readonly=True, help="0: fewer than five, which are not counted out.")
    audience_words = fields.Char("Audience", compute="_compute_audience_words")
    url = fields.Char("Where it is", help="Address that the notice leads to, once it is made.")
    date_notified = fields.Datetime("Told to those who asked", readonly=True, copy=False)
    notified_count = fields.Integer("Mails", readonly=True, copy=False)

    @api.depends("audience", "need_count")
    def _compute_audience_words(self):
        for proposal in self:
            if proposal.audience >= K:
                proposal.audience_words = self.env._("%(number)s patrons asked", number=proposal.audience)
            elif proposal.need_count:
                proposal.audience_words = self.env._("Fewer than %(number)s patrons asked", number=K)
            else:
                proposal.audience_words = self.env._("Nobody asked yet")

    # Decisions

    def _move(self, state):
        self.check_access("write")
        self.write({"state": state})

    def action_plan(self):
        """Take it up."""
        self._move("planned")
        for proposal in self.filtered(lambda one: not one.user_id):
            proposal.user_id = self.env.user

    def action_made(self):
        """It is there."""
        if any(not proposal.url for proposal in self):
            raise UserError(self.env._("Please enter where it is, so that people can be led to it."))
        self._move("made")

    def action_decline(self):
        """Not now; the reason stays."""
        if any(not (proposal.reason or "").strip() for proposal in self):
            raise UserError(self.env._("Please say why not: the next one who has the idea reads it."))
        self._move("declined")

    def action_reopen(self):
        """Think again."""
        self._move("proposed")
