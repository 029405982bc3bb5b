from odoo import api, models
from odoo.exceptions import AccessError

PARTS = ("forecast", "demand", "staffing", "value", "performance", "portfolio")


class LibraryAhead(models.AbstractModel):
    """The screens under "Looking ahead": tables, a picture, sentences and the definitions of all figures, in one call.

    Each part is a method `_part_<name>(choices)` in a file of its own. No figure is about fewer than five people.
    """

    _name = "library.ahead"
    _description = "Looking Ahead"

    @api.model
    @api.readonly
    def board(self, part, choices=None):
        """What one screen shows.

        :param str part: forecast | demand | staffing | value | performance | portfolio
        :param dict choices: what somebody chose on the screen; unknown values fall back to the first
        :return: {choices: [{name, label, value, options: [[value, label]]}], tables, chart, heat, sentences, rules,
            cards}
        :raise AccessError: for anybody but the staff of the library
        """
        if not self.env.user.has_group("library_crm.group_library_librarian"):
            raise AccessError(self.env._("This is for the library's staff."))
        if part not in PARTS:
            return {}
        self.env.flush_all()
        found = getattr(self, f"_part_{part}")(choices if isinstance(choices, dict) else {})
        cards = self.env["library.figure.card"]._cards(found.pop("cards", ()))
        return {
            "choices": [], "chart": None, "heat": None, "sentences": [], "rules": [], **found,
            "tables": [table for table in found.get("tables", ()) if table["rows"]],
            "cards": [{"code": code, **card} for code, card in cards.items()],
        }  # fmt: skip

    @api.model
    def _choice(self, choices, name, label, options):
        """One thing to choose on a screen, with what is chosen.

        :param list options: [(value, label)]; the first is the default
        """
        values = [value for value, _label in options]
        value = choices.get(name)
        return {
            "name": name, "label": label, "value": value if value in values else (values[0] if values else False),
            "options": [[value, label] for value, label in options],
        }  # fmt: skip

    @api.model
    def _choice_of_months(self, choices):
        """Years of whole months that do not overlap."""
        return self._choice(choices, "months", self.env._("Period"), [
            (0, self.env._("Last 12 whole months")),
            (12, self.env._("The 12 months before")),
            (24, self.env._("The 12 months before those")),
        ])  # fmt: skip
