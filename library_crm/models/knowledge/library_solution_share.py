from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from ...lib.redact import find_identity, text_of_html

# what others would read
TEXTS = {"name", "body", "method", "section_ids", "source_ids", "licence_note"}
CHECKED = {"is_shareable", "shared_by_id"}
# Stands in the context while a check is noted. A caller over RPC can send any value, but not this object.
_CHECKING = object()
_KEY = "library_solution_checking"


class LibrarySolution(models.Model):
    """A solution made for one patron may serve another once it holds nobody's name."""

    _inherit = "library.solution"

    is_shareable = fields.Boolean(
        "May be given to others", readonly=True, copy=False,
        help="A colleague read it for that: it says nothing about the patron it was made for.",
    )
    shared_by_id = fields.Many2one("res.users", "Checked by", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        # OdooBot loads data files; it cannot sign in, and sudo() does not make anybody OdooBot
        if self.env.uid != SUPERUSER_ID and any(vals.get(name) for vals in vals_list for name in CHECKED):
            raise AccessError(self.env._("Whether it may be given to others follows from reading it."))
        guarded = {f"default_{name}" for name in CHECKED}
        self = self.with_context({key: self.env.context[key] for key in set(self.env.context) - guarded})
        return super().create(vals_list)

    def write(self, vals):
        """A text that changes has to be read again before others get it."""
        is_checking = self.env.context.get(_KEY) is _CHECKING
        if not is_checking and self.env.uid != SUPERUSER_ID and CHECKED & set(vals):
            raise AccessError(self.env._("Whether it may be given to others follows from reading it."))
        result = super().write(vals)
        if not is_checking and not TEXTS.isdisjoint(vals):
            self._note_text_changed()
        return result

    def _note_text_changed(self):
        """What was checked is not what stands there now."""
        self.filtered("is_shareable")._note_check(False)

    def _note_check(self, is_shareable):
        self.with_context(**{_KEY: _CHECKING}).write(
            {"is_shareable": is_shareable, "shared_by_id": self.env.uid if is_shareable else False}
        )

    def action_share(self):
        """Offer the final text to other patrons; refused while it names the one it was made for."""
        self.check_access("write")
        for solution in self:
            if solution.state != "final":
                raise UserError(self.env._("“%(name)s” is not final yet.", name=solution.name))
            if found := solution._find_people():
                raise UserError(
                    self.env._(
                        "“%(name)s” still says who it was made for: %(words)s. Take it out, or make an article of it.",
                        name=solution.name,
                        words=", ".join(found),
                    )
                )
        self._note_check(True)

    def action_unshare(self):
        """Keep it with the patron it was made for."""
        self.check_access("write")
        self._note_check(False)

    def _find_people(self):
        """The words of this solution that give its patron away, as a list without repeats."""
        self.ensure_one()
        sources = self.source_ids.mapped(lambda source: f"{source.name} {source.note or ''}")
        text = "\n".join(
            [self.name, text_of_html(self._document_body()), self.method or "", self.licence_note or "", *sources]
        )
        finds = find_identity(text, **self._identity_terms())
        return list(dict.fromkeys(text[find.start : find.end] for find in finds if find.is_certain))[:10]


class LibrarySolutionSection(models.Model):
    _inherit = "library.solution.section"

    def _on_text_changed(self):
        result = super()._on_text_changed()
        self.solution_id._note_text_changed()
        return result


class LibrarySourceCitation(models.Model):
    _inherit = "library.source.citation"

    @api.model_create_multi
    def create(self, vals_list):
        citations = super().create(vals_list)
        citations.solution_id._note_text_changed()
        return citations

    def write(self, vals):
        result = super().write(vals)
        self.solution_id._note_text_changed()
        return result
