from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError


class LibrarySolutionComment(models.Model):
    """What a patron said about one part of a solution: a message of the conversation, and where it belongs.

    The words stand in the message alone, so that they go when the conversation goes.
    """

    _name = "library.solution.comment"
    _description = "Comment on a Solution"
    _order = "id"

    case_id = fields.Many2one("library.case", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True, related_sudo=True)
    solution_id = fields.Many2one("library.solution", required=True, readonly=True, index=True, ondelete="cascade")
    version = fields.Integer(readonly=True, aggregator=None)
    section_id = fields.Many2one(
        "library.solution.section", readonly=True, index="btree_not_null", ondelete="set null",
        help="Empty: about the whole.",
    )
    message_id = fields.Many2one("mail.message", required=True, readonly=True, index=True, ondelete="cascade")
    body = fields.Html("Words", related="message_id.body", related_sudo=True)

    def _get_words(self):
        """The words alone: the message begins with a line that says what they are about."""
        self.ensure_one()
        body = str(self.message_id.body or "")
        return Markup(body.partition("</p>")[2] or body)  # noqa: S704 - the server cleaned it when it was stored


class LibrarySolution(models.Model):
    _inherit = "library.solution"

    comment_ids = fields.One2many("library.solution.comment", "solution_id", string="What patrons say")

    def action_add_searches(self):
        """Add how it was searched as a section: the searches of the cases it was made in, without their remarks."""
        self.ensure_one()
        self.check_access("write")
        rooms = self.case_ids.workroom_ids.filtered("search_ids")
        if not rooms:
            raise UserError(self.env._("No search is logged in the workrooms of the cases this was delivered in."))
        localized = rooms.with_context(lang=self._print_lang())
        sections = [
            {"name": table["title"], "body": self._render_searches(table), "sequence": 99}
            for table in (room._search_appendix() for room in localized)
        ]
        self.write({"section_ids": [fields.Command.create(section) for section in sections]})

    @api.model
    def _render_searches(self, table):
        """The searches as a table; the last column, why colleagues kept what they kept, stays among them."""
        cells = Markup("<td>%s</td>")
        head = Markup().join(cells % name for name in table["head"][:-1])
        rows = Markup().join(
            Markup("<tr>%s</tr>") % Markup().join(cells % cell for cell in row[:-1]) for row in table["rows"]
        )
        return Markup('<p>%s</p><table class="table"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>') % (
            table["notes"][-1], head, rows
        )
