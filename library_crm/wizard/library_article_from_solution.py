from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..lib.redact import LABELS, LABELS_ZH, lines_of_html, redact, redact_html, text_of_html
from ..lib.text_diff import diff_html


class LibraryArticleFromSolution(models.TransientModel):
    """Make an article of a solution, without the patron for whom the solution was made.

    The wizard proposes a text from which the person is removed and shows the difference; the librarian decides.
    """

    _name = "library.article.from.solution"
    _description = "Article from a Solution"

    solution_id = fields.Many2one("library.solution", required=True, ondelete="cascade")
    extra_words = fields.Char(
        "Remove as well", help="Other names or words that would give the patron away, separated by commas."
    )
    name = fields.Char("Title", compute="_compute_text", store=True, readonly=False)
    body = fields.Html("Text", compute="_compute_text", store=True, readonly=False, sanitize_style=True)
    removed_count = fields.Integer("Places removed", compute="_compute_text", store=True)
    doubts = fields.Char(
        "Please look", compute="_compute_text", store=True, help="May be a name, may be an ordinary word; it was left."
    )
    difference = fields.Html("What changes", compute="_compute_difference", sanitize=False)
    visibility = fields.Selection(
        lambda self: self.env["library.article"]._fields["visibility"]._description_selection(self.env),
        "Who may read it once published",
        required=True,
        default="public",
    )
    is_checked = fields.Boolean("I have read the text: nobody can be recognised in it")

    def _get_labels(self):
        return LABELS_ZH if (self.solution_id.lang or "").startswith("zh") else LABELS

    def _get_identity(self):
        """What to remove: what is known about the patron, and what the librarian adds."""
        self.ensure_one()
        # sudo: whoever may read the solution may have its patron removed, also without reading the case
        terms = self.solution_id.sudo()._identity_terms()
        extra = [word.strip() for word in (self.extra_words or "").replace("，", ",").replace("、", ",").split(",")]
        return {**terms, "words": [*filter(None, extra)]}

    @api.depends("solution_id", "extra_words")
    def _compute_text(self):
        for wizard in self:
            if not wizard.solution_id:
                wizard.name, wizard.body, wizard.removed_count, wizard.doubts = False, False, 0, False
                continue
            rules = {**wizard._get_identity(), "labels": wizard._get_labels(), "keep_doubtful": True}
            wizard.name, in_title = redact(wizard.solution_id.name, **rules)
            wizard.body, in_body = redact_html(wizard.solution_id.body, **rules)
            wizard.removed_count = sum(find.is_certain for find in in_title + in_body)
            doubtful = [
                text[max(0, find.start - 4) : find.end + 4]
                for text, finds in (
                    (wizard.solution_id.name, in_title),
                    (text_of_html(wizard.solution_id.body), in_body),
                )
                for find in finds
                if not find.is_certain
            ]
            wizard.doubts = " · ".join(f"…{words}…" for words in doubtful[:20])

    @api.depends("solution_id", "name", "body")
    def _compute_difference(self):
        for wizard in self:
            before, after = wizard.solution_id, wizard
            wizard.difference = diff_html(
                f"{before.name or ''}\n\n{lines_of_html(before.body)}",
                f"{after.name or ''}\n\n{lines_of_html(after.body)}",
            )

    def action_create_article(self):
        """Create the draft from the text as it stands in the wizard, and open it."""
        self.ensure_one()
        if not self.is_checked:
            raise UserError(
                self.env._("Please confirm that you have read the text and that nobody can be recognised in it."))
        self.solution_id.check_access("read")
        article = self.env["library.article"].create(self._prepare_article())
        # the process keeps where an article comes from, and who wrote the text that it takes over
        article._set_origin(self.solution_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.article",
            "res_id": article.id,
            "views": [(False, "form")],
        }

    def _prepare_article(self):
        """Values of the draft; what is cited goes with it, without the patron as well."""
        solution = self.solution_id
        rules = {**self._get_identity(), "labels": self._get_labels()}
        return {
            "name": self.name,
            "body": self.body,
            "lang": solution.lang,
            "visibility": self.visibility,
            "subject_ids": [Command.set(solution.subject_ids.ids)],
            "company_id": solution.company_id.id,
            "source_ids": [
                Command.create(
                    {
                        "name": redact(source.name, **rules)[0],
                        "identifier": source.identifier,
                        "url": source.url,
                        "date_seen": source.date_seen,
                        "note": redact(source.note, **rules)[0],
                        "sequence": source.sequence,
                    }
                )
                for source in solution.source_ids
            ],
        }

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        if not all(solution.has_access("read") for solution in wizards.solution_id):
            raise AccessError(self.env._("You may not read this solution."))
        return wizards
