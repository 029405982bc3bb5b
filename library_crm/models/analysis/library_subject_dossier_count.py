from odoo import api, fields, models
from odoo.fields import Command, Domain

from ...lib import k_guard
from ...lib.dossier_figures import guarded, whole_months


class LibrarySubjectDossier(models.Model):
    """The figures of a dossier: counted from needs, uses, suggestions, partners, licences and holdings."""

    _inherit = "library.subject.dossier"

    figures = fields.Json(readonly=True, copy=False, export_string_translation=False)
    date_counted = fields.Datetime("Figures of", readonly=True, copy=False)
    need_ids = fields.Many2many(
        "library.need", "library_subject_dossier_need_rel", "dossier_id", "need_id", copy=False,
        string="Needs it is about", help="Needs of the class that were not met, or that nothing of ours covers.",
    )
    suggestion_ids = fields.Many2many(
        "library.purchase.suggestion", compute="_compute_suggestion_ids", string="Suggestions of the class"
    )
    partner_resource_ids = fields.Many2many(
        "library.resource", compute="_compute_partner_resource_ids", string="Partner libraries"
    )
    uses_per_title = fields.Float("Uses per title", compute="_compute_ratios", digits=(12, 2))
    met_share = fields.Float("Share of settled needs met", compute="_compute_ratios")

    words_titles = fields.Char("Titles held", compute="_compute_words")
    words_copies = fields.Char("Copies held", compute="_compute_words")
    words_resources = fields.Char("Resources of ours", compute="_compute_words")
    words_uses = fields.Char("Uses", compute="_compute_words")
    words_needs = fields.Char("Needs", compute="_compute_words")
    words_people = fields.Char("Patrons who need something", compute="_compute_words")
    words_met = fields.Char("Needs met", compute="_compute_words")
    words_partly = fields.Char("Needs partly met", compute="_compute_words")
    words_unmet = fields.Char("Needs not met", compute="_compute_words")
    words_open = fields.Char("Needs still open", compute="_compute_words")
    words_lacking = fields.Char("Needs that no resource covers", compute="_compute_words")
    words_suggestions = fields.Char("Suggested purchases", compute="_compute_words")
    words_turned_away = fields.Char("Readers turned away by a licence", compute="_compute_words")
    words_referrals = fields.Char("Requests sent to partners", compute="_compute_words")
    words_referrals_answered = fields.Char("Requests partners answered", compute="_compute_words")
    words_ills = fields.Char("Interlibrary loans of the class", compute="_compute_words")

    @api.depends("figures")
    @api.depends_context("lang")
    def _compute_words(self):
        for dossier in self:
            figures = dossier.figures or {}
            for name in (name for name in self._fields if name.startswith("words_")):
                dossier[name] = self._say(figures, name.removeprefix("words_"))

    @api.model
    def _say(self, figures, name):
        """A figure as people read it; of one that is not shown, why."""
        value = figures.get(name, 0)
        if value is not None:
            return f"{value:,}".replace(",", "\u202f")
        if name == "people":
            return self.env._("under %(count)s", count=k_guard.K)
        if name in ("needs", "uses", "ills") or figures["people"] is None:
            return self.env._("under %(count)s people", count=k_guard.K)
        return self.env._("not shown")

    @api.depends("figures")
    def _compute_ratios(self):
        for dossier in self:
            figures = dossier.figures or {}
            dossier.uses_per_title = figures.get("uses_per_title") or 0
            dossier.met_share = figures.get("met_share") or 0

    @api.depends("subject_id", "company_id", "date_from", "date_to")
    def _compute_suggestion_ids(self):
        Suggestion = self.env["library.purchase.suggestion"]
        for dossier in self:
            dossier.suggestion_ids = Suggestion.search([
                ("company_id", "=", dossier.company_id.id), ("subject_id", "child_of", dossier.subject_id.id),
                *dossier._domain_months(),
            ]) if dossier.subject_id and dossier.date_from and dossier.date_to else Suggestion

    @api.depends("subject_id", "company_id")
    def _compute_partner_resource_ids(self):
        Resource = self.env["library.resource"]
        for dossier in self:
            dossier.partner_resource_ids = Resource.search([
                ("kind", "=", "partner"), ("company_id", "in", [False, dossier.company_id.id]),
                "|", ("coverage_ids", "child_of", dossier.subject_id.id),
                ("coverage_ids", "parent_of", dossier.subject_id.id),
            ]) if dossier.subject_id else Resource

    def _count(self):
        """Count again, and gather the needs that the decision is about; needs added by hand stay."""
        for dossier in self:
            # sudo: needs and requests of other teams count; what is kept is hidden where it must be
            dossier_sudo = dossier.sudo()
            counted = dossier_sudo.subject_id._evidence(dossier.company_id, dossier.date_from, dossier.date_to)
            needs_sudo = dossier_sudo._find_needs()
            dossier_sudo.write({
                "figures": guarded(counted[dossier.subject_id.id]),
                "date_counted": self.env.cr.now(),
                "need_ids": [Command.link(need.id) for need in needs_sudo - dossier_sudo.need_ids],
            })

    def _domain_months(self):
        """What was made in the months of the dossier."""
        start, end = whole_months(self.date_from, self.date_to)
        return [("create_date", ">=", start), ("create_date", "<", fields.Date.add(end, days=1))]

    def _find_needs(self):
        """Needs of class and period that ended without what was needed, or that nothing of ours covers."""
        self.ensure_one()
        Need = self.env["library.need"]
        unmet = [("state", "in", ("unmet", "partly"))]
        return Need.search(
            (Need._domain_lacking() | Domain(unmet)) & Domain([
                ("company_id", "=", self.company_id.id), ("subject_ids", "child_of", self.subject_id.id),
                *self._domain_months(),
            ])
        )
