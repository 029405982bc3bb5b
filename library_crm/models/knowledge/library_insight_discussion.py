from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command

MODERATIONS = [("shown", "Shown"), ("held", "To look at"), ("hidden", "Taken out")]
LOOK_REASONS = [
    ("link", "It has a link in it"),
    ("flood", "Many posts within the hour"),
    ("mail", "It came by mail"),
]
GUARDED = {
    "alias_id", "is_patron", "helpful_count", "date_first_reply", "date_escalate", "escalation", "moderation",
    "look_reason", "hidden_reason", "date_promised",
}
"""What follows from writing, answering and deciding; nobody sets it by hand."""


class LibraryInsight(models.Model):
    """An insight that stands in a room: it may be a patron's, is answered, and is promised an answer."""

    _name = "library.insight"
    _inherit = ["library.insight", "mail.activity.mixin"]

    room_id = fields.Many2one(
        "library.insight.room", index="btree_not_null", ondelete="restrict", check_company=True, tracking=True
    )
    room_kind = fields.Selection(related="room_id.kind", string="Read by")
    is_patron = fields.Boolean("From a patron", readonly=True, copy=False)
    alias_id = fields.Many2one(
        "library.insight.alias", "Name in the rooms", index="btree_not_null", ondelete="set null", readonly=True,
        copy=False, groups="library_crm.group_library_steward,library_crm.group_library_privacy",
    )
    display_author = fields.Char("Told by", compute="_compute_display_author", compute_sudo=True)
    moderation = fields.Selection(
        MODERATIONS, "Shown in the room", default="shown", required=True, readonly=True, copy=False, index=True
    )
    look_reason = fields.Selection(LOOK_REASONS, "Why look first", readonly=True, copy=False)
    hidden_reason = fields.Char("Why it was taken out", readonly=True, copy=False)

    reply_ids = fields.One2many("library.insight.reply", "insight_id", string="Answers")
    reply_count = fields.Integer("Number of answers", compute="_compute_reply_count")
    helpful_count = fields.Integer("Helped", readonly=True, copy=False)
    date_promised = fields.Datetime("Answer promised by", readonly=True, copy=False)
    date_first_reply = fields.Datetime("First answer", readonly=True, copy=False)
    date_escalate = fields.Datetime(readonly=True, copy=False)
    escalation = fields.Selection(
        [("none", "Nobody yet"), ("stewards", "Stewards"), ("leads", "Leads")], "Who was told", default="none",
        readonly=True, copy=False,
    )
    is_unanswered = fields.Boolean(
        "Waits for an answer", compute="_compute_is_unanswered", search="_search_is_unanswered")

    _escalate_idx = models.Index("(date_escalate) WHERE date_escalate IS NOT NULL")
    _told_by = models.Constraint(
        "CHECK (author_id IS NOT NULL OR is_patron)", "Somebody has told an insight: name the colleague."
    )

    @api.depends("author_id.name", "alias_id.name", "is_patron")
    def _compute_display_author(self):
        for insight in self:
            alias = insight.alias_id.name or self.env._("A patron")
            insight.display_author = alias if insight.is_patron else insight.author_id.name

    @api.depends("reply_ids.is_hidden", "reply_ids.moderation")
    def _compute_reply_count(self):
        counts = dict(self.env["library.insight.reply"]._read_group(
            [("insight_id", "in", self.ids), ("moderation", "=", "shown")], ["insight_id"], ["__count"]))
        for insight in self:
            insight.reply_count = counts.get(insight, 0)

    @api.model
    def _domain_unanswered(self):
        return [
            ("date_promised", "!=", False), ("date_first_reply", "=", False), ("state", "=", "open"),
            ("moderation", "=", "shown"),
        ]

    @api.depends("date_promised", "date_first_reply", "state", "moderation")
    def _compute_is_unanswered(self):
        waiting = self.filtered_domain(self._domain_unanswered())
        for insight in self:
            insight.is_unanswered = insight in waiting

    def _search_is_unanswered(self, operator, value):
        return self._domain_unanswered() if operator == "in" else NotImplemented

    # Who writes what

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._check_by_hand(vals_list)
            # defaults in the context are values from outside just as well
            given = {f"default_{name}" for name in GUARDED}
            self = self.with_context({key: self.env.context[key] for key in set(self.env.context) - given})
        insights = super().create(vals_list)
        insights.filtered("room_id")._enter_room()
        return insights

    def write(self, vals):
        if not self.env.su:
            self._check_by_hand([vals])
        result = super().write(vals)
        if vals.get("room_id"):
            self.filtered(lambda insight: not insight.date_promised)._enter_room()
        return result

    @api.model
    def _check_by_hand(self, vals_list):
        for vals in vals_list:
            if any(vals[name] and vals[name] not in ("shown", "none") for name in GUARDED & set(vals)):
                raise AccessError(self.env._("Who wrote and who answered follows from writing and answering."))

    def _enter_room(self):
        """Promise an answer, and tell those who follow the room."""
        for insight in self.sudo():  # sudo: what follows from writing in a room
            room = insight.room_id
            promised = fields.Datetime.add(self.env.cr.now(), days=room.promise_days)
            insight.write({
                "date_promised": promised, "date_escalate": promised, "escalation": "none",
                "subject_ids": [] if insight.subject_ids else [Command.set(room.subject_ids.ids)],
            })
            if insight.moderation == "held":
                insight._ask_for_look()
            else:
                insight._tell_followers()

    def _ask_for_look(self):
        """The stewards of the room look before anybody reads it."""
        for user in self.room_id._escalation_people("stewards") if self.room_id else ():
            self.activity_schedule(
                "mail.mail_activity_data_todo", user_id=user.id,
                summary=self.env._("Look at a post before others read it"),
            )

    def _tell_followers(self):
        """Staff who follow the room hear of a post, each in the own inbox; no patron is ever written to."""
        people = self.room_id.follower_user_ids.filtered(lambda user: user.active and not user.share) - self.author_id
        if people:
            self._notify_staff(people, self.env._("New in %(room)s: %(post)s", room=self.room_id.name, post=self.name))

    def _notify_staff(self, users, words):
        # from the machine: a patron's account must not stand behind a line
        root = self.env.ref("base.partner_root")
        self.message_notify(
            partner_ids=users.partner_id.ids, body=words, subject=self.name, author_id=root.id,
            email_from=root.email_formatted,
        )

    def _register_reply(self, reply):
        """Somebody answered: the promise is kept, and whoever wrote hears of it."""
        for insight in self.sudo():  # sudo: whoever answers does not write the post itself
            own = reply.alias_id == insight.alias_id and reply.alias_id or (
                reply.user_id and reply.user_id == insight.author_id)
            if own:
                continue
            if not insight.date_first_reply:
                insight.write({"date_first_reply": reply.date, "date_escalate": False})
                insight.activity_unlink(["mail.mail_activity_data_todo"])
            if insight.author_id and not insight.author_id.share:
                insight._notify_staff(insight.author_id, self.env._(
                    "%(author)s answered: %(text)s", author=reply.display_author, text=reply._preview()))

    # What stewards do

    def action_show(self):
        """A steward has looked at it: it may stand in the room."""
        self._check_steward()
        for insight in self.sudo():  # sudo: guarded fields, for stewards
            promised = fields.Datetime.add(self.env.cr.now(), days=insight.room_id.promise_days or 1)
            insight.write({
                "moderation": "shown", "hidden_reason": False,
                **({} if insight.date_first_reply else {"date_promised": promised, "date_escalate": promised}),
            })
            insight.activity_unlink(["mail.mail_activity_data_todo"])
            insight._tell_followers()

    def _hide(self, reason):
        """Take posts out of their room; whoever wrote one reads why."""
        self._check_steward()
        # sudo: guarded fields, for stewards
        self.sudo().write({"moderation": "hidden", "hidden_reason": reason, "date_escalate": False})
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def _check_steward(self):
        """Raise unless the user is a knowledge steward or looks after the room of each post."""
        self.check_access("read")
        if self.env.user.has_group("library_crm.group_library_steward"):
            return
        if any(self.env.user not in insight.room_id.steward_ids for insight in self):
            raise AccessError(self.env._("This is for knowledge stewards."))

    def _withdraw(self):
        """Whoever wrote it takes it back: words and answers go; an article that grew from it stays."""
        self.unlink()

    def action_open_reply(self):
        """Open the form in which one answers."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer"),
            "res_model": "library.insight.reply",
            "view_mode": "form",
            "target": "new",
            "context": {"default_insight_id": self.id},
        }

    # In the search index

    @api.model
    def _search_document_fields(self):
        return super()._search_document_fields() | {"room_id", "moderation"}

    def _search_document_values(self):
        values = super()._search_document_values()
        is_mixed = self.room_id.kind == "mixed" and self.moderation == "shown"
        return {**values, "visibility": "patron" if is_mixed else "staff"}
