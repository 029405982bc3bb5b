import io

from psycopg2 import sql as psql

from odoo import api, models
from odoo.tools import SQL

from ...lib.copy_text import copy_lines

EXAMPLES = 200  # lines of each kind that a preview keeps
SQL_TYPES = {
    "varchar": SQL("varchar"),
    "text": SQL("text"),
    "integer": SQL("integer"),
    "bigint": SQL("bigint"),
    "boolean": SQL("boolean"),
    "date": SQL("date"),
    "timestamp": SQL("timestamp"),
    "jsonb": SQL("jsonb"),
}
STAGE = "library_import_stage_"


class LibraryImportRun(models.Model):
    """Staging tables and notes that all loaders share."""

    _inherit = "library.import.run"

    def _stage_name(self, suffix="rows"):
        """Name of a staging table of this run."""
        self.ensure_one()
        return f"{STAGE}{self.id}_{suffix}"

    def _make_stage(self, suffix, columns):
        """Make a staging table of this run anew, unlogged.

        :param dict columns: {column: SQL type}, names of ours, never from a file
        :return: its name
        """
        name = self._stage_name(suffix)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(name)))
        definition = SQL(", ").join(
            SQL("%s %s", SQL.identifier(column), self._sql_type(kind)) for column, kind in columns.items()
        )
        self.env.cr.execute(SQL("CREATE UNLOGGED TABLE %s (%s)", SQL.identifier(name), definition))
        return name

    @api.model
    def _sql_type(self, kind):
        """The SQL of a column's type.

        :raise KeyError: for one that no loader of ours needs
        """
        return SQL_TYPES[kind]

    def _copy_frame(self, table, frame, columns=None):
        """COPY a frame of values or None into a table; columns without any value are left out.

        :param columns: names in the table, in the frame's order; the frame's own if None
        """
        self._copy_lines(table, *copy_lines(frame if columns is None else frame.set_axis(columns, axis=1)))

    def _copy_lines(self, table, columns, lines):
        """COPY lines of CSV into a table."""
        statement = psql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT csv)").format(
            psql.Identifier(table), psql.SQL(", ").join(map(psql.Identifier, columns))
        )
        # one kind of line end for all: COPY wants no other
        buffer = io.StringIO("\r\n".join([*lines, ""]), newline="")
        # in large pieces: for each the reading thread must let go of the interpreter
        self.env.cr.copy_expert(statement.as_string(self.env.cr._cnx), buffer, 1 << 20)

    def _drop_stages(self):
        """Drop the staging tables of these runs."""
        for run in self:
            self._drop_tables(f"{STAGE}{run.id}_")

    @api.model
    def _sweep_stages(self):
        """Drop what runs that died have left; a run that goes on keeps its tables."""
        self.env["library.import.run"].flush_model(["state"])
        self.env.cr.execute("SELECT id FROM library_import_run WHERE state IN ('running', 'reading')")
        self._drop_tables(STAGE, keep=tuple(f"{STAGE}{run_id}_" for (run_id,) in self.env.cr.fetchall()))

    @api.model
    def _drop_tables(self, prefix, keep=()):
        self.env.cr.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND starts_with(relname, %s)"
            " AND relnamespace = current_schema()::regnamespace",
            [prefix],
        )
        for (name,) in self.env.cr.fetchall():
            if not name.startswith(keep or "\0"):
                self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(name)))

    def _show(self, kind, items):
        """Keep examples for the preview, the first ones of each kind.

        :param items: iterable of dicts with values of library.import.row: line, label, before, after, code, params,
            patron_id
        """
        self.ensure_one()
        Row = self.env["library.import.row"]
        room = EXAMPLES - Row.search_count([("run_id", "=", self.id), ("kind", "=", kind)], limit=EXAMPLES)
        if room > 0:
            Row.create(
                [
                    {**item, "run_id": self.id, "kind": kind, "is_preview": True}
                    for item, _n in zip(items, range(room), strict=False)
                ]
            )

    def _refuse(self, refused):
        """Note rows that cannot be taken, with their reasons; a run keeps all of them, a preview examples.

        :param refused: list of connectors' Refused
        :return: how many
        """
        self.ensure_one()
        values = [
            {"line": one.line, "raw": one.raw, "code": one.code, "params": one.params, "label": self._label(one)}
            for one in refused
        ]
        if self.state == "running":
            self.env["library.import.row"].create([{**one, "run_id": self.id, "kind": "refused"} for one in values])
        else:
            self._show("refused", values)
        return len(values)

    def _leave_out(self, left_out, frame):
        """Note values that were left out of rows that were taken; a run keeps all of them, a preview examples.

        :param left_out: list of connectors' Refused
        :param frame: the rows as they came, by line
        """
        values = [
            {
                "line": one.line,
                "label": " ".join([str(cell) for cell in frame.loc[one.line] if cell][:4])[:80],
                "code": one.code,
                "params": one.params,
            }
            for one in left_out
        ]
        if self.state == "running":
            self.env["library.import.row"].create([{**one, "run_id": self.id, "kind": "left_out"} for one in values])
        else:
            self._show("left_out", values)

    @api.model
    def _label(self, refused):
        """A few words by which a refused row is recognised."""
        cells = refused.raw.values() if isinstance(refused.raw, dict) else refused.raw or ()
        return " ".join([str(cell) for cell in cells if cell][:4])[:80]
