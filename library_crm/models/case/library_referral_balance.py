from odoo import fields, models
from odoo.tools import SQL


class LibraryReferralBalance(models.Model):
    """What we asked of each partner library, what they asked of us, and how it went."""

    _name = "library.referral.balance"
    _description = "Balance with Partner Libraries"
    _auto = False
    _order = "sent desc, received desc, id"
    _rec_name = "resource_id"
    _depends = {
        "library.referral": [
            "resource_id", "company_id", "direction", "state", "date_sent", "date_answered", "create_date",
        ],
    }  # fmt: skip

    resource_id = fields.Many2one("library.resource", string="Partner library", readonly=True)
    company_id = fields.Many2one("res.company", string="Institution", readonly=True)
    sent = fields.Integer("We asked", readonly=True)
    sent_answered = fields.Integer("They answered", readonly=True)
    sent_waiting = fields.Integer("We wait for", readonly=True)
    received = fields.Integer("They asked", readonly=True)
    received_answered = fields.Integer("We answered", readonly=True)
    balance = fields.Integer(readonly=True, help="What they answered for us, less what we answered for them.")
    median_days = fields.Float("Days to their answer", readonly=True, aggregator=None, help="Half came sooner.")
    date_last = fields.Datetime("Last", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """SELECT min(id) AS id, resource_id, company_id,
                      count(*) FILTER (WHERE direction = 'sent')::int AS sent,
                      count(*) FILTER (WHERE direction = 'sent' AND state = 'answered')::int AS sent_answered,
                      count(*) FILTER (WHERE direction = 'sent' AND state = 'sent')::int AS sent_waiting,
                      count(*) FILTER (WHERE direction = 'received')::int AS received,
                      count(*) FILTER (WHERE direction = 'received' AND state = 'answered')::int AS received_answered,
                      (count(*) FILTER (WHERE direction = 'sent' AND state = 'answered')
                       - count(*) FILTER (WHERE direction = 'received' AND state = 'answered'))::int AS balance,
                      percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM date_answered - date_sent) / 86400)
                          FILTER (WHERE direction = 'sent' AND state = 'answered') AS median_days,
                      max(coalesce(date_sent, create_date)) AS date_last
                 FROM library_referral WHERE state NOT IN ('cancelled') AND (direction = 'received' OR state <> 'draft')
                GROUP BY resource_id, company_id"""
        )
