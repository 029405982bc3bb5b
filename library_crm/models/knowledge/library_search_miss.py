from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.text_tokens import tokens

KEEP_DAYS = 180
MOST_A_DAY = 2000
"""Different searches that one day may leave behind: a machine that tries words fills no table."""
MOST_CHARACTERS = 120


class LibrarySearchMiss(models.Model):
    """What was looked for and not found, counted by day. Who looked is neither kept nor asked.

    Searches are text that people type: what may name somebody (an address, a long number) is not kept at all.
    """

    _name = "library.search.miss"
    _description = "Search without Result"
    _order = "date desc, count desc, id desc"
    _log_access = False  # it would keep who searched

    name = fields.Char("Words", required=True, readonly=True)
    key = fields.Char(required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    count = fields.Integer("Searches", readonly=True, aggregator="sum")
    subject_id = fields.Many2one(
        "library.subject", string="Within the class", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, readonly=True, ondelete="cascade"
    )

    _once = models.UniqueIndex("(company_id, date, key, COALESCE(subject_id, 0))")

    @api.model
    def _note(self, query, subject_id=None):
        """Count a search that found nothing.

        :param str query: what was typed, untrusted
        """
        name = " ".join((query or "").split())[:MOST_CHARACTERS]
        key = " ".join(sorted(set(tokens(name))))
        if not key or self._may_name_somebody(name):
            return
        self.env.cr.execute(SQL(
            """
            INSERT INTO library_search_miss AS m (name, key, date, count, subject_id, company_id)
            SELECT %(name)s, %(key)s, %(today)s, 1, %(subject)s, %(company)s
             WHERE (SELECT count(*) FROM library_search_miss WHERE company_id = %(company)s AND date = %(today)s)
                   < %(most)s
            ON CONFLICT (company_id, date, key, COALESCE(subject_id, 0)) DO UPDATE SET count = m.count + 1
            """,
            name=name, key=key, today=fields.Date.context_today(self), subject=subject_id or None,
            company=self.env.company.id, most=MOST_A_DAY,
        ))
        self.invalidate_model()

    @api.model
    def _may_name_somebody(self, name):
        """Whether the words hold an address or a number as long as a card's or a telephone's."""
        return "@" in name or any(sum(sign.isdigit() for sign in word) >= 7 for word in name.split())

    @api.model
    def _frequent(self, company, since, least):
        """[(key, words as last typed, subject id, searches)] of what was looked for again and again.

        :param since: first day
        :param int least: searches, on at least two days
        """
        self.flush_model()
        return self.env.execute_query(SQL(
            """
            SELECT key, (array_agg(name ORDER BY date DESC))[1], max(subject_id), sum(count)
              FROM library_search_miss WHERE company_id = %s AND date >= %s
             GROUP BY key HAVING sum(count) >= %s AND count(DISTINCT date) > 1 ORDER BY 4 DESC, key LIMIT 200
            """,
            company.id, since, least,
        ))

    @api.autovacuum
    def _gc_old(self, limit=50000):
        """Forget what was looked for half a year ago."""
        self.env.cr.execute(SQL(
            "DELETE FROM library_search_miss WHERE id IN"
            " (SELECT id FROM library_search_miss WHERE date < %s LIMIT %s)",
            fields.Date.subtract(fields.Date.context_today(self), days=KEEP_DAYS), limit,
        ))
        return self.env.cr.rowcount, self.env.cr.rowcount == limit
