from odoo import api, fields, models

from ...const import CHANNELS, CONTACT_CHANNELS, CONTACT_PURPOSES
from ...lib.form_input import FormRefused, as_date


class LibraryContactPreference(models.Model):
    """The page where a patron chooses what to hear, by which way, and in which language."""

    _inherit = "library.contact.preference"

    @api.model
    def _portal_purposes(self):
        """{purpose: what it means, in the patron's words}."""
        return {
            "evaluation": self.env._("A short question how we did, at most once in 60 days."),
            "followup": self.env._("What we changed because of what you told us."),
            "training": self.env._("Courses that fit what you want to learn."),
            "suggestions": self.env._("Ideas for your work, each with its reason."),
            "news": self.env._("What is new in the library."),
            "community": self.env._("When somebody answers you on the board."),
        }

    @api.model
    def _portal_values(self, patron):
        """What the page shows; nothing that says who it is.

        :param patron: the patron whose answers these are, in sudo mode
        """
        wanted = self.sudo()._wanted(patron)  # sudo: the visitor's own answers, by sign-in or by a signed link
        meanings = self._portal_purposes()
        purposes = self._fields["purpose"]._description_selection(self.env)
        channels = self._fields["channel"]._description_selection(self.env)
        return {
            "channels": channels,
            "rows": [
                {"purpose": purpose, "name": name, "meaning": meanings[purpose], "boxes": [
                    {"name": self._portal_box(purpose, channel), "label": label, "on": wanted[purpose, channel]}
                    for channel, label in channels
                ]}
                for purpose, name in purposes
            ],
            "pause": patron.date_pause_until if patron._is_paused() else "",
            "lang": patron.lang or self.env.lang,
            "langs": self.env["res.lang"].get_installed(),
            "preferred": patron.preferred_channel,
            "ways": patron._fields["preferred_channel"]._description_selection(self.env),
            "stopped_kinds": self._portal_stopped_kinds(patron),
        }

    @api.model
    def _portal_stopped_kinds(self, patron):
        """[(id, name)] of kinds of messages that this patron ended one by one; owners of such kinds fill it."""
        return []

    @staticmethod
    def _portal_box(purpose, channel):
        return f"want_{purpose}_{channel}"

    @api.model
    def _portal_take(self, patron, form, source):
        """Take what was chosen on the page.

        :param patron: the patron whose page it is, in sudo mode
        :param dict form: untrusted; an absent box is a no
        :param source: portal or link
        :raise FormRefused: for a pause that is no date
        """
        until = as_date(form.get("date_pause_until"))
        if form.get("date_pause_until") and not until:
            raise FormRefused({"date_pause_until": self.env._("This is not a date.")})
        nothing = form.get("verb") == "nothing"
        self._answer(patron, {
            (purpose, channel): not nothing and bool(form.get(self._portal_box(purpose, channel)))
            for purpose, _name in CONTACT_PURPOSES for channel, _label in CONTACT_CHANNELS
        }, source)
        values = {"date_pause_until": until or False}
        if form.get("lang") in dict(self.env["res.lang"].get_installed()):
            values["lang"] = form["lang"]
        if form.get("preferred_channel") in dict(CHANNELS):
            values["preferred_channel"] = form["preferred_channel"]
        changed = {name: value for name, value in values.items() if patron[name] != value}
        if changed:
            patron.with_context(provenance=["portal", self.env.uid]).write(changed)
        if patron._is_paused():
            # sudo: what waits for this patron waits no longer
            self.env["library.outreach"].sudo()._paused(patron)


class LibraryOutreach(models.Model):
    _inherit = "library.outreach"

    def _person(self):
        """The patron of this message today: after a merge, whoever stayed."""
        self.ensure_one()
        return self.patron_id.merged_into_id or self.patron_id

    @api.model
    def _paused(self, patrons):
        """Mails that have not left wait until the pause is over."""
        waiting = self.search([
            ("patron_id", "in", patrons.ids), ("state", "=", "waiting"), ("mail_id.state", "=", "outgoing"),
        ])
        for row in waiting.filtered(lambda one: one.patron_id.date_pause_until):
            moment = row.patron_id._next_contact(fields.Datetime.to_datetime(row.patron_id.date_pause_until))
            row.mail_id.scheduled_date = fields.Datetime.to_string(moment)

    def _portal_unsubscribe_values(self, is_done, is_back):
        """What the page of the link in a mail shows."""
        self.ensure_one()
        purposes = dict(self._fields["purpose"]._description_selection(self.env))
        channels = dict(self._fields["channel"]._description_selection(self.env))
        return {
            "purpose": purposes[self.purpose], "channel": channels[self.channel], "token": self._token(),
            "is_done": is_done, "is_back": is_back, "page_name": "library_contact_link",
        }
