from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class LibraryAbsence(models.Model):
    """When a colleague is away, and who stands in: patrons never wait for an empty chair."""

    _name = "library.absence"
    _description = "Absence"
    _order = "date_start desc, id desc"

    user_id = fields.Many2one(
        "res.users", string="Who is away", required=True, index=True, ondelete="cascade",
        domain="[('share', '=', False)]", default=lambda self: self.env.user,
    )
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    date_start = fields.Datetime("From", required=True)
    date_end = fields.Datetime("Until", required=True, index=True)
    deputy_id = fields.Many2one(
        "res.users", index="btree_not_null", ondelete="set null",
        domain="[('share', '=', False), ('id', '!=', user_id)]",
        help="Gets at once what patrons answer meanwhile.",
    )
    team_deputy_ids = fields.Many2many(
        "res.users", "library_absence_team_deputy_rel", "absence_id", "user_id", string="Deputies in other teams",
        domain="[('share', '=', False), ('id', '!=', user_id)]",
        help="Whoever of them serves in the team of a case stands in there.",
    )
    note = fields.Char(
        "For the deputy", help="Colleagues read this: what the deputy should know, not why you are away."
    )
    state = fields.Selection(
        [("planned", "Planned"), ("now", "Away now"), ("over", "Over")], compute="_compute_state",
        search="_search_state",
    )
    is_begun = fields.Boolean("Handed to the deputy", readonly=True, copy=False)
    is_ended = fields.Boolean("Handed back", readonly=True, copy=False)

    _days_in_order = models.Constraint("CHECK (date_start < date_end)", "An absence ends after it begins.")

    @api.depends("user_id", "date_start", "date_end")
    def _compute_display_name(self):
        for absence in self:
            days = [
                fields.Datetime.context_timestamp(absence, moment).date()
                for moment in (absence.date_start, absence.date_end) if moment
            ]
            absence.display_name = f"{absence.user_id.name or ''} ({' – '.join(map(str, days))})"

    @api.depends("date_start", "date_end")
    def _compute_state(self):
        now = fields.Datetime.now()
        for absence in self:
            if absence.date_end and absence.date_end <= now:
                absence.state = "over"
            else:
                absence.state = "now" if absence.date_start and absence.date_start <= now else "planned"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        domains = {
            "planned": Domain("date_start", ">", now),
            "now": Domain("date_start", "<=", now) & Domain("date_end", ">", now),
            "over": Domain("date_end", "<=", now),
        }
        return Domain.OR([domains[state] for state in value if state in domains])

    @api.constrains("user_id", "deputy_id", "team_deputy_ids")
    def _check_deputy(self):
        for absence in self:
            if absence.user_id in absence.deputy_id | absence.team_deputy_ids:
                raise ValidationError(
                    self.env._("Somebody else has to stand in for %(name)s.", name=absence.user_id.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        absences = super().create(vals_list)
        self._forget()
        return absences

    def write(self, vals):
        result = super().write(vals)
        if {"user_id", "date_start", "date_end", "deputy_id", "team_deputy_ids"} & vals.keys():
            self._forget()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget()
        return result

    @api.model
    def _forget(self):
        """Absences are kept at hand, since each mail of a patron asks for them: drop them after a change."""
        self.env.registry.clear_cache()

    @api.model
    @tools.ormcache("today")
    def _at_hand(self, today):
        """{user id: ((start, end, deputy ids), …)} of absences that end today or later, of every institution."""
        found = {}
        # sudo: who is away and who stands in, asked by code that acts for a patron or for nobody
        absences_sudo = self.sudo().search([("date_end", ">=", today)], order="date_end desc, id desc")
        for absence in absences_sudo:
            deputies = (*absence.deputy_id.ids, *(absence.team_deputy_ids - absence.deputy_id).ids)
            found.setdefault(absence.user_id.id, []).append((absence.date_start, absence.date_end, deputies))
        return {user_id: tuple(rows) for user_id, rows in found.items()}

    @api.model
    def _away_now(self, moment=None):
        """{user id: (until, deputy ids)} of everybody who is away; costs no query as a rule.

        :param moment: naive UTC datetime; now when None
        """
        moment = moment or fields.Datetime.now()
        away = {}
        for user_id, rows in self._at_hand(fields.Date.today()).items():
            for start, end, deputies in rows:
                if start <= moment < end:
                    # the longest absence comes first; the deputies of one that begins meanwhile stand in as well
                    until, named = away.get(user_id, (end, ()))
                    away[user_id] = (until, (*named, *(one for one in deputies if one not in named)))
        return away
