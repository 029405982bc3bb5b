from odoo import api, fields, models
from odoo.exceptions import UserError

FIT_KINDS = [("use", "How people use the library"), ("subject", "What people use it for")]


class LibraryClusterFit(models.Model):
    """A search for groups among the patrons: started by a person, done in the background, judged by its figures.

    Value (how people use the library) and interest (what for) are kept apart: together both become worse.
    """

    _name = "library.cluster.fit"
    _description = "Search for Groups"
    _order = "id desc"

    kind = fields.Selection(FIT_KINDS, required=True, default="use", readonly=True)
    company_id = fields.Many2one(
        "res.company",
        string="Institution",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="Started by", default=lambda self: self.env.user, readonly=True)
    state = fields.Selection(
        [("queued", "Waiting"), ("done", "Done"), ("failed", "Nothing found")],
        required=True,
        default="queued",
        readonly=True,
    )
    as_of = fields.Date("As of", required=True, default=fields.Date.context_today, readonly=True)
    problem = fields.Selection(
        [
            ("few", "Too few patrons with figures to look for groups."),
            (
                "unstable",
                "No number of groups was found again when the patrons were drawn anew: there are no clear groups.",
            ),
            ("error", "The search failed; the log of the server says why."),
        ],
        readonly=True,
    )
    patron_count = fields.Integer("Patrons looked at", readonly=True)
    k = fields.Integer("Groups", readonly=True)
    silhouette = fields.Float(
        readonly=True,
        digits=(4, 3),
        aggregator="avg",
        help="How clearly the groups are apart: 1 is perfect, 0 means that they run into each other.",
    )
    stability = fields.Float(
        readonly=True,
        digits=(4, 3),
        aggregator="avg",
        help="How far the same groups are found when the patrons are drawn anew (adjusted Rand index).",
    )
    centroids = fields.Json(
        readonly=True,
        groups="base.group_system",
        help="With these, patrons are put into groups until somebody searches again.",
    )
    cluster_ids = fields.One2many("library.cluster", "fit_id", string="Groups found")

    @api.depends("kind", "as_of")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for fit in self:
            fit.display_name = f"{kinds.get(fit.kind, '')} · {fit.as_of or ''}"

    @api.model
    def action_search_use(self):
        """Look for groups by how people use the library."""
        return self._start("use")

    @api.model
    def action_search_subject(self):
        """Look for groups by what people use the library for."""
        return self._start("subject")

    def _start(self, kind):
        """Put a search in line; the work is done in the background.

        :raise UserError: when one of this kind waits already
        """
        self.check_access("create")
        if self.search_count([("kind", "=", kind), ("company_id", "=", self.env.company.id), ("state", "=", "queued")]):
            raise UserError(self.env._("A search of this kind is waiting already."))
        fit = self.create({"kind": kind})
        # sudo: a trigger of our own scheduled action
        self.env.ref("library_crm.ir_cron_library_cluster_fit_run").sudo()._trigger()
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.cluster.fit",
            "res_id": fit.id,
            "view_mode": "form",
        }
