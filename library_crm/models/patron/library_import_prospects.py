from odoo import api, models

from ...connectors import prospects


class LibraryImportRun(models.Model):
    """Loads a list of people who came to a course or an event; whoever has no lawful basis comes back."""

    _inherit = "library.import.run"

    @api.model
    def _loaders(self):
        return {**super()._loaders(), "prospects": "prospects"}

    def _begin_prospects(self):
        units = self.env["library.affiliation"].search([("company_id", "=", self.company_id.id)])
        return {
            "seen": {},
            "units": {word.casefold(): unit.id for unit in units for word in (unit.name, unit.code) if word},
        }

    def _plan_prospects(self, chunk):
        new, counts = self._new_prospects(chunk)
        self._show("new", [{"line": line, "label": f"{values['name']} <{values['email']}>"} for line, values in new])
        return counts

    def _apply_prospects(self, chunk):
        new, counts = self._new_prospects(chunk)
        self.env["library.prospect"].create([values for _line, values in new])
        return counts

    def _undo_prospects(self, _step):
        """Take back, at once, whom nobody has asked yet; how many were kept."""
        mine = self.env["library.prospect"].search([("run_id", "=", self.id)])
        untouched = mine.filtered(lambda prospect: prospect.state == "suggested")
        untouched.unlink()
        return len(mine - untouched), True

    def _new_prospects(self, chunk):
        """[(line, values)] of people who are neither patrons nor prospects, and the counts of the chunk."""
        mapping = {line.column: line.target for line in self.profile_id.mapping_ids if line.target} or None
        table = prospects.normalise(chunk.frame, self._date_format(), mapping=mapping, seen=chunk.shared["seen"])
        rows = list(zip(table.rows.index.tolist(), table.rows.to_dict("records"), strict=True))
        unknown = self.env["library.prospect"]._unknown([row["email"] for _line, row in rows], self.company_id)
        new = [
            (line, {
                "name": row["name"], "email": row["email"], "phone": row["phone"], "what": row["event"],
                "date_met": row["date"], "basis": row["basis"], "source": "list", "company_id": self.company_id.id,
                "affiliation_id": chunk.shared["units"].get((row["affiliation_code"] or "").casefold(), False),
                "run_id": self.id,
            })
            for line, row in rows if row["email"] in unknown
        ]
        counts = {"created": len(new), "unchanged": len(rows) - len(new), "refused": self._refuse(table.refused)}
        return new, counts
