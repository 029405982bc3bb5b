from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

ACTIVITY = "mail.mail_activity_data_todo"
KINDS = [
    ("subject", "Next subject"),
    ("stage_end", "Stage of study ends"),
    ("project_end", "Project ends"),
    ("recurrence", "Returns every year"),
]
DISMISSALS = [
    ("wrong", "Does not need it"),
    ("known", "Is served already"),
    ("too_early", "Too early"),
    ("unwelcome", "Would not be welcome"),
]


class LibraryPrediction(models.Model):
    """A need that a patron may have soon, with what it rests on. It becomes a need only when somebody accepts it."""

    _name = "library.prediction"
    _description = "Need to Come"
    _order = "state desc, confidence desc, id desc"
    _rec_name = "patron_id"
    _check_company_auto = True

    patron_id = fields.Many2one(
        "library.patron", required=True, index=True, ondelete="cascade", readonly=True, check_company=True
    )
    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    key = fields.Integer(readonly=True, help="What it is about: a class, a project, a service.")
    subject_id = fields.Many2one("library.subject", string="Class", readonly=True, ondelete="cascade")
    service_id = fields.Many2one("library.service", readonly=True, ondelete="cascade")
    basis_code = fields.Char(required=True, readonly=True)
    basis_params = fields.Json(readonly=True)
    basis = fields.Text("Rests on", compute="_compute_basis")
    name = fields.Char("Need", compute="_compute_basis")
    confidence = fields.Float(readonly=True, digits=(6, 3), aggregator="avg")
    date_predicted = fields.Date("Predicted on", required=True, readonly=True)
    date_expected = fields.Date("Expected", readonly=True)
    date_expiry = fields.Date("Until", required=True, readonly=True)
    owner_id = fields.Many2one(related="patron_id.owner_id", string="Served by")
    allows_outreach = fields.Boolean(related="patron_id.allows_outreach", string="Wants to be told")

    state = fields.Selection(
        [("open", "Open"), ("accepted", "Accepted"), ("dismissed", "Dismissed"), ("expired", "Expired")],
        required=True, default="open", readonly=True, index=True,
    )
    dismissal = fields.Selection(DISMISSALS, string="Why dismissed", readonly=True)
    came_true = fields.Boolean(
        "Came true", readonly=True,
        help="The class was used after the prediction, whether or not anybody did something about it.",
    )
    need_id = fields.Many2one(
        "library.need", string="Became", readonly=True, ondelete="set null", index="btree_not_null"
    )
    user_id = fields.Many2one("res.users", string="Decided by", readonly=True, ondelete="set null")
    date_decided = fields.Date("Decided", readonly=True)

    _once = models.UniqueIndex("(patron_id, kind, key) WHERE state = 'open'", "This need is predicted already.")
    _open_idx = models.Index("(company_id, confidence DESC, id DESC) WHERE state = 'open'")

    @api.depends("kind", "subject_id", "service_id", "basis_code", "basis_params")
    @api.depends_context("lang")
    def _compute_basis(self):
        for prediction in self:
            prediction.name = prediction._need_in_short()
            prediction.basis = prediction._sentence()

    def _need_in_short(self):
        _ = self.env._
        match self.kind:
            case "subject":
                return _("Sources on %(subject)s", subject=self.subject_id.display_name)
            case "stage_end":
                return _("What comes after this stage of study")
            case "project_end":
                return _("Finishing “%(project)s”", project=(self.basis_params or {}).get("project", ""))
        return _("%(service)s, as last year", service=self.service_id.name)

    def _sentence(self):
        """What the prediction rests on, in the reader's language."""
        facts = dict(self.basis_params or {})
        if facts.get("date"):
            facts["date"] = format_date(self.env, facts["date"])
        if facts.get("subject"):
            facts["subject"] = self.env["library.subject"].browse(facts["subject"]).exists().display_name or "?"
        _ = self.env._
        match self.basis_code:
            case "next_after":
                return _(
                    "Used %(subject)s: of %(total)s months with it, this came in the next %(times)s times"
                    " (%(patrons)s patrons).", **facts)
            case "together_with":
                return _("Used %(subject)s, as %(patrons)s patrons did who used this as well.", **facts)
            case "popular_lately":
                return _("%(patrons)s patrons used this within a year.", **facts)
            case "ends":
                return _("Ends on %(date)s.", **facts)
            case "last_year":
                return _("Asked for it at this time of the year, on %(date)s.", **facts)
        return False

    # Decisions

    def _check_open(self):
        if self.filtered(lambda prediction: prediction.state != "open"):
            raise UserError(self.env._("Somebody has decided about this already."))

    def action_accept(self):
        """It becomes a need, and whoever serves the patron is asked to offer something."""
        self._check_open()
        for prediction in self:
            need = self.env["library.need"].create(prediction._prepare_need())
            prediction._decide("accepted", need_id=need.id)
            prediction._plan_outreach(need)
        if len(self) == 1:
            return {
                "type": "ir.actions.act_window",
                "res_model": "library.need",
                "res_id": self.need_id.id,
                "view_mode": "form",
            }
        return None

    def _prepare_need(self):
        self.ensure_one()
        return {
            "name": self.name,
            "patron_id": self.patron_id.id,
            "company_id": self.company_id.id,
            "origin": "predicted",
            "service_id": self.service_id.id,
            "subject_ids": [fields.Command.set(self.subject_id.ids)],
            "restatement": self.basis,
            "date_deadline": self.date_expected,
        }

    def _plan_outreach(self, need):
        """A to-do for the owner; the library writes only to those who want to be told."""
        owner = self.patron_id.owner_id or self.env.user
        if self.patron_id._allows("outreach"):
            summary = self.env._("Offer: %(need)s", need=need.name)
        else:
            summary = self.env._("Have ready, do not write: %(need)s", need=need.name)
        self.patron_id.activity_schedule(ACTIVITY, self.date_expected, summary=summary, user_id=owner.id)

    def _dismiss(self, reason):
        """The prediction is wrong or of no use; it is not made again within a year.

        :param str reason: code of `DISMISSALS`
        """
        self._check_open()
        if reason not in dict(DISMISSALS):
            raise ValidationError(self.env._("Choose why it is dismissed."))
        self._decide("dismissed", dismissal=reason)

    def _decide(self, state, **values):
        self.check_access("write")
        self.write({"state": state, "user_id": self.env.uid, "date_decided": fields.Date.context_today(self), **values})

    def action_dismiss_wrong(self):
        """Dismiss: the patron does not need it."""
        self._dismiss("wrong")

    def action_dismiss_known(self):
        """Dismiss: the patron is served already."""
        self._dismiss("known")

    def action_dismiss_early(self):
        """Dismiss: too early."""
        self._dismiss("too_early")

    def action_dismiss_unwelcome(self):
        """Dismiss: it would not be welcome."""
        self._dismiss("unwelcome")

    @api.model
    def _precision(self, companies):
        """How predictions fared: {kind: (accepted, dismissed, ended, came true)}; ended are all but the open ones."""
        rows = self._read_group(
            [("company_id", "in", companies.ids), ("state", "!=", "open")], ["kind", "state", "came_true"], ["__count"]
        )
        found = {}
        for kind, state, came_true, count in rows:
            accepted, dismissed, ended, true = found.get(kind, (0, 0, 0, 0))
            found[kind] = (
                accepted + (count if state == "accepted" else 0),
                dismissed + (count if state == "dismissed" else 0),
                ended + count,
                true + (count if came_true else 0),
            )
        return found

    @api.model
    def _precision_sentences(self, companies):
        """A line for each kind of prediction: how many were accepted, dismissed, came true."""
        found = self._precision(companies)
        lines = []
        for kind, label in self._fields["kind"]._description_selection(self.env):
            accepted, dismissed, ended, true = found.get(kind, (0, 0, 0, 0))
            facts = {
                "kind": label, "accepted": accepted, "decided": accepted + dismissed, "true": true, "ended": ended,
            }
            if kind == "subject" and ended:
                lines.append(self.env._(
                    "%(kind)s: %(accepted)s of %(decided)s decided were accepted, %(true)s of %(ended)s came true.",
                    **facts,
                ))
            elif facts["decided"]:
                lines.append(self.env._("%(kind)s: %(accepted)s of %(decided)s decided were accepted.", **facts))
        return "\n".join(lines) or self.env._("Nobody has decided about a prediction yet.")
