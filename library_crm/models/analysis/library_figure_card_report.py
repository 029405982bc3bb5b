from odoo import api, models


class LibraryFigureCard(models.Model):
    """Definitions for pivots and graphs: by report and measure."""

    _inherit = "library.figure.card"

    @api.model
    def report_cards(self, model_name, measures):
        """The definitions of the measures on screen, in their order and in the reader's language.

        :param str model_name: a report that the reader may see
        :param list measures: names of fields, `__count` for the number of rows
        :return: {cards: [{code, measure, name, numerator, ...}], is_guarded}; a measure without a definition is left out
        :raise AccessError: for who may not see the report
        """
        self.check_access("read")
        report = self.env.get(str(model_name))
        if report is None:
            return {"cards": [], "is_guarded": False}
        report.check_access("read")
        codes = getattr(report, "_figure_cards", {})
        cards = self._cards(codes.values())
        told = [(measure, codes.get(measure)) for measure in dict.fromkeys(map(str, measures))]
        return {
            "cards": [{"code": code, "measure": measure, **cards[code]} for measure, code in told if code in cards],
            "is_guarded": isinstance(report, self.env.registry["library.k.guard"]),
        }
