from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import CONTACT_REFUSALS

TEMPLATE = "library_crm.mail_template_course_invitation"


class LibraryCourseInvite(models.TransientModel):
    """Invite those to a course who are below what it teaches; how many, before anything is sent."""

    _name = "library.course.invite"
    _description = "Invite to a Course"

    event_id = fields.Many2one("event.event", string="Course", required=True, ondelete="cascade")
    gap_count = fields.Integer("Below what it teaches", compute="_compute_counts")
    allowed_count = fields.Integer("Will be written to", compute="_compute_counts")
    left_out = fields.Text("Left out", compute="_compute_counts")

    @api.depends("event_id")
    def _compute_counts(self):
        reasons = dict(CONTACT_REFUSALS)
        for wizard in self:
            known, found = wizard._invited()
            refused = Counter(reason for reason in found.values() if reason)
            wizard.gap_count = len(known | set(found))
            wizard.allowed_count = sum(not reason for reason in found.values())
            lines = [self.env._("%(count)s: %(reason)s", count=count, reason=reasons.get(code, code))
                     for code, count in refused.most_common()]
            if known:
                lines.insert(0, self.env._("%(count)s: invited already", count=len(known)))
            wizard.left_out = "\n".join(lines)

    def _invited(self):
        """Who is below what the course teaches.

        :return: (those who were invited before, {others: reason why not, or None})
        """
        self.ensure_one()
        # sudo: only numbers come out; levels and addresses stay inside
        gap = self.event_id.sudo()._library_gap_patrons() if self.event_id else []
        Outreach_sudo = self.env["library.outreach"].sudo()
        before = Outreach_sudo.search([("kind", "=", self._kind()), ("patron_id", "in", gap)]).patron_id
        known = set(before.ids)
        return known, Outreach_sudo._allowed([one for one in gap if one not in known], "training")

    def _kind(self):
        return f"course:{self.event_id.id}"

    def action_invite(self):
        """Invite them, each once for this course whatever happens."""
        self.ensure_one()
        if not self.env.user.has_group("library_crm.group_library_relations"):
            raise AccessError(self.env._("Invitations are sent by relationship librarians and team leads."))
        self.event_id.check_access("read")
        if not self.event_id._library_is_open():
            raise UserError(self.env._("This course has begun, or is not one for patrons."))
        _known, found = self._invited()
        welcome = [patron for patron, reason in found.items() if not reason]
        # sudo: the library invites its own patrons; who may be invited was decided above
        claimed_sudo = self.env["library.outreach"].sudo()._claim([
            {"patron_id": patron, "purpose": "training", "kind": self._kind(), "key": self._kind(),
             "reason": self._reason(), "res_model": "event.event", "res_id": self.event_id.id}
            for patron in welcome
        ])
        claimed_sudo._mail(TEMPLATE, self.event_id.sudo())
        return {
            "type": "ir.actions.client", "tag": "display_notification",
            "params": {
                "message": self.env._("Invited: %(count)s", count=len(claimed_sudo)), "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _reason(self):
        """Why somebody gets this mail; levels are not named in a mail."""
        return self.env._("This course fits what you or the library noted about your abilities.")
