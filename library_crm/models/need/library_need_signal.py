from odoo import api, fields, models
from odoo.tools import format_date

KINDS = [
    ("search_no_hit", "Searched without result"),
    ("reopened", "Came back"),
    ("no_license", "Turned away: no licence"),
    ("ill_repeat", "Asked for again and again"),
    ("low_cognition", "Was not understood"),
    ("manual", "Noticed by staff"),
]


class LibraryNeedSignal(models.Model):
    """Why we think that there is a need nobody has stated: one observation, counted as often as it is made."""

    _name = "library.need.signal"
    _description = "Sign of a Need"
    _order = "date desc, id desc"
    _rec_name = "evidence"

    need_id = fields.Many2one("library.need", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="need_id.company_id", store=True, index=True)
    kind = fields.Selection(KINDS, required=True, default="manual")
    key = fields.Char(readonly=True, help="What was observed; the same is counted, not written twice.")
    words = fields.Text("What was noticed", help="Said by whoever noticed it.")
    params = fields.Json(readonly=True)
    evidence = fields.Text(compute="_compute_evidence")
    count = fields.Integer("Times", default=1, required=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    subject_id = fields.Many2one("library.subject", string="Class", ondelete="set null", index="btree_not_null")

    _once = models.UniqueIndex("(company_id, kind, key) WHERE key IS NOT NULL", "This is noted already.")
    _count_positive = models.Constraint("CHECK (count > 0)", "What was never observed is no sign.")

    @api.depends("kind", "words", "params", "count")
    @api.depends_context("lang")
    def _compute_evidence(self):
        for signal in self:
            signal.evidence = signal._sentence() or signal.words

    def _sentence(self):
        """The observation in a sentence in the reader's language; empty where somebody wrote it."""
        facts = {"words": self.words or "", "count": self.count, "subject": self.subject_id.display_name or ""}
        day = (self.params or {}).get("since")
        facts["since"] = format_date(self.env, day) if day else ""
        _ = self.env._
        match self.kind:
            case "search_no_hit":
                return _("“%(words)s” was looked for %(count)s times since %(since)s and not found.", **facts)
            case "reopened":
                return _("The question “%(words)s” was opened again %(count)s times.", **facts)
            case "no_license":
                return _("%(words)s: %(count)s readers were turned away since %(since)s.", **facts)
            case "ill_repeat":
                return _("%(count)s copies or loans on %(subject)s were asked of others since %(since)s.", **facts)
            case "low_cognition":
                return _("“%(words)s”: %(count)s answers were not understood.", **facts)
        return ""
