from odoo import api, models

MOST_SERIES = 200


class LibraryAhead(models.AbstractModel):
    """T11: what to expect of each service and class, with its interval."""

    _inherit = "library.ahead"

    @api.model
    def _part_forecast(self, choices):
        Forecast = self.env["library.forecast"]
        kind = self._choice(
            choices, "kind", self.env._("Demand"), Forecast._fields["kind"]._description_selection(self.env)
        )
        about = self._choice(choices, "about", self.env._("Service or class"), self._series_of(kind["value"]))
        rows = Forecast.search(
            [("company_id", "=", self.env.company.id), ("kind", "=", kind["value"]), *self._about_domain(about)],
            order="month",
        ) if about["options"] else Forecast  # fmt: skip
        return {
            "choices": [kind, about],
            "tables": [self._forecast_table(rows)],
            "chart": self._forecast_chart(rows),
            "sentences": self._forecast_sentences(rows),
            "cards": ("forecast_expected", "forecast_interval", "forecast_actual"),
        }

    @api.model
    def _series_of(self, kind):
        """[(service or class, name)] of everything that is expected, all together first, then the largest."""
        sums = {}
        for record in self.env["library.forecast"].search(
            [("company_id", "=", self.env.company.id), ("kind", "=", kind), ("state", "=", "ahead")]
        ):
            about = (record.service_id or record.subject_id).id or 0
            sums[about] = sums.get(about, 0) + record.expected
        chosen = sorted(sums, key=lambda about: (about != 0, -sums[about], about))[:MOST_SERIES]
        model = "library.service" if kind == "cases" else "library.subject"
        # a service that was taken out of use still has its name
        records = self.env[model].with_context(active_test=False).search([("id", "in", chosen)])
        names = {record.id: record.display_name for record in records}
        names[0] = self.env._("All together")
        return [(about, names[about]) for about in chosen if about in names]

    @api.model
    def _about_domain(self, about):
        chosen = about["value"] or False
        return ["|", ("service_id", "=", chosen), ("subject_id", "=", chosen)] if chosen else [
            ("service_id", "=", False), ("subject_id", "=", False)
        ]  # fmt: skip

    @api.model
    def _forecast_table(self, rows):
        methods = dict(rows._fields["method"]._description_selection(self.env))
        return {
            "title": self.env._("Months to come"),
            "note": self.env._("Four of five months should lie between the two limits."),
            "head": [
                self.env._("Expected"), self.env._("At least"), self.env._("At most"), self.env._("Worked out as"),
            ],
            "rows": [
                {"label": row.month_name,
                 "cells": [row.expected, row.low, row.high, methods.get(row.method, "")]}
                for row in rows if row.state == "ahead"
            ],
        }  # fmt: skip

    @api.model
    def _forecast_chart(self, rows):
        """Points of the picture; None where nothing may be told or was expected."""
        return {
            "kind": "band",
            "points": [
                {
                    "label": row.month_name,
                    "is_ahead": row.state == "ahead",
                    "actual": row.actual if row.has_actual else None,
                    "expected": row.expected if row.method else None,
                    "low": row.low if row.state == "ahead" else None,
                    "high": row.high if row.state == "ahead" else None,
                }
                for row in rows
            ],
        } if rows else None  # fmt: skip

    @api.model
    def _forecast_sentences(self, rows):
        """How right the same rule was last season, in a sentence."""
        tried = rows.filtered(lambda row: row.state == "past" and row.method)
        came = sum(tried.mapped("actual"))
        if len(tried) < 12 or not all(tried.mapped("has_actual")) or not came:
            return [self.env._("How right this would have been last season cannot be told yet.")] if rows else []
        missed = sum(abs(row.actual - row.expected) for row in tried)
        return [self.env._(
            "Last season the same rule missed a month by %(share)s of what came, on average.",
            share=f"{missed / came:.0%}",
        )]  # fmt: skip
