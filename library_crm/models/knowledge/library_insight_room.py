from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

PROMISE_DAYS = 5
RATE_DAYS = 365
FEW = 5
"""Below so many posts a rate says nothing."""
ROOM_KINDS = [("staff", "Staff only"), ("mixed", "Staff and patrons")]


class LibraryInsightRoom(models.Model):
    """A place for a topic where people tell what they know: for staff only, or for patrons as well.

    Who writes in a room is promised an answer within `promise_days`.
    """

    _name = "library.insight.room"
    _description = "Room"
    _inherit = ["mail.alias.mixin.optional"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char("Topic", required=True, translate=True)
    note = fields.Text("What it is for", translate=True)
    kind = fields.Selection(
        ROOM_KINDS, "For", required=True, default="staff",
        help="Patrons who chose a name for themselves read and write in a room for staff and patrons.",
    )
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    subject_ids = fields.Many2many("library.subject", string="Classes")
    company_id = fields.Many2one(
        "res.company", "Institution", required=True, default=lambda self: self.env.company, index=True
    )
    steward_ids = fields.Many2many(
        "res.users", "library_insight_room_steward_rel", "room_id", "user_id", string="Stewards",
        domain="[('share', '=', False)]", help="They look after the room and hear of what stays without an answer.",
    )
    lead_id = fields.Many2one(
        "res.users", "Hears of it next", index="btree_not_null", ondelete="set null", domain="[('share', '=', False)]",
        help="When the stewards did not answer either. Empty: the leads of the teams.",
    )
    follower_user_ids = fields.Many2many(
        "res.users", "library_insight_room_user_rel", "room_id", "user_id", string="Follow it", readonly=True,
        copy=False,
    )
    promise_days = fields.Integer(
        "Answer within (days)", default=PROMISE_DAYS, required=True, help="Whoever writes here hears from us by then."
    )
    insight_ids = fields.One2many("library.insight", "room_id", string="Posts")

    post_count = fields.Integer("Number of posts", compute="_compute_figures")
    waiting_count = fields.Integer("Without an answer", compute="_compute_figures")
    held_count = fields.Integer("To look at", compute="_compute_figures")
    due_count = fields.Integer("Promised", compute="_compute_figures")
    response_rate = fields.Float(
        "Answered in time", compute="_compute_figures",
        help="Share of the posts of a year whose promise was kept. Below five posts it is not shown.",
    )
    is_followed = fields.Boolean("I follow it", compute="_compute_is_followed")

    _promise_positive = models.Constraint("CHECK (promise_days > 0)", "A promise takes at least a day.")

    @api.depends_context("uid")
    @api.depends("follower_user_ids")
    def _compute_is_followed(self):
        for room in self:
            room.is_followed = self.env.user in room.follower_user_ids

    @api.depends("insight_ids.date_first_reply", "insight_ids.moderation", "insight_ids.room_id", "insight_ids.state")
    def _compute_figures(self):
        """Posts, those that wait, and how often the promise was kept; one query for all rooms."""
        self.env["library.insight"].flush_model()
        rows = self.env.execute_query(SQL(
            """
            SELECT room_id, count(*) FILTER (WHERE moderation = 'shown'),
                   count(*) FILTER (WHERE moderation = 'shown' AND date_first_reply IS NULL AND state = 'open'),
                   count(*) FILTER (WHERE moderation = 'held'),
                   count(*) FILTER (WHERE due), count(*) FILTER (WHERE kept)
              FROM (SELECT room_id, moderation, date_first_reply, state,
                           moderation = 'shown' AND date_promised > %(since)s
                           AND (date_promised < %(now)s OR date_first_reply IS NOT NULL) AS due,
                           moderation = 'shown' AND date_promised > %(since)s
                           AND date_first_reply <= date_promised AS kept
                      FROM library_insight WHERE room_id = ANY(%(rooms)s)) post
             GROUP BY room_id
            """,
            rooms=self.ids, now=self.env.cr.now(), since=fields.Datetime.subtract(self.env.cr.now(), days=RATE_DAYS),
        ))
        figures = {row[0]: row[1:] for row in rows}
        for room in self:
            posts, waiting, held, due, kept = figures.get(room._origin.id, (0, 0, 0, 0, 0))
            room.post_count, room.waiting_count, room.held_count, room.due_count = posts, waiting, held, due
            room.response_rate = kept / due if due >= FEW else 0

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("library.insight")
        # mail is taken in by the library's own door, which knows who may write
        values["alias_contact"] = "followers"
        if self.id:
            values["alias_defaults"] = repr({"room_id": self.id})
        return values

    @api.model
    def _create_first_room(self):
        """The room that every library begins with; its address is insight@ where nobody else has it."""
        # sudo: looks up whether an address is free
        taken = self.env["mail.alias"].sudo().search_count([("alias_name", "=", "insight")], limit=1)
        if not self.with_context(active_test=False).search_count([], limit=1):
            name, note = self.env._("What we know"), self.env._("Insights, tricks and pitfalls of the house.")
            self.create({"name": name, "note": note, "alias_name": False if taken else "insight"})

    def write(self, vals):
        result = super().write(vals)
        if "kind" in vals:
            # who may find a post follows its room
            self.env["library.search.document"]._mark_changed(self.with_context(active_test=False).insight_ids)
        return result

    def action_follow(self):
        """Hear of new posts, or no more."""
        self.check_access("read")
        for room in self:
            command = fields.Command.unlink if room.is_followed else fields.Command.link
            # sudo: librarians do not write rooms; only the own name goes in or out
            room.sudo().write({"follower_user_ids": [command(self.env.uid)]})

    def action_open_posts(self):
        """Show what was written here."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "library.insight",
            "view_mode": "list,kanban,form",
            "domain": [("room_id", "=", self.id)],
            "context": {"default_room_id": self.id},
        }

    def _domain_shown(self):
        """Posts that stand in these rooms for everybody who reads there."""
        return (
            Domain("room_id", "in", self.ids)
            & Domain("moderation", "=", "shown")
            & Domain("state", "not in", ("declined", "merged"))
        )

    def _escalation_people(self, level):
        """Who hears of a post without an answer, as users of the staff."""
        self.ensure_one()
        if level == "stewards":
            people = self.steward_ids or self.env.ref("library_crm.group_library_steward").user_ids
        else:
            leads = self.env["library.team"].search([("company_id", "=", self.company_id.id)]).lead_id
            people = self.lead_id or leads or self.env.ref("library_crm.group_library_manager").user_ids
        return people.filtered(
            lambda user: user.active and not user.share and self.company_id in user.company_ids)
