from datetime import timedelta

from odoo import api, fields, models

from ...const import MAIL_CHECK_STEPS
from ...lib.mail_token import make_token

STILL_OURS = timedelta(days=2)


class LibraryMailCheckLine(models.Model):
    """One step of a test mail: what was looked at, and what was found."""

    _name = "library.mail.check.line"
    _description = "Step of a Mail Test"
    _order = "check_id, sequence"
    _rec_name = "step"
    _log_access = False

    check_id = fields.Many2one("library.mail.check", "Test", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer()
    step = fields.Selection(MAIL_CHECK_STEPS, required=True)
    state = fields.Selection(
        [("waiting", "Open"), ("ok", "Works"), ("wrong", "Does not work"), ("note", "Note")],
        "Found", required=True, default="waiting",
    )
    said = fields.Char("In words")
    reply = fields.Char("The server's own words")
    message_id = fields.Char("Message-ID", index=True)

    _step_uniq = models.UniqueIndex("(check_id, step)", "A test has each step once.")

    def _token(self):
        """The word by which the test mail of this step is recognised when it comes back."""
        self.ensure_one()
        return make_token(self.env["library.mail.intake"]._secret(), "t", self.id)

    @api.model
    def _find_under_way(self, line_ids):
        """The step to which a mail with these tokens belongs, while its test is fresh."""
        fresh = fields.Datetime.now() - STILL_OURS
        return self.search([("id", "in", line_ids), ("check_id.date_sent", ">", fresh)], limit=1)

    def _take(self, arrival):
        """A mail with the word of this step arrived; a machine's answer to it proves nothing."""
        self.ensure_one()
        is_our_own = arrival.message.get("Message-ID", "").strip() == self.message_id
        if self.step != "answer" or arrival.signs.kind in ("person", "list") and not is_our_own:
            self._came_back(arrival.sender)
        elif is_our_own and self.state == "waiting":
            self.write({"state": "note", "said": self.env._(
                "Your own mail is delivered to the library's mailbox, so you cannot answer it.")})

    def _came_back(self, sender):
        """The test mail of this step arrived, sent by `sender`."""
        self.ensure_one()
        seconds = int((fields.Datetime.now() - self.check_id.date_sent).total_seconds())
        self.write({
            "state": "ok", "reply": "",
            "said": self.env._("From %(sender)s, after %(seconds)s seconds.", sender=sender, seconds=max(seconds, 0)),
        })

    def _bounced(self, reason):
        """The test mail of this step was refused by a server further on."""
        self.write({
            "state": "wrong", "reply": reason or "",
            "said": self.env._("The mail came back as undeliverable: no mailbox takes this address."),
        })
