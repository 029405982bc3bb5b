from markupsafe import Markup

from odoo import fields, models


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
