from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

KINDS = [
    ("grade", "A better grade"),
    ("paper", "A paper or book"),
    ("patent", "A patent"),
    ("decision", "A decision made"),
    ("hours", "Hours saved"),
    ("other", "Something else"),
]


class LibraryImpactClaim(models.Model):
    """What a patron says the service led to in life: verified by a link and a second pair of eyes, told if allowed."""

    _name = "library.impact.claim"
    _description = "Impact of a Service"
    _order = "date desc, id desc"
    _check_company_auto = True

    kind = fields.Selection(KINDS, required=True, default="other", index=True)
    words = fields.Text("In the patron's words")
    link = fields.Char("Link or citation", help="Where it can be seen: an address, a DOI, a number.")
    hours = fields.Float("Hours saved")
    patron_id = fields.Many2one(
        "library.patron", index="btree_not_null", ondelete="set null", check_company=True
    )
    case_id = fields.Many2one("library.case", index="btree_not_null", ondelete="set null", check_company=True)
    service_id = fields.Many2one("library.service", index="btree_not_null", ondelete="set null")
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, ondelete="cascade",
        default=lambda self: self.env.company,
    )
    invitation_id = fields.Many2one(
        "library.evaluation.invitation", readonly=True, index="btree_not_null", ondelete="set null"
    )
    months = fields.Integer("Months after", readonly=True, help="How long after the answer the patron was asked.")
    source = fields.Selection(
        [("mail", "Asked by mail"), ("portal", "Said on the portal"), ("staff", "Written down by staff")],
        default="staff", required=True, readonly=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today)

    state = fields.Selection(
        [("claimed", "To verify"), ("verified", "Verified"), ("unverified", "Could not be verified")],
        default="claimed", required=True, readonly=True, index=True,
    )
    verified_by_id = fields.Many2one("res.users", string="Verified by", readonly=True, ondelete="set null")
    date_verified = fields.Date("Verified on", readonly=True)
    verification = fields.Text("How it was verified")
    consents = fields.Boolean(
        "May be told", readonly=True, help="The patron allows the library to tell it, without a name."
    )
    published_words = fields.Text(
        "Words to be told", help="For reports: without names or anything else that tells who it is."
    )

    _hours_positive = models.Constraint("CHECK (hours >= 0)", "Hours are not negative.")
    _invitation_uniq = models.UniqueIndex(
        "(invitation_id) WHERE invitation_id IS NOT NULL", "This question was answered; change the answer."
    )

    @api.constrains("kind", "words", "hours")
    def _check_content(self):
        for claim in self:
            if claim.kind == "hours" and not claim.hours and not claim.words:
                raise ValidationError(self.env._("Say how many hours were saved."))

    @api.depends("kind", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for claim in self:
            claim.display_name = kinds.get(claim.kind) or ""

    @api.model_create_multi
    def create(self, vals_list):
        """Staff write down a claim as their own; neither consent nor verification comes with it."""
        if not self.env.su:
            ours = {"source": "staff", "state": "claimed", "consents": False, "verified_by_id": False,
                    "date_verified": False, "invitation_id": False}
            vals_list = [{**vals, **ours} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """What was verified is verified again when it changes; states and consent change through their own ways."""
        own = {"state", "verified_by_id", "date_verified", "consents", "source", "invitation_id", "months"}
        if not self.env.su and own & set(vals):
            raise UserError(self.env._("This changes when somebody verifies it, or when the patron says so."))
        if {"kind", "words", "link", "hours"} & set(vals) and "state" not in vals:
            vals = {**vals, "state": "claimed", "verified_by_id": False, "date_verified": False}
        return super().write(vals)

    def action_verify(self):
        """A second pair of eyes has looked at the link or citation."""
        self._judge("verified")

    def action_not_verified(self):
        """It could not be verified; it stays, and is not told."""
        self._judge("unverified")

    def action_reopen(self):
        """Look at it again."""
        self.check_access("write")
        # sudo: the state of claims that the user may write
        self.sudo().write({"state": "claimed", "verified_by_id": False, "date_verified": False})

    def _judge(self, state):
        """Verify, or say that it could not be done; neither who wrote it down nor who served the patron may."""
        self.check_access("write")
        for claim in self:
            if claim.source == "staff" and claim.create_uid == self.env.user or claim.case_id.user_id == self.env.user:
                raise UserError(self.env._("Somebody else verifies this: you served the patron or wrote it down."))
            if state == "verified" and not (claim.link or claim.verification):
                raise UserError(self.env._("Name the link or citation, or write how it was verified."))
        # sudo: the state of claims that the user may write and did not make
        self.sudo().write({
            "state": state, "verified_by_id": self.env.uid, "date_verified": fields.Date.context_today(self),
        })
