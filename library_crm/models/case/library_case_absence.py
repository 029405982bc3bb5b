from odoo import api, fields, models


class LibraryCase(models.Model):
    """What a patron writes to somebody who is away reaches the deputy at once, and the patron sees who that is."""

    _inherit = "library.case"

    acting_user_id = fields.Many2one(
        "res.users", string="Stands in", compute="_compute_acting", groups="base.group_user",
        help="Who acts while the owner is away.",
    )
    absence_words = fields.Char(compute="_compute_acting", groups="base.group_user")

    @api.depends("user_id", "team_id")
    @api.depends_context("lang", "tz")
    def _compute_acting(self):
        for case in self:
            acting = case._acting_owner()
            case.acting_user_id = acting if acting != case.user_id else False
            case.absence_words = acting != case.user_id and case.user_id and self.env._(
                "%(name)s is away until %(moment)s; %(deputy)s stands in.",
                name=case.user_id.name, deputy=acting.name,
                moment=case.team_id._moment_words(case.user_id._library_away_until()),
            )

    def _acting_owner(self):
        """Who answers for this case now: its owner, or who stands in and serves in the team; empty without owner."""
        self.ensure_one()
        return self.user_id._library_acting(self.team_id) if self.user_id else self.user_id

    def message_post(self, **kwargs):
        """Whoever stands in follows the case from the first message on that the owner does not see."""
        self.ensure_one()
        case_sudo = self.sudo()  # sudo: a patron's message makes the deputy a follower; both are staff of the team
        acting = case_sudo._acting_owner()
        if acting != case_sudo.user_id:
            case_sudo.message_subscribe(partner_ids=acting.partner_id.ids)
        return super().message_post(**kwargs)

    def _remind_owner(self):
        """The activity goes to whoever is at work."""
        acting = self._acting_owner()
        if acting == self.user_id:
            return super()._remind_owner()
        kind = "mail.mail_activity_data_todo"
        if not self.activity_search([kind], user_id=acting.id):
            due = fields.Datetime.context_timestamp(self, self.date_promised or fields.Datetime.now()).date()
            self.activity_schedule(
                kind, date_deadline=due, user_id=acting.id,
                summary=self.env._("The patron wrote; you stand in for %(name)s", name=self.user_id.name),
            )

    def _portal_librarian(self):
        """The patron sees who answers meanwhile."""
        values = super()._portal_librarian()
        case_sudo = self.sudo()  # sudo: first names of those who answer
        acting = case_sudo._acting_owner()
        if acting != case_sudo.user_id:
            values = {**values, "away": values["name"], "name": (acting.name or "").split(" ")[0]}
        return values
