import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("unreadable", "Could not be read"),
    ("failed", "Could not be placed"),
    ("stranger", "Sender takes no part in the case"),
    ("staff", "Claims to be staff, not proved"),
    ("automatic", "Automatic reply"),
    ("list", "From a mailing list"),
    ("bounce", "Our mail came back"),
    ("flood", "Too many from one sender"),
    ("unplaced", "No address of ours"),
    ("no_sender", "No sender"),
]
MAX_TRIES = 6


class LibraryMailHeld(models.Model):
    """A mail that a person has to look at, or that was filed without bothering anybody.

    The original is kept to the byte, so that nothing that arrived can vanish.
    """

    _name = "library.mail.held"
    _description = "Held Mail"
    _order = "id desc"

    name = fields.Char("Subject", readonly=True)
    email_from = fields.Char("Sender", readonly=True)
    recipients = fields.Char("Addressed to", readonly=True)
    date = fields.Datetime("Arrived", readonly=True, default=fields.Datetime.now)
    preview = fields.Text(readonly=True)
    original = fields.Binary("Original message", attachment=True, readonly=True)
    original_name = fields.Char(compute="_compute_original_name")
    message_key = fields.Char(readonly=True, index=True)

    kind = fields.Selection(KINDS, required=True, readonly=True)
    reason = fields.Char(readonly=True)
    state = fields.Selection(
        [("waiting", "Waiting for a person"), ("filed", "Filed"), ("released", "Placed"), ("discarded", "Discarded")],
        default="waiting",
        required=True,
        index=True,
        readonly=True,
    )
    team_id = fields.Many2one("library.team", index="btree_not_null", ondelete="set null")
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    case_id = fields.Many2one("library.case", index="btree_not_null", ondelete="set null")
    try_count = fields.Integer("Tries", readonly=True)
    date_retry = fields.Datetime("Next try", readonly=True)
    handled_by = fields.Many2one("res.users", readonly=True)

    _retry_idx = models.Index("(date_retry) WHERE state = 'waiting'")

    def _compute_original_name(self):
        for held in self:
            held.original_name = f"mail-{held.id}.eml"

    @api.model
    def _hold(self, raw, kind, reason, *, facts=None, state="waiting", retry=False):
        """Keep a mail.

        :param bytes raw: the mail as it came
        :param str kind: one of KINDS
        :param str reason: short words for the person who looks at it
        :param dict facts: known values of other fields
        :param bool retry: whether a scheduled action shall try again
        """
        values = {
            "original": base64.b64encode(raw),
            "kind": kind,
            "reason": (reason or "")[:500],
            "state": state,
            "date_retry": fields.Datetime.add(fields.Datetime.now(), minutes=5) if retry else False,
            **(facts or {}),
        }
        for name in ("name", "email_from", "recipients", "reason"):
            values[name] = " ".join((values.get(name) or "").replace("\x00", "").split())[:500]
        values["preview"] = (values.get("preview") or "").replace("\x00", "")
        return self.create(values)

    def _raw(self):
        """The mail as it came, bytes."""
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).original or b"")

    def action_retry(self):
        """Try once more to place these mails."""
        self._check_waiting()
        for held in self:
            held._retry()

    def _retry(self, **how):
        """Run the mail through the gateway again; `how` answers what the gateway could not know."""
        self.ensure_one()
        # sudo: the gateway acts for nobody; whoever may act on held mail of the team may let it in
        case = self.env["library.mail.intake"].sudo()._receive_again(self._raw(), held=self, **how)
        self.try_count += 1
        if case:
            self._release(case)
        elif self.state == "waiting":
            wait = min(5 * 2**self.try_count, 24 * 60)
            self.date_retry = (
                fields.Datetime.add(fields.Datetime.now(), minutes=wait) if self.try_count < MAX_TRIES else False
            )
        return case

    def _release(self, case):
        """The mail found its case."""
        self.write({"state": "released", "case_id": case.id, "handled_by": self.env.uid, "date_retry": False})

    def action_new_case(self):
        """Open a case from this mail."""
        self._check_waiting()
        for held in self:
            if not held._retry(place="new"):
                raise UserError(self.env._("This mail could not become a case: %(reason)s", reason=held.reason))

    def action_join_case(self):
        """Put the mail into the suggested case: the sender takes part from now on."""
        self._check_waiting()
        for held in self:
            if not held.case_id:
                raise UserError(self.env._("Choose the case to which this mail belongs."))
            if not held._retry(place="join"):
                raise UserError(self.env._("This mail could not join the case: %(reason)s", reason=held.reason))

    def action_same_patron(self):
        """The sender is the patron of the suggested case, writing from another address."""
        self._check_waiting()
        for held in self:
            if not held.case_id:
                raise UserError(self.env._("Choose the case to which this mail belongs."))
            if not held._retry(place="identity"):
                raise UserError(self.env._("This mail could not join the case: %(reason)s", reason=held.reason))

    def action_discard(self):
        """Put the mail aside; the original is kept until the retention clock runs out."""
        self.write({"state": "discarded", "handled_by": self.env.uid, "date_retry": False})

    def _check_waiting(self):
        if self.filtered(lambda held: held.state in ("released",)):
            raise UserError(self.env._("This mail has been placed already."))

    @api.model
    def _cron_retry(self):
        """Try again what failed for a passing reason."""
        commit = self.env["ir.cron"]._commit_progress
        now = fields.Datetime.now()
        due = self.search([("state", "=", "waiting"), ("date_retry", "<=", now)], order="date_retry")
        commit(remaining=len(due))
        for held in due:
            if held.try_lock_for_update(allow_referencing=True):
                held._retry()
            if not commit(1):
                return
