from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.mail import html_to_inner_content, is_html_empty

GUARDED = {
    "user_id", "alias_id", "is_patron", "is_answer", "is_hidden", "hidden_reason", "moderation", "look_reason",
    "helpful_count", "date",
}
PREVIEW = 140


class LibraryInsightReply(models.Model):
    """An answer to what somebody told, by a colleague or by a patron under the name in the rooms.

    Odoo's own columns of who made a row are left out: they would name the patron.
    """

    _name = "library.insight.reply"
    _description = "Answer in a Room"
    _order = "is_answer desc, date, id"
    _rec_name = "display_author"
    _log_access = False

    insight_id = fields.Many2one("library.insight", "Post", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="insight_id.company_id", store=True, index=True, precompute=True)
    body = fields.Html("Answer", required=True, sanitize_style=True)
    user_id = fields.Many2one("res.users", "Colleague", index="btree_not_null", readonly=True, ondelete="restrict")
    is_patron = fields.Boolean("From a patron", readonly=True)
    alias_id = fields.Many2one(
        "library.insight.alias", "Name in the rooms", index="btree_not_null", ondelete="set null", readonly=True,
        groups="library_crm.group_library_steward,library_crm.group_library_privacy",
    )
    display_author = fields.Char("By", compute="_compute_display_author", compute_sudo=True)
    date = fields.Datetime("Written", required=True, readonly=True, default=lambda self: self.env.cr.now())
    is_answer = fields.Boolean("This is the answer", readonly=True)
    moderation = fields.Selection(
        lambda self: self.env["library.insight"]._fields["moderation"].selection, "Shown in the room",
        default="shown", required=True, readonly=True,
    )
    look_reason = fields.Selection(
        lambda self: self.env["library.insight"]._fields["look_reason"].selection, "Why look first", readonly=True)
    is_hidden = fields.Boolean("Taken out", compute="_compute_is_hidden")
    hidden_reason = fields.Char("Why it was taken out", readonly=True)
    helpful_count = fields.Integer("Helped", readonly=True)

    _told_by = models.Constraint("CHECK (user_id IS NOT NULL OR is_patron)", "Somebody has written an answer.")

    @api.depends("user_id.name", "alias_id.name", "is_patron")
    def _compute_display_author(self):
        for reply in self:
            alias = reply.alias_id.name or self.env._("A patron")
            reply.display_author = alias if reply.is_patron else reply.user_id.name

    @api.depends("moderation")
    def _compute_is_hidden(self):
        for reply in self:
            reply.is_hidden = reply.moderation != "shown"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [self._own_values(vals) for vals in vals_list]
            given = {f"default_{name}" for name in GUARDED}
            self = self.with_context({key: self.env.context[key] for key in set(self.env.context) - given})
        replies = super().create(vals_list)
        for reply in replies.filtered(lambda reply: reply.moderation == "shown"):
            reply.insight_id._register_reply(reply.sudo())  # sudo: compares who wrote what, shows nothing
        for reply in replies.filtered(lambda reply: reply.moderation == "held"):
            reply.sudo().insight_id._ask_for_look()  # sudo: activities of stewards
        return replies

    @api.model
    def _own_values(self, vals):
        """A colleague writes in the own name, to what the colleague may read."""
        if GUARDED & {name for name, value in vals.items() if value}:
            raise AccessError(self.env._("Who wrote and who answered follows from writing and answering."))
        self.env["library.insight"].browse(vals.get("insight_id")).check_access("read")
        return {"insight_id": vals.get("insight_id"), "body": vals.get("body"), "user_id": self.env.uid}

    def write(self, vals):
        if not self.env.su and set(vals) - {"body"}:
            raise AccessError(self.env._("Who wrote and who answered follows from writing and answering."))
        return super().write(vals)

    def _preview(self):
        """The beginning of the text, plain."""
        self.ensure_one()
        text = "" if is_html_empty(self.body) else " ".join(html_to_inner_content(self.body).split())
        return text if len(text) <= PREVIEW else f"{text[:PREVIEW]}…"

    def action_accept(self):
        """This one answers the post: for whoever asked, and for stewards."""
        self.ensure_one()
        self.check_access("read")
        if self.insight_id.author_id != self.env.user:
            self.insight_id._check_steward()
        self._accept()

    def _accept(self):
        post_sudo = self.sudo().insight_id  # sudo: the caller checked the person
        (post_sudo.reply_ids - self).write({"is_answer": False})
        self.sudo().is_answer = not self.is_answer

    def action_show(self):
        """A steward has looked at it: it may stand in the room."""
        self.insight_id._check_steward()
        for reply in self.sudo():  # sudo: guarded fields, for stewards
            reply.write({"moderation": "shown", "hidden_reason": False})
            reply.insight_id._register_reply(reply)

    def _hide(self, reason):
        """Take answers out of the room; whoever wrote one reads why."""
        self.insight_id._check_steward()
        # sudo: guarded fields, for stewards
        self.sudo().write({"moderation": "hidden", "hidden_reason": reason, "is_answer": False})

    def _withdraw(self):
        """Whoever wrote it takes it back."""
        self.unlink()

    def action_thank(self):
        """Say that this answer helped, once; again takes it back."""
        self.ensure_one()
        self.check_access("read")
        key = self.env["library.article"]._portal_key(self._name, self.id, f"user {self.env.uid}")
        # sudo: counts on an answer that the user may read
        self.env["library.insight.helpful"]._toggle(self.sudo(), key)
