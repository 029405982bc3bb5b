from datetime import timedelta

from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain
from odoo.tools import plaintext2html

from ...const import QUIET
from ...lib.form_input import FormRefused, as_id, clean_line, clean_text
from ...lib.post_signs import POSTS_PER_HOUR, look_reason
from ...lib.redact import find_identity

PAGE_SIZE = 15
NAME_LIMIT, TEXT_LIMIT = 150, 5000
REFUSED_PER_HOUR = 3 * POSTS_PER_HOUR


class LibraryInsightRoom(models.Model):
    """The rooms on the portal: for patrons who took a name, and only rooms for staff and patrons.

    Patrons have no right on rooms, posts and answers; these methods give plain values, without any person's record.
    Whatever a patron writes is stored by the machine, as Odoo would keep else who made the row.
    """

    _inherit = "library.insight.room"

    @api.model
    def _portal_own_rooms(self, alias_sudo=None):
        """The rooms for patrons of the visitor's institution, in sudo mode."""
        company = alias_sudo.company_id if alias_sudo else self.env.company
        # sudo: topics of rooms that are made for patrons
        return self.sudo().search([("kind", "=", "mixed"), ("company_id", "=", company.id)])

    @api.model
    def _portal_rooms_values(self):
        """What the page of all rooms shows: of the posts nothing, before somebody joins."""
        alias_sudo = self.env["library.insight.alias"]._portal_own()
        rooms_sudo = self._portal_own_rooms(alias_sudo)
        Insight = self.env["library.insight"]
        return {
            "alias": alias_sudo,
            "rooms": [
                {"id": room.id, "name": room.name, "note": room.note or "", "days": room.promise_days,
                 "count": room.post_count, "rate": room.response_rate}
                for room in rooms_sudo
            ],
            "own_posts": Insight._portal_rows(Insight._portal_own_posts(alias_sudo), alias_sudo),
        }

    @api.model
    def _portal_room(self, room_id):
        """(room, name) in sudo mode if the visitor may read there, else two empty ones."""
        alias_sudo = self.env["library.insight.alias"]._portal_own()
        room_sudo = self._portal_own_rooms(alias_sudo).filtered(lambda room: room.id == as_id(room_id))
        return (room_sudo, alias_sudo) if alias_sudo and room_sudo else (room_sudo.browse(), alias_sudo.browse())

    def _portal_room_values(self, alias_sudo, query):
        """What the page of one room shows; `self` comes from `_portal_room`."""
        self.ensure_one()
        Insight = self.env["library.insight"].sudo()  # sudo: posts of a room in which the visitor may read
        search = clean_line(query.get("search"), 200)
        page = max(as_id(query.get("page")), 1)
        domain = self._domain_shown()
        if search:
            found = self.env["library.search.document"].sudo()._search_page(  # sudo: as above
                search, models=["library.insight"], limit=PAGE_SIZE, only=domain)
            posts, total = Insight.browse(hit.res_id for hit in found["hits"]), len(found["hits"])
        else:
            total = Insight.search_count(domain)
            posts = Insight.search(domain, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE, order="id desc")
        return {
            "room": {"id": self.id, "name": self.name, "note": self.note or "", "days": self.promise_days,
                     "rate": self.response_rate, "due": self.due_count},
            "alias": alias_sudo, "rows": Insight._portal_rows(posts, alias_sudo), "total": total, "search": search,
            "page": page, "pages": 1 if search else -(-total // PAGE_SIZE) or 1,
            "kinds": Insight._fields["kind"]._description_selection(self.env),
        }


class LibraryInsight(models.Model):
    """Posts on the portal."""

    _inherit = "library.insight"

    @api.model
    def _portal_own_posts(self, alias_sudo):
        """What the visitor wrote, in sudo mode, newest first."""
        return self.sudo().search([("alias_id", "in", alias_sudo.ids)], order="id desc", limit=50)

    @api.model
    def _portal_post_of(self, insight_id):
        """(post, name) in sudo mode if the visitor may read it, else two empty ones.

        That is: a post that is shown in a room for patrons of the own institution, or the own one.
        """
        alias_sudo = self.env["library.insight.alias"]._portal_own()
        none = self.sudo().browse(), alias_sudo.browse()  # sudo: empty
        if not alias_sudo or not as_id(insight_id):
            return none
        rooms_sudo = self.env["library.insight.room"]._portal_own_rooms(alias_sudo)
        own = Domain("alias_id", "=", alias_sudo.id)
        domain = Domain("id", "=", as_id(insight_id)) & (rooms_sudo._domain_shown() | own)
        post_sudo = self.sudo().search(domain, limit=1)  # sudo: the domain is the check
        return (post_sudo, alias_sudo) if post_sudo else none

    @api.model
    def _portal_rows(self, posts, alias_sudo):
        """Posts (in sudo) as plain values for a page."""
        mixin = self.env["library.portal.mixin"]
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        states = dict(self._fields["state"]._description_selection(self.env))
        return [
            {
                "id": post.id, "name": post.name, "body": post.body, "kind": kinds[post.kind],
                "author": post.display_author, "is_librarian": not post.is_patron,
                "is_own": bool(alias_sudo) and post.alias_id == alias_sudo, "day": mixin._portal_day(post.date),
                "replies": post.reply_count, "helpful": post.helpful_count, "moderation": post.moderation,
                "hidden_reason": post.hidden_reason or "", "state": post.state, "state_name": states[post.state],
                "decision": post.decision_reason or "", "promised": mixin._portal_day(post.date_promised),
                "is_waiting": post.is_unanswered, "room": post.room_id.name or "", "room_id": post.room_id.id,
                "has_answer": any(reply.is_answer for reply in post.reply_ids),
            }
            for post in posts
        ]

    def _portal_post_values(self, alias_sudo):
        """What the page of one post shows; `self` comes from `_portal_post_of`."""
        self.ensure_one()
        mixin = self.env["library.portal.mixin"]
        replies = self.reply_ids.filtered(
            lambda reply: reply.moderation == "shown" or reply.alias_id == alias_sudo)
        return {
            "post": self._portal_rows(self, alias_sudo)[0],
            "alias": alias_sudo,
            "replies": [
                {
                    "id": reply.id, "body": reply.body, "author": reply.display_author,
                    "is_librarian": not reply.is_patron, "is_own": reply.alias_id == alias_sudo,
                    "day": mixin._portal_day(reply.date), "is_answer": reply.is_answer,
                    "helpful": reply.helpful_count, "moderation": reply.moderation,
                    "hidden_reason": reply.hidden_reason or "",
                }
                for reply in replies
            ],
        }

    # What a patron writes

    @api.model
    def _portal_write_post(self, form, room_sudo, alias_sudo, look=None):
        """Take a post of an untrusted form.

        :param room_sudo: the room, from `_portal_room`
        :param str look: a key of LOOK_REASONS if a person looks first in any case
        :raise FormRefused:
        """
        name, body = clean_line(form.get("name"), NAME_LIMIT), clean_text(form.get("body"), TEXT_LIMIT)
        if not name:
            raise FormRefused({"name": self.env._("Say it in one line first.")})
        look = self._portal_check_text(f"{name}\n{body}", alias_sudo) or look
        kind = form.get("kind") if form.get("kind") in dict(self._fields["kind"].selection) else "experience"
        # as the machine: the columns that say who made a row would name the patron
        return self.with_user(SUPERUSER_ID).with_context(**QUIET).create({
            "name": name, "body": plaintext2html(body) if body else False, "kind": kind, "author_id": False,
            "is_patron": True, "alias_id": alias_sudo.id, "room_id": room_sudo.id,
            "company_id": room_sudo.company_id.id, "moderation": "held" if look else "shown", "look_reason": look,
            "subject_ids": [(6, 0, room_sudo.subject_ids.ids)],
        })

    def _portal_reply(self, form, alias_sudo):
        """Take an answer of an untrusted form; `self` comes from `_portal_post_of`.

        :raise FormRefused:
        """
        self.ensure_one()
        body = clean_text(form.get("body"), TEXT_LIMIT)
        if not body:
            raise FormRefused({"body": self.env._("Write something first.")})
        if self.moderation != "shown":
            raise FormRefused({"body": self.env._("Nobody can answer this yet.")})
        look = self._portal_check_text(body, alias_sudo)
        # as the machine, see above
        return self.env["library.insight.reply"].with_user(SUPERUSER_ID).create({
            "insight_id": self.id, "body": plaintext2html(body), "is_patron": True, "alias_id": alias_sudo.id,
            "moderation": "held" if look else "shown", "look_reason": look,
        })

    @api.model
    def _portal_check_text(self, text, alias_sudo):
        """Why a person looks at a text first, or None.

        :raise FormRefused: the text tells who wrote it, or a machine is writing
        """
        words = alias_sudo._own_words(alias_sudo.patron_id)
        if any(find.is_certain for find in find_identity(text, names=words[:1], words=words[1:])):
            raise FormRefused({"body": self.env._(
                "A name, an address or a number stands in the text. Please take it out: others will read it.")})
        hour_ago = self.env.cr.now() - timedelta(hours=1)
        # sudo: counts, shows nothing
        recent = self.sudo().search_count([("alias_id", "=", alias_sudo.id), ("create_date", ">", hour_ago)])
        recent += self.env["library.insight.reply"].sudo().search_count(
            [("alias_id", "=", alias_sudo.id), ("date", ">", hour_ago)])
        if recent >= REFUSED_PER_HOUR:
            raise FormRefused({"body": self.env._("That was a lot at once. Please go on later.")}, status=429)
        return look_reason(text, recent)

    @api.model
    def _portal_say(self, post_id, verb, form):
        """Take what a patron says to a post or, with a `reply_id` in the form, to one of its answers.

        :param verb: reply, helped, withdraw or accept
        :return: what was done, for the next page; None if it is not the visitor's to say
        :raise FormRefused:
        """
        post_sudo, alias_sudo = self._portal_post_of(post_id)
        target_sudo = post_sudo
        if form.get("reply_id"):
            reply_id = as_id(form["reply_id"])
            target_sudo = post_sudo.reply_ids.filtered(lambda reply: reply.id == reply_id)
        is_own = bool(target_sudo) and target_sudo.alias_id == alias_sudo
        if not target_sudo:
            return None
        if verb == "reply":
            return "answered" if post_sudo._portal_reply(form, alias_sudo).moderation == "shown" else "held"
        if verb == "helped" and not is_own and target_sudo.moderation == "shown":
            self._portal_helped(target_sudo)
            return "thanked"
        if verb == "accept" and target_sudo != post_sudo and post_sudo.alias_id == alias_sudo:
            target_sudo._accept()
            return "accepted"
        if verb == "withdraw" and is_own:
            target_sudo._withdraw()
            return "withdrawn" if target_sudo == post_sudo else "taken_back"
        return None

    @api.model
    def _portal_helped(self, post_sudo):
        """The visitor says that a post or an answer helped, or takes it back."""
        key = self.env["library.article"]._portal_key(post_sudo._name, post_sudo.id, f"user {self.env.uid}")
        self.env["library.insight.helpful"]._toggle(post_sudo, key)
