import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, mute_logger

from ...lib.form_input import as_id

# What stays with the article that goes: its own text and its own history
STAYING = {
    "library.article", "library.article.version", "library.article.vote", "library.source.citation",
    "library.knowledge.task",
}


class LibraryArticle(models.Model):
    """Two articles about the same become one; who follows the old address comes to the new one."""

    _inherit = "library.article"

    redirect_id = fields.Many2one(
        "library.article", "Merged into", readonly=True, copy=False, index="btree_not_null", ondelete="set null",
        groups="base.group_user",
    )

    @api.model
    def _portal_moved(self, slug):
        """The article to which an old address leads, if the visitor may read it; else an empty record."""
        _words, number = self.env["ir.http"]._unslug(slug or "")
        # sudo: follows what was merged, which no visitor may read; the search below is the visitor's own
        article_sudo = self.sudo().browse(as_id(number)).exists()
        passed = article_sudo.browse()
        while article_sudo.redirect_id and article_sudo not in passed:
            passed |= article_sudo
            article_sudo = article_sudo.redirect_id
        if not passed:
            return self.browse()
        return self.search(self._portal_domain() & Domain("id", "=", article_sudo.id), limit=1)

    def action_open_merge(self):
        """Choose the article into which this one goes."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge articles"),
            "res_model": "library.article.merge",
            "view_mode": "form",
            "target": "new",
            "context": {"default_article_id": self.id, "dialog_size": "extra-large"},
        }

    def _merge_into(self, other, reason, with_sources=False):
        """Archive this article and have everything that leads here lead to `other`.

        The text of `other` stays as it is. Its sources belong to it: taking some over changes it.

        :param bool with_sources: `other` gets the sources that it lacks
        """
        self.ensure_one()
        other.ensure_one()
        other = other.with_env(self.env)
        self._check_move(("draft", "review", "verified", "published", "outdated"), stewards_only=True)
        other._check_move(("draft", "review", "verified", "published", "outdated"), stewards_only=True)
        if self == other or self.company_id != other.company_id or self.lang != other.lang:
            raise UserError(self.env._("Only two articles of one institution and one language become one."))
        (self | other).lock_for_update(allow_referencing=True)
        if with_sources:
            self._hand_over_sources(other)
        self._hand_over_family(other)
        self._hand_over_votes(other)
        self._hand_over_pointers(other)
        other.write({
            "subject_ids": [fields.Command.link(subject.id) for subject in self.subject_ids],
            "tag_ids": [fields.Command.link(tag.id) for tag in self.tag_ids],
        })  # fmt: skip
        other._transition({"contributor_ids": [fields.Command.link(user.id) for user in self.contributor_ids]})
        self._transition({"state": "archived", "date_published": False, "redirect_id": other.id, "parent_id": False})
        self.message_post(body=self.env._(
            "Merged into “%(title)s”: %(reason)s", title=other.name, reason=reason))
        other.message_post(body=self.env._(
            "“%(title)s” was merged into this article: %(reason)s", title=self.name, reason=reason))

    def _hand_over_sources(self, other):
        """Sources that `other` lacks; who wrote them here wrote on `other` from now on, and verifies it not."""
        known = {(source.name, source.identifier or "") for source in other.source_ids}
        fresh = self.source_ids.filtered(lambda source: (source.name, source.identifier or "") not in known)
        if fresh:
            fresh.write({"article_id": other.id})
            people = self.author_id | self.editor_ids | self.contributor_ids
            other._transition({"editor_ids": [fields.Command.link(user.id) for user in people]})

    def _hand_over_family(self, other):
        """Chapters and translations; a language that `other` has already stays where it is."""
        (self.child_ids - other).write({"parent_id": other.id})
        if other in self.child_ids:
            other.write({"parent_id": self.parent_id.id})
        whole = other.translation_of_id or other
        if whole != self:
            taken = {whole.lang, *whole.translation_ids.mapped("lang")}
            self.translation_ids.filtered(lambda one: one.lang not in taken and one != whole).write(
                {"translation_of_id": whole.id})
        # sudo: what was merged here before goes on to where this one goes
        self.sudo().search([("redirect_id", "=", self.id)])._transition({"redirect_id": other.id})

    def _hand_over_votes(self, other):
        """Votes of readers who have not voted on `other`, and how often it was read."""
        self.env.flush_all()
        self.env.cr.execute(SQL(
            """
            UPDATE library_article_vote v SET article_id = %(other)s
             WHERE v.article_id = %(own)s AND NOT EXISTS (
                SELECT 1 FROM library_article_vote o WHERE o.article_id = %(other)s AND o.voter_key = v.voter_key)
            """,
            own=self.id, other=other.id,
        ))  # fmt: skip
        self.env.cr.execute(SQL(
            """
            UPDATE library_article a
               SET helpful_count = v.yes, not_helpful_count = v.no,
                   view_count = coalesce(a.view_count, 0)
                              + CASE WHEN a.id = %(other)s THEN (SELECT coalesce(view_count, 0) FROM library_article
                                                                  WHERE id = %(own)s) ELSE 0 END
              FROM (SELECT n.id, count(v.id) FILTER (WHERE v.is_helpful) AS yes,
                           count(v.id) FILTER (WHERE NOT v.is_helpful) AS no
                      FROM unnest(ARRAY[%(own)s, %(other)s]) AS n (id)
                      LEFT JOIN library_article_vote v ON v.article_id = n.id GROUP BY n.id) v
             WHERE a.id = v.id
            """,
            own=self.id, other=other.id,
        ))  # fmt: skip
        self.env.invalidate_all()

    def _hand_over_pointers(self, other):
        """All else that points here: citations in cases, insights, lines of plans, incoming items."""
        self.env.flush_all()
        for table, column in self._get_pointers():
            self._point_to(other, table, column)
        for side in ("from", "to"):
            self._hand_over_links(other, side)
        for table, column, partner in self._get_relations():
            self.env.cr.execute(SQL(
                """
                INSERT INTO %(table)s (%(partner)s, %(column)s)
                SELECT %(partner)s, %(other)s FROM %(table)s WHERE %(column)s = %(own)s ON CONFLICT DO NOTHING
                """,
                table=SQL.identifier(table), column=SQL.identifier(column), partner=SQL.identifier(partner),
                own=self.id, other=other.id,
            ))  # fmt: skip
        self.env.invalidate_all()

    def _hand_over_links(self, other, side):
        """Relations to other knowledge; the one between these two, and those that `other` has, stay here."""
        names = {"table": SQL.identifier("library_knowledge_link"), "column": SQL.identifier(f"{side}_id")}
        rows = self.env.execute_query(SQL(
            "SELECT id FROM %(table)s WHERE %(model)s = %(name)s AND %(column)s = %(own)s",
            model=SQL.identifier(f"{side}_model"), name=self._name, own=self.id, **names,
        ))  # fmt: skip
        for (number,) in rows:
            self._try_point_to(other, [number], names)

    def _point_to(self, other, table, column):
        """Point rows to `other`; a row that a rule of the database forbids there stays here."""
        names = {"table": SQL.identifier(table), "column": SQL.identifier(column)}
        rows = self.env.execute_query(SQL("SELECT id FROM %(table)s WHERE %(column)s = %(own)s", own=self.id, **names))
        found = [number for (number,) in rows]
        if not found or self._try_point_to(other, found, names):
            return
        for number in found:
            self._try_point_to(other, [number], names)

    def _try_point_to(self, other, numbers, names):
        """Point rows to `other`, unless a rule of the database forbids it."""
        try:
            with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                self.env.cr.execute(SQL(
                    "UPDATE %(table)s SET %(column)s = %(other)s WHERE id = ANY(%(rows)s)",
                    other=other.id, rows=numbers, **names,
                ))  # fmt: skip
        except psycopg2.IntegrityError:
            return False
        return True

    def _get_pointers(self):
        """(table, column) of every stored field that names one article."""
        for model in self._stored_models():
            for field in model._fields.values():
                if field.type == "many2one" and field.store and field.comodel_name == self._name:
                    yield model._table, field.name

    def _get_relations(self):
        """(table, column of the article, other column) of every list of articles, from either side."""
        found = set()
        for model in self._stored_models(staying=()):
            for field in model._fields.values():
                if field.type == "many2many" and field.store and field.relation and model._name != self._name:
                    if field.comodel_name == self._name:
                        found.add((field.relation, field.column2, field.column1))
        return sorted(found)

    def _stored_models(self, staying=STAYING):
        for name in sorted(self.env.registry.models):
            model = self.env[name]
            if model._auto and not (model._abstract or model._transient or model._table_query or name in staying):
                yield model
