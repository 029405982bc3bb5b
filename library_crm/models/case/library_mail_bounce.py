from odoo import api, models


class LibraryMailBounce(models.AbstractModel):
    """Mail of ours that came back: it opens nothing and answers nobody."""

    _inherit = "library.mail.intake"

    @api.model
    def _place_bounce(self, arrival, core):
        """Mark the addresses that failed and file the report with the case it is about."""
        signs = arrival.signs
        message = self._bounced_message(signs.original_message_id)
        case = self._bounced_case(message, arrival)
        failed = [address.lower() for address in signs.failed_recipients]
        # sudo: the gateway acts for nobody
        identities = self.env["library.patron.identity"].sudo().search(
            [("kind", "=", "email"), ("value_normalized", "in", failed), ("state", "!=", "wrong")]
        )
        if not (identities or case or self._find_teams(arrival)) and core:
            return core(arrival.message.as_bytes())
        identities._mark_bounced(signs.reason, permanent=signs.permanent is not False)
        self._mark_notifications(message, failed, signs.reason)
        if case and signs.permanent is not False:
            self._ask_to_phone(case, failed)
        self._hold(arrival, "bounce", signs.reason, state="filed", case=case)
        return self.env["library.case"]

    @api.model
    def _bounced_message(self, message_id):
        Message = self.env["mail.message"].sudo()  # sudo: finds a thread, shows nothing
        return Message.search([("message_id", "=", message_id)], limit=1) if message_id else Message

    @api.model
    def _bounced_case(self, message, arrival):
        """The case whose mail came back."""
        if message.model == "library.case":
            return self.env["library.case"].sudo().browse(message.res_id).exists()
        target = self._find_target(arrival)
        if target is not None and target._name == "library.case":
            return target
        return self.env["library.case"]

    @api.model
    def _mark_notifications(self, message, failed, reason):
        """Show at the message itself whom it did not reach."""
        notifications = self.env["mail.notification"].sudo().search(  # sudo: system records
            [("mail_message_id", "in", message.ids), ("notification_type", "=", "email")]
        )
        notifications.filtered(
            lambda one: (one.res_partner_id.email_normalized or one.mail_email_address) in failed
        ).write({"notification_status": "bounce", "failure_type": "mail_bounce", "failure_reason": reason})

    @api.model
    def _ask_to_phone(self, case, failed):
        """The patron cannot be reached by mail: somebody should try another way."""
        kind = "mail.mail_activity_data_call"
        if not case.activity_search([kind]):
            case.activity_schedule(
                kind,
                summary=self.env._("Our mail came back"),
                note=self.env._("Mail to %(addresses)s came back. Try to reach the patron another way.",
                                addresses=", ".join(failed[:5])),
                user_id=(case.user_id or case.team_id.lead_id or self.env.user).id,
            )
