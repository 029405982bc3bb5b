from odoo import models
from odoo.fields import Domain

from ...lib.workbook import Chart, Column

CARDS = ("gap_perceived", "gap_adequacy", "gap_superiority")


class LibraryDocument(models.Model):
    """The rounds of the gap survey as a workbook: who answered, what people accept, find and wish, and the trend."""

    _inherit = "library.document"

    def _build_gap_survey(self, book, period_from, period_to, company, **options):
        """Every round that was under way in the period; figures about fewer than five people were never stored."""
        rounds = self.env["library.gap.survey"].search(
            Domain("company_id", "=", company.id) & Domain("state", "!=", "draft")
            & Domain("date_start", "<=", period_to)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", period_from)),
            order="date_start, id",
        )
        self._sheet_gap_rounds(book, rounds)
        if len(rounds) > 1:
            self._sheet_gap_trend(book, rounds)
        for number, gap in enumerate(rounds, start=1):
            results = self.env["library.gap.result"].search([("gap_id", "=", gap.id)])
            self._sheet_gap_dimensions(book, number, gap, results)
            self._sheet_gap_figures(book, number, gap, results)
        self._define(book, CARDS)

    def _sheet_gap_rounds(self, book, rounds):
        _ = self.env._
        states = dict(rounds._fields["state"]._description_selection(self.env))
        verdicts = dict(rounds._fields["nonresponse_verdict"]._description_selection(self.env))
        book.sheet(
            _("Rounds"),
            [
                Column(_("Round"), width=32), Column(_("State")), Column(_("First day"), "date"),
                Column(_("Last day"), "date"),
                Column(_("Only users of")), Column(_("People asked"), "int"),
                Column(_("People who answered"), "int"),
                Column(_("Response rate"), "percent"), Column(_("Response rate from"), "percent"),
                Column(_("Response rate to"), "percent"), Column(_("Statements rated"), "int"),
                Column(_("Share rejected"), "percent"), Column(_("Share with a rating missing"), "percent"),
                Column(_("Who did not answer"), width=48),
            ],
            (
                [
                    gap.name, states[gap.state], gap.date_start, gap.date_end, gap.service_id.name,
                    *(
                        [gap.asked_count, gap.answered_count, gap.response_rate, gap.response_low, gap.response_high,
                         gap.rating_count, gap.reversed_rate, gap.half_rate]
                        if gap.is_response_told else [self.env._("too few")] * 8
                    ),
                    verdicts.get(gap.nonresponse_verdict),
                ]
                for gap in rounds
            ),
            note=_("Ratings from 1 to 9. A row whose least accepted is above the wish is rejected."),
        )

    def _sheet_gap_trend(self, book, rounds):
        """What people find, dimension by dimension and round by round."""
        names = dict(self.env["library.gap.result"]._fields["dimension"]._description_selection(self.env))
        found = {}
        for result in self.env["library.gap.result"].search([
            ("gap_id", "in", rounds.ids), ("kind", "=", "dimension"), ("group_kind", "=", "all"),
        ]):
            found[result.gap_id, result.dimension] = result.perceived
        shown = [code for code in names if any((gap, code) in found for gap in rounds)]
        if not shown:
            return
        book.sheet(
            self.env._("From round to round"),
            [Column(self.env._("Round"), width=32), *(Column(names[code], "float") for code in shown)],
            ([gap.name, *(found.get((gap, code)) for code in shown)] for gap in rounds),
            note=self.env._("What people find, 1 to 9. Rounds that asked different people differ for that reason too."),
            chart=Chart("line", self.env._("What people find"), 0, list(range(1, len(shown) + 1))),
        )

    def _gap_columns(self):
        _ = self.env._
        return [
            Column(_("Answers"), "int"), Column(_("Least accepted"), "float"), Column(_("Perceived"), "float"),
            Column(_("Wished for"), "float"), Column(_("Perceived, from"), "float"),
            Column(_("Perceived, to"), "float"), Column(_("Adequacy gap"), "float"),
            Column(_("Adequacy, from"), "float"), Column(_("Adequacy, to"), "float"),
            Column(_("Superiority gap"), "float"), Column(_("Superiority, from"), "float"),
            Column(_("Superiority, to"), "float"),
            Column(_("Zone of tolerance"), width=24), Column(_("Sure"), width=10),
        ]

    def _gap_row(self, result, places):
        return [
            result.n, result.minimum, result.perceived, result.desired, result.perceived_low, result.perceived_high,
            result.adequacy, result.adequacy_low, result.adequacy_high, result.superiority, result.superiority_low,
            result.superiority_high, places.get(result.place), self.env._("yes") if result.is_sure else "",
        ]

    def _gap_note(self, gap):
        return self.env._(
            "%(round)s: 1 to 9, 95 %% intervals. Perceived predicts contentment better than a gap; fewer than five "
            "answers give no figure.", round=gap.name,
        )

    def _sheet_gap_dimensions(self, book, number, gap, results):
        """Dimensions and the whole, everybody together, with the zone of tolerance as a chart."""
        places = dict(results._fields["place"]._description_selection(self.env))
        chosen = results.filtered(lambda one: one.group_kind == "all" and one.kind != "item")
        book.sheet(
            self.env._("%(number)s Dimensions", number=number),
            [Column(self.env._("Dimension"), width=30), *self._gap_columns()[:4], self._gap_columns()[-2]],
            ([one.display_name, *self._gap_row(one, places)[:4], places.get(one.place)] for one in chosen),
            note=self._gap_note(gap),
            chart=Chart(
                "column", self.env._("Accepted, perceived, wished for: %(round)s", round=gap.name), 0, [2, 3, 4]
            ),
        )

    def _sheet_gap_figures(self, book, number, gap, results):
        """Every figure of the round: statements, dimensions, kinds of patrons and stages."""
        places = dict(results._fields["place"]._description_selection(self.env))
        kinds = dict(results._fields["kind"]._description_selection(self.env))
        stages = dict(results._fields["lifecycle"]._description_selection(self.env))
        everybody = self.env._("Everybody")
        book.sheet(
            self.env._("%(number)s All figures", number=number),
            [Column(self.env._("What"), width=14), Column(self.env._("Statement or dimension"), width=60),
             Column(self.env._("Of whom")), *self._gap_columns()],
            (
                [kinds[one.kind], one.display_name, one.type_id.name or stages.get(one.lifecycle) or everybody,
                 *self._gap_row(one, places)]
                for one in results
            ),
            note=self._gap_note(gap),
        )  # fmt: skip
