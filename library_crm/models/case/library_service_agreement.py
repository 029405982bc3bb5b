import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...const import QUIET
from ...lib.form_input import FormRefused, as_id, clean_text

WISH_LENGTH = 5000
WISHES = 5


class LibraryServiceAgreement(models.Model):
    """Deliveries of an agreement are cases; so is what the patron wants to change about it."""

    _inherit = "library.service.agreement"

    case_ids = fields.One2many("library.case", "agreement_id", string="Deliveries")
    case_count = fields.Integer("Cases", compute="_compute_case_count")

    def _compute_case_count(self):
        counts = dict(
            self.env["library.case"]._read_group([("agreement_id", "in", self.ids)], ["agreement_id"], ["__count"])
        )
        for agreement in self:
            agreement.case_count = counts.get(agreement, 0)

    def action_open_cases(self):
        """The cases of this agreement."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_case_action")
        return {**action, "domain": [("agreement_id", "=", self.id)], "context": {}}

    @api.model
    def _cron_deliver(self, batch=50):
        """Open the case of each delivery that is near; killed at any point, the rest follows in the next run."""
        commit = self.env["ir.cron"]._commit_progress
        domain = Domain("state", "=", "active") & Domain("date_open", "<=", "today")
        commit(remaining=self.search_count(domain))
        while agreements := self.search(domain, limit=batch).try_lock_for_update(allow_referencing=True):
            for agreement in agreements:
                agreement._deliver()
            if not commit(len(agreements)):
                return

    def _deliver(self):
        """Open the case of the next delivery and plan the one after it."""
        self.ensure_one()
        due = self.date_next
        case = self._open_case(
            self.name, self._delivery_patron(), date_agreed=due, date_promised=self._promised_on(due),
        )  # fmt: skip
        if self.scope:
            case._ensure_workroom()._note(self.scope)
        self._plan_next(fields.Date.add(due, days=1))
        return case

    def _delivery_patron(self):
        """For whom a delivery is: the patron, or whoever leads the project."""
        members = self.project_id.member_ids.sorted(lambda member: (member.role != "lead", member.id))
        return self.patron_id or members[:1].patron_id

    def _promised_on(self, day):
        """The end of the team's opening hours on a day, else noon."""
        times = self.team_id._opening_hours().times(day)
        return times[-1][1] if times else datetime.datetime.combine(day, datetime.time(12))

    def _open_case(self, name, patron, **values):
        """A case under this agreement for whoever sees to it."""
        return self.env["library.case"].with_context(**QUIET).create({
            "name": name, "agreement_id": self.id, "patron_id": patron.id, "service_id": self.service_id.id,
            "team_id": self.team_id.id, "user_id": self._acting_owner().id, **values,
        })  # fmt: skip

    # On the portal

    @api.model
    def _portal_ask_change(self, form):
        """Take the visitor's wish about an own agreement: it becomes a case, so that somebody sees to it.

        :param dict form: untrusted; agreement and message are read
        :raise AccessError: for an agreement of somebody else
        :raise FormRefused: when nothing was written or too much came
        """
        agreement_sudo = self._portal_own_agreements().filtered(lambda one: one.id == as_id(form.get("agreement")))
        if not agreement_sudo:
            raise AccessError(self.env._("This agreement is not yours."))
        words = clean_text(form.get("message"), WISH_LENGTH)
        if not words:
            raise FormRefused({"message": self.env._("Please write what should change.")})
        if not self.env["library.form.log"]._admit({("agreement", agreement_sudo.id): WISHES}):
            raise FormRefused({"form": self.env["library.case"]._portal_flood_words()}, status=429)
        name = self.env._("Change of what we agreed: %(agreement)s", agreement=agreement_sudo.name)
        patron_sudo = self.env["library.patron"]._portal_own()
        case_sudo = agreement_sudo.with_context(library_statement=words)._open_case(
            name, patron_sudo, channel="portal", lang=self.env.lang
        )
        case_sudo._portal_post(words, [], patron_sudo.partner_id)
        case_sudo._acknowledge()
        return case_sudo
