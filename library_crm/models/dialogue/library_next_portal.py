from odoo import api, fields, models

from ...lib.form_input import as_id

SHOWN_DAYS = 60


class LibraryOutreach(models.Model):
    """Ideas as their patron sees them, and the way to stop one kind of them."""

    _inherit = "library.outreach"

    @api.model
    def _refusal_words(self, code):
        """Why somebody is not written to, for staff."""
        return {
            "gone": self.env._("the patron is not in touch with us any more."),
            "unwanted": self.env._("the patron does not want this."),
            "paused": self.env._("the patron asked for a pause."),
            "bounced": self.env._("mail to the patron comes back."),
            "no_address": self.env._("the patron has no address."),
            "complaint": self.env._("a complaint of the patron is open."),
            "cap": self.env._("the patron was written to often enough in 30 days."),
        }[code]

    def _kind_rule(self):
        """The rule of next steps that led to this message, if one did."""
        self.ensure_one()
        name, _colon, number = (self.kind or "").partition(":")
        return self.env["library.next.rule"].browse(as_id(number) if name == "next" else None).exists()

    def _stop_kind(self):
        """The patron wants no more ideas of the kind of this message."""
        self.ensure_one()
        rule = self._kind_rule()
        if rule:
            self.env["library.next.stop"]._stop(self._person(), rule)


class LibraryNextStop(models.Model):
    _inherit = "library.next.stop"

    @api.model
    def _stop(self, patron, rule):
        """Stop one kind of ideas for one patron, and what of it is open."""
        # sudo: patrons stop for themselves; the caller knows who they are
        Stop_sudo = self.sudo()
        if not Stop_sudo.search_count([("patron_id", "=", patron.id), ("rule_id", "=", rule.id)], limit=1):
            Stop_sudo.create({"patron_id": patron.id, "rule_id": rule.id})
        open_sudo = self.env["library.next.step"].sudo().search([  # sudo: as above
            ("patron_id", "=", patron.id), ("rule_id", "=", rule.id),
            ("state", "in", ("proposed", "accepted", "edited")),
        ])
        open_sudo.write({"state": "expired"})
        rows_sudo = self.env["library.outreach"].sudo().search([  # sudo: as above
            ("patron_id", "=", patron.id), ("kind", "=", f"next:{rule.id}"), ("state", "=", "waiting"),
        ])
        rows_sudo._take_back()


class LibraryContactPreference(models.Model):
    _inherit = "library.contact.preference"

    @api.model
    def _portal_stopped_kinds(self, patron):
        # sudo: the visitor's own list, names of kinds only
        stops_sudo = self.env["library.next.stop"].sudo().search([("patron_id", "=", patron.id)])
        return super()._portal_stopped_kinds(patron) + [(stop.id, stop.rule_id.name) for stop in stops_sudo]

    @api.model
    def _portal_take(self, patron, form, source):
        result = super()._portal_take(patron, form, source)
        stops_sudo = self.env["library.next.stop"].sudo().search([("patron_id", "=", patron.id)])  # sudo: as above
        stops_sudo.filtered(lambda stop: form.get("kinds") and not form.get(f"stopped_{stop.id}")).unlink()
        return result

    @api.model
    def _portal_ideas(self, patron):
        """Ideas that this patron got lately, for the signed-in page only."""
        since = fields.Datetime.subtract(self.env.cr.now(), days=SHOWN_DAYS)
        # sudo: the visitor's own; subject, words and reason only
        steps_sudo = self.env["library.next.step"].sudo().search(
            [("patron_id", "=", patron.id), ("state", "=", "sent"), ("channel", "!=", "phone"),
             ("date_decided", ">=", since)], order="date_decided desc", limit=10)
        return [
            {"subject": step.subject, "body": step.body, "reason": step._words_of_reason(),
             "stop": step.outreach_id and f"/library/stop-kind/{step.outreach_id._token()}"}
            for step in steps_sudo
        ]
