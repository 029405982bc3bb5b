from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ...lib.form_input import FormRefused, as_id, clean_line

PAGE_SIZE = 15
SHOWS = ("all", "unanswered", "answered", "followed")
MOST_TAGS = 30


class LibraryInsightRoom(models.Model):
    """The board: rooms whose questions and answers everybody reads without signing in.

    Writing goes the way of the rooms: under a name of one's own, with the same look at links and floods.
    """

    _inherit = "library.insight.room"

    is_board = fields.Boolean(
        "On the board", help="Everybody reads what stands here, without signing in. Patrons write under their names "
        "in the rooms.",
    )  # fmt: skip

    _board_mixed = models.Constraint(
        "CHECK (NOT coalesce(is_board, false) OR kind = 'mixed')", "A room on the board is for staff and patrons."
    )

    def write(self, vals):
        if vals.get("is_board"):
            self.filtered(lambda room: not room.is_board)._check_nobody_wrote()
        return super().write(vals)

    def _check_nobody_wrote(self):
        """What patrons wrote for the members of a room is not shown to the whole world afterwards.

        :raise ValidationError:
        """
        # sudo: counts posts, shows nothing
        if self.env["library.insight"].sudo().search_count(
                [("room_id", "in", self.ids), "|", ("is_patron", "=", True), ("reply_ids.is_patron", "=", True)],
                limit=1):  # fmt: skip
            raise ValidationError(self.env._(
                "Patrons have written in this room for its members. Make a new room for the board."))

    @api.model
    def _portal_own_rooms(self, alias_sudo=None):
        """The rooms for members; what stands on the board is a page of its own, and says that everybody reads it."""
        return super()._portal_own_rooms(alias_sudo).filtered(lambda room: not room.is_board)

    @api.model
    def _board_rooms(self):
        """The topics of the board of the visitor's institution, in sudo mode."""
        alias_sudo = self.env["library.insight.alias"]._portal_own()
        company = alias_sudo.company_id if alias_sudo else self.env.company
        # sudo: topics that are made for everybody
        return self.sudo().search([("is_board", "=", True), ("company_id", "=", company.id)])

    @api.model
    def _board_values(self, query):
        """What the board shows to whoever comes.

        :param dict query: search, show, room, tag and page of an untrusted link
        """
        Insight = self.env["library.insight"].sudo()  # sudo: posts that stand on the board for everybody
        alias_sudo = self.env["library.insight.alias"]._portal_own()
        rooms_sudo = self._board_rooms()
        room_id, tag_id = as_id(query.get("room")), as_id(query.get("tag"))
        show = query.get("show") if query.get("show") in SHOWS else "all"
        chosen = rooms_sudo.filtered(lambda room: room.id == room_id) or rooms_sudo
        domain = chosen._domain_shown() & Insight._domain_board(show, alias_sudo)
        if tag_id:
            domain &= Domain("subject_ids", "child_of", tag_id)
        search, page = clean_line(query.get("search"), 200), max(as_id(query.get("page")), 1)
        if search:
            found = self.env["library.search.document"].sudo()._search_page(  # sudo: as above
                search, models=["library.insight"], limit=PAGE_SIZE, only=domain)
            posts, total = Insight.browse(hit.res_id for hit in found["hits"]), len(found["hits"])
        else:
            total = Insight.search_count(domain)
            posts = Insight.search(domain, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE, order="id desc")
        return {
            "rooms": [{"id": room.id, "name": room.name, "note": room.note or ""} for room in rooms_sudo],
            "room_id": room_id if chosen != rooms_sudo else 0, "tags": self._board_tags(rooms_sudo), "tag_id": tag_id,
            "show": show, "search": search, "rows": Insight._portal_rows(posts, alias_sudo), "total": total,
            "page": page, "pages": 1 if search else -(-total // PAGE_SIZE) or 1, "alias": alias_sudo,
        }

    @api.model
    def _board_tags(self, rooms_sudo):
        """[(id, name)] of the classes that questions on the board have, the usual ones first."""
        Insight = self.env["library.insight"]
        Insight.flush_model()
        tags = Insight._fields["subject_ids"]
        rows = self.env.execute_query(SQL(
            "SELECT t.%(subject)s, count(*) FROM library_insight i JOIN %(table)s t ON t.%(insight)s = i.id"
            " WHERE i.room_id = ANY(%(rooms)s) AND i.moderation = 'shown' AND i.state NOT IN ('declined', 'merged')"
            " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(most)s",
            subject=SQL.identifier(tags.column2), insight=SQL.identifier(tags.column1),
            table=SQL.identifier(tags.relation), rooms=list(rooms_sudo.ids), most=MOST_TAGS,
        ))
        # sudo: names of classes, which everybody may read
        subjects = self.env["library.subject"].sudo().browse(row[0] for row in rows)
        return [(subject.id, subject.display_name) for subject in subjects]


class LibraryInsight(models.Model):
    """A question on the board."""

    _inherit = "library.insight"

    kind = fields.Selection(selection_add=[("question", "Question")], ondelete={"question": "set default"})
    is_board = fields.Boolean("On the board", related="room_id.is_board")
    has_accepted = fields.Boolean(
        "Has an accepted answer", compute="_compute_has_accepted", search="_search_has_accepted")

    @api.depends("reply_ids.is_answer", "reply_ids.moderation")
    def _compute_has_accepted(self):
        accepted = self.filtered_domain(self._domain_accepted())
        for insight in self:
            insight.has_accepted = insight in accepted

    def _search_has_accepted(self, operator, value):
        return self._domain_accepted() if operator == "in" else NotImplemented

    @api.model
    def _domain_accepted(self):
        return Domain("reply_ids", "any", [("is_answer", "=", True), ("moderation", "=", "shown")])

    @api.model
    def _domain_board(self, show, alias_sudo):
        """The posts of one tab of the board.

        :param str show: all, unanswered, answered or followed
        """
        if show == "unanswered":
            return Domain("reply_ids", "not any", [("moderation", "=", "shown")])
        if show == "answered":
            return self._domain_accepted()
        if show == "followed":
            # sudo: what the visitor follows
            rows_sudo = self.env["library.board.follow"].sudo().search([("alias_id", "in", alias_sudo.ids)])
            return Domain("id", "in", rows_sudo.insight_id.ids)
        return Domain.TRUE

    @api.model
    def _board_post_of(self, insight_id):
        """(post, own name) in sudo mode: a post that everybody reads, or the visitor's own; else two empty ones."""
        alias_sudo = self.env["library.insight.alias"]._portal_own()
        rooms_sudo = self.env["library.insight.room"]._board_rooms()
        own = Domain("alias_id", "in", alias_sudo.ids) & Domain("room_id", "in", rooms_sudo.ids)
        domain = Domain("id", "=", as_id(insight_id)) & (rooms_sudo._domain_shown() | own)
        return self.sudo().search(domain, limit=1), alias_sudo  # sudo: the domain is the check

    @api.model
    def _portal_post_of(self, insight_id):
        post_sudo, alias_sudo = super()._portal_post_of(insight_id)
        if not post_sudo:
            found_sudo, own_sudo = self._board_post_of(insight_id)
            if found_sudo and own_sudo:
                return found_sudo, own_sudo
        return post_sudo, alias_sudo

    @api.model
    def _board_say(self, post_id, verb, form):
        """Take what a patron says to a question on the board: as in the rooms, and that it is followed.

        :return: what was done, for the next page; None if it is not the visitor's to say
        :raise FormRefused:
        """
        post_sudo, alias_sudo = self._board_post_of(post_id)
        if not post_sudo or not alias_sudo:
            return None
        if verb == "follow":
            follows = self.env["library.board.follow"]._toggle(post_sudo, alias_sudo)
            return "followed" if follows else "unfollowed"
        return self._portal_say(post_id, verb, form)

    def _board_post_values(self, alias_sudo):
        """What the page of one question shows; `self` comes from `_board_post_of`."""
        self.ensure_one()
        values = self._portal_post_values(alias_sudo)
        if not alias_sudo:
            # without a name nothing is the visitor's own
            values["replies"] = [
                {**reply, "is_own": False} for reply in values["replies"] if reply["moderation"] == "shown"
            ]
        is_staff = self.env.user._is_internal()
        return {
            **values, "tags": [(subject.id, subject.display_name) for subject in self.subject_ids],
            "is_followed": self.env["library.board.follow"]._is_followed(self, alias_sudo),
            "staff_url": f"/odoo/library-board/{self.id}" if is_staff else "",
        }

    @api.model
    def _board_ask(self, form):
        """Take a question of an untrusted form.

        :return: the post, in sudo mode
        :raise FormRefused:
        """
        alias_sudo = self.env["library.insight.alias"]._portal_own()
        rooms_sudo = self.env["library.insight.room"]._board_rooms()
        room_id = as_id(form.get("room_id"))
        room_sudo = rooms_sudo.filtered(lambda room: room.id == room_id)
        if not alias_sudo:
            raise FormRefused({"form": self.env._("Please choose a name first.")}, status=403)
        if not room_sudo:
            raise FormRefused({"room_id": self.env._("Please choose a topic.")})
        post_sudo = self._portal_write_post({**form, "kind": "question"}, room_sudo, alias_sudo)
        self.env["library.board.follow"]._follow(post_sudo, alias_sudo)
        return post_sudo

    @api.model
    def action_open_board(self):
        """The board as everybody sees it."""
        return {"type": "ir.actions.act_url", "url": "/library/board", "target": "new"}

    def action_make_article(self):
        """The accepted answer comes into the article, and whoever gave it is thanked."""
        is_new = not self.article_id
        action = super().action_make_article()
        # sudo: reads what stands on the board for everybody
        accepted = self.sudo().reply_ids.filtered(lambda reply: reply.is_answer and reply.moderation == "shown")
        if is_new and self.room_id.is_board and accepted:
            article = self.env["library.article"].browse(action["res_id"])
            article.body = (article.body or "") + accepted[0].body
            if accepted.user_id:
                article._transition({"contributor_ids": [Command.link(accepted[0].user_id.id)]})
        return action


class LibraryInsightReply(models.Model):
    """An answer on the board."""

    _inherit = "library.insight.reply"

    def action_accept(self):
        """On the board any librarian may say which answer is right; elsewhere the writer and stewards."""
        self.ensure_one()
        self.check_access("read")
        if not self.insight_id.room_id.is_board:
            return super().action_accept()
        if not self.env.user.has_group("library_crm.group_library_librarian"):
            raise AccessError(self.env._("This is for librarians."))
        self._accept()
        return None


class LibraryFeedback(models.Model):
    """A report about a question on the board names it, and the stewards look at it."""

    _inherit = "library.feedback"

    @api.model
    def _portal_target(self, path):
        head, _slash, number = path.rpartition("/")
        if head != "/library/board" or not number.isdigit():
            return super()._portal_target(path)
        post_sudo, _alias = self.env["library.insight"]._board_post_of(number)
        if not post_sudo:
            return {}
        # the machine asks, once: a patron's account must not stand behind it, and a thousand reports are one task
        post_sudo = post_sudo.with_user(SUPERUSER_ID)
        if not post_sudo.activity_ids:
            post_sudo._ask_for_look()
        return {"res_model": "library.insight", "res_id": post_sudo.id}


class LibraryMailIntake(models.AbstractModel):
    """What a patron tells a room by mail goes to the members of a room, not to everybody."""

    _inherit = "library.mail.intake"

    @api.model
    def _room_for_patrons(self, room_sudo):
        return room_sudo.search(
            [("kind", "=", "mixed"), ("is_board", "=", False), ("company_id", "=", room_sudo.company_id.id)], limit=1)
