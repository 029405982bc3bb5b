from odoo import api, fields, models
from odoo.fields import NO_ACCESS
from odoo.tools import SQL

BATCH = 100
TEMPLATE = "library_crm.mail_template_board_news"


class LibraryBoardFollow(models.Model):
    """Somebody wants to hear of a question on the board. Nobody reads who; it goes with the name in the rooms."""

    _name = "library.board.follow"
    _description = "Question Followed"
    _log_access = False

    insight_id = fields.Many2one("library.insight", "Question", required=True, ondelete="cascade", index=True)
    alias_id = fields.Many2one(
        "library.insight.alias", required=True, ondelete="cascade", index=True, groups=NO_ACCESS,
        export_string_translation=False,
    )
    date_told = fields.Datetime(required=True, groups=NO_ACCESS, export_string_translation=False)

    _once = models.UniqueIndex("(insight_id, alias_id)")

    @api.model
    def _is_followed(self, post_sudo, alias_sudo):
        """Whether the visitor follows a question."""
        return bool(alias_sudo) and bool(self.sudo().search_count(  # sudo: the visitor's own row
            [("insight_id", "=", post_sudo.id), ("alias_id", "=", alias_sudo.id)], limit=1))

    @api.model
    def _follow(self, post_sudo, alias_sudo):
        """Follow a question from now on; again changes nothing."""
        self.env.cr.execute(SQL(
            "INSERT INTO library_board_follow (insight_id, alias_id, date_told) VALUES (%s, %s, %s)"
            " ON CONFLICT (insight_id, alias_id) DO NOTHING", post_sudo.id, alias_sudo.id, self.env.cr.now(),
        ))  # fmt: skip
        self.invalidate_model()

    @api.model
    def _toggle(self, post_sudo, alias_sudo):
        """Follow a question, or no more.

        :return: whether it is followed now
        """
        row_sudo = self.sudo().search(  # sudo: the visitor's own row
            [("insight_id", "=", post_sudo.id), ("alias_id", "=", alias_sudo.id)])
        if row_sudo:
            row_sudo.unlink()
            return False
        self._follow(post_sudo, alias_sudo)
        return True

    # Telling them, at most once a day

    @api.model
    def _find_news(self, limit):
        """Names that follow a question which somebody else answered since they were told."""
        self.env.flush_all()
        rows = self.env.execute_query(SQL(
            """
            SELECT DISTINCT f.alias_id
              FROM library_board_follow f
              JOIN library_insight i ON i.id = f.insight_id AND i.moderation = 'shown'
              JOIN library_insight_reply r ON r.insight_id = f.insight_id AND r.moderation = 'shown'
                                          AND r.alias_id IS DISTINCT FROM f.alias_id
             WHERE r.date > f.date_told AND i.alias_id IS DISTINCT FROM f.alias_id ORDER BY f.alias_id LIMIT %s
            """,
            limit,
        ))  # fmt: skip
        return self.env["library.insight.alias"].browse(row[0] for row in rows)

    @api.model
    def _cron_tell(self):
        """Tell whoever follows an answered question, in batches: the mark and the mail are one transaction."""
        commit = self.env["ir.cron"]._commit_progress
        while aliases := self._find_news(BATCH):
            self._tell(aliases)
            if not commit(len(aliases)):
                return

    @api.model
    def _tell(self, aliases):
        """One mail for each person who wants to hear of the board; it names no question."""
        aliases_sudo = aliases.sudo()  # sudo: whose a name is, for the address of the mail and nothing else
        Outreach = self.env["library.outreach"].sudo()  # sudo: as above
        allowed = Outreach._allowed(aliases_sudo.patron_id.ids, "community")
        day = fields.Date.context_today(self)
        rows = Outreach._claim([
            {
                "patron_id": patron.id, "purpose": "community", "kind": "board", "key": f"day:{day}",
                "reason": self.with_context(lang=patron.lang).env._("You follow questions on the board."),
            }
            for patron in aliases_sudo.patron_id if not allowed.get(patron.id, "unknown")
        ])
        if rows:
            rows._mail(TEMPLATE, record={alias.patron_id.id: alias for alias in aliases_sudo})
        self.sudo().search([("alias_id", "in", aliases_sudo.ids)]).write({"date_told": self.env.cr.now()})  # sudo: ours


class LibraryInsightAlias(models.Model):
    """Who wants to hear nothing of the board hears nothing of the rooms, either."""

    _inherit = "library.insight.alias"

    def _mail_news(self, patron):
        # sudo: one answer about the patron whose name it is
        refused = self.env["library.outreach"].sudo()._allowed(patron.ids, "community").get(patron.id)
        return None if refused in ("unwanted", "gone") else super()._mail_news(patron)
