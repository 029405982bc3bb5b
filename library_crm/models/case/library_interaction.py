from odoo import api, fields, models

from ...const import CHANNELS, READ_LEVELS, READ_MINUTES


class LibraryInteraction(models.Model):
    """A contact at the desk, on the phone or away from it, tallied in seconds and often without a name."""

    _name = "library.interaction"
    _description = "Desk Contact"
    _order = "date desc, id desc"
    _check_company_auto = True

    date = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    user_id = fields.Many2one(
        "res.users", string="Staff", required=True, default=lambda self: self.env.user, index=True
    )
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    team_id = fields.Many2one(
        "library.team", check_company=True, index="btree_not_null", default=lambda self: self._default_team_id()
    )
    branch_id = fields.Many2one("library.branch", check_company=True, index="btree_not_null")
    patron_id = fields.Many2one(
        "library.patron", index="btree_not_null", ondelete="set null", check_company=True, help="Empty: without a name."
    )

    channel = fields.Selection(CHANNELS, default="desk", required=True)
    kind = fields.Selection(
        [
            ("directional", "Where is …, opening hours"),
            ("technical", "Printer, computer, account"),
            ("reference", "Information need"),
            ("instruction", "Showed how"),
            ("other", "Other"),
        ],
        required=True,
        default="reference",
    )
    read_level = fields.Selection(READ_LEVELS, string="Effort (READ)", required=True, default="2")
    minutes = fields.Integer(compute="_compute_minutes", store=True, readonly=False, precompute=True)
    note = fields.Text("Need in short")
    outcome = fields.Selection(
        [("done", "Done"), ("referred", "Referred"), ("open", "Becomes a case")], default="done", required=True
    )
    case_id = fields.Many2one("library.case", readonly=True, index="btree_not_null", ondelete="set null")

    is_reference = fields.Boolean(
        "Reference transaction",
        compute="_compute_is_reference",
        store=True,
        readonly=False,
        precompute=True,
        help="Staff used or interpreted sources to meet a need (RUSA 2008); directions and machine help are not "
             "counted.",
    )

    _minutes_positive = models.Constraint("CHECK (minutes >= 0)", "Minutes cannot be negative.")

    @api.model
    def _default_team_id(self):
        return self.env.user.library_team_ids.filtered(lambda team: team.company_id == self.env.company)[:1]

    @api.depends("read_level")
    def _compute_minutes(self):
        for contact in self:
            contact.minutes = READ_MINUTES.get(contact.read_level, 0)

    @api.depends("kind", "read_level")
    def _compute_is_reference(self):
        for contact in self:
            contact.is_reference = contact.kind == "reference" and contact.read_level not in ("1", "2")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("branch_id") and "team_id" in vals:
                vals["branch_id"] = self.env["library.team"].browse(vals["team_id"]).branch_id.id
        contacts = super().create(vals_list)
        contacts.filtered(lambda contact: contact.outcome == "open" and not contact.case_id)._open_cases()
        return contacts

    def _open_cases(self):
        """What could not be finished at the desk goes on as a case."""
        for contact in self:
            name = (contact.note or "").strip().splitlines()
            contact.case_id = self.env["library.case"].create(
                {
                    "name": (name[0] if name else self.env._("Question from the desk"))[:120],
                    "patron_id": contact.patron_id.id,
                    "team_id": contact.team_id.id,
                    "branch_id": contact.branch_id.id,
                    "channel": contact.channel,
                    "user_id": contact.user_id.id,
                }
            )

    def action_make_case(self):
        """Go on with this contact as a case."""
        self.ensure_one()
        if not self.case_id:
            self.outcome = "open"
            self._open_cases()
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.case",
            "res_id": self.case_id.id,
            "view_mode": "form",
        }

    @api.model
    def tally(self, keys):
        """Note a contact from the desk bar.

        :param dict keys: read_level, and optionally kind, channel, note, patron_id, outcome
        :return: {'id', 'case_id'} of what was noted
        """
        allowed = ("read_level", "kind", "channel", "note", "patron_id", "outcome", "minutes")
        contact = self.create({name: keys[name] for name in allowed if keys.get(name)})
        return {"id": contact.id, "case_id": contact.case_id.id}
