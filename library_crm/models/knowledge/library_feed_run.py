from odoo import api, fields, models

from ...connectors.harvest_messages import HARVEST_CODES

STATES = [("running", "Running"), ("ok", "Done"), ("partial", "Stopped in between"), ("failed", "Failed")]
KEEP_DAYS = 180
MOST_MARKS = 5000


class LibraryFeedRun(models.Model):
    """One reading of a source, or of an uploaded file, from its first page to its last; kept half a year.

    A long list is read page by page over several scheduled runs: `token` says where it goes on, and is stored together
    with what the page brought.
    """

    _name = "library.feed.run"
    _description = "Reading of a Feed"
    _order = "id desc"

    feed_id = fields.Many2one("library.feed", index="btree_not_null", readonly=True, ondelete="cascade")
    name = fields.Char("Feed or file", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, readonly=True, index=True, ondelete="cascade"
    )
    state = fields.Selection(STATES, required=True, default="running", readonly=True, index=True)
    date_start = fields.Datetime("Begun", readonly=True, default=fields.Datetime.now)
    date_end = fields.Datetime("Ended", readonly=True)
    message_code = fields.Selection(HARVEST_CODES, readonly=True)
    message_params = fields.Json(readonly=True)
    message = fields.Char("What happened", compute="_compute_message")

    page_count = fields.Integer("Pages", readonly=True, aggregator="sum")
    found_count = fields.Integer("Records", readonly=True, aggregator="sum")
    created_count = fields.Integer("New", readonly=True, aggregator="sum")
    changed_count = fields.Integer("Changed", readonly=True, aggregator="sum")
    duplicate_count = fields.Integer("Known already", readonly=True, aggregator="sum")
    deleted_count = fields.Integer("Withdrawn", readonly=True, aggregator="sum")
    refused_count = fields.Integer("Refused", readonly=True, aggregator="sum")

    # where it goes on
    token = fields.Char(readonly=True)
    cursor = fields.Char("Since", readonly=True)
    next_cursor = fields.Char(readonly=True)
    restart_count = fields.Integer(readonly=True)
    marks = fields.Text(readonly=True)

    @api.depends("message_code", "message_params")
    @api.depends_context("lang")
    def _compute_message(self):
        Feed = self.env["library.feed"]
        for run in self:
            run.message = Feed._harvest_sentence(run.message_code, run.message_params)

    def _count(self, **counts):
        """Add to the figures of this run."""
        self.write({f"{name}_count": self[f"{name}_count"] + count for name, count in counts.items() if count})

    def _seen_before(self, mark):
        """Whether a page like this came before in this run; remembers it."""
        marks = (self.marks or "").split()
        if mark in marks:
            return True
        self.marks = " ".join([*marks[1 - MOST_MARKS :], mark])
        return False

    def _finish(self, state="ok", code=False, params=None):
        """End of the reading."""
        self.write({
            "state": state, "date_end": self.env.cr.now(), "message_code": code, "message_params": params or False,
            "token": False, "marks": False,
        })

    def _give_up(self):
        """Readings that nobody will go on with."""
        for run in self.filtered(lambda run: run.state == "running"):
            run._finish("partial", "changed")

    @api.autovacuum
    def _gc_old(self, limit=5000):
        """Forget readings of long ago; what they brought stays."""
        since = fields.Datetime.subtract(fields.Datetime.now(), days=KEEP_DAYS)
        old = self.search([("state", "!=", "running"), ("date_start", "<", since)], limit=limit)
        old.unlink()
        return len(old), len(old) == limit
