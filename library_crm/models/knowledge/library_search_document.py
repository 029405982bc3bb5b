from collections import defaultdict
from datetime import datetime

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...lib.search_terms import INDEX_VERSION, encode

BATCH = 500
REBUILD_PARAMETER = "library_crm.search_rebuilt_since"
TEXT_LIMIT = 200_000
"""Characters of a text that are indexed; nobody writes more, but somebody will paste it."""


class LibrarySearchDocument(models.Model):
    """One row for everything that can be found by its words: the library's search index.

    A document is written as one line of terms (see `lib.search_terms`) under a GIN index. Records mark
    themselves when they change; what is marked is indexed in one statement when the transaction commits, or
    before the next search in it, so that a record written three times is indexed once.
    """

    _name = "library.search.document"
    _description = "Search index entry"
    _inherit = ["library.search.ranked", "library.record.pointer"]
    _order = "id desc"
    _rec_name = "title"
    _log_access = False

    title = fields.Char(required=True)
    body = fields.Text("Text", prefetch=False)
    lang = fields.Char("Language")
    visibility = fields.Selection(
        [("public", "Everybody"), ("patron", "Patrons"), ("staff", "Staff")], required=True, default="staff"
    )
    company_id = fields.Many2one("res.company", string="Institution", ondelete="cascade", index=True)
    is_question = fields.Boolean(
        "Was asked",
        help="A question that somebody asked, not a piece of knowledge; both are searched and weighed apart.",
    )
    terms = fields.Text(prefetch=False, groups="base.group_system")
    often = fields.Text(prefetch=False, groups="base.group_system")
    term_count = fields.Integer("Length")
    version = fields.Integer(groups="base.group_system")
    date_indexed = fields.Datetime("Indexed")
    # subject_ids int[]: classes of the record, see _auto_init

    _record_uniq = models.UniqueIndex("(res_model, res_id)")
    # Knowledge and questions stand in an index each: a hundred thousand questions would otherwise decide which words
    # of an article are rare. fastupdate would keep new entries in a list that every search has to walk through.
    _terms_idx = models.Index(
        "USING gin (string_to_array(terms, ' ')) WITH (fastupdate = off) WHERE is_question IS NOT TRUE"
    )
    _asked_idx = models.Index(
        "USING gin (string_to_array(terms, ' ')) WITH (fastupdate = off) WHERE is_question IS TRUE"
    )

    def _auto_init(self):
        result = super()._auto_init()
        self.env.cr.execute(SQL("ALTER TABLE library_search_document ADD COLUMN IF NOT EXISTS subject_ids int[]"))
        # long texts move out of the rows, so that a search reads few pages; space in them for changes
        self.env.cr.execute(SQL("ALTER TABLE library_search_document SET (toast_tuple_target = 128, fillfactor = 80)"))
        return result

    # Upkeep

    @api.model
    def _mark_changed(self, records):
        """Have `records` indexed anew at the end of the transaction."""
        pending = self._get_pending()
        if not pending:
            # sudo: the index is kept for everybody, whoever wrote the record
            self.env.cr.precommit.add(self.sudo()._index_pending)
        pending[records._name].update(records.ids)

    @api.model
    def _get_pending(self):
        """{model: set of ids} that this transaction has changed and not indexed yet."""
        return self.env.cr.precommit.data.setdefault("library_crm.search_pending", defaultdict(set))

    @api.model
    def _index_pending(self):
        """Index what is marked; called before the commit and before each search."""
        pending = self._get_pending()
        while pending:
            model, ids = pending.popitem()
            self._index(self.env[model].browse(ids).exists())

    @api.model
    def _index(self, records):
        """Bring the rows of `records` up to date."""
        # sudo: the index holds every record; who may find which is decided in each search
        records_sudo = records.sudo().with_context(active_test=False)
        self._upsert([self._prepare_row(record, record._search_document_values()) for record in records_sudo])

    @api.model
    def _prepare_row(self, record, values):
        """The columns of `_upsert` for one record."""
        title = (values["title"] or "").replace("\x00", "")
        body = (values["text"] or "").replace("\x00", "")[:TEXT_LIMIT]
        words = f"{body}\n{values['words']}"
        if record._search_is_question:
            # the title of a question is the question, often word for word the beginning of its text
            terms, length, often = encode("", words if body.startswith(title) else f"{title}\n{words}")
        else:
            terms, length, often = encode(title, words)
        return (
            record._name,
            record.id,
            title,
            body,
            values["lang"] or None,
            values["visibility"],
            values["company_id"] or None,
            sorted(values["subject_ids"]),
            record._search_is_question,
            terms,
            often or None,
            length,
            INDEX_VERSION,
            self.env.cr.now(),
        )

    @api.model
    def _upsert(self, rows):
        """Write rows of `_prepare_row` in one statement."""
        if not rows:
            return
        self.env.cr.execute_values(
            """
            INSERT INTO library_search_document AS d
                   (res_model, res_id, title, body, lang, visibility, company_id, subject_ids, is_question,
                    terms, often, term_count, version, date_indexed)
            VALUES %s
            ON CONFLICT (res_model, res_id) DO UPDATE
               SET title = excluded.title, body = excluded.body, lang = excluded.lang,
                   visibility = excluded.visibility, company_id = excluded.company_id,
                   subject_ids = excluded.subject_ids, is_question = excluded.is_question, terms = excluded.terms,
                   often = excluded.often, term_count = excluded.term_count, version = excluded.version,
                   date_indexed = excluded.date_indexed
            """,
            rows,
            template="(%s, %s, %s, %s, %s, %s, %s, %s::int[], %s, %s, %s, %s, %s, %s)",
            page_size=BATCH,
        )
        self.invalidate_model()

    @api.model
    def _forget(self, model, ids):
        """Take records of `model` out of the index."""
        if ids:
            self.env.cr.execute(
                SQL("DELETE FROM library_search_document WHERE res_model = %s AND res_id = ANY(%s)", model, list(ids))
            )
            self.invalidate_model()

    # Rebuilding

    @api.model
    @tools.ormcache()
    def _get_indexed_models(self):
        """Names of the models whose records are in the index."""
        mixin = self.env.registry["library.search.mixin"]
        names = (
            name for name, model in self.env.registry.items() if not model._abstract and issubclass(model, mixin)
        )
        return tuple(sorted(names))

    @api.model
    def _get_shelf(self, is_question):
        """Names of the indexed models whose records are questions that were asked, or of all others."""
        return [
            name for name in self._get_indexed_models() if self.env.registry[name]._search_is_question == is_question
        ]

    @api.model
    def _find_unindexed(self, model, limit):
        """Records of `model` without a row of the present version, or with one from before the last rebuilding."""
        self.env[model].flush_model(["id"])
        missing = self.env.execute_query(
            SQL(
                """
                SELECT r.id FROM %s r
                  LEFT JOIN library_search_document d
                         ON d.res_model = %s AND d.res_id = r.id AND d.version = %s AND d.date_indexed >= %s
                 WHERE d.id IS NULL ORDER BY r.id LIMIT %s
                """,
                SQL.identifier(self.env[model]._table),
                model,
                *self._get_wanted_version(),
                limit,
            )
        )
        return self.env[model].browse(row[0] for row in missing)

    @api.model
    def _get_wanted_version(self):
        """(version, date) that a row has to have at least."""
        # sudo: the moment of the last rebuild, a parameter of the index itself
        since = self.env["ir.config_parameter"].sudo().get_param(REBUILD_PARAMETER) or datetime.min
        return INDEX_VERSION, since

    @api.model
    def _forget_orphans(self, model):
        """Drop rows whose record went without the ORM noticing."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM library_search_document d
                 WHERE d.res_model = %s AND NOT EXISTS (SELECT FROM %s r WHERE r.id = d.res_id)
                """,
                model,
                SQL.identifier(self.env[model]._table),
            )
        )

    @api.model
    def action_rebuild(self):
        """Have everything indexed again by the scheduled action; searching goes on meanwhile."""
        if not self.env.user.has_group("library_crm.group_library_steward"):
            raise AccessError(self.env._("Only knowledge stewards rebuild the search index."))
        # sudo: a mark in the configuration and an early run of our own scheduled action, nothing of the caller's
        self_sudo = self.sudo()
        self_sudo.env["ir.config_parameter"].set_param(REBUILD_PARAMETER, fields.Datetime.to_string(self.env.cr.now()))
        self_sudo.env.ref("library_crm.ir_cron_library_search_document_index")._trigger()

    @api.model
    def _cron_index(self):
        """Index what is missing or was written by older rules; start again at any point."""
        commit = self.env["ir.cron"]._commit_progress
        for model in self._get_indexed_models():
            self._forget_orphans(model)
            while records := self._find_unindexed(model, BATCH):
                self._index(records)
                if not commit(len(records), remaining=len(records)):
                    return
        self.env["library.search.term"]._refresh_if_stale()
        commit(remaining=0)
