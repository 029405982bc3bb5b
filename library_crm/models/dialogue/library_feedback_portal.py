from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

from ...const import FEEDBACK_OPEN
from ...lib.form_input import FormRefused, as_id, clean_line, clean_text
from ...lib.redact import find_identity

PAGE_SIZE = 15
TEXT_LIMIT = 5000
YEAR = 365
FEW = 5
"""Below so many, a rate says nothing."""
HONEYPOT = "homepage"
FORM_KINDS = ("suggestion", "complaint", "praise", "question")


class LibraryFeedback(models.Model):
    """The book of suggestions and a reader's own list: visitors have no right on feedback and get plain values only."""

    _inherit = "library.feedback"

    # The book

    @api.model
    def _domain_book(self):
        return (
            Domain("visibility", "=", "public") & Domain("moderation", "=", "shown")
            & Domain("is_withdrawn", "=", False) & Domain("company_id", "=", self.env.company.id)
        )

    @api.model
    def _portal_book_values(self, query):
        """What the page of the book shows.

        :param dict query: untrusted
        """
        search, page = clean_line(query.get("search"), 200), max(as_id(query.get("page")), 1)
        kinds = self._portal_kinds()
        kind = query.get("kind") if query.get("kind") in kinds else ""
        domain = self._domain_book()
        if kind:
            domain &= Domain("kind", "=", kind)
        if search:
            domain &= Domain.OR([Domain(name, "ilike", search) for name in ("name", "body", "public_answer")])
        Feedback_sudo = self.sudo()  # sudo: entries that stand in the book; only words and the chosen name are shown
        total = Feedback_sudo.search_count(domain)
        entries = Feedback_sudo.search(domain, order="id desc", limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
        return {
            "rows": [entry._portal_entry() for entry in entries], "total": total, "search": search, "kind": kind,
            "kinds": kinds, "page": page, "pages": -(-total // PAGE_SIZE) or 1, "figures": self._portal_figures(),
        }

    @api.model
    def _portal_kinds(self):
        """{code: words} of what readers choose from."""
        words = dict(self._fields["kind"]._description_selection(self.env))
        return {kind: words[kind] for kind in FORM_KINDS}

    def _portal_entry(self):
        """An entry of the book as plain values: of the person nothing but the chosen name."""
        self.ensure_one()
        day = self.env["library.portal.mixin"]._portal_day
        answer = self.public_answer if self.date_public_answer else ""
        return {
            "id": self.id, "body": self.body, "kind": self._kind_words(), "alias": self.alias or "",
            "day": day(self.date), "answer": answer or "", "answer_day": day(self.date_public_answer),
        }

    @api.model
    def _portal_figures(self):
        """What the book tells about a year: {count, share, days}; the last two only from five answers on."""
        self.flush_model()
        company = self.env.company
        now = self.env.cr.now()
        count, due, kept, closed, days = self.env.execute_query(SQL(
            """
            SELECT count(*),
                   count(*) FILTER (WHERE date_outcome IS NOT NULL OR date_promised < %(now)s),
                   count(*) FILTER (WHERE date_outcome <= date_promised),
                   count(date_outcome),
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM date_outcome - date) / 86400)
                       FILTER (WHERE date_outcome IS NOT NULL)
              FROM library_feedback
             WHERE company_id = %(company)s AND date > %(since)s AND NOT coalesce(is_withdrawn, FALSE)
               AND look_reason IS DISTINCT FROM 'machine'
            """,
            company=company.id, now=now, since=fields.Datetime.subtract(now, days=YEAR),
        ))[0]
        return {
            "count": count, "promise": company.library_feedback_days,
            "share": round(100 * kept / due) if due >= FEW else None,
            "days": round(days, 1) if closed >= FEW else None,
        }

    # What a visitor writes

    @api.model
    def _portal_submit(self, form, ip=""):
        """Take an entry of the untrusted form; in sudo mode nothing is given back but the number.

        :return: "held" for what others read after a look, else "taken"
        :raise FormRefused: with a sentence for each field
        """
        said = self._portal_read(form)
        self._portal_admit(said, ip)
        if not self._portal_first(form):
            return "taken"
        if clean_line(form.get(HONEYPOT), 200):
            said.update(visibility="private", look_reason="machine", acknowledge=False)
        # sudo: what the visitor has just said, checked above
        feedback_sudo = self._take({**said, "source": "portal", "company_id": self.env.company.id}).sudo()
        return "held" if feedback_sudo.visibility == "public" else "taken"

    @api.model
    def _portal_read(self, form):
        """The checked values of a form.

        :raise FormRefused: with all that is wrong at once
        """
        errors = {}
        said = {
            "body": clean_text(form.get("body"), TEXT_LIMIT),
            "kind": form.get("kind") if form.get("kind") in FORM_KINDS else "suggestion",
            "visibility": "public" if form.get("public") == "on" else "private",
            "alias": clean_line(form.get("alias"), 30), "lang": self.env.lang,
        }
        if not said["body"]:
            errors["body"] = self.env._("Please write what you want to tell us.")
        patron_sudo = self._portal_patron()
        said["patron_id"] = patron_sudo.id
        if not patron_sudo:
            address = clean_line(form.get("email"), 250)
            said["email"] = email_normalize(address) or ""
            if address and not said["email"]:
                errors["email"] = self.env._("This is no e-mail address.")
        if said["visibility"] == "public" and self._tells_who(f"{said['alias']}\n{said['body']}", patron_sudo):
            errors["body"] = self.env._(
                "A name, an address or a number stands in the text. Please take it out: others will read it.")
        if errors:
            raise FormRefused(errors)
        return said

    @api.model
    def _portal_patron(self, make=True):
        """The visitor's own record in sudo mode, empty for who is not signed in.

        :param bool make: whether an account without a patron gets one; looking at a page makes none
        """
        Patron, user = self.env["library.patron"], self.env.user
        if user._is_public():
            return Patron.sudo().browse()  # sudo: empty
        if make:
            return Patron._portal_own()
        # sudo: the record of the visitor's own contact
        return Patron.sudo().search([("partner_id", "=", user.partner_id.id)], limit=1)

    @api.model
    def _tells_who(self, text, patron_sudo):
        words = [word for word in (patron_sudo.name, patron_sudo.email) if word]
        return any(find.is_certain for find in find_identity(text, names=words[:1], words=words[1:]))

    @api.model
    def _portal_admit(self, said, ip):
        """Refuse a flood; what was typed stays in the form.

        :raise FormRefused: when too much came from one place within minutes
        """
        Log = self.env["library.form.log"]
        limits = {("feedback", said.get("email") or said.get("patron_id")): Log._limit("forms_per_address", 8)}
        if not said.get("patron_id"):
            limits["feedback_ip", ip] = Log._limit("forms_per_ip", 20)
        if not Log._admit(limits):
            raise FormRefused({"form": self.env._(
                "Very many messages came from here within a few minutes. Please wait ten minutes and send it again:"
                " what you wrote is still below.")}, status=429)

    @api.model
    def _portal_first(self, form):
        """Whether this very form is sent for the first time."""
        key = clean_line(form.get("form_key"), 64)
        if len(key) < 16:
            return True
        # sudo: receipts are the system's; the key only tells a second click from a first
        receipts_sudo = self.env["library.mail.receipt"].sudo()
        return bool(receipts_sudo._claim(self.env["library.form.log"]._key("feedback", f"{self.env.uid}:{key}")))

    # The reader's own list

    @api.model
    def _portal_own(self):
        """What the visitor said, in sudo mode, newest first."""
        patron_sudo = self._portal_patron(make=False)
        Feedback_sudo = self.sudo()  # sudo: the visitor's own words
        return Feedback_sudo.search([("patron_id", "=", patron_sudo.id)], order="id desc", limit=100) \
            if patron_sudo else Feedback_sudo.browse()

    @api.model
    def _portal_own_values(self):
        """What the page of the own feedback shows."""
        return {"rows": [feedback._portal_own_row() for feedback in self._portal_own()]}

    def _portal_own_row(self):
        """One's own words, where they stand, and what became of them, as plain values."""
        self.ensure_one()
        day = self.env["library.portal.mixin"]._portal_day
        is_ours = self.source == "desk"
        return {
            "id": self.id, "kind": self._kind_words(), "day": day(self.date), "is_public": self.visibility == "public",
            # what was said at the desk was written down by a colleague, in a colleague's words
            "body": self.env._("What you told us at the desk") if is_ours else self.body,
            "is_open": self.state in FEEDBACK_OPEN, "is_acknowledged": bool(self.date_acknowledged),
            "promised": self._promise_words() if self.state in FEEDBACK_OPEN else "",
            "outcome": self.outcome if self.date_outcome else "", "outcome_day": day(self.date_outcome),
            "answer": self.public_answer if self.date_public_answer else "", "moderation": self.moderation,
            "hidden_reason": (self.hidden_reason or "") if self.moderation == "hidden" else "",
            "is_withdrawn": self.is_withdrawn, "is_late": self.is_overdue,
        }

    @api.model
    def _portal_withdraw(self, feedback_id):
        """Take the own entry out of the book.

        :return: whether it was the visitor's
        """
        number = as_id(feedback_id)
        own_sudo = self._portal_own().filtered(lambda one: one.id == number and one.visibility == "public")
        own_sudo.write({"is_withdrawn": True, "moderation": "hidden", "visibility": "private"})
        return bool(own_sudo)
