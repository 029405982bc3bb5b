from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

DECISIONS = [
    ("buy", "Buy or license"),
    ("borrow", "Borrow from partners"),
    ("link", "Link to what is there"),
    ("skip", "Do without"),
]


class LibrarySubjectDossier(models.Model):
    """Everything that bears on one class of the collection, and what was decided about it, why and by whom.

    The figures are counted when the dossier is opened and stay as they were when it is decided; the counting stands in
    `library_subject_dossier_count`, the mail to patrons in `library_subject_dossier_tell`.
    """

    _name = "library.subject.dossier"
    _description = "Subject Dossier"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state desc, date_to desc, id desc"
    _rec_name = "subject_id"
    _check_company_auto = True

    subject_id = fields.Many2one("library.subject", string="Class", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    date_from = fields.Date("First day", required=True, default=lambda self: self._default_from())
    date_to = fields.Date("Last day", required=True, default=fields.Date.context_today)
    task_id = fields.Many2one(
        "library.collection.task", string="Collection task", check_company=True, index="btree_not_null",
        ondelete="set null",
    )
    notes = fields.Text(help="What the figures do not say: condition, age, language, what teaching plans.")

    # the decision
    state = fields.Selection(
        [("open", "Open"), ("decided", "Decision made")], required=True, default="open", readonly=True, tracking=True,
        copy=False,
    )
    decision = fields.Selection(DECISIONS, tracking=True, copy=False)
    reason = fields.Text("Why", copy=False, help="What speaks for it, what against it, and what it costs.")
    resource_id = fields.Many2one(
        "library.resource", index="btree_not_null", ondelete="set null", copy=False,
        help="What was linked to, or who lends.",
    )
    user_id = fields.Many2one("res.users", string="Decided by", readonly=True, copy=False, ondelete="set null")
    date_decided = fields.Datetime("Decided on", readonly=True, copy=False)

    _dates_in_order = models.Constraint("CHECK (date_to >= date_from)", "The dossier ends before it begins.")
    _decided_has_reason = models.Constraint(
        "CHECK (state <> 'decided' OR (decision IS NOT NULL AND reason IS NOT NULL))",
        "Say what was decided and why.",
    )

    @api.model
    def _default_from(self):
        return fields.Date.context_today(self) - relativedelta(years=1)

    @api.depends("subject_id", "date_from", "date_to")
    def _compute_display_name(self):
        for dossier in self:
            months = " – ".join(day.strftime("%Y-%m") for day in (dossier.date_from, dossier.date_to) if day)
            dossier.display_name = f"{dossier.subject_id.display_name or ''} ({months})"

    @api.model_create_multi
    def create(self, vals_list):
        dossiers = super().create(vals_list)
        dossiers._count()
        return dossiers

    def write(self, vals):
        if {"subject_id", "company_id", "date_from", "date_to", "decision", "reason"} & set(vals) and any(
            dossier.state == "decided" for dossier in self
        ) and "state" not in vals:
            raise UserError(self.env._("This dossier is decided. Decide anew to change what it says."))
        result = super().write(vals)
        if {"subject_id", "company_id", "date_from", "date_to"} & set(vals):
            # sudo: needs of other teams' cases are gathered too
            self.sudo().need_ids = False
            self._count()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        if any(dossier.state == "decided" for dossier in self):
            raise UserError(self.env._("A decision stays on record."))

    def action_decide(self):
        """Keep the decision with the figures as they are now."""
        self.check_access("write")
        for dossier in self:
            if dossier.state != "open":
                raise UserError(self.env._("Somebody has decided about this already."))
            if not dossier.decision or not (dossier.reason or "").strip():
                raise ValidationError(self.env._("Say what was decided and why."))
            if dossier.decision == "link" and not dossier.resource_id:
                raise ValidationError(self.env._("Choose the resource to which patrons are pointed."))
        self._count()
        self.write({"state": "decided", "date_decided": self.env.cr.now(), "user_id": self.env.uid})

    def action_reopen(self):
        """Decide anew; the record of changes keeps what was decided before."""
        self.check_access("write")
        self.filtered(lambda dossier: dossier.state == "decided").write(
            {"state": "open", "date_decided": False, "user_id": False}
        )

    def action_count(self):
        """Count anew, as long as nothing is decided."""
        self.check_access("write")
        self.filtered(lambda dossier: dossier.state == "open")._count()

    def action_meaning(self):
        """The definitions of the figures of a dossier."""
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_figure_card_action"),
            "domain": [("code", "=like", "dossier_%")],
        }
