from odoo import api, fields, models
from odoo.tools import SQL

from ...const import USAGE_CHANNELS, USAGE_KINDS


class LibraryUsage(models.Model):
    """How often a patron used what kind of service in which month: counts, never titles or single events.

    Rows come in by `COPY` and go out in SQL that sums them; nobody reads them through the ORM, and nobody has the
    right to. There may be several rows of one patron, month and kind (each import adds its own, so that it can be
    undone and adding needs no look-up): always sum `uses`. They are joined when the time for undoing is over. A row
    whose `patron_id` is empty has lost its person to the retention period.

    The table is partitioned by year, so that old years cost nothing and can be distributed or dropped in one piece.
    The ORM cannot make such a table: `init` does, and the ORM reads it as a query.
    """

    _name = "library.usage"
    _description = "Uses by Month"
    _order = "month desc, id"
    _auto = False
    _log_access = False
    _table_query = "TABLE library_usage"  # the ORM takes only plain tables for tables

    company_id = fields.Many2one("res.company", string="Institution", required=True)
    patron_id = fields.Many2one("library.patron")
    month = fields.Date(required=True, help="Its first day.")
    kind = fields.Selection(USAGE_KINDS, required=True)
    subject_id = fields.Many2one("library.subject", string="Class")
    branch_id = fields.Many2one("library.branch")
    channel = fields.Selection(USAGE_CHANNELS, required=True, default="onsite")
    uses = fields.Integer(required=True, default=1)
    run_id = fields.Integer("Import run", help="While the run can be undone; 0 afterwards.")

    def init(self):
        self.env.cr.execute(SQL(
            """
            CREATE SEQUENCE IF NOT EXISTS library_usage_id_seq CACHE 100;
            CREATE TABLE IF NOT EXISTS library_usage (
                id bigint NOT NULL DEFAULT nextval('library_usage_id_seq'),
                company_id int4 NOT NULL,
                patron_id int4,
                subject_id int4,
                branch_id int4,
                uses int4 NOT NULL CHECK (uses > 0),
                run_id int4 NOT NULL DEFAULT 0,
                month date NOT NULL,
                kind varchar NOT NULL,
                channel varchar NOT NULL
            ) PARTITION BY RANGE (month);
            CREATE TABLE IF NOT EXISTS library_usage_default PARTITION OF library_usage DEFAULT;
            CREATE INDEX IF NOT EXISTS library_usage_patron_idx ON library_usage (patron_id, month);
            """
        ))
        self._init_spans()
        self._init_forgetting()
        today = fields.Date.context_today(self)
        self._ensure_partitions(today.replace(year=today.year - 1, month=1, day=1), today)

    def _init_spans(self):
        """First and last day of use as a run found them, and as they stood before it: for its end and its undoing."""
        for name in ("library_usage_span", "library_usage_before"):
            self.env.cr.execute(SQL(
                "CREATE TABLE IF NOT EXISTS %s"
                " (run_id int4 NOT NULL, patron_id int4 NOT NULL, date_first date, date_last date)",
                SQL.identifier(name),
            ))

    def _init_forgetting(self):
        """Uses of a deleted patron go with the patron, as by a foreign key that deletes on cascade.

        A real one would be asked for every row of a bulk load, which takes longer than the load itself; one trigger
        a statement on the patrons' table costs nothing until a patron is deleted.
        """
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION library_usage_forget() RETURNS trigger LANGUAGE plpgsql AS $body$
            BEGIN
                DELETE FROM library_usage WHERE patron_id IN (SELECT id FROM gone);
                DELETE FROM library_usage_span WHERE patron_id IN (SELECT id FROM gone);
                DELETE FROM library_usage_before WHERE patron_id IN (SELECT id FROM gone);
                RETURN NULL;
            END $body$;
            CREATE OR REPLACE TRIGGER library_usage_forget AFTER DELETE ON library_patron
                REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION library_usage_forget();
            """
        )

    @api.model
    def _drop_tables(self):
        """Undo `init`, for the uninstallation."""
        self.env.cr.execute(
            """
            DROP TABLE IF EXISTS library_usage CASCADE;
            DROP SEQUENCE IF EXISTS library_usage_id_seq;
            DROP TABLE IF EXISTS library_usage_span, library_usage_before, library_usage_secret, library_usage_turn;
            DROP TRIGGER IF EXISTS library_usage_forget ON library_patron;
            DROP FUNCTION IF EXISTS library_usage_forget;
            """
        )

    @api.model
    def _ensure_partitions(self, first, last):
        """Make the partition of each year from `first` to `last` (dates), before rows of them come in."""
        wanted = {f"library_usage_{year}": year for year in range(first.year, last.year + 1)}
        for name, year in wanted.items():
            [(exists,)] = self.env.execute_query(SQL("SELECT to_regclass(%s) IS NOT NULL", name))
            if not exists:
                self._make_partition(name, year)

    def _make_partition(self, name, year):
        """Make the partition of one year; rows of that year which ended up in the default partition move into it."""
        table, span = SQL.identifier(name), (f"{year}-01-01", f"{year + 1}-01-01")
        columns = SQL("company_id, patron_id, subject_id, branch_id, uses, run_id, month, kind, channel")
        execute = self.env.cr.execute
        execute(SQL("SELECT pg_advisory_xact_lock(hashtext('library_usage')::bigint)"))
        execute(SQL(
            "CREATE TEMPORARY TABLE library_usage_moving ON COMMIT DROP AS"
            " SELECT %s FROM library_usage_default WHERE month >= %s AND month < %s", columns, *span
        ))
        execute(SQL("DELETE FROM library_usage_default WHERE month >= %s AND month < %s", *span))
        execute(SQL(
            "CREATE TABLE IF NOT EXISTS %s PARTITION OF library_usage FOR VALUES FROM (%s) TO (%s)", table, *span
        ))
        execute(SQL("INSERT INTO %s (%s) SELECT %s FROM library_usage_moving", table, columns, columns))
        execute(SQL("DROP TABLE library_usage_moving"))

    @api.model_create_multi
    def create(self, vals_list):
        months = [fields.Date.to_date(vals["month"]) for vals in vals_list if vals.get("month")]
        if months:
            self._ensure_partitions(min(months), max(months))
        return super().create(vals_list)
