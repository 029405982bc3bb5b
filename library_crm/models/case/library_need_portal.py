from odoo import models

from ...lib.form_input import FormRefused


class LibraryNeed(models.Model):
    """What a patron says about a need reaches whoever works on the cases that serve it."""

    _inherit = "library.need"

    def _portal_say_checked(self, verb, form):
        Log = self.env["library.form.log"]
        if not Log._admit({("need", self.id): Log._limit("replies_per_case", 15)}):
            raise FormRefused({f"need_{self.id}": self.env["library.case"]._portal_flood_words()}, status=429)
        return super()._portal_say_checked(verb, form)

    def _portal_tell(self, verb, words):
        result = super()._portal_tell(verb, words)
        _ = self.env._
        sentence = {
            "confirm": _("Yes, this is what I need."),
            "correct": words,
            "withdraw": _("I no longer need this."),
        }[verb]
        for case in self.case_ids.filtered(lambda case: case.stage_code != "closed"):
            case._portal_post(sentence, [], self.patron_id.partner_id)
        return result

    def _portal_values(self, access_token=None):
        values = super()._portal_values(access_token)
        values["cases"] = values["need"].case_ids.sorted("id", reverse=True)
        return values
