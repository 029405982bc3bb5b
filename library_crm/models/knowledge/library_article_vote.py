from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

VOTES_PER_HOUR = 30
"""More votes than this from one address within an hour are a machine's."""
REASONS = [
    ("outdated", "Out of date"),
    ("unclear", "Hard to understand"),
    ("wrong", "Something is wrong"),
    ("missing", "Something is missing"),
]


class LibraryArticleVote(models.Model):
    """Whether an article helped a reader, once per reader.

    What somebody reads is nobody's business: a vote keeps no person and no address. `voter_key` and
    `origin_key` are keyed hashes; they tell that a vote is the second one, not whose it is.
    """

    _name = "library.article.vote"
    _description = "Article Vote"
    _order = "id desc"
    _rec_name = "article_id"
    _log_access = False  # it would keep who voted

    article_id = fields.Many2one("library.article", required=True, ondelete="cascade", readonly=True, index=True)
    is_helpful = fields.Boolean("Helpful", readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    note = fields.Char("In the reader's words", readonly=True)
    date_voted = fields.Datetime("Voted", required=True, default=fields.Datetime.now, readonly=True, index=True)
    voter_key = fields.Char(required=True, groups="base.group_system")
    origin_key = fields.Char(groups="base.group_system")

    _once = models.UniqueIndex("(article_id, voter_key)", "You have voted on this article.")

    @api.model
    def _cast(self, article, voter_key, origin_key, is_helpful, reason=None, note=None):
        """Count a vote, or change the one that this voter gave.

        :param article: library.article in sudo, which the caller has checked to be readable
        :raise UserError: too many votes from this origin
        :raise ValidationError: unknown reason
        """
        if reason and (is_helpful or reason not in dict(REASONS)):
            raise ValidationError(self.env._("Please choose one of the reasons."))
        # sudo: readers write no votes themselves; every value is checked here or made by us
        votes_sudo = self.sudo()
        votes_sudo._check_flood(origin_key)
        values = {
            "is_helpful": is_helpful,
            "reason": reason or False,
            "note": (note or "").replace("\x00", "").strip()[:500] or False,
            "date_voted": fields.Datetime.now(),
            "origin_key": origin_key,
        }
        known_sudo = votes_sudo.search([("article_id", "=", article.id), ("voter_key", "=", voter_key)])
        if known_sudo:
            self._count(article, known_sudo.is_helpful, -1)
            known_sudo.write(values)
        else:
            votes_sudo.create({**values, "article_id": article.id, "voter_key": voter_key})
        self._count(article, is_helpful, 1)

    @api.model
    def _check_flood(self, origin_key):
        recent = self.search_count(
            [("origin_key", "=", origin_key), ("date_voted", ">", fields.Datetime.now() - timedelta(hours=1))]
        )
        if recent >= VOTES_PER_HOUR:
            raise UserError(self.env._("That was a lot of votes at once. Please try again later."))

    @api.model
    def _count(self, article, is_helpful, step):
        """Add to a counter in SQL, so that no vote gets lost between reading and writing."""
        field = "helpful_count" if is_helpful else "not_helpful_count"
        self.env.cr.execute(
            SQL(
                "UPDATE library_article SET %(field)s = coalesce(%(field)s, 0) + %(step)s WHERE id = %(id)s",
                field=SQL.identifier(field),
                step=step,
                id=article.id,
            )
        )
        article.invalidate_recordset([field], flush=False)

    @api.autovacuum
    def _gc_origins(self):
        """Forget where votes came from once it cannot matter any more."""
        yesterday = fields.Datetime.now() - timedelta(days=1)
        self.search([("origin_key", "!=", False), ("date_voted", "<", yesterday)], limit=10000).origin_key = False
