from odoo import fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import email_normalize

TEMPLATE = "library_crm.mail_template_subject_dossier"


class LibrarySubjectDossier(models.Model):
    """The patrons whose needs a decision is about hear of it: one mail to each, once, whatever is clicked how often."""

    _inherit = "library.subject.dossier"

    patron_words = fields.Text(
        "What we tell the patrons", copy=False, help="The patrons read this as it stands, each in one mail."
    )
    told_count = fields.Integer("Patrons told", compute="_compute_told_count")
    date_told = fields.Datetime("Last told on", readonly=True, copy=False)

    def _compute_told_count(self):
        # sudo: how many were told; who they are, nobody reads
        counts = dict(self.env["library.subject.dossier.told"].sudo()._read_group(
            [("dossier_id", "in", self.ids)], ["dossier_id"], ["__count"]
        ))
        for dossier in self:
            dossier.told_count = counts.get(dossier.sudo(), 0)

    def action_tell(self):
        """Write to everybody who stands behind the needs and has not been told yet."""
        self.check_access("write")
        for dossier in self:
            if dossier.state != "decided":
                raise UserError(self.env._("Decide first, then tell the patrons."))
            if not (dossier.patron_words or "").strip():
                raise ValidationError(self.env._("Write what we tell the patrons."))
            # two clicks at once: the second finds the row taken
            dossier.lock_for_update()
            patrons_sudo = dossier._whom_to_tell()
            if not patrons_sudo:
                raise UserError(self.env._("There is nobody left to tell whom we can reach."))
            dossier._tell(patrons_sudo)
            dossier.date_told = self.env.cr.now()
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()  # sudo: starts the mail queue

    def _whom_to_tell(self):
        """Patrons of the needs who can be reached and were not told."""
        self.ensure_one()
        # sudo: needs of other teams' cases too; of the patrons only their addresses are used
        told_sudo = self.env["library.subject.dossier.told"].sudo().search([("dossier_id", "=", self.id)])
        patrons_sudo = self.sudo().need_ids.patron_id - told_sudo.patron_id
        return patrons_sudo.filtered(
            lambda patron: patron.active and not patron.has_bounced and email_normalize(patron.email or "")
        )

    def _tell(self, patrons_sudo):
        """One mail to each, in the patron's language and about the own needs only."""
        self.ensure_one()
        # sudo: the text is the library's own; it goes to the owners of the needs that it names
        template_sudo = self.env.ref(TEMPLATE).sudo()
        self.env["library.subject.dossier.told"].sudo().create(
            [{"dossier_id": self.id, "patron_id": patron.id} for patron in patrons_sudo]
        )
        needs_sudo = self.sudo().need_ids
        for patron in patrons_sudo:
            own = needs_sudo.filtered(lambda need, patron=patron: need.patron_id == patron)
            template_sudo.with_context(
                lang=patron.partner_id.lang, library_need_names=own.mapped("name")
            ).send_mail(self.id, email_values={
                "email_to": patron.partner_id.email_formatted,
                "headers": repr({"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}),
            })

    def _patron_decision(self):
        """The decision in one line for the patron."""
        self.ensure_one()
        _ = self.env._
        return {
            "buy": _("We are going to get something for it."),
            "borrow": _("We can borrow it for you from other libraries."),
            "link": _("We found a place where you can read it."),
            "skip": _("We cannot get it at the moment."),
        }.get(self.decision, "")
