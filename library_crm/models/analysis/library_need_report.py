from odoo import fields, models

from ...const import UNMET_REASONS

OPEN = "('stated', 'understood', 'planned')"


class LibraryNeedReport(models.Model):
    """Needs in figures, by the month in which they were noted: what is asked for, and what of it is met."""

    _name = "library.need.report"
    _description = "Needs in Figures"
    _inherit = ["library.k.guard"]
    _auto = False
    _log_access = False
    _order = "month desc"

    _guard_dimensions = (
        "company_id", "month", "subject_id", "subject_top_id", "service_id", "origin", "state", "unmet_reason",
        "type_id",
    )
    _guard_measures = ("needs", "met", "partly", "unmet", "unsettled", "settled", "days_sum", "minutes")
    _guard_means = {"days_to_settle": ("days_sum", "settled")}
    _figure_cards = {
        "__count": "need_needs", "needs": "need_needs", "met": "need_met", "partly": "need_partly",
        "unmet": "need_unmet", "unsettled": "need_unsettled", "settled": "need_settled",
        "days_sum": "need_days_to_settle", "days_to_settle": "need_days_to_settle", "minutes": "need_minutes",
        "persons": "report_persons",
    }

    company_id = fields.Many2one("res.company", string="Institution", readonly=True)
    month = fields.Date("Month noted", readonly=True)
    subject_id = fields.Many2one("library.subject", string="Class", readonly=True)
    subject_top_id = fields.Many2one("library.subject", string="Main class", readonly=True)
    service_id = fields.Many2one("library.service", readonly=True)
    origin = fields.Selection(
        [("stated", "Stated"), ("latent", "Unspoken"), ("predicted", "Predicted")], readonly=True
    )
    state = fields.Selection(
        lambda self: self.env["library.need"]._fields["state"]._description_selection(self.env), readonly=True
    )
    unmet_reason = fields.Selection(UNMET_REASONS, string="Why not met", readonly=True)
    type_id = fields.Many2one("library.patron.type", string="Patron type", readonly=True)
    persons = fields.Integer("Patrons", readonly=True, aggregator="count_distinct")
    needs = fields.Integer(readonly=True, aggregator="sum")
    met = fields.Integer("Needs met", readonly=True, aggregator="sum")
    partly = fields.Integer("Needs partly met", readonly=True, aggregator="sum")
    unmet = fields.Integer("Needs not met", readonly=True, aggregator="sum")
    unsettled = fields.Integer("Needs not settled", readonly=True, aggregator="sum")
    settled = fields.Integer("Needs settled", readonly=True, aggregator="sum")
    days_sum = fields.Float("Days until settled, together", readonly=True, aggregator="sum")
    days_to_settle = fields.Float("Days until settled", readonly=True, aggregator="avg")
    minutes = fields.Float("Minutes of work on needs", readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        for model in ("library.need", "library.case", "library.patron", "library.subject"):
            self.env[model].flush_model()
        # the minutes of a case that serves several needs are shared among them
        return f"""
            SELECT n.id, n.company_id, date_trunc('month', n.create_date)::date AS month, n.main_class_id AS subject_id,
                   split_part(s.parent_path, '/', 1)::int AS subject_top_id, n.service_id, n.origin, n.state,
                   n.unmet_reason, p.type_id, coalesce(n.patron_id, -1) AS persons, 1 AS needs,
                   (n.state = 'met')::int AS met, (n.state = 'partly')::int AS partly,
                   (n.state = 'unmet')::int AS unmet, (n.state IN {OPEN})::int AS unsettled,
                   (n.date_settled IS NOT NULL)::int AS settled,
                   extract(epoch FROM n.date_settled - n.create_date)::float8 / 86400 AS days_sum,
                   extract(epoch FROM n.date_settled - n.create_date)::float8 / 86400 AS days_to_settle,
                   coalesce(w.minutes, 0) AS minutes
              FROM library_need n
              LEFT JOIN library_patron p ON p.id = n.patron_id
              LEFT JOIN library_subject s ON s.id = n.main_class_id
              LEFT JOIN (SELECT rel.need_id, sum(c.minutes::float8 / shared.needs) AS minutes
                           FROM library_case_need_rel rel
                           JOIN library_case c ON c.id = rel.case_id
                           JOIN (SELECT case_id, count(*) AS needs FROM library_case_need_rel GROUP BY case_id) shared
                             ON shared.case_id = rel.case_id
                          GROUP BY rel.need_id) w ON w.need_id = n.id
             WHERE n.merged_into_id IS NULL AND n.state <> 'withdrawn'
        """
