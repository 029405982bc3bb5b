from odoo import api, fields, models
from odoo.exceptions import UserError


class LibraryInsight(models.Model):
    """A knowledge steward decides what becomes of an insight, and says why; whoever told it keeps the credit."""

    _inherit = "library.insight"

    state = fields.Selection(selection_add=[("merged", "Put together")], ondelete={"merged": "set default"})
    merged_into_id = fields.Many2one(
        "library.insight", "Put together with", index="btree_not_null", ondelete="set null", readonly=True, copy=False
    )
    merged_ids = fields.One2many("library.insight", "merged_into_id", string="Told before by", readonly=True)
    decision_reason = fields.Char("Reason", readonly=True, copy=False, tracking=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True, copy=False, ondelete="set null")
    date_decided = fields.Datetime("Decided on", readonly=True, copy=False)

    def action_open_decision(self):
        """Open the form in which a steward decides."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What becomes of it?"),
            "res_model": "library.insight.decide",
            "view_mode": "form",
            "target": "new",
            "context": {"default_insight_id": self.id},
        }

    def _decide(self, decision, reason, into=None):
        """Carry out a decision of a steward.

        :param str decision: use, article, merge or decline
        :param str reason: in words, which whoever told it reads
        :param into: the insight with which a merged one is put together
        :return: an action, or None
        """
        self.ensure_one()
        self._check_steward()
        if not (reason or "").strip():
            raise UserError(self.env._("Give a reason: whoever told it will read it."))
        facts = {"decision_reason": reason.strip(), "decided_by_id": self.env.uid, "date_decided": self.env.cr.now()}
        states = {"use": {"state": "used"}, "decline": {"state": "declined", "decline_reason": reason.strip()}}
        if decision == "merge":
            self._merge_into(into)
        # sudo: a steward of one room need not be one of the house
        insight_sudo = self.sudo()
        insight_sudo.write({**facts, **states.get(decision, {})})
        if not insight_sudo.date_first_reply:
            insight_sudo.write({"date_first_reply": self.env.cr.now(), "date_escalate": False})
        insight_sudo.activity_unlink(["mail.mail_activity_data_todo"])
        if self.author_id - self.env.user:
            insight_sudo._notify_staff(self.author_id, self.env._(
                "%(steward)s decided on it: %(reason)s", steward=self.env.user.name, reason=reason.strip()))
        return self.action_make_article() if decision == "article" else None

    def _merge_into(self, into):
        """Put these together with an insight that says the same; answers and thanks go with them."""
        into.check_access("read")
        if not into or into in self or into.state == "merged" or into.company_id != self.company_id:
            raise UserError(self.env._("Choose the insight with which it is put together."))
        if into.room_id != self.room_id and into.room_id.kind == "mixed" and self.room_id.kind != "mixed":
            raise UserError(self.env._("What staff said among themselves cannot go where patrons read."))
        # sudo: a steward writes no answers of others; they change their post and nothing else
        insight_sudo, into_sudo = self.sudo(), into.sudo()
        insight_sudo.reply_ids.write({"insight_id": into.id})
        into_sudo.write({
            "thanked_user_ids": [fields.Command.link(user.id) for user in insight_sudo.thanked_user_ids],
            "adopted_user_ids": [fields.Command.link(user.id) for user in insight_sudo.adopted_user_ids],
        })
        insight_sudo.write({"state": "merged", "merged_into_id": into.id})

    def _credit_names(self, is_public=False):
        """Who told these insights, and those put together with them.

        :param bool is_public: only what may stand where everybody reads: names in the rooms whose owners agreed
        """
        # sudo: names of aliases, never of persons
        whole = (self | self.merged_ids).sudo()
        names = [alias.name for alias in whole.alias_id if alias.is_credited]
        if not is_public:
            names = [*whole.author_id.mapped("name"), *names]
            if any(insight.is_patron and not insight.alias_id.is_credited for insight in whole):
                names.append(self.env._("A patron"))
        return list(dict.fromkeys(names))


class LibraryArticle(models.Model):
    """What an article grew from, and whom it thanks."""

    _inherit = "library.article"

    insight_ids = fields.One2many("library.insight", "article_id", string="Grew from", groups="base.group_user")
    credit = fields.Char(
        "Told by", compute="_compute_credit", groups="base.group_user",
        help="Patrons under the name in the rooms, if they agreed.",
    )

    @api.depends("insight_ids.author_id", "insight_ids.is_patron", "insight_ids.merged_ids")
    def _compute_credit(self):
        for article in self:
            article.credit = ", ".join(article.insight_ids._credit_names())

    def _portal_credit(self):
        """The names in the rooms of patrons whose words the article took up and who agreed to be named."""
        # sudo: a name in the rooms is for readers; whose it is, is not read
        return ", ".join(self.sudo().insight_ids._credit_names(is_public=True))

    def _portal_page_values(self):
        return {**super()._portal_page_values(), "credit": self._portal_credit()}
