from odoo import models
from odoo.tools import format_datetime

ANSWER_HOURS = 16.0


class LibraryCase(models.Model):
    """What patrons and colleagues read about a promise and its clock."""

    _inherit = "library.case"

    def _missed_words(self):
        """The moment that we missed, as this patron reads it."""
        self.ensure_one()
        if not self.date_missed:
            return ""
        lang = self._patron_lang()
        # sudo: the opening hours' time zone
        zone = self.sudo().team_id._get_calendar().tz or "UTC"
        words = "M月d日 EEEE HH:mm" if lang.startswith("zh") else "EEEE, d MMMM, HH:mm"
        return format_datetime(self.env, self.date_missed, tz=zone, dt_format=words, lang_code=lang)

    def _colleague_words(self, user):
        """The promised moment as this colleague reads it."""
        if not self.date_promised:
            return ""
        return format_datetime(self.env, self.date_promised, tz=user.tz, dt_format="short", lang_code=user.lang)

    def _portal_values(self, access_token=None):
        # sudo: the clock's fields are for staff; the words made of them are for the patron
        return {**super()._portal_values(access_token), "promise": self.sudo()._portal_promise()}

    def _portal_promise(self):
        """What the patron reads about our promise: {state, words, more}; nothing when all is over.

        state is running, paused or late; `more` says what follows from it.
        """
        self.ensure_one()
        _ = self.env._
        if self.stage_code == "closed":
            return {}
        if self.waits_for != "library":
            return self._portal_pause()
        if not self.date_promised:
            return {}
        moment = self._portal_moment(self.date_promised)
        late = self.date_missed and self.missed_count and self.date_promised > self.date_missed
        if late or self.is_overdue:
            missed = self._portal_moment(self.date_missed if late else self.date_promised)
            return {
                "state": "late",
                "words": _("You should have heard from us by %(moment)s. We are sorry.", moment=missed),
                "more": _("You hear from us by %(moment)s.", moment=moment) if late else "",
            }
        words = (
            _("The solution is yours by %(moment)s.", moment=moment)
            if self.promise_kind == "solution"
            else _("You hear from us by %(moment)s.", moment=moment)
        )
        more = ""
        if self.promise_kind == "answer" and self.date_solution_promised and not self.date_first_answer:
            more = _("The solution follows by %(moment)s.", moment=self._portal_moment(self.date_solution_promised))
        return {"state": "running", "words": words, "more": more}

    def _portal_pause(self):
        """What the patron reads while the clock stands."""
        _ = self.env._
        if self.waits_for == "partner":
            words = _("Our clock stands still while we wait for another library.")
        elif self.waits_for == "patron":
            words = _("Our clock stands still because we wait for you.")
        else:
            return {}
        more = ""
        if self.waits_for == "patron":
            # sudo: what the service promises
            hours = f"{self.sudo().service_id.answer_hours or ANSWER_HOURS:g}"
            more = _("As soon as you write, you hear from us within %(hours)s opening hours.", hours=hours)
        return {"state": "paused", "words": words, "more": more}

    def action_open_clock(self):
        """When the clock of this case ran and stood, why, and who moved it."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.clock.segment",
            "view_mode": "list",
            "target": "new",
            "name": self.env._("Clock of case %(number)s", number=self.id),
            "domain": [("case_id", "=", self.id)],
            "context": {"create": False, "edit": False, "dialog_size": "extra-large"},
        }
