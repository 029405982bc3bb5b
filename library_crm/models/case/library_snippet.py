from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.blanks import fill_blanks, find_blanks


class LibrarySnippet(models.Model):
    """A piece of an answer that is written once: for a service, a team and a language, with blanks to fill."""

    _name = "library.snippet"
    _description = "Snippet"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char("Title", required=True)
    body = fields.Html(
        "Text", required=True, sanitize_style=True,
        help="A name in double braces is a blank: {{patron}}, {{librarian}}, {{team}}, {{question}} and {{promise}} "
             "are filled by the case, any other has to be filled before the answer can be sent.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", string="Institution", index=True, default=lambda self: self.env.company)
    team_id = fields.Many2one(
        "library.team", check_company=True, index="btree_not_null", ondelete="cascade", help="Empty: for every team."
    )
    service_id = fields.Many2one(
        "library.service", index="btree_not_null", ondelete="cascade", help="Empty: for every service."
    )
    lang = fields.Selection(
        lambda self: self.env["library.article"]._get_languages(), "Language", help="Empty: for every language."
    )
    blank_names = fields.Char("Blanks", compute="_compute_blank_names")
    use_count = fields.Integer("Used", readonly=True, copy=False)

    @api.depends("body")
    def _compute_blank_names(self):
        for snippet in self:
            snippet.blank_names = ", ".join(find_blanks(snippet.body)) or False

    @api.model
    def _fitting(self, case):
        """Snippets for an answer in this case, those made for its service and team first.

        :param case: a library.case
        """
        lang = case._patron_lang()
        found = self.search(
            [
                ("company_id", "in", [case.company_id.id, False]),
                ("team_id", "in", [case.team_id.id, False]),
                ("service_id", "in", [case.service_id.id, False]),
                ("lang", "in", [lang, False]),
            ]
        )
        return found.sorted(lambda one: (not one.service_id, not one.team_id, not one.lang, -one.use_count, one.name))

    def _fill(self, case):
        """The text for this case as Markup; blanks that the case does not know stay.

        :param case: a library.case
        """
        self.ensure_one()
        patron = case.patron_id
        known = {
            "patron": patron.preferred_name or patron.name,
            "librarian": self.env.user.name,
            "team": case.team_id.with_context(lang=case._patron_lang()).name,
            "question": case.name,
            "promise": case._promise_words(),
        }
        return Markup(fill_blanks(self.body, {name: str(escape(value)) for name, value in known.items() if value}))

    def _count_use(self):
        """One more answer was sent with these."""
        if self.ids:
            # in SQL: two colleagues may send at the same moment, and using a text is no change to it
            self.env.cr.execute(
                SQL("UPDATE library_snippet SET use_count = coalesce(use_count, 0) + 1 WHERE id IN %s", tuple(self.ids))
            )
            self.invalidate_recordset(["use_count"], flush=False)
