import psycopg2.errors

from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.answered import learn_threshold

JUDGED_LIMIT = 500
"""Judgements from which the threshold is learned, the newest: habits and knowledge change."""


class LibrarySuggestion(models.Model):
    """What was shown to a librarian as answered already, and whether it was taken.

    It holds no question and nobody who asked: what was shown, how far up, and the verdict. From the verdicts the order
    of later lists and the threshold for the mark "suggested" are learned.
    """

    _name = "library.suggestion"
    _description = "Suggestion"
    _inherit = ["library.record.pointer"]
    _order = "id desc"
    _rec_name = "title"

    title = fields.Char("What was shown", required=True)
    case_id = fields.Many2one(
        "library.case", index="btree_not_null", ondelete="set null", groups="library_crm.group_library_manager"
    )
    company_id = fields.Many2one("res.company", "Institution", required=True, index=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Shown to", index="btree_not_null", ondelete="set null")
    rank = fields.Integer("Place in the list", aggregator="avg")
    worth = fields.Float(digits=(6, 3), aggregator="avg", help="How well it fitted, by which the list was ordered.")
    state = fields.Selection(
        [("shown", "Shown"), ("accepted", "Taken"), ("rejected", "Turned down")], required=True, default="shown"
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)

    _case_record_uniq = models.UniqueIndex("(case_id, res_model, res_id) WHERE case_id IS NOT NULL")
    _judged_idx = models.Index("(company_id, id DESC) WHERE state <> 'shown'")
    _record_idx = models.Index("(res_model, res_id) WHERE state <> 'shown'")

    # What is learned

    @api.model
    def _threshold(self):
        """From which worth on a candidate is marked as suggested; None while too few were judged."""
        self.flush_model()
        judged = self.env.execute_query(
            SQL(
                """
                SELECT worth, state = 'accepted' FROM library_suggestion
                 WHERE state <> 'shown' AND company_id = ANY(%s) ORDER BY id DESC LIMIT %s
                """,
                self.env.companies.ids,
                JUDGED_LIMIT,
            )
        )
        return learn_threshold(judged)

    @api.model
    def _verdicts(self, keys):
        """How often each record was taken and turned down.

        :param keys: (model, id) of records
        :return: {(model, id): (taken, turned down)}
        """
        if not keys:
            return {}
        self.flush_model()
        names, numbers = map(list, zip(*keys, strict=True))
        return {
            (model, res_id): (taken, refused)
            for model, res_id, taken, refused in self.env.execute_query(
                SQL(
                    """
                    SELECT s.res_model, s.res_id, count(*) FILTER (WHERE state = 'accepted'),
                           count(*) FILTER (WHERE state = 'rejected')
                      FROM library_suggestion s
                      JOIN unnest(%s::text[], %s::int[]) AS k (model, id) ON s.res_model = k.model AND s.res_id = k.id
                     WHERE s.state <> 'shown' AND s.company_id = ANY(%s) GROUP BY 1, 2
                    """,
                    names,
                    numbers,
                    self.env.companies.ids,
                )
            )
        }

    # What is kept

    @api.model
    def _keep_shown(self, case, rows):
        """Remember what the list for `case` held; once for each record.

        :param rows: (model, id, title, rank, worth)
        """
        if not rows:
            return
        names, ids, titles, ranks, worths = map(list, zip(*rows, strict=True))
        query = SQL(
            """
            INSERT INTO library_suggestion (case_id, company_id, user_id, res_model, res_id, title, rank, worth, state,
                                            date, create_uid, create_date, write_uid, write_date)
            SELECT %(case)s, %(company)s, %(user)s, k.model, k.id, k.title, k.rank, k.worth, 'shown',
                   %(now)s, %(user)s, %(now)s, %(user)s, %(now)s
              FROM unnest(%(models)s::text[], %(ids)s::int[], %(titles)s::text[], %(ranks)s::int[],
                          %(worths)s::float8[]) AS k (model, id, title, rank, worth)
            ON CONFLICT (case_id, res_model, res_id) WHERE case_id IS NOT NULL DO NOTHING
            """,
            case=case.id, company=case.company_id.id, user=self.env.uid, now=self.env.cr.now(), models=names, ids=ids,
            titles=titles, ranks=ranks, worths=worths,
        )  # fmt: skip
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(query, log_exceptions=False)
        except psycopg2.errors.SerializationFailure:
            # the same case is open in another window, which has just kept its list
            return
        self.invalidate_model()

    @api.model
    def _judge(self, case, company, row, state):
        """Keep a verdict; a later one about the same record in the same case replaces it.

        :param row: as in `_keep_shown`
        """
        model, res_id, title, rank, worth = row
        of_record = [("case_id", "=", case.id), ("res_model", "=", model), ("res_id", "=", res_id)]
        former = self.search(of_record, limit=1) if case else self.browse()
        if former:
            former.write({"state": state, "user_id": self.env.uid, "date": fields.Datetime.now()})
            return former
        return self.create(
            {
                "case_id": case.id,
                "company_id": company.id,
                "user_id": self.env.uid,
                "res_model": model,
                "res_id": res_id,
                "title": title,
                "rank": rank,
                "worth": worth,
                "state": state,
            }
        )
