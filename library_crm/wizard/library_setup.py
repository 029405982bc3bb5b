from markupsafe import Markup

from odoo import api, fields, models

ACTIONS = ("add", "change", "archive", "own", "keep", "same")
STYLES = {
    "add": "success", "change": "primary", "archive": "warning", "own": "secondary", "keep": "light", "same": "light",
}


class LibrarySetup(models.TransientModel):
    """Sets a library up with a pack, after showing what would be added, changed and left alone."""

    _name = "library.setup"
    _description = "Set Up Your Library"

    pack_id = fields.Many2one(
        "library.setup.pack", string="What kind of library?", required=True, ondelete="cascade",
        default=lambda self: self.env["library.setup.pack"].search([], limit=1),
    )
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, readonly=True, default=lambda self: self.env.company
    )
    description = fields.Text(related="pack_id.description")
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.depends("pack_id", "company_id")
    @api.depends_context("lang")
    def _compute_preview(self):
        for setup in self:
            setup.preview = setup._render_preview() if setup.pack_id else False

    def _render_preview(self):
        """A table: what happens to what."""
        plan = self.pack_id._plan(self.company_id)
        parts = self._part_labels()
        actions = self._action_labels()
        rows = Markup("")
        for action in ACTIONS:
            found = [row for row in plan if row["action"] == action]
            for part in dict.fromkeys(row["part"] for row in found):
                names = [row["name"] for row in found if row["part"] == part]
                rows += Markup(
                    '<tr><td><span class="badge text-bg-%s">%s</span></td><td>%s</td><td>%s</td></tr>'
                ) % (STYLES[action], actions[action], parts[part], " · ".join(names))
        return Markup('<table class="table table-sm"><tbody>%s</tbody></table>') % rows

    @api.model
    def _part_labels(self):
        return {
            "types": self.env._("Patron types"),
            "services": self.env._("Services and promises"),
            "segments": self.env._("Segments"),
            "retention": self.env._("Retention"),
        }

    @api.model
    def _action_labels(self):
        return {
            "add": self.env._("Added"),
            "change": self.env._("Changed"),
            "archive": self.env._("Archived, as nobody uses it"),
            "own": self.env._("Your edit stays"),
            "keep": self.env._("Stays beside the pack"),
            "same": self.env._("Is there already"),
        }

    def action_apply(self):
        """Do it, and say what was done."""
        self.ensure_one()
        counts = self.pack_id._apply(self.company_id)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(added)s added, %(changed)s changed, %(archived)s archived.",
                    added=counts.get("add", 0), changed=counts.get("change", 0), archived=counts.get("archive", 0)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
