from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import SETTLED

ACTIVITY = "mail.mail_activity_data_todo"
LATER_MONTHS = ("1", "3", "6")
OFFER_VERBS = ("useful", "useless", "later")
MORE_VERBS = (*OFFER_VERBS, "resume", "still")


class LibraryNeed(models.Model):
    """Is this also useful to you? Patrons answer yes, no or not now, and put off what has time."""

    _inherit = "library.need"

    offer = fields.Selection(
        [("none", "Not asked"), ("offered", "Asked"), ("yes", "Yes"), ("no", "No"), ("later", "Not now")],
        string="Useful to the patron?", default="none", required=True, readonly=True, copy=False,
    )
    date_offered = fields.Datetime("Asked on", readonly=True, copy=False)
    date_not_before = fields.Date("Not before", help="The patron asked us to come back to it then.")

    def action_offer(self):
        """Put the question on the patron's page: is this also useful to you?"""
        for need in self:
            need.check_access("write")
            if need.origin == "stated" or need.state in SETTLED:
                raise UserError(self.env._("Only an open need that the patron has not stated can be offered."))
            if not need.patron_id:
                raise UserError(self.env._("This need belongs to nobody yet: choose the patron."))
            if not need.patron_id._allows("outreach"):
                raise UserError(self.env._(
                    "%(patron)s does not want to be told of what might be useful.", patron=need.patron_id.display_name
                ))
        self.write({"offer": "offered", "date_offered": self.env.cr.now(), "date_not_before": False})

    def action_take_back_offer(self):
        """Ask no more."""
        self.filtered(lambda need: need.offer in ("offered", "later")).write({"offer": "none", "date_offered": False})

    def _portal_tell(self, verb, words):
        """A yes to an offer is a promise: whoever serves the patron has to keep it."""
        result = super()._portal_tell(verb, words)
        owner = self.patron_id.owner_id
        if verb == "useful" and owner:
            self.patron_id.activity_schedule(
                ACTIVITY, summary=self.env._("Wants it: %(need)s", need=self.name), user_id=owner.id
            )
        return result

    # The patron's page

    @api.model
    def _portal_own_domain(self):
        offered = Domain("offer", "!=", "none") & Domain("patron_id.partner_id", "=", self.env.user.partner_id.id)
        return super()._portal_own_domain() | offered

    @api.model
    def _portal_filters(self):
        """What has time stands apart from what is open."""
        filters = super()._portal_filters()
        today = fields.Date.context_today(self)
        waits = Domain("date_not_before", ">", today) & self._domain_open()
        now = Domain("date_not_before", "=", False) | Domain("date_not_before", "<=", today)
        label, domain = filters.pop("open")
        return {"open": (label, domain & now), "later": (self.env._("Not now"), waits), **filters}

    def _portal_waits(self):
        """Whether the patron has put it off to a day to come."""
        self.ensure_one()
        return bool(self.date_not_before and self.date_not_before > fields.Date.context_today(self))

    def _portal_suggestions(self):
        """The patron's own purchase suggestions that came of this need."""
        self.ensure_one()
        suggestions_sudo = self.sudo().suggestion_ids  # sudo: the page shows the own ones only
        return suggestions_sudo.filtered(lambda one: one.patron_id == self.patron_id)

    def _portal_is_offer(self):
        """Whether the page asks if it is useful at all."""
        self.ensure_one()
        return self.origin != "stated" and self.offer in ("offered", "later") and self.state not in SETTLED

    def _portal_can_say(self):
        verbs = super()._portal_can_say()
        if self.state in ("met", "partly", "unmet"):
            return ("still",) if not self._portal_link_expired() else ()
        if self.state in SETTLED:
            return ()
        if self._portal_is_offer():
            return ("useful", "useless") if self._portal_waits() else OFFER_VERBS
        return (*verbs, "resume" if self._portal_waits() else "later")

    def _portal_state_words(self):
        if self.state not in SETTLED and self._portal_waits():
            return self.env._("We come back to it after %(day)s.", day=self._portal_day(self.date_not_before))
        if self._portal_is_offer():
            return self.env._("We think that this might help you. Is it useful to you?")
        return super()._portal_state_words()

    def _portal_do(self, verb, words, form):
        if verb not in MORE_VERBS:
            return super()._portal_do(verb, words, form)
        if verb == "useful":
            return self.write({"offer": "yes", "date_not_before": False, "state": "understood"})
        if verb == "useless":
            self.offer = "no"
            return self._settle("withdrawn")
        if verb == "later":
            months = form.get("months") if form.get("months") in LATER_MONTHS else "3"
            day = fields.Date.context_today(self) + relativedelta(months=int(months))
            return self.write({
                "date_not_before": day, **({"offer": "later"} if self._portal_is_offer() else {}),
            })
        if verb == "resume":
            return self.write({"date_not_before": False})
        return self._unsettle()
