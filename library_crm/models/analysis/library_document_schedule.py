import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import email_normalize

_logger = logging.getLogger(__name__)
RHYTHMS = [("week", "Every week"), ("month", "Every month"), ("quarter", "Every quarter"), ("year", "Every year")]
STEPS = {
    "week": relativedelta(weeks=1), "month": relativedelta(months=1), "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
}


class LibraryDocumentSchedule(models.Model):
    """A document that is made and mailed by itself when its period is over: once for each period, whatever is killed.

    The file and its mails are one transaction, and the database refuses a second file of a period.
    """

    _name = "library.document.schedule"
    _description = "Document on Schedule"
    _order = "date_next, id"
    _rec_name = "document_id"
    _check_company_auto = True

    document_id = fields.Many2one("library.document", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, default=lambda self: self.env.company, index=True,
        ondelete="cascade",
    )  # fmt: skip
    rhythm = fields.Selection(RHYTHMS, required=True, default="month")
    owner_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user,
        help="The document holds what this person may read.",
    )
    user_ids = fields.Many2many("res.users", string="Mailed to", domain=[("share", "=", False)], required=True)
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(), "Language", default=lambda self: self.env.lang
    )
    date_next = fields.Date(
        "Next on", compute="_compute_date_next", store=True, readonly=False, precompute=True, required=True,
        help="On this day the document of the period before it is made.",
    )
    active = fields.Boolean(default=True)
    last_error = fields.Char("What went wrong", readonly=True)
    file_ids = fields.One2many("library.document.file", "schedule_id", string="Documents made")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_owner(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_owner(vals)
        return super().write(vals)

    def _check_owner(self, vals):
        """Nobody has documents made with the rights of somebody else."""
        if not self.env.su and vals.get("owner_id", self.env.uid) != self.env.uid:
            raise AccessError(self.env._("A schedule holds what you may read; take it over in your own name."))

    @api.depends("rhythm")
    def _compute_date_next(self):
        for schedule in self:
            today = fields.Date.context_today(schedule)
            schedule.date_next = schedule._begin(today) + STEPS[schedule.rhythm or "month"]

    @api.constrains("user_ids")
    def _check_users(self):
        for schedule in self:
            if not schedule.user_ids or any(user.share for user in schedule.user_ids):
                raise ValidationError(self.env._("Choose colleagues who get the document by mail."))

    def _begin(self, day):
        """The first day of the period in which a day lies."""
        if self.rhythm == "week":
            return day - relativedelta(days=day.weekday())
        first = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[self.rhythm or "month"]
        return day.replace(month=first, day=1)

    def _period(self):
        """First and last day of the period that is over on the next day of the schedule."""
        self.ensure_one()
        begin = self._begin(self.date_next)
        return begin - STEPS[self.rhythm], begin - relativedelta(days=1)

    def action_send_now(self):
        """Make and mail the document that is next; the schedule goes on after it."""
        self.check_access("write")
        for schedule in self:
            schedule._make()

    @api.model
    def _cron_run(self):
        """Make what is due, one document at a time."""
        due = self.search(Domain("date_next", "<=", fields.Date.context_today(self)), order="date_next, id")
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(due))
        for schedule in due:
            locked = schedule.try_lock_for_update().filtered(
                lambda one: one.date_next <= fields.Date.context_today(one)
            )
            for one in locked:
                one._make_safely()
            if not commit(1):
                break

    def _make_safely(self):
        """Make the document; what goes wrong stands on the schedule and does not stop the others."""
        try:
            with self.env.cr.savepoint():
                self._make()
        except (UserError, ValueError) as error:
            _logger.info("Document on schedule %s was not made: %s", self.id, error)
            self.write({"last_error": str(error)[:200], "date_next": self._begin(self.date_next) + STEPS[self.rhythm]})

    def _make(self):
        """Make the document of the period that is over, and mail it."""
        self.ensure_one()
        date_from, date_to = self._period()
        made = self.env["library.document.file"].search([
            ("schedule_id", "=", self.id), ("date_from", "=", date_from),
        ])
        if not made and self.owner_id.active:
            company = self.company_id
            document = self.document_id.with_user(self.owner_id).with_context(
                lang=self.lang or self.owner_id.lang, allowed_company_ids=company.ids, tz=self.owner_id.tz
            )
            with document._written(date_from, date_to, company) as (name, target):
                made = document.env["library.document.file"]._keep(
                    document, name, target, date_from, date_to, company, schedule=self
                )
            self._mail(made, document)
        self.write({
            "last_error": False if self.owner_id.active else self.env._("Who made this schedule has left."),
            "date_next": self._begin(self.date_next) + STEPS[self.rhythm],
        })

    def _mail(self, made, document):
        """One mail for each colleague who is still here."""
        readers = self.user_ids.filtered(lambda user: user.active and not user.share and email_normalize(user.email))
        subject = document._title(made.date_from, made.date_to, self.company_id)
        body = document.env["ir.qweb"]._render("library_crm.document_mail", {"document": document, "title": subject})
        made_sudo = made.sudo()  # sudo: the file of this schedule goes to those whom its owner named
        made_sudo.env["mail.mail"].create([{
            "subject": subject, "body_html": str(body), "email_to": user.email_formatted,
            "email_from": self.company_id.email_formatted, "auto_delete": False,
            "attachment_ids": [Command.link(made_sudo.attachment_id.id)],
            "headers": repr({"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}),
            "library_keep_trying": True, "library_once": True,
        } for user in readers])
        made_sudo.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
