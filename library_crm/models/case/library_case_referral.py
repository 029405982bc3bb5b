from odoo import fields, models

CONSENTS = [("none", "Not asked"), ("asked", "Asked"), ("yes", "Agrees"), ("no", "Does not agree")]


class LibraryCase(models.Model):
    """Other libraries that are asked for a patron, with the patron's consent and without the patron's name."""

    _inherit = "library.case"

    partner_consent = fields.Selection(
        CONSENTS,
        string="Asking other libraries",
        default="none",
        required=True,
        copy=False,
        groups="base.group_user",
        help="Whether the patron agrees that we ask partner libraries. They never learn who asks.",
    )
    referral_ids = fields.One2many("library.referral", "case_id", groups="base.group_user")

    def action_ask_consent(self):
        """Ask the patron whether other libraries may be asked."""
        self.ensure_one()
        self.check_access("write")
        localized = self.with_context(lang=self._patron_lang())
        body = localized.env["ir.qweb"]._render(
            "library_crm.mail_case_partners", {"case": localized, "url": f"{self._portal_link()}#partners"}
        )
        self._answer(body)
        self.partner_consent = "asked"

    def action_note_consent(self):
        """The patron agreed by mail, at the desk or on the phone."""
        self._set_consent("yes")

    def _set_consent(self, consent):
        """Keep what the patron said, and tell the room, where a colleague may wait for it."""
        for case in self:
            case.partner_consent = consent
            if room_sudo := case.sudo().workroom_ids:  # sudo: a line of ours among colleagues
                room_sudo._note(
                    self.env._("The patron agrees that other libraries are asked.")
                    if consent == "yes"
                    else self.env._("The patron does not want other libraries to be asked.")
                )

    def _partner_is_back(self):
        """A partner answered, or will not: it is for us to go on."""
        self.waits_for = "library"

    # On the portal

    def _portal_values(self, access_token=None):
        values = super()._portal_values(access_token)
        case_sudo = self.sudo()  # sudo: the patron sees that libraries were asked, and nothing that was said
        return {
            **values,
            "referrals": case_sudo._portal_referrals(),
            "partner_consent": case_sudo.partner_consent,
            "asks_consent": values["may_decide"] and case_sudo._portal_asks_consent(),
        }

    def _portal_asks_consent(self):
        """Whether the page asks if other libraries may be asked."""
        wanted = self.partner_consent == "asked" or self.service_id.kind == "document"
        return wanted and self.stage_code != "closed"

    def _portal_referrals(self):
        """What the patron reads of each request to a partner: [{name, moment, state}]."""
        return [
            {
                "name": referral.resource_id.name,
                "moment": self._portal_moment(referral.date_sent),
                "state": referral.state,
            }
            for referral in self.referral_ids.sorted("date_sent")
            if referral.direction == "sent" and referral.date_sent
        ]

    def _portal_consent(self, form, access_token=None):
        """The patron says whether other libraries may be asked; only `answer` is read."""
        self._portal_check_decider(access_token)
        if form.get("answer") in ("yes", "no"):
            self.sudo()._set_consent(form["answer"])  # sudo: the patron decides; one of two fixed values


class LibraryWorkroom(models.Model):
    _inherit = "library.workroom"

    referral_ids = fields.One2many("library.referral", "workroom_id", string="Partner libraries")
    partner_consent = fields.Selection(related="case_id.partner_consent", related_sudo=True)

    def action_refer(self):
        """Prepare a request to a partner library."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.referral",
            "view_mode": "form",
            "name": self.env._("Ask a partner library"),
            "context": {"default_workroom_id": self.id, "default_direction": "sent"},
        }

    def _done_so_far(self):
        """Where we have searched, as lines that a colleague elsewhere understands."""
        self.ensure_one()
        lines = [
            self.env._("%(where)s: %(query)s (%(hits)s hits)", where=log.source, query=log.query, hits=log.hits)
            for log in self.search_ids
        ]
        return self.sudo().case_id._remove_identity("\n".join(lines))  # sudo: words are taken out, never shown
