import hashlib

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...const import QUIET
from ...lib.facet_words import find_facet
from ...lib.form_input import clean_line, clean_text, headline
from ...lib.language import guess_language
from ...lib.opening_hours import OpeningHours
from ...lib.page_key import page_path
from ...lib.post_signs import look_reason
from ...lib.working_days import after_days

BODY_LENGTH = 20000
PROMISE_DAYS = 5
SAME_WITHIN_DAYS = 1
POSTS_PER_HOUR = 10
WEEK = [(weekday, 9.0, 17.0) for weekday in range(5)]
"""Working days where nobody said when the house opens."""


class LibraryFeedback(models.Model):
    """How feedback is taken down, whichever way it comes."""

    _inherit = "library.feedback"

    @api.model
    def _take(self, vals):
        """Take down what somebody said; the same words of the same person again change nothing.

        :param dict vals: `body`, `kind` and `source`, which are needed, and whatever is known of: name, patron_id,
            email, alias, case_id, message_id, service_id, team_id, company_id, res_model and res_id, url, facet,
            visibility, lang, look_reason; `acknowledge` False for what must not be answered by a machine
        :return: the library.feedback of these words, new or known, in the caller's environment
        """
        # sudo: whoever says something may not write feedback; all values are the caller's code's, checked and cut here
        Feedback_sudo = self.sudo().with_context(**QUIET)
        acknowledge = vals.get("acknowledge", True)
        vals = Feedback_sudo._checked(vals)
        known_sudo = Feedback_sudo._known(vals)
        if known_sudo:
            return known_sudo.with_env(self.env)
        feedback_sudo = Feedback_sudo.create(vals)
        if feedback_sudo.kind == "error":
            feedback_sudo._join_incident()
        if acknowledge:
            feedback_sudo._acknowledge()
        return feedback_sudo.with_env(self.env)

    @api.model
    def _checked(self, vals):
        """`vals` cut to what can be stored, with what follows from them."""
        vals = {name: value for name, value in vals.items() if name in self._fields}
        vals["body"] = clean_text(vals.get("body"), BODY_LENGTH)
        case = self.env["library.case"].browse(vals.get("case_id"))
        patron = self.env["library.patron"].browse(vals.get("patron_id")) or case.patron_id
        company = self.env["res.company"].browse(vals.get("company_id")) or case.company_id or patron.company_id
        company = company or self.env.company
        if not patron and vals.get("email"):
            patron = patron._find_by_email(vals["email"], company)
        vals.update(
            patron_id=patron.id, company_id=company.id, email=clean_line(vals.get("email"), 250),
            url=page_path(vals.get("url")), alias=clean_line(vals.get("alias"), 60),
        )
        vals.setdefault("lang", patron.lang or self.env.lang)
        vals["fingerprint"] = self._fingerprint(vals)
        if case:
            vals["team_id"] = vals.get("team_id") or case.team_id.id
            vals["service_id"] = vals.get("service_id") or case.service_id.id
        return vals

    @api.model
    def _fingerprint(self, vals):
        """What two times the same words of the same person have in common; nothing for who has no name."""
        who = vals.get("patron_id") or email_normalize(vals.get("email") or "")
        if not who:
            return False
        where = (vals.get("res_model"), vals.get("res_id"), vals.get("url"), vals.get("case_id"))
        text = "\n".join(map(str, (who, *where, " ".join(vals["body"].casefold().split()))))
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()

    @api.model
    def _known(self, vals):
        """The feedback that these values are already, an empty one when it is new."""
        if vals.get("message_id") and (known := self.search([("message_id", "=", vals["message_id"])], limit=1)):
            return known
        since = fields.Datetime.subtract(self.env.cr.now(), days=SAME_WITHIN_DAYS)
        same = Domain("fingerprint", "=", vals["fingerprint"]) & Domain("date", ">=", since)
        return self.search(same, limit=1) if vals["fingerprint"] else self.browse()

    @api.model
    def _complete(self, vals):
        """`vals` of a new feedback with its short name, facet, team and promise."""
        vals = dict(vals)
        body = vals.get("body") or ""
        company = self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
        vals["name"] = clean_line(vals.get("name"), 200) or headline(body) or self.env._("Without words")
        vals.setdefault("lang", guess_language(body) or self.env.lang)
        team = self.env["library.team"].browse(vals.get("team_id"))
        if not team and vals.get("case_id"):
            team = self.env["library.case"].browse(vals["case_id"]).team_id
            vals["team_id"] = team.id
        if not vals.get("date_promised"):
            moment = fields.Datetime.to_datetime(vals.get("date")) or self.env.cr.now()
            vals["date_promised"] = self._promise(team, company, moment)
        if not vals.get("facet"):
            facet, words = find_facet(body)
            vals.update(facet=facet or False, facet_words=", ".join(words)[:200] or False)
        if vals.get("visibility") == "public" and not vals.get("look_reason"):
            vals["look_reason"] = self._look_reason(body, vals)
        return vals

    @api.model
    def _look_reason(self, body, vals):
        """Why somebody looks at an entry of the book before others read it; every entry has a reason."""
        since = fields.Datetime.subtract(self.env.cr.now(), hours=1)
        own = Domain("patron_id", "=", vals["patron_id"]) if vals.get("patron_id") else Domain(
            "email_normalized", "=", self._normal_address(vals.get("email")))
        # sudo: counts, shows nothing
        recent = self.sudo().search_count(own & Domain("date", ">=", since), limit=POSTS_PER_HOUR)
        return look_reason(body, recent) or "first"

    @api.model
    def _promise(self, team, company, moment):
        """When the person hears what became of it: the end of the last promised working day.

        :return: naive UTC datetime
        """
        days = company.library_feedback_days or PROMISE_DAYS
        # sudo: opening times are no secret
        team_sudo = team.sudo() or self.env["library.team"].sudo().search([("company_id", "=", company.id)], limit=1)
        opening = team_sudo._opening_hours() if team_sudo else None
        if not opening or not team_sudo._calendars():
            opening = OpeningHours(WEEK, company.resource_calendar_id.tz or "UTC")
        return after_days(opening, moment, days) or fields.Datetime.add(moment, days=2 * days)

    @api.model
    def _normal_address(self, address):
        return email_normalize(address or "") or False

    def _address(self):
        """Where the person hears from us by mail, or nothing.

        A patron whose mail comes back, and who did not write from another address, is told on the portal only.
        """
        self.ensure_one()
        if self.email_normalized:
            return self.email_normalized
        patron_sudo = self.sudo().patron_id  # sudo: the address to which the library writes, whoever may read it
        if not patron_sudo or patron_sudo.is_anonymised or patron_sudo.has_bounced:
            return False
        return email_normalize(patron_sudo.email or "") or False
