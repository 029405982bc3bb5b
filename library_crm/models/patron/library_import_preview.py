from odoo import api, fields, models
from odoo.tools import SQL

from ...const import IMPORT_DATE_FORMATS, IMPORT_SEPARATOR_SIGNS

HIDDEN = ("properties", "ils_attributes")


class LibraryImportRun(models.Model):
    """What a preview shows: examples of each kind, what was found in the file, which codes nobody knows."""

    _inherit = "library.import.run"

    found_text = fields.Char("Found", compute="_compute_found_text")
    duration_text = fields.Char("Took", compute="_compute_duration_text")
    warning_text = fields.Text("Notes on the file", compute="_compute_warning_text")
    new_row_ids = fields.One2many(
        "library.import.row", "run_id", string="New patrons", domain=[("kind", "=", "new")], readonly=True
    )
    change_row_ids = fields.One2many(
        "library.import.row", "run_id", string="Changes", domain=[("kind", "=", "change")], readonly=True
    )
    conflict_row_ids = fields.One2many(
        "library.import.row", "run_id", string="Conflicts shown", domain=[("kind", "=", "conflict")], readonly=True
    )
    refused_row_ids = fields.One2many(
        "library.import.row", "run_id", string="Refused rows", domain=[("kind", "=", "refused")], readonly=True
    )
    left_out_row_ids = fields.One2many(
        "library.import.row", "run_id", string="Values left out", domain=[("kind", "=", "left_out")], readonly=True
    )
    kept_row_ids = fields.One2many(
        "library.import.row", "run_id", string="Kept when undone", domain=[("kind", "=", "kept")], readonly=True
    )

    @api.depends("facts")
    def _compute_found_text(self):
        signs = {sign: name for name, sign in IMPORT_SEPARATOR_SIGNS.items()}
        names = dict(self._fields["separator"]._description_selection(self.env))
        dates = dict(IMPORT_DATE_FORMATS)
        for run in self:
            facts = run.facts or {}
            pattern = facts.get("date_format")
            separator = facts.get("separator")
            run.found_text = " · ".join(
                filter(
                    None,
                    [
                        (facts.get("kind") or "").upper(),
                        facts.get("encoding"),
                        names.get(signs.get(separator), separator),
                        dates.get(pattern, pattern),
                    ],
                )
            )

    @api.depends("date_start", "date_end")
    def _compute_duration_text(self):
        for run in self:
            seconds = (run.date_end - run.date_start).total_seconds() if run.date_start and run.date_end else 0
            minutes, seconds = divmod(int(max(seconds, 0)), 60)
            run.duration_text = (
                self.env._("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=seconds) if run.date_end else False
            )

    @api.depends("facts")
    def _compute_warning_text(self):
        for run in self:
            notes = (run.facts or {}).get("warnings", ())
            run.warning_text = "\n".join(self._sentence(note["code"], note["params"]) for note in notes)

    def _show_plan(self, plan):
        """Examples of what a plan would do, in the words of the fields."""
        table = SQL.identifier(plan)
        self._show(
            "new",
            [
                {"line": line, "label": name, "after": {"card_number": card}}
                for line, name, card in self.env.execute_query(
                    SQL("SELECT line, name, card_value FROM %s WHERE action = 'new' ORDER BY line LIMIT 200", table)
                )
            ],
        )
        self._show(
            "change",
            [
                {"line": line, "label": name, "patron_id": owner, **self._in_words(names, before, after)}
                for line, name, owner, names, before, after in self.env.execute_query(
                    SQL(
                        "SELECT r.line, p.name, r.owner, r.fields, r.before, r.after FROM %s r"
                        " JOIN res_partner p ON p.id = r.partner_id"
                        " WHERE r.action = 'changed' ORDER BY r.line LIMIT 200",
                        table,
                    )
                )
            ],
        )
        self._show("conflict", self._conflicts(table))

    def _conflicts(self, table):
        """Values that a person entered and that stay, and cards that change hands."""
        rows = self.env.execute_query(
            SQL(
                """
            SELECT r.line, coalesce(p.name, r.name), r.owner, r.withheld, r.moved, to_jsonb(r), to_jsonb(p), to_jsonb(q)
              FROM %s r
              LEFT JOIN res_partner p ON p.id = r.partner_id
              LEFT JOIN library_patron q ON q.id = r.owner
             WHERE cardinality(r.withheld) > 0 OR cardinality(r.moved) > 0
             ORDER BY r.line LIMIT 200
            """,
                table,
            )
        )
        items = []
        for line, name, owner, withheld, moved, row, partner, patron in rows:
            known = {**(patron or {}), **(partner or {})}
            item = {"line": line, "label": name, "patron_id": owner}
            if withheld:
                items.append(
                    {
                        **item,
                        "code": "manual_wins",
                        **self._in_words(withheld, known, row),
                    }
                )
            if moved:
                items.append(
                    {**item, "code": "identity_moved", "params": {"value": ", ".join(row[kind] for kind in moved)}}
                )
        return items

    def _in_words(self, names, before, after):
        """Values of a change as a person reads them: names of types and branches instead of numbers."""

        def word(name, value):
            comodel = self.env["library.patron"]._fields[name].comodel_name
            if comodel and value:
                return self.env[comodel].browse(value).display_name
            return value

        names = [name for name in names if name not in HIDDEN]
        return {
            "before": {name: word(name, (before or {}).get(name)) for name in names},
            "after": {name: word(name, (after or {}).get(name)) for name in names},
        }
