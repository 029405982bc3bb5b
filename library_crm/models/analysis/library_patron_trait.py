from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

TRAIT_KINDS = [
    ("interest", "Interest"),
    ("channel", "Channel"),
    ("hours", "Hours"),
    ("habit", "Habit"),
]


class LibraryPatronTrait(models.Model):
    """One statement about a patron, with what it rests on, how sure it is and until when it holds.

    What the patron says beats what we see. A rejected statement stays as a bare key, so that it never comes back.
    """

    _name = "library.patron.trait"
    _inherit = ["library.patron.link"]
    _description = "Patron Trait"
    _order = "patron_id, origin, kind, confidence desc, id"

    patron_id = fields.Many2one("library.patron", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True, readonly=True)
    kind = fields.Selection(TRAIT_KINDS, required=True, readonly=True)
    code = fields.Char(required=True, readonly=True, help="What is said, in a word for machines.")
    subject_id = fields.Many2one("library.subject", readonly=True, index="btree_not_null", ondelete="cascade")
    word = fields.Char(readonly=True, help="An interest in the patron's own words.")

    evidence = fields.Json(readonly=True)
    confidence = fields.Float(readonly=True, aggregator="avg", help="0 to 1: how much the evidence carries.")
    origin = fields.Selection(
        [("declared", "Said by the patron"), ("observed", "Seen in use and contact")], required=True, readonly=True
    )
    date_found = fields.Date("Since", required=True, readonly=True)
    date_expiry = fields.Date("Holds until", readonly=True, index="btree_not_null")
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("confirmed", "Confirmed"),
            ("disputed", "Disputed by the patron"),
            ("rejected", "Rejected"),
        ],
        required=True,
        default="proposed",
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    date_decided = fields.Date(readonly=True)
    dispute_note = fields.Text("The patron says", readonly=True)
    answer = fields.Text("Our answer", help="Shown to the patron when the statement stays.")

    sentence = fields.Char("Statement", compute="_compute_sentence")
    basis = fields.Char("Rests on", compute="_compute_sentence")
    has_conflict = fields.Boolean(
        "Against what the patron says",
        compute="_compute_has_conflict",
        help="The patron said something else; what the patron says is used.",
    )

    # a rejected statement keeps this key and nothing else
    _once = models.Constraint("UNIQUE (patron_id, kind, code)", "This has been said of the patron already.")
    _confidence_range = models.Constraint("CHECK (confidence BETWEEN 0 AND 1)", "Confidence lies between 0 and 1.")

    @api.depends("kind", "code", "subject_id", "word", "evidence", "origin")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for trait in self:
            trait.sentence = trait._get_sentence()
            trait.basis = trait._get_basis()

    @api.depends("kind", "code", "origin")
    def _compute_display_name(self):
        for trait in self:
            trait.display_name = trait._get_sentence()

    @api.depends("kind", "code", "origin", "patron_id.preferred_channel", "patron_id.preferred_time")
    def _compute_has_conflict(self):
        declared_in = {"channel": "preferred_channel", "hours": "preferred_time"}
        for trait in self:
            patron_sudo = trait.patron_id.sudo()  # sudo: two preferences of the patron whose statement this is
            said = patron_sudo[declared_in[trait.kind]] if trait.kind in declared_in else False
            trait.has_conflict = bool(trait.origin == "observed" and said and said != trait.code)

    @api.model
    def _domain_used(self, today):
        """Statements that may serve the patron: neither doubted nor out of date."""
        return Domain("state", "in", ("proposed", "confirmed")) & (
            Domain("date_expiry", "=", False) | Domain("date_expiry", ">", today)
        )

    @api.model
    def _domain_of(self, patrons, kind=None):
        """Statements about these patrons."""
        domain = Domain("patron_id", "in", patrons.ids)
        return domain & Domain("kind", "=", kind) if kind else domain

    # decisions
    def action_confirm(self):
        """A colleague knows that it is so."""
        self.check_access("write")
        self._decide("confirmed")

    def action_reject(self):
        """It is not so: it never comes back, and what it rested on is gone."""
        self.check_access("write")
        self._reject()

    def action_keep(self):
        """After a dispute: the statement stays, with an answer that the patron reads."""
        self.check_access("write")
        for trait in self.filtered(lambda trait: trait.state == "disputed"):
            if not (trait.answer or "").strip():
                raise UserError(self.env._("Write the patron why the statement stays."))
            trait._decide("proposed")

    def _decide(self, state):
        self.write({"state": state, "user_id": self.env.uid, "date_decided": fields.Date.context_today(self)})

    def _reject(self):
        """Keep the bare key of these statements, so that no run says them again."""
        self._decide("rejected")
        self.write(
            {
                "evidence": False,
                "word": False,
                "subject_id": False,
                "confidence": 0.0,
                "date_expiry": False,
                "answer": False,
                "dispute_note": False,
            }
        )

    def _dispute(self, words):
        """The patron says that it is not so: not used any more from now on, and a colleague looks at it.

        :param str words: the patron's own, may be empty
        """
        self.write(
            {
                "state": "disputed",
                "dispute_note": words or False,
                "answer": False,
                "user_id": False,
                "date_decided": False,
            }
        )
