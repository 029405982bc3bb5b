from odoo import api, fields, models

ROW_KINDS = [
    ("new", "New"),
    ("change", "Change"),
    ("conflict", "Conflict"),
    ("refused", "Refused"),
    ("left_out", "Value left out"),
    ("before", "As it was before"),
    ("identity", "Identity as it was before"),
    ("kept", "Kept when undone"),
    ("pause", "Asked to pause"),
    ("cancel", "Asked to stop"),
]


class LibraryImportRow(models.Model):
    """A line of a preview, a refused row, or what a patron looked like before a run; personal, and kept for a while."""

    _name = "library.import.row"
    _description = "Import Row"
    _order = "run_id, kind, line, id"
    _rec_name = "label"

    run_id = fields.Many2one("library.import.run", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    kind = fields.Selection(ROW_KINDS, required=True)
    line = fields.Integer()
    label = fields.Char("Who or what")
    patron_id = fields.Many2one("library.patron", index="btree_not_null", ondelete="cascade")
    identity_id = fields.Many2one("library.patron.identity", index="btree_not_null", ondelete="cascade")
    # {field: [old, new]} of a preview; {field: old} of a record before the run
    before = fields.Json()
    after = fields.Json()
    raw = fields.Json("Row as it stood in the file")
    code = fields.Char()
    params = fields.Json()
    is_preview = fields.Boolean()
    details = fields.Char(compute="_compute_details")

    @api.depends("kind", "code", "params", "before", "after")
    def _compute_details(self):
        for row in self:
            parts = [self.env["library.import.run"]._sentence(row.code, row.params)] if row.code else []
            if row.kind in ("change", "conflict", "kept") and row.before:
                parts += row._changes_in_words()
            row.details = " · ".join(filter(None, parts))

    def _changes_in_words(self):
        """Each changed field as “Label: old → new”."""
        self.ensure_one()
        labels = self.env["library.patron"].fields_get(list(self.before), ["string"])
        arrow = self.env._("%(label)s: %(old)s → %(new)s")
        return [
            arrow
            % {
                "label": labels.get(name, {}).get("string", name),
                "old": "–" if old in (None, False, "") else old,
                "new": "–" if (self.after or {}).get(name) in (None, False, "") else self.after[name],
            }
            for name, old in self.before.items()
        ]
