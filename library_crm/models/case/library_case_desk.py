from odoo import api, fields, models
from odoo.fields import Domain


class LibraryCase(models.Model):
    """What the screen of a case shows in one look, and the dialogs its buttons open."""

    _inherit = "library.case"

    is_mine = fields.Boolean(compute="_compute_is_mine", groups="base.group_user")
    can_claim = fields.Boolean(compute="_compute_is_mine", groups="base.group_user")
    patron_type_id = fields.Many2one(related="patron_id.type_id", string="Type of patron", groups="base.group_user")
    patron_depth = fields.Selection(related="patron_id.depth", string="Wanted depth", groups="base.group_user")
    patron_help_style = fields.Selection(
        related="patron_id.help_style", string="Wanted way of help", groups="base.group_user"
    )
    patron_has_bounced = fields.Boolean(
        related="patron_id.has_bounced", string="Patron's mail comes back", groups="base.group_user"
    )
    lang_name = fields.Char("Language", compute="_compute_lang_name", groups="base.group_user")
    proposed_count = fields.Integer("Proposed", compute="_compute_proposed_count", groups="base.group_user")

    @api.model
    def default_get(self, fields):
        """A case typed in by hand begins at the own team."""
        values = super().default_get(fields)
        team = self.env["library.team"].browse(values.get("team_id")) or self.env.user.library_team_ids[:1]
        proposed = {
            "team_id": team.id,
            "company_id": team.company_id.id or self.env.company.id,
            "stage_id": self._find_stage("new").id,
        }
        return {name: value for name, value in proposed.items() if name in fields and value} | values

    @api.onchange("service_id")
    def _onchange_service_id(self):
        if not self._origin and self.service_id.team_id:
            self.team_id = self.service_id.team_id

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for case in self:
            case.is_mine = case.user_id == self.env.user
            case.can_claim = not case.user_id

    @api.depends("lang", "patron_id.lang")
    def _compute_lang_name(self):
        names = dict(self.env["res.lang"].get_installed())
        for case in self:
            case.lang_name = names.get(case.lang or case.patron_id.lang, False)

    @api.depends("participant_ids.state")
    def _compute_proposed_count(self):
        for case in self:
            case.proposed_count = len(case.participant_ids.filtered(lambda person: person.state == "proposed"))

    @api.model
    def search_panel_select_range(self, field_name, **kwargs):
        """Beside their queue, librarians choose among their own teams.

        Asking the cases which teams have any would cost more than the list itself.
        """
        user = self.env.user
        sees_all = user.has_groups("library_crm.group_library_manager,library_crm.group_library_privacy")
        if field_name == "team_id" and not sees_all:
            own = Domain("id", "in", user.library_team_ids.ids)
            kwargs["comodel_domain"] = list(Domain(kwargs.get("comodel_domain") or []) & own)
        return super().search_panel_select_range(field_name, **kwargs)

    # Buttons

    def action_answer(self):
        """Write to the patron; the dialog names everybody who will read it."""
        return self._open_dialog("library.case.answer", self.env._("Answer"))

    def action_close_dialog(self):
        """Say how the service ended."""
        return self._open_dialog("library.case.close", self.env._("Close the case"))

    def action_transfer(self):
        """Give the case to another team or colleague."""
        return self._open_dialog("library.case.transfer", self.env._("Hand over"))

    def action_restate(self):
        """Tell the patron how we understand the need, and ask whether that is right."""
        return self._open_dialog("library.need.restate", self.env._("Restate the need"))

    def _open_dialog(self, model, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "name": name,
            "context": {"default_case_id": self.id},
        }

    def action_reopen(self):
        """Go on with a closed case."""
        self._reopen()

    def action_open_patron(self):
        """Everything about the patron, on one page."""
        return self._open_record(self.patron_id)

    def action_open_log(self):
        """What happened in this case and what it taught."""
        return self._open_record(self.log_ids[:1])

    @api.model
    def _open_record(self, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "name": record.display_name,
        }
