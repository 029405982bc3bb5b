from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL

from ...const import GAP_DIMENSIONS
from ...lib.gap_figures import figures
from ...lib.k_guard import line

GAPS = ("perceived", "adequacy", "superiority")
GROUPS = {"type": "type_id", "lifecycle": "lifecycle"}


class LibraryGapSurvey(models.Model):
    """Figures are worked out anew from the answers each time; a gap below zero proposes an improvement."""

    _inherit = "library.gap.survey"

    chart = fields.Html("Zone of tolerance", compute="_compute_chart", sanitize=False)

    def _rebuild(self):
        """Replace the figures of these rounds by those of the answers so far."""
        for gap in self:
            self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(hashtext(%s))", f"library.gap.survey {gap.id}"))
            # sudo: figures that nobody writes by hand, about five people or more
            gap.sudo().result_ids.unlink()
            self.env["library.gap.result"].sudo().create(gap._result_rows())
            gap._draft_improvements()

    def _whole_rows(self):
        """Dicts of item_id, dimension, input_id, type_id, lifecycle, minimum, desired, perceived of whole ratings."""
        self.env["library.gap.answer"].flush_model()
        self.env["library.gap.item"].flush_model(["dimension"])
        return self.env.execute_query_dict(SQL(
            """SELECT a.item_id, i.dimension, a.input_id, a.type_id, a.lifecycle, a.minimum, a.desired, a.perceived
                 FROM library_gap_answer a JOIN library_gap_item i ON i.id = a.item_id
                WHERE a.gap_id = %s AND a.state = 'whole' ORDER BY a.id""", self.id,
        ))

    def _result_rows(self):
        """The values of all figures that may be told."""
        rows = self._whole_rows()
        found = []
        for kind, part_of in (
            ("item", lambda row: row["item_id"]),
            ("dimension", lambda row: row["dimension"]),
            ("all", lambda row: True),
        ):
            parts = defaultdict(list)
            for row in rows:
                parts[part_of(row)].append(row)
            for part, mine in parts.items():
                found += self._figure_rows(kind, part, mine)
        return found

    def _figure_rows(self, kind, part, rows):
        """The values of one item, dimension or the whole: for everybody, and for each kind of patron and each stage."""
        people = _by_person(rows)
        values = {
            "gap_id": self.id, "kind": kind, "item_id": part if kind == "item" else False,
            "dimension": rows[0]["dimension"] if kind != "all" else False, "sequence": self._sequence(kind, part),
        }
        everybody = figures([ratings for _row, ratings in people])
        if not everybody["told"]:
            return []
        found = [{**values, "group_kind": "all", **_columns(everybody)}]
        for group_kind, name in GROUPS.items():
            groups = defaultdict(list)
            for row, ratings in people:
                groups[row[name]].append(ratings)
            told = line({key: figures(mine) for key, mine in groups.items()},
                        {key: len(mine) for key, mine in groups.items()})  # fmt: skip
            found += [
                {**values, "group_kind": group_kind, name: key, **_columns(told[key])}
                for key in groups if key and told[key] and told[key]["told"]
            ]
        return found

    def _sequence(self, kind, part):
        if kind == "item":
            return self.env["library.gap.item"].browse(part).sequence
        return [code for code, _name in GAP_DIMENSIONS].index(part) if kind == "dimension" else 0

    def _draft_improvements(self):
        """Propose an improvement for each item that people find below what they accept; once for each round."""
        # sudo: the machine proposes, from figures that librarians may read
        for result_sudo in self.sudo().result_ids.filtered(
            lambda one: one.kind == "item" and one.group_kind == "all" and one.place == "below"
        ):
            values = {
                "item": result_sudo.item_id.name, "n": result_sudo.n, "gap": f"{result_sudo.adequacy:.2f}",
                "low": f"{result_sudo.adequacy_low:.2f}", "high": f"{result_sudo.adequacy_high:.2f}",
                "perceived": f"{result_sudo.perceived:.2f}", "minimum": f"{result_sudo.minimum:.2f}",
            }
            if result_sudo.is_sure:
                cause = self.env._(
                    "Patrons find less than the least they accept: “%(item)s”. Found %(perceived)s, accepted"
                    " %(minimum)s; adequacy gap %(gap)s (95 %% interval %(low)s to %(high)s, %(n)s answers).", **values
                )
            else:
                cause = self.env._(
                    "Patrons find less than the least they accept, though that may be chance: “%(item)s”. Found"
                    " %(perceived)s, accepted %(minimum)s; adequacy gap %(gap)s (95 %% interval %(low)s to %(high)s,"
                    " %(n)s answers).", **values,
                )
            self.env["library.improvement"]._draft_from(
                cause, ref=self, key=f"gap:{self.id}:{result_sudo.item_id.id}", name=result_sudo.item_id.name,
                service=self.service_id or None, company=self.company_id,
            )

    def _compute_chart(self):
        for gap in self:
            values = gap._chart_values() if gap.id else {"rows": [], "cards": []}
            gap.chart = gap.env["ir.qweb"]._render("library_crm.gap_chart", values)

    def _chart_values(self):
        """What the drawing needs: the figures of everybody in the order of the items, never in that of the gaps."""
        results = self.result_ids.filtered(lambda one: one.group_kind == "all")
        ranks = {"dimension": 0, "item": 1, "all": 2}
        order = {code: number for number, (code, _name) in enumerate(GAP_DIMENSIONS)}
        cards = self.env["library.figure.card"]._cards([f"gap_{name}" for name in GAPS])
        return {"cards": cards.values(), "rows": [
            {
                "result": one, "left": _percent(one.minimum), "width": _percent(one.desired) - _percent(one.minimum),
                "dot": _percent(one.perceived), "low": _percent(one.perceived_low),
                "spread": _percent(one.perceived_high) - _percent(one.perceived_low),
            }
            for one in results.sorted(lambda one: (
                order.get(one.dimension, len(order)), ranks[one.kind], one.sequence, one.item_id.id
            ))
        ]}


def _by_person(rows):
    """[(row, (minimum, desired, perceived))] with the means of each sheet over its items."""
    sheets = defaultdict(list)
    for row in rows:
        sheets[row["input_id"]].append(row)
    return [
        (mine[0], tuple(sum(row[name] for row in mine) / len(mine) for name in ("minimum", "desired", "perceived")))
        for mine in sheets.values()
    ]


def _columns(found):
    """The fields of a result that hold these figures."""
    values = {"n": found["n"], "minimum": found["minimum"]["value"], "desired": found["desired"]["value"],
              "place": found["place"], "is_sure": found["is_sure"]}  # fmt: skip
    for name in GAPS:
        values[name] = found[name]["value"]
        values[f"{name}_low"], values[f"{name}_high"] = found[name]["low"], found[name]["high"]
    return values


def _percent(rating):
    """Where a rating from 1 to 9 stands on a line of 100."""
    return round(max(0.0, min(100.0, (rating - 1) / 8 * 100)), 1)
