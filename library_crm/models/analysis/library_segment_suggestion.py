from odoo import fields, models

# More patrons than this entering at once is no task for a person; the owner of the segment gets one task for all.
TASKS_AT_ONCE = 40


class LibrarySegmentSuggestion(models.Model):
    """What the playbook of a segment proposes for a patron, from entering until leaving, and what became of it."""

    _name = "library.segment.suggestion"
    _description = "Suggestion by a Segment"
    _order = "date_from desc, id desc"
    _rec_name = "playbook_id"

    patron_id = fields.Many2one("library.patron", required=True, index=True, ondelete="cascade", readonly=True)
    segment_id = fields.Many2one("library.segment", required=True, index=True, ondelete="cascade", readonly=True)
    member_id = fields.Many2one("library.segment.member", required=True, index=True, ondelete="cascade", readonly=True)
    playbook_id = fields.Many2one(
        "library.segment.playbook", string="Suggestion", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one("res.company", string="Institution", required=True, index=True, readonly=True)
    kind = fields.Selection(related="playbook_id.kind")
    note = fields.Char(related="playbook_id.note")
    date_from = fields.Date("Since", required=True, readonly=True)
    date_to = fields.Date("Until", readonly=True)
    state = fields.Selection(
        [("open", "Suggested"), ("taken", "Taken up"), ("dismissed", "Not for this patron"), ("ended", "Ended")],
        required=True,
        default="open",
        readonly=True,
        help="Ended: the patron left the segment, and what the playbook had set was taken back.",
    )
    user_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null", index="btree_not_null")

    _once = models.Constraint("UNIQUE (member_id, playbook_id)", "This has been suggested already.")

    def action_take(self):
        """The colleague does it."""
        self._decide("taken")

    def action_dismiss(self):
        """The colleague decides against it."""
        self._decide("dismissed")

    def _decide(self, state):
        self.check_access("read")
        # sudo: whoever may read a suggestion may decide on it, and change nothing else of it
        open_sudo = self.sudo().filtered(lambda suggestion: suggestion.state == "open")
        open_sudo.write({"state": state, "user_id": self.env.uid})

    def _make_tasks(self):
        """Tasks for colleagues where the playbook asks for one; a crowd is one task for whoever keeps the segment."""
        tasks = self.filtered(lambda suggestion: suggestion.kind == "activity")
        for line, suggestions in tasks.grouped("playbook_id").items():
            user = line.user_id or line.segment_id.user_id
            if not user:
                continue
            if len(suggestions) > TASKS_AT_ONCE:
                line.segment_id.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    summary=line.note,
                    note=self.env._("%(count)s patrons entered this segment.", count=len(suggestions)),
                )
                continue
            for suggestion in suggestions:
                suggestion.activity_id = suggestion.patron_id.activity_schedule(
                    "mail.mail_activity_data_todo", user_id=user.id, summary=line.note
                )

    def _end(self, as_of):
        """Take back what the playbook alone had set: open suggestions end, tasks that nobody did go."""
        self.activity_id.unlink()
        self.filtered(lambda suggestion: suggestion.state == "open").write({"state": "ended"})
        self.write({"date_to": as_of})
