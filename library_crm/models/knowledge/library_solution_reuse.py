from odoo import api, fields, models


class LibrarySolution(models.Model):
    """A solution that was made from another one, and what became of each use."""

    _inherit = "library.solution"

    adapted_from_id = fields.Many2one(
        "library.solution", string="Adapted from", index="btree_not_null", ondelete="set null", readonly=True,
        copy=False,
    )
    adaptation_ids = fields.One2many("library.solution", "adapted_from_id", string="Adapted as")
    reuse_count = fields.Integer(
        "Used again", readonly=True, copy=False, aggregator="sum",
        help="Adaptations, and cases in which it was delivered after the first.",
    )
    helped_count = fields.Integer("Helped", readonly=True, copy=False, aggregator="sum")
    not_helped_count = fields.Integer("Did not help", readonly=True, copy=False, aggregator="sum")
    reuse_score = fields.Float(
        "Worth using again", readonly=True, copy=False, aggregator=None, digits=(4, 3),
        help="From how often it helped; with few uses it stays near the middle.",
    )

    _reuse_idx = models.Index("(reuse_score DESC, reuse_count DESC, id DESC) WHERE state = 'final'")

    def action_adapt(self):
        """Begin a new solution from this one; its sources and sections come along."""
        self.ensure_one()
        self.check_access("read")
        copy = self.copy({"adapted_from_id": self.id, "author_ids": [fields.Command.set(self.env.user.ids)],
                          "state": "draft", "minutes": 0})  # fmt: skip
        copy.message_post(body=self.env._("Adapted from “%(solution)s”.", solution=self.name))
        return {"type": "ir.actions.act_window", "res_model": self._name, "res_id": copy.id, "view_mode": "form"}

    def action_open_adaptations(self):
        """What was made from this solution."""
        self.ensure_one()
        self.check_access("read")
        return self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_solution_action") | {
            "domain": [("adapted_from_id", "=", self.id)], "context": {},
        }  # fmt: skip

    @api.model
    def _update_reuse(self):
        """Work out the figures of every solution; rooms that know of uses extend it."""
