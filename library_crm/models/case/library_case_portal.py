from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime, human_size, is_html_empty

from ...lib.form_input import clean_line

LINK_DAYS_AFTER_CLOSE = 180
LIST_FIELDS = (
    "name", "stage_id", "stage_code", "waits_for", "date_promised", "date_last_message", "create_date", "resolution",
)  # fmt: skip
MOMENT_FORMATS, MOMENT_FORMAT = {"zh": "M月d日 EEEE HH:mm"}, "EEEE, d MMMM, HH:mm"
OLD_MOMENT_FORMATS, OLD_MOMENT_FORMAT = {"zh": "y年M月d日 HH:mm"}, "d MMMM y, HH:mm"


class LibraryCase(models.Model):
    """What patrons see of a case on the portal, in plain words."""

    _name = "library.case"
    _inherit = ["library.case", "library.portal.mixin"]

    # Who may come in

    def _portal_link_expired(self):
        """Links without sign-in end half a year after the case was closed."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=LINK_DAYS_AFTER_CLOSE)
        return bool(self.date_closed and self.date_closed < limit)

    @api.model
    def _get_thread_with_access(self, thread_id, *, hash=None, pid=None, token=None, **kwargs):  # noqa: A002
        """Core's routes open a conversation by the same secret; the same end date holds there."""
        token = token if isinstance(token, str) and token.isascii() else None
        thread = super()._get_thread_with_access(thread_id, hash=hash, pid=pid, token=token, **kwargs)
        if thread and thread.env.su and not self.env.su and thread._portal_link_expired():
            return self.browse()
        return thread

    @api.model
    def _get_allowed_message_params(self):
        """Patrons write messages: what kind of message it is, and a rating inside it, is not theirs to say."""
        allowed = super()._get_allowed_message_params()
        return allowed if self.env.user._is_internal() else allowed - {"message_type", "rating_value"}

    # The list

    @api.model
    def _portal_filters(self):
        """{name: (label, domain)} of the tabs of the list."""
        _ = self.env._
        return {
            "open": (_("Open"), self._domain_open()),
            "closed": (_("Finished"), Domain("stage_code", "=", "closed")),
            "all": (_("All"), Domain.TRUE),
        }

    @api.model
    def _portal_orders(self):
        """{name: (label, order)} of the list."""
        _ = self.env._
        return {
            "news": (_("Latest news"), "date_last_message desc, id desc"),
            "date": (_("Newest question"), "id desc"),
            "promise": (_("Promised date"), "date_promised, id desc"),
        }

    @api.model
    def _portal_search_domain(self, words):
        """Cases whose question, or need in the patron's words, contains `words`."""
        words = clean_line(words, 200)
        if not words:
            return Domain.TRUE
        return Domain("name", "ilike", words) | Domain("need_ids", "any", [("statement", "ilike", words)])

    @api.model
    def _portal_own_domain(self):
        """The cases that the visitor reads on the portal; staff see their own here, not their team's."""
        partner = self.env.user.partner_id
        # sudo: the column is closed to patrons; it is compared with the visitor's own id
        own = self.sudo()._search([("reader_partner_ids", "in", partner.ids)])
        return Domain("id", "in", own) if self.env.user._is_internal() else Domain.TRUE

    @api.model
    def _portal_fetch(self, domain, order, limit, offset):
        """One page of the list in few queries, however many rows."""
        return self.search_fetch(domain, LIST_FIELDS, order=order, limit=limit, offset=offset)

    def _portal_next_words(self):
        """What happens next, in one line for the patron."""
        self.ensure_one()
        _ = self.env._
        if self.stage_code == "closed":
            ends = {
                "met": _("Finished: you have what you needed."),
                "partly": _("Finished: you have part of what you needed."),
                "unmet": _("Finished: we could not find what you needed."),
            }
            return ends.get(self.resolution, _("Finished."))
        if self.waits_for == "patron":
            return _("We wait for your answer.")
        if self.waits_for == "partner":
            return _("We wait for another library.")
        if self.date_promised:
            return _("You hear from us by %(moment)s.", moment=self._portal_moment(self.date_promised))
        return _("We are working on it.")

    def _portal_moment(self, moment, team_sudo=None):
        """A moment in the words of the page's language, in the library's time zone."""
        team_sudo = team_sudo or self.sudo().team_id  # sudo: the opening hours' time zone
        lang = self.env.lang or "en_US"
        words = MOMENT_FORMATS.get(lang[:2], MOMENT_FORMAT)
        if moment.year != fields.Datetime.now().year:
            words = OLD_MOMENT_FORMATS.get(lang[:2], OLD_MOMENT_FORMAT)
        return format_datetime(
            self.env, moment, tz=team_sudo._get_calendar().tz or "UTC", dt_format=words, lang_code=lang
        )

    # What can be asked

    @api.model
    def _portal_services(self):
        """The services that patrons can choose here."""
        return self.env["library.service"].search(
            [("is_published", "=", True), ("company_id", "in", (False, self.env.company.id))]
        )

    @api.model
    def _portal_offers(self):
        """The services with what we promise from now on: [{service, hours, moment}]."""
        now, known, offers = fields.Datetime.now(), {}, []
        first_team_sudo = self.env["library.team"].sudo().search(  # sudo: the opening hours of a team
            [("company_id", "=", self.env.company.id)], limit=1
        )
        for service in self._portal_services():
            team_sudo = service.sudo().team_id or first_team_sudo  # sudo: the team behind a published service
            hours = service.answer_hours or 16.0
            if team_sudo and (team_sudo, hours) not in known:
                due = self.sudo()._promise(team_sudo, service, now)  # sudo: counts opening hours
                known[team_sudo, hours] = self._portal_moment(due, team_sudo) if due else ""
            offers.append({"service": service, "hours": hours, "moment": known.get((team_sudo, hours), "")})
        return offers

    # The page of one case

    def _portal_values(self, access_token=None):
        """All that the page shows, as plain values; called on a case that the visitor may read.

        :param access_token: the secret by which the visitor came, if any
        """
        self.ensure_one()
        case_sudo = self.sudo()  # sudo: the page shows parts whose models patrons may not read
        may_decide = case_sudo.with_env(self.env(su=False))._portal_may_decide(access_token)
        return {
            "case": case_sudo,
            "access_token": access_token if case_sudo._portal_opens(access_token) else "",
            "path": case_sudo._portal_path(),
            "librarian": case_sudo._portal_librarian(),
            "next_words": case_sudo._portal_next_words(),
            "talk": case_sudo._portal_talk(),
            "needs": case_sudo.need_ids.filtered(lambda need: need.origin == "stated"),
            "solutions": case_sudo.solution_ids,
            "articles": case_sudo._portal_articles(),
            "people": case_sudo.participant_ids.filtered(lambda one: one.state == "accepted"),
            "may_decide": may_decide,
            "may_write": may_decide or self.env.user.partner_id in case_sudo.reader_partner_ids,
            "asks_result": may_decide and case_sudo._portal_asks_result(),
            "rating": case_sudo._rating_given() if may_decide else case_sudo.env["rating.rating"],
        }

    def _portal_asks_result(self):
        """Whether it is time to ask the patron if it helped."""
        return self.stage_code in ("deliver", "verify", "closed") and self.confirmation != "confirmed"

    def _portal_path(self):
        """The stages as [{name, state}], state being done, current or todo."""
        # half a dozen configuration records
        stages = self.env["library.case.stage"].search(Domain.TRUE)
        place = stages.ids.index(self.stage_id.id)
        return [
            {"name": stage.portal_name, "state": "done" if index < place else "current" if index == place else "todo"}
            for index, stage in enumerate(stages)
        ]

    def _portal_librarian(self):
        """Who answers: the librarian's first name, when there is one, and the team."""
        name = (self.user_id.name or "").split(" ")[0]
        return {"name": name, "team": self.team_id.name}

    def _portal_talk(self):
        """The conversation, oldest first: [{author, is_library, moment, body, files}]."""
        talk = []
        for message in self._conversation().sorted(lambda message: (message.date, message.id)):
            files = [self._portal_file(attachment) for attachment in message.attachment_ids]
            if is_html_empty(message.body) and not files:
                continue
            is_library = self._is_from_staff(message) or message.message_type == "auto_comment"
            talk.append(
                {
                    "id": message.id,
                    "author": message.author_id.name or message.email_from or "",
                    "is_library": is_library,
                    "moment": self._portal_moment(message.date),
                    "body": message.body,
                    "files": files,
                }
            )
        return talk

    @api.model
    def _portal_file(self, attachment):
        """A file of the case as a link that opens for whoever reads the case."""
        token = attachment._get_raw_access_token()
        return {
            "name": attachment.name,
            "size": human_size(attachment.file_size),
            "url": f"/web/content/{attachment.id}?download=1&access_token={token}",
        }

    def _portal_articles(self):
        """The cited articles that patrons may read."""
        return self.article_ids.filtered(
            lambda article: article.state == "published" and article.visibility in ("public", "patron")
        )

    def _portal_solution(self, solution_id):
        """A solution that was delivered in this case, or an empty one."""
        self.ensure_one()
        return self.sudo().solution_ids.filtered(  # sudo: the visitor may read this case, and this was delivered in it
            lambda solution: solution.id == solution_id
        )

    def _portal_solution_values(self, solution, access_token=None):
        """A delivered solution with its files, for its page.

        :param access_token: what opened the page for a visitor without an account
        """
        files = self.env["ir.attachment"].sudo().search(  # sudo: files of a solution delivered in this case
            [("res_model", "=", solution._name), ("res_id", "=", solution.id), ("res_field", "=", False)], order="id"
        )
        return {"solution": solution, "files": [self._portal_file(attachment) for attachment in files]}
