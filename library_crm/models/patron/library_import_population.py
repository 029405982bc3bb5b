from odoo import api, models

from ...connectors import population
from ...connectors.messages import Refused

GROUP = ("year", "affiliation_id", "type_id", "branch_id", "age_from", "age_to")


class LibraryImportRun(models.Model):
    """Loads a table of the population served; a group and year that is there gets the new figure."""

    _inherit = "library.import.run"

    @api.model
    def _loaders(self):
        return {**super()._loaders(), "population": "population"}

    @api.model
    def _sentences(self):
        return {
            **super()._sentences(),
            "unknown_affiliation": self.env._(
                "No affiliation is called “%(value)s”. Add it, or let the import make missing ones."
            ),
            "unknown_patron": self.env._("Nobody here has this number or card. Import the patrons first."),
        }

    def _begin_population(self):
        """What the words of the table stand for, and the groups met so far."""
        units = self.env["library.affiliation"].with_context(active_test=False).search(
            [("company_id", "=", self.company_id.id)])
        codes = self.profile_id.code_ids
        names = {word.casefold(): unit.id for unit in units for word in (unit.name, unit.complete_name) if word}
        return {
            "seen": {},
            "units": {**names, **{unit.code.casefold(): unit.id for unit in units if unit.code}},
            "types": {
                **{word.casefold(): one.id for one in self.env["library.patron.type"].search([])
                   for word in (one.name, one.code) if word},
                **{code.code.casefold(): code.type_id.id for code in codes if code.kind == "type"},
            },
            "branches": {
                **{word.casefold(): one.id
                   for one in self.env["library.branch"].search([("company_id", "=", self.company_id.id)])
                   for word in (one.name, one.code) if word},
                **{code.code.casefold(): code.branch_id.id for code in codes if code.kind == "branch"},
            },
        }

    def _plan_population(self, chunk):
        groups, refused = self._population_groups(chunk, may_create=False)
        known = self._known_groups(groups)
        counts = {"created": 0, "changed": 0, "unchanged": 0, "refused": self._refuse(refused)}
        for key, (_line, size) in groups.items():
            counts[self._population_change(known.get(key), size)] += 1
        return counts

    def _apply_population(self, chunk):
        groups, refused = self._population_groups(chunk, may_create=self.profile_id.creates_missing)
        known = self._known_groups(groups)
        counts = {"created": 0, "changed": 0, "unchanged": 0, "refused": self._refuse(refused)}
        new = []
        for key, (_line, size) in groups.items():
            change = self._population_change(known.get(key), size)
            counts[change] += 1
            if change == "created":
                new.append({
                    **dict(zip(GROUP, key, strict=True)), "company_id": self.company_id.id, "size": size,
                    "source": self.file_name, "run_id": self.id,
                })
            elif change == "changed":
                known[key].write({
                    "size_before": known[key].size, "size": size, "source": self.file_name, "run_id": self.id,
                })
        self.env["library.population"].create(new)
        return counts

    def _finish_population(self):
        # sudo: figures that everybody gets alike
        self.env["library.reach"].sudo()._rebuild(self.company_id)

    def _undo_population(self, _step):
        """Take back figures that are still this run's: new groups go, changed ones get the figure they had."""
        mine = self.env["library.population"].search([("run_id", "=", self.id)])
        new = mine.filtered(lambda group: not group.size_before)
        for group in mine - new:
            group.write({"size": group.size_before, "size_before": 0, "run_id": 0})
        kept = self.created_count + self.changed_count - len(mine)
        new.unlink()
        self._finish_population()
        return max(kept, 0), True

    @api.model
    def _population_change(self, group, size):
        if not group:
            return "created"
        return "unchanged" if group.size == size else "changed"

    def _known_groups(self, groups):
        """The groups that are there: {key: record}."""
        years = {key[0] for key in groups}
        rows = self.env["library.population"].search([
            ("company_id", "=", self.company_id.id), ("year", "in", list(years))])
        return {
            (row.year, row.affiliation_id.id, row.type_id.id, row.branch_id.id, row.age_from, row.age_to): row
            for row in rows
        }

    def _population_groups(self, chunk, may_create):
        """{key: (line, size)} of a chunk, and the rows that name something nobody knows."""
        mapping = {line.column: line.target for line in self.profile_id.mapping_ids if line.target} or None
        table = population.normalise(chunk.frame, mapping=mapping, seen=chunk.shared["seen"])
        refused, groups = list(table.refused), {}
        for line, row in zip(table.rows.index.tolist(), table.rows.to_dict("records"), strict=True):
            found, wrong = self._population_words(row, chunk.shared, may_create)
            if wrong:
                refused.append(Refused(line, *wrong, dict(chunk.frame.loc[line])))
            else:
                key = (row["year"], *found, row["age_from"] or 0, row["age_to"] or 0)
                groups[key] = (line, row["size"])
        return groups, refused

    def _population_words(self, row, shared, may_create):
        """Ids of affiliation, type and branch (False where none is named), and why the row is refused."""
        unit = False
        words = [row[name] for name in ("affiliation_code", "affiliation_name") if row[name]]
        if words:
            known = [shared["units"].get(word.casefold()) for word in words]
            unit = next(filter(None, known), False)
            if not unit and may_create:
                unit = self.env["library.affiliation"].create({
                    "name": row["affiliation_name"] or words[0], "code": row["affiliation_code"] or False,
                    "company_id": self.company_id.id,
                }).id
                shared["units"].update({word.casefold(): unit for word in words})
            elif not unit and not self.profile_id.creates_missing:
                return None, ("unknown_affiliation", {"value": words[0]})
        ids = []
        for name, code in (("types", "type_code"), ("branches", "branch_code")):
            word = row[code]
            ids.append(shared[name].get(word.casefold(), False) if word else False)
            if word and not ids[-1]:
                return None, (f"unknown_{code[:-5]}", {"value": word})
        return (unit, *ids), None
