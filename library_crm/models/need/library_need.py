from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...const import DEPTHS, SETTLED, UNMET_REASONS

STATES = [
    ("stated", "Stated"),
    ("understood", "Understood"),
    ("planned", "Planned"),
    ("met", "Met"),
    ("partly", "Partly met"),
    ("unmet", "Not met"),
    ("withdrawn", "Withdrawn"),
]


class LibraryNeed(models.Model):
    """What a patron needs, in the patron's words and in ours, with a life of its own."""

    _name = "library.need"
    _description = "Need"
    _inherit = ["portal.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("In short", required=True)
    patron_id = fields.Many2one(
        "library.patron", index="btree_not_null", ondelete="set null", check_company=True
    )
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    origin = fields.Selection(
        [("stated", "Stated"), ("latent", "Unspoken"), ("predicted", "Predicted")], default="stated", required=True
    )
    service_id = fields.Many2one("library.service", index="btree_not_null", ondelete="set null")
    subject_ids = fields.Many2many("library.subject", string="Subjects")

    statement = fields.Text("In the patron's words")
    restatement = fields.Text("As we understand it")
    purpose = fields.Char(help="What the patron wants to do with it.")
    date_deadline = fields.Date("Needed by")
    depth = fields.Selection(DEPTHS)
    wanted_languages = fields.Char("Languages", help="Languages the patron reads.")
    wanted_formats = fields.Char("Formats", help="Print, PDF, data, audio …")

    confirmation = fields.Selection(
        [
            ("none", "Not asked"),
            ("asked", "Waiting for the patron"),
            ("confirmed", "Confirmed by the patron"),
            ("corrected", "Corrected by the patron"),
        ],
        default="none",
        required=True,
    )
    date_confirmed = fields.Datetime(readonly=True)
    correction = fields.Text("The patron's correction", readonly=True)

    state = fields.Selection(STATES, default="stated", required=True, index=True)
    unmet_reason = fields.Selection(UNMET_REASONS)
    lacks = fields.Text("What is lacking", help="What the patron did not get.")
    date_settled = fields.Datetime(readonly=True)

    _unmet_has_reason = models.Constraint(
        "CHECK (state <> 'unmet' OR unmet_reason IS NOT NULL)", "Say why the need was not met."
    )

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for need in self:
            need.access_url = f"/my/needs/{need.id}"
        return result

    def _confirmation_url(self):
        """Where the patron confirms or corrects our restatement without signing in."""
        self.ensure_one()
        # sudo: the token goes to the patron of this need only
        return f"{self.get_base_url()}/library/need/{self.id}/{self.sudo()._portal_ensure_token()}"

    def _restate(self, restatement):
        """Keep the librarian's understanding; the patron has not agreed to it yet."""
        restatement = (restatement or "").strip()
        if not restatement:
            raise ValidationError(self.env._("Write how you understand the need before you ask the patron."))
        self.write({"restatement": restatement, "confirmation": "asked", "correction": False, "date_confirmed": False})

    def _confirm(self):
        """The patron agrees with our understanding."""
        self.write({"confirmation": "confirmed", "date_confirmed": self.env.cr.now()})
        self.filtered(lambda need: need.state == "stated").state = "understood"

    def _correct(self, words):
        """The patron says what we misunderstood."""
        words = (words or "").strip()
        if not words:
            raise ValidationError(self.env._("Please write what we should change."))
        self.write({"confirmation": "corrected", "correction": words[:10000], "date_confirmed": self.env.cr.now()})

    def _settle(self, state, unmet_reason=False, lacks=False):
        """End the need as met, partly met, not met or withdrawn. The only code that does so."""
        if state not in SETTLED:
            raise ValueError(f"not a settled state: {state}")
        if state == "unmet" and not unmet_reason:
            raise ValidationError(self.env._("Say why the need was not met."))
        self.write(
            {
                "state": state,
                "unmet_reason": unmet_reason if state in ("unmet", "partly") else False,
                "lacks": lacks,
                "date_settled": self.env.cr.now(),
            }
        )

    def _unsettle(self):
        """The conversation goes on, so the need is open again."""
        self.filtered(lambda need: need.state in SETTLED).write(
            {"state": "understood", "unmet_reason": False, "date_settled": False}
        )

    @api.model
    def _domain_open(self):
        """Needs that nobody has settled yet."""
        return Domain("state", "not in", SETTLED)
