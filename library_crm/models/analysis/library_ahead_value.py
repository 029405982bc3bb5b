from odoo import api, fields, models


class LibraryAhead(models.AbstractModel):
    """T9 and T10: what a service costs and brings, and how well it runs."""

    _inherit = "library.ahead"

    @api.model
    def _window(self, months):
        return self.env["library.figure.table"]._window(fields.Date.context_today(self), months["value"])

    @api.model
    def _choice_of_segment(self, choices):
        """Segments for who looks after relations; for the others everybody."""
        segments = self.env["library.segment"]
        if self.env["library.segment.member"].has_access("read"):
            segments = segments.search([("company_id", "=", self.env.company.id)])
        return self._choice(choices, "segment", self.env._("Patrons"), [
            (0, self.env._("All patrons")), *((segment.id, segment.name) for segment in segments),
        ])  # fmt: skip

    @api.model
    def _chosen_segment(self, choice):
        """The segment chosen; one that the reader may not see is not among the options."""
        return self.env["library.segment"].browse(choice["value"]) if choice["value"] else None

    # T9

    @api.model
    def _part_value(self, choices):
        Table, company = self.env["library.figure.table"], self.env.company
        months, segment = self._choice_of_months(choices), self._choice_of_segment(choices)
        figures, window = Table._value_figures(), self._window(months)
        by_service = Table._case_table(
            self.env._("Value and effort by service"), "service", figures, company, window,
            self._chosen_segment(segment),
        )  # fmt: skip
        tables = [by_service]
        if len(segment["options"]) > 1 and not segment["value"]:
            tables.append(Table._segment_table(
                self.env._("Value and effort by segment"), figures, company, window,
                self.env._("Who was a member when asking; somebody may be in several segments."),
            ))  # fmt: skip
        words = self.env._("These figures are about services, never about what a person is worth.")
        return {
            "choices": [months, segment], "tables": tables, "chart": self._value_chart(by_service),
            "sentences": [words] if any(table["rows"] for table in tables) else [],
            "cards": ["effort_minutes", "effort_value", "effort_saved", "effort_met"],
        }  # fmt: skip

    @api.model
    def _value_chart(self, table):
        """Services as dots: effort to the right, value upwards; those of which both may be told."""
        points = [
            {"label": row["label"], "size": row["cells"][0] or 0, "x": row["cells"][1], "y": row["cells"][3]}
            for row in table["rows"]
            if not row.get("is_total")
            and all(isinstance(row["cells"][place], (int, float)) for place in (0, 1, 3))
        ]
        return {
            "kind": "dots", "points": points, "x": self.env._("Effort: minutes a case"),
            "y": self.env._("Value: result, 0 to 4"), "most_y": 4,
        } if points else None  # fmt: skip

    # T10

    @api.model
    def _part_performance(self, choices):
        months, segment = self._choice_of_months(choices), self._choice_of_segment(choices)
        by = self._choice(choices, "by", self.env._("Shown by"), [
            ["service", self.env._("Cases by service")],
            ["team", self.env._("Cases by team")],
            ["channel", self.env._("Cases by channel")],
            ["branch", self.env._("Cases by place")],
            ["kind", self.env._("Uses by kind and channel")],
            ["place", self.env._("Uses by kind and place")],
        ])  # fmt: skip
        if by["value"] in ("kind", "place"):
            return {
                "choices": [by, months], "cards": ("performance_uses",),
                "tables": [self._use_table(by, self._window(months))],
            }  # fmt: skip
        Table = self.env["library.figure.table"]
        table = Table._case_table(
            dict(by["options"])[by["value"]], by["value"], Table._performance_figures(), self.env.company,
            self._window(months), self._chosen_segment(segment),
            self.env._("Cases opened in the period. Nine of ten: only where ten people or more are behind it."),
        )  # fmt: skip
        return {
            "choices": [by, months, segment], "tables": [table],
            "cards": ("performance_cases", "performance_answer", "performance_closed", "performance_met",
                      "performance_kept"),
        }  # fmt: skip

    @api.model
    def _use_table(self, by, window):
        """Uses by kind (lines) and channel or place (columns), as the guarded report of use gives them."""
        Report = self.env["library.usage.report"]
        column = "channel" if by["value"] == "kind" else "branch_id"
        domain = [
            ("month", ">=", window[0]), ("month", "<", window[1]), ("company_id", "=", self.env.company.id)
        ]  # fmt: skip
        cells, columns, kinds = {}, {}, []
        for kind, head, uses in Report._read_group(domain, ["kind", column], ["uses:sum"]):
            if kind != "visit_day":
                cells[kind, head] = uses
                columns.setdefault(head)
                kinds.append(kind)
        if column == "channel":
            heads = Report._fields["channel"]._description_selection(self.env)
        else:
            heads = [(place, place.display_name or self.env._("Without one")) for place in columns]
        labels = dict(Report._fields["kind"]._description_selection(self.env))
        heads = [head for head in heads if head[0] in columns]
        return {
            "title": dict(by["options"])[by["value"]], "note": "", "head": [label for _value, label in heads],
            "rows": [
                {"label": labels.get(kind, kind), "cells": [cells.get((kind, head), 0) for head, _label in heads]}
                for kind in dict.fromkeys(kinds)
            ],
        }  # fmt: skip
