from odoo import api, fields, models
from odoo.tools import SQL


class LibraryInsightHelpful(models.Model):
    """That a post helped somebody, once for each reader; nobody can tell whom.

    As with votes on articles, `voter_key` is a keyed hash.
    """

    _name = "library.insight.helpful"
    _description = "Post That Helped"
    _log_access = False

    insight_id = fields.Many2one("library.insight", index="btree_not_null", ondelete="cascade")
    reply_id = fields.Many2one("library.insight.reply", index="btree_not_null", ondelete="cascade")
    voter_key = fields.Char(required=True)

    _insight_once = models.UniqueIndex("(voter_key, insight_id) WHERE insight_id IS NOT NULL")
    _reply_once = models.UniqueIndex("(voter_key, reply_id) WHERE reply_id IS NOT NULL")

    @api.model
    def _toggle(self, post, voter_key):
        """Count that `post` (in sudo) helped the reader of this key, or take it back.

        The counter is added to in SQL, so that no vote gets lost between reading and writing.
        """
        column = "insight_id" if post._name == "library.insight" else "reply_id"
        votes_sudo = self.sudo()  # sudo: readers write no votes themselves; the key is ours
        known_sudo = votes_sudo.search([(column, "=", post.id), ("voter_key", "=", voter_key)])
        if known_sudo:
            known_sudo.unlink()
        else:
            votes_sudo.create({column: post.id, "voter_key": voter_key})
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET helpful_count = greatest(coalesce(helpful_count, 0) + %s, 0) WHERE id = %s",
                SQL.identifier(post._table), -1 if known_sudo else 1, post.id,
            )
        )
        post.invalidate_recordset(["helpful_count"], flush=False)
