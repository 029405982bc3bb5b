from markupsafe import Markup

from odoo import api, fields, models


class LibraryWorkroomProcess(models.TransientModel):
    """Shows what a changed process would change in a running case, before anything is changed."""

    _name = "library.workroom.process"
    _description = "Take Over a Process"

    workroom_id = fields.Many2one("library.workroom", required=True, readonly=True, ondelete="cascade")
    difference = fields.Html(compute="_compute_difference", sanitize=False)

    @api.depends("workroom_id")
    def _compute_difference(self):
        for wizard in self:
            wizard.difference = wizard._render_difference()

    def _render_difference(self):
        """The steps that come, go and change, as a list."""
        _ = self.env._
        found = self.workroom_id._compare_process()
        lines = [("text-success", "fa-plus", _("New: %(step)s", step=step.name)) for step in found["added"]]
        lines += [("text-danger", "fa-minus", _("Left out: %(step)s", step=step.name)) for step in found["removed"]]
        for step, template in found["changed"]:
            words = _("Changed: %(step)s", step=step.name)
            if step.name != template.name:
                words = _("Changed: %(step)s becomes %(new)s", step=step.name, new=template.name)
            lines.append(("text-info", "fa-pencil", words))
        if not lines:
            return Markup("<p>%s</p>") % _("Nothing changes in the steps that nobody has begun.")
        rows = Markup().join(
            Markup('<li class="%s"><i class="fa %s me-2" aria-hidden="true"></i>%s</li>') % line for line in lines
        )
        return Markup('<ul class="list-unstyled mb-0">%s</ul>') % rows

    def action_take_over(self):
        """Follow the process as it is today."""
        self.ensure_one()
        self.workroom_id.check_access("write")
        self.workroom_id._take_over_process()
        return {"type": "ir.actions.act_window_close"}
