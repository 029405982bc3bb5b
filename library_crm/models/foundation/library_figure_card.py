from odoo import api, fields, models


class LibraryFigureCard(models.Model):
    """What a figure means: shown beside it wherever it stands."""

    _name = "library.figure.card"
    _description = "Definition of a Figure"
    _order = "sequence, code"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, readonly=True, help="The name by which screens find this definition.")
    name = fields.Char("Figure", required=True, translate=True)
    numerator = fields.Text("What is counted", required=True, translate=True)
    denominator = fields.Text("Out of what", translate=True)
    period = fields.Char("Counted over", translate=True)
    exclusions = fields.Text("Left out", translate=True)
    scale = fields.Char(translate=True)
    interval = fields.Char("How sure it is", translate=True)
    edition = fields.Char("Source of the definition", translate=True)

    _code_uniq = models.UniqueIndex("(code)", "There is a definition of this figure already.")

    @api.model
    def _cards(self, codes):
        """The definitions that a screen shows beside its figures, in the reader's language.

        :param codes: list of codes; unknown ones are left out
        :return: {code: {name, numerator, denominator, period, exclusions, scale, interval, edition}}
        """
        names = ("name", "numerator", "denominator", "period", "exclusions", "scale", "interval", "edition")
        cards = self.search([("code", "in", list(codes))])
        return {card.code: {name: card[name] or "" for name in names} for card in cards}
