from math import ceil, floor

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.figure_table import Figure


class LibrarySegment(models.Model):
    """Four more of the seven P for a segment: performance, prospecting, profitability and product."""

    _inherit = "library.segment"

    @api.readonly
    def get_page(self, part, other_id=None):
        """Also the parts performance | prospecting | profitability | product."""
        makers = {
            "performance": self._page_performance,
            "prospecting": self._page_prospecting,
            "profitability": self._page_profitability,
            "product": self._page_product,
        }
        if part not in makers:
            return super().get_page(part, other_id)
        self.ensure_one()
        self.check_access("read")
        self._check_relations()
        self.env.flush_all()
        page = makers[part](fields.Date.context_today(self))
        return {**page, "tables": [table for table in page["tables"] if table["rows"]]}

    def _page_performance(self, as_of):
        """What the members use, by kind and way, and how their cases ran, by service and by team."""
        Table = self.env["library.figure.table"]
        window = Table._window(as_of)
        figures = Table._performance_figures()
        return {"tables": [
            self._page_uses(window),
            *(
                Table._case_table(title, by, figures, self.company_id, window, self, self.env._(
                    "Cases of the last 12 months, of those who were members then."
                ))
                for by, title in (
                    ["service", self.env._("Cases by service")], ["team", self.env._("Cases by team")],
                )
            ),
        ]}  # fmt: skip

    def _page_uses(self, window):
        """Uses of today's members by kind and channel."""
        usage = self.env["library.usage"]
        rows = SQL(
            """
            SELECT u.patron_id, u.uses AS value, u.channel, u.kind
              FROM (%s) member JOIN library_usage u ON u.patron_id = member.patron_id
              JOIN library_patron p ON p.id = u.patron_id AND p.allows_counts
             WHERE u.month >= %s AND u.month < %s AND u.kind <> 'visit_day'
            """,
            self._sql_members(), *window,
        )  # fmt: skip
        return self._cross_table(
            self.env._("Uses by kind and channel"), rows, ["channel", "kind"],
            usage._fields["channel"]._description_selection(self.env),
            usage._fields["kind"]._description_selection(self.env),
            self.env._("Uses of the last 12 months of today's members who let us count."),
        )  # fmt: skip

    def _page_profitability(self, as_of):
        """What members were served with: effort beside value. About services, never about a person."""
        Table = self.env["library.figure.table"]
        window = Table._window(as_of)
        table = Table._case_table(
            self.env._("Value and effort by service"), "service", Table._value_figures(), self.company_id, window, self,
            self.env._("Cases of the last 12 months, of those who were members then."),
        )  # fmt: skip
        words = self.env._("These figures are about services, never about what a person is worth.")
        return {"tables": [table], "sentences": [words] if table["rows"] else []}

    def _page_product(self, as_of):
        """What was handed out to members, and what goes together with being one."""
        Ahead = self.env["library.ahead"].with_company(self.company_id)
        window = self.env["library.figure.table"]._window(as_of)
        return {
            "tables": [Ahead._class_table(window, self), Ahead._product_table(window, self)],
            "sentences": Ahead._rule_sentences(self),
        }

    def _page_prospecting(self, as_of):
        """What members are likely to ask for next month: their share in a service times what is expected of it."""
        Table = self.env["library.figure.table"]
        window = Table._window(as_of)
        table = Table._case_table(
            self.env._("What members may ask for next"), "service",
            [Figure("cases", self.env._("Cases in 12 months"), "cases", "count")], self.company_id, window, self,
            self.env._(
                "The members' share of the cases of a service in the last 12 months, times what is expected of the "
                "service, with the same limits."
            ),
        )  # fmt: skip
        ahead = self.env["library.forecast"].search([
            ("company_id", "=", self.company_id.id), ("kind", "=", "cases"), ("service_id", "!=", False),
            ("month", "=", as_of.replace(day=1) + relativedelta(months=1)), ("state", "=", "ahead"),
        ])  # fmt: skip
        expected = {one.service_id.id: one for one in ahead}
        everybody = self._cases_by_service(window)
        rows = [
            {**row, "cells": [*row["cells"], *self._prospect(row["cells"][0], everybody.get(key), expected.get(key))]}
            for key, row in zip(table["keys"], table["rows"], strict=False)
        ]
        head = [
            *table["head"], self.env._("Share of all"), self.env._("Expected next month"), self.env._("At least"),
            self.env._("At most"),
        ]  # fmt: skip
        return {"tables": [{**table, "head": head, "rows": [row for row in rows if row["cells"][2] != ""]}]}

    @api.model
    def _cases_by_service(self, window):
        # sudo: sums by service, of which a share is shown that passed the guard
        cases_sudo = self.env["library.case"].sudo()
        return {
            service.id: count
            for service, count in cases_sudo.with_context(active_test=False)._read_group(
                [("company_id", "=", self.company_id.id), ("create_date", ">=", window[0]),
                 ("create_date", "<", window[1]), ("merged_into_id", "=", False)],
                ["service_id"], ["__count"],
            )
        }  # fmt: skip

    @api.model
    def _prospect(self, cases, everybody, expected):
        """[share, expected, low, high] of the members; empty without an expectation, None where nothing may be told."""
        if not expected or not everybody:
            return ["", "", "", ""]
        if cases is None:
            return [None, None, None, None]
        share = cases / everybody
        limits = (floor(share * expected.low), ceil(share * expected.high))
        return [f"{share:.0%}", round(share * expected.expected), *limits]
