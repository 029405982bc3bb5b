from odoo import api, models


class LibraryTeam(models.Model):
    """The reasons that only cases know, in words."""

    _inherit = "library.team"

    @api.model
    def _reason_word(self, code, params):
        _ = self.env._
        if code == "load":
            return _("has %(minutes)s of %(capacity)s minutes", **params)
        if code == "served":
            return _("served this patron before") if params["count"] == 1 else _(
                "served this patron %(count)s times before", **params
            )
        plain = {
            "same": _("the librarian of last time, as the patron wishes"),
            "relation": _("looks after this patron"),
            "turn": _("it is this colleague's turn"),
            "gave_back": _("gave this case back"),
            "closed": _("takes no new cases"),
        }
        return plain.get(code) or super()._reason_word(code, params)
