from odoo import api, fields, models
from odoo.exceptions import UserError


class LibraryJourneyVersion(models.Model):
    """The steps of a journey as they were at a time. What people are walking on is not changed under them."""

    _name = "library.journey.version"
    _description = "Version of a Journey"
    _order = "journey_id, number desc"
    _rec_name = "number"

    journey_id = fields.Many2one("library.journey", required=True, readonly=True, index=True, ondelete="cascade")
    number = fields.Integer(readonly=True)
    state = fields.Selection(
        [("draft", "Draft"), ("live", "Live"), ("old", "Old")], default="draft", required=True, readonly=True
    )
    step_ids = fields.One2many("library.journey.step", "version_id", string="Steps", copy=True)
    running_count = fields.Integer("Under way", compute="_compute_running_count")

    _number_uniq = models.UniqueIndex("(journey_id, number)", "This version is there already.")
    _live_uniq = models.UniqueIndex("(journey_id) WHERE state = 'live'", "One version of a journey is live.")

    def _compute_running_count(self):
        counts = dict(self.env["library.journey.person"]._read_group(
            [("version_id", "in", self.ids), ("state", "=", "running")], ["version_id"], ["__count"]))
        for version in self:
            version.running_count = counts.get(version, 0)

    @api.depends("number", "journey_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(journey)s, version %(number)s", journey=version.journey_id.name or "", number=version.number)

    @api.model_create_multi
    def create(self, vals_list):
        versions = super().create(vals_list)
        for version in versions.filtered(lambda one: not one.number):
            others = version.journey_id.version_ids - version
            version.number = max(others.mapped("number"), default=0) + 1
        return versions

    def _open(self):
        self.ensure_one()
        return {"type": "ir.actions.act_window", "res_model": self._name, "res_id": self.id, "view_mode": "form"}

    def action_open(self):
        """The steps of this version."""
        self.check_access("read")
        return self._open()

    def action_make_live(self):
        """Whoever enters from now on walks these steps; who is under way goes on as before."""
        self.ensure_one()
        self.check_access("write")
        if not self.step_ids:
            raise UserError(self.env._("A journey has at least one step."))
        before = self.journey_id.version_ids.filtered(lambda one: one.state == "live") - self
        before.state = "old"
        before.flush_recordset()
        self.state = "live"

    def action_move_people(self):
        """Put everybody who is under way onto the live version; nobody gets a step a second time."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "live":
            raise UserError(self.env._("People are moved to the live version only."))
        people = self.env["library.journey.person"].search([
            ("journey_id", "=", self.journey_id.id), ("state", "=", "running"), ("version_id", "!=", self.id),
        ])
        ended = people.filtered(lambda one: one.step_number >= len(self.step_ids))
        ended.write({"version_id": self.id, "state": "done", "date_next": False})
        (people - ended).write({"version_id": self.id})

