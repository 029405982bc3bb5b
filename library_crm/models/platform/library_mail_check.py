from datetime import timedelta

from odoo import api, fields, models

from ...const import MAIL_CHECK_STEPS

PATIENCE = timedelta(minutes=10)
KEPT = timedelta(days=90)


class LibraryMailCheck(models.Model):
    """A test mail that somebody sends to oneself, on the very way that the mail of patrons goes.

    It leaves by the outgoing server, comes back by the addresses of the library, and each step says in words
    what is wrong with it. The lines are stored before anything is sent, so that a mail that is back before we
    have finished sending finds its line.
    """

    _name = "library.mail.check"
    _description = "Test of the Mail Servers"
    _order = "id desc"
    _rec_name = "create_date"

    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, readonly=True, index=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users", "Tested by", required=True, readonly=True, index=True, ondelete="cascade",
        default=lambda self: self.env.user,
    )
    team_id = fields.Many2one(
        "library.team", "Address of the team", domain="[('alias_email', '!=', False), ('company_id', '=', company_id)]",
        ondelete="set null", default=lambda self: self._default_team(),
        help="The mail comes back to this team's address, and becomes no case there.",
    )
    email = fields.Char("Your own address", compute="_compute_email")
    date_sent = fields.Datetime("Sent", readonly=True)
    line_ids = fields.One2many("library.mail.check.line", "check_id", "Steps", readonly=True)
    state = fields.Selection(
        [("new", "Not sent yet"), ("waiting", "Under way"), ("failed", "Something is wrong"), ("done", "Mail works")],
        compute="_compute_state",
    )
    verdict = fields.Char("Result", compute="_compute_state")

    @api.model
    def _default_team(self):
        """The first team that has an address."""
        return self.env["library.team"].search(
            [("company_id", "=", self.env.company.id), ("alias_name", "!=", False)], limit=1, order="id")

    @api.depends("create_date")
    def _compute_display_name(self):
        for check in self:
            day = fields.Datetime.context_timestamp(check, check.create_date) if check.create_date else None
            check.display_name = (
                self.env._("Test of %(day)s", day=day.strftime("%Y-%m-%d %H:%M")) if day else self.env._("New test"))

    @api.depends("user_id")
    def _compute_email(self):
        for check in self:
            check.email = check.user_id.email

    @api.depends("date_sent", "line_ids.state")
    def _compute_state(self):
        for check in self:
            states = {line.step: line.state for line in check.line_ids}
            wrong = sum(state == "wrong" for state in states.values())
            under_way = [step for step, state in states.items() if state == "waiting" and step != "answer"]
            late = check.date_sent and fields.Datetime.now() - check.date_sent > PATIENCE
            if not check.date_sent:
                check.state = "new"
            elif wrong or (under_way and late):
                check.state = "failed"
            else:
                check.state = "waiting" if under_way else "done"
            check.verdict = check._verdict(wrong, bool(late and under_way))

    def _verdict(self, wrong, is_late):
        """One sentence about all steps."""
        if self.state == "new":
            return self.env._("Nothing has been sent yet.")
        if self.state == "done":
            return self.env._("Mail works both ways.")
        if wrong:
            return self.env._("Steps that failed: %(count)s. Begin with the first of them.", count=wrong)
        if is_late:
            return self.env._(
                "Ten minutes have passed and not everything is back: the mail server does not put these addresses "
                "into the mailbox that we read, or nobody reads it.")
        return self.env._("On its way. You may leave this page; the mail is recognised whenever it comes.")

    @api.model_create_multi
    def create(self, vals_list):
        checks = super().create(vals_list)
        self.env["library.mail.check.line"].sudo().create([  # sudo: the steps belong to the test
            {"check_id": check.id, "step": step, "sequence": place}
            for check in checks for place, (step, _label) in enumerate(MAIL_CHECK_STEPS)
        ])
        return checks

    def _line(self, step):
        """The line of a step, in sudo mode: lines are written by the test alone."""
        self.ensure_one()
        return self.sudo().line_ids.filtered(lambda line: line.step == step)

    def _note(self, step, state, said, reply=""):
        """Write down how a step went.

        :param str said: a sentence
        :param str reply: what a server answered, if anything
        """
        self._line(step).write({"state": state, "said": said, "reply": reply})

    def action_send(self):
        """Send the test mails and look at every server on the way."""
        self.check_access("write")
        self.ensure_one()
        if self.date_sent:
            return
        self.date_sent = fields.Datetime.now()
        self._check_receiving()
        self._check_sending()
        self._fetch_soon()

    def action_fetch(self):
        """Look into the mailboxes now instead of waiting for the scheduled action."""
        self.check_access("write")
        self.ensure_one()
        # sudo: fetching is what the scheduled action does anyway; nothing of the servers is shown
        for server in self._incoming_servers():
            error = server._fetch_mail()
            if error is not None:
                self._note_unreached(server, error)
        self.env.invalidate_all()

    @api.autovacuum
    def _gc_checks(self):
        """A test tells about its day; later it is no use to anybody."""
        self.search([("create_date", "<", fields.Datetime.now() - KEPT)], limit=1000).unlink()
