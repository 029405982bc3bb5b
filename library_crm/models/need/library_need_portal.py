from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...const import SETTLED
from ...lib.form_input import FormRefused, clean_line, clean_text

CORRECTION_LENGTH = 10000
LINK_DAYS_AFTER_SETTLING = 180
VERBS = ("confirm", "correct", "withdraw")


class LibraryNeed(models.Model):
    """What patrons see of their needs on the portal, and what they may say about them."""

    _name = "library.need"
    _inherit = ["library.need", "library.portal.mixin"]

    def _portal_link_expired(self):
        """Links without sign-in end half a year after the need was settled."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=LINK_DAYS_AFTER_SETTLING)
        return bool(self.date_settled and self.date_settled < limit)

    @api.model
    def _portal_filters(self):
        """{name: (label, domain)} of the tabs of the list."""
        _ = self.env._
        return {
            "open": (_("Open"), self._domain_open()),
            "settled": (_("Settled"), ~self._domain_open()),
            "all": (_("All"), Domain.TRUE),
        }

    @api.model
    def _portal_own_domain(self):
        """The visitor's own needs; staff see theirs here, not their patrons'."""
        # a need that we only guess is shown to nobody before a librarian has asked
        stated = Domain("origin", "=", "stated")
        return stated & Domain("patron_id.partner_id", "=", self.env.user.partner_id.id)

    @api.model
    def _portal_search_domain(self, words):
        words = clean_line(words, 200)
        return Domain("name", "ilike", words) | Domain("statement", "ilike", words) if words else Domain.TRUE

    @api.model
    def _portal_orders(self):
        """{name: (label, order)} of the list."""
        _ = self.env._
        return {"date": (_("Newest"), "id desc"), "deadline": (_("Needed by"), "date_deadline, id desc")}

    @api.model
    def _portal_fetch(self, domain, order, limit, offset):
        """One page of the list in few queries, however many rows."""
        fields_shown = ("name", "state", "confirmation", "restatement", "date_deadline", "create_date")
        return self.search_fetch(domain, fields_shown, order=order, limit=limit, offset=offset)

    def _portal_state_words(self):
        """Where the need stands, in one line for the patron."""
        self.ensure_one()
        _ = self.env._
        if self.state not in SETTLED and self.confirmation == "asked":
            return _("Please tell us whether we understood you.")
        if self.state not in SETTLED and self.confirmation == "corrected":
            return _("Thank you, we read your correction.")
        return {
            "stated": _("We have read what you need."),
            "understood": _("We know what you need and work on it."),
            "planned": _("We have planned how to find it."),
            "met": _("You have what you needed."),
            "partly": _("You have part of what you needed."),
            "unmet": _("We could not find what you needed."),
            "withdrawn": _("You no longer need this."),
        }[self.state]

    def _portal_can_say(self):
        """What the patron may say about this need now: a subset of VERBS."""
        self.ensure_one()
        if self.state in SETTLED:
            return ()
        if self.restatement and self.confirmation in ("asked", "corrected", "none"):
            return VERBS
        return ("correct", "withdraw") if self.restatement else ("withdraw",)

    def _portal_is_mine(self, access_token=None):
        """Whether the visitor is the patron of this need, by account or by the link that we mailed."""
        self.ensure_one()
        need_sudo = self.sudo()  # sudo: compares the patron with the visitor
        partner = self.env.user.partner_id
        is_own = not self.env.user._is_public() and partner == need_sudo.patron_id.partner_id
        return is_own or need_sudo._portal_opens(access_token)

    def _portal_say(self, verb, form, access_token=None):
        """The patron confirms, corrects or withdraws this need.

        :param verb: one of VERBS, checked by the route
        :raise FormRefused: when the words are missing or it is too late for this
        """
        self.ensure_one()
        if not self._portal_is_mine(access_token):
            raise AccessError(self.env._("Only the patron decides this."))
        self._portal_say_checked(verb, form)

    def _portal_say_checked(self, verb, form):
        """Do what the patron said; who said it was checked before."""
        need_sudo = self.sudo()  # sudo: the patron decides over the own need; the values are checked here
        if verb not in need_sudo._portal_can_say():
            raise FormRefused({"form": self.env._("This need is settled. Write to us if you need something else.")})
        words = clean_text(form.get("message"), CORRECTION_LENGTH)
        if verb == "correct" and not words:
            raise FormRefused({f"need_{self.id}": self.env._("Please write what we should change.")})
        need_sudo._portal_do(verb, words, form)
        need_sudo._portal_tell(verb, words)

    def _portal_do(self, verb, words, form):
        """Keep what the patron said; `form` is untrusted, `words` are clean."""
        if verb == "confirm":
            self._confirm()
        elif verb == "correct":
            self._correct(words)
        else:
            self._settle("withdrawn")

    def _portal_tell(self, verb, words):
        """Tell whoever works on this need what the patron said."""

    def _portal_values(self, access_token=None):
        """All that the page shows; called on a need that the visitor may read."""
        self.ensure_one()
        need_sudo = self.sudo()  # sudo: the page shows parts whose models patrons may not read
        is_mine = need_sudo.with_env(self.env(su=False))._portal_is_mine(access_token)
        return {
            "need": need_sudo,
            "access_token": access_token if need_sudo._portal_opens(access_token) else "",
            "verbs": need_sudo._portal_can_say() if is_mine else (),
        }
