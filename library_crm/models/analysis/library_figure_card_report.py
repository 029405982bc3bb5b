from odoo import api, models


class LibraryFigureCard(models.Model):
    """Definitions for pivots and graphs: by report and measure."""

    _inherit = "library.figure.card"

    @api.model
    def report_cards(self, model_name, measures, domain=()):
        """The definitions of the measures on screen, in their order and in the reader's language.

        :param str model_name: a report that the reader may see
        :param list measures: names of fields, `__count` for the number of rows
        :param list domain: the filter on screen, of which the sample is told
        :return: {cards: [{code, measure, name, numerator, ...}], sample, is_guarded}; without what has no definition
        :raise AccessError: for who may not see the report
        """
        self.check_access("read")
        report = self.env.get(str(model_name))
        codes = getattr(report, "_figure_cards", None)
        if not codes:
            return {"cards": [], "sample": "", "is_guarded": False}
        report.check_access("read")
        cards = self._cards(codes.values())
        told = [(measure, codes.get(measure)) for measure in dict.fromkeys(map(str, measures))]
        return {
            "cards": [{"code": code, "measure": measure, **cards[code]} for measure, code in told if code in cards],
            "sample": self._sample(report, domain),
            "is_guarded": isinstance(report, self.env.registry["library.k.guard"]),
        }

    @api.model
    def _sample(self, report, domain):
        """How much stands behind the figures on screen, in words; nothing where that must not be told."""
        person = getattr(report, "_guard_person", None)
        [[rows, *people]] = report._read_group(
            domain, [], ["__count", *([f"{person}:count_distinct"] if person else [])]
        ) or [[0]]
        if not rows:
            return ""
        if person and not people[0]:
            return ""
        if person != "persons":  # it counts something else than people
            return self.env._("%(rows)s records", rows=rows)
        return self.env._("%(rows)s records about %(people)s people", rows=rows, people=people[0])
