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
            "later": _("Not now: please come back to it after %(day)s.", day=self._portal_day(self.date_not_before)),
            "resume": _("I would like to have it now."),
            "still": _("I still need this."),
            "useful": _("Yes, this would be useful to me."),
            "useless": _("This is of no use to me."),
        }[verb]
        going_on = self.case_ids.filtered(lambda case: case.stage_code != "closed")
        # what was answered goes on where it was answered: a message opens the case again
        for case in going_on or (self.case_ids.sorted("id")[-1:] if verb == "still" else going_on):
            case._portal_post(sentence, [], self.patron_id.partner_id)
        return result

    def _portal_values(self, access_token=None):
        values = super()._portal_values(access_token)
        need = values["need"]
        # one need may stand in cases of several people; each page shows those that its reader may open
        mine = need.case_ids.filtered(lambda case: need.patron_id.partner_id in case.reader_partner_ids)
        values["cases"] = mine.sorted("id", reverse=True)
        return values
