from datetime import timedelta

from lxml import etree

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, formataddr

ATOM = "http://www.w3.org/2005/Atom"
TEMPLATE = "library_crm.mail_template_you_said"
PAGE_SIZE = 10
MOST_IN_FEED = 50
TELL_DAYS = 60
"""So long after it was published, whoever could not be written to yet is still told."""


class LibraryImprovement(models.Model):
    """“You said, we did”: what everybody may read of an improvement, and the mail to those who said it."""

    _inherit = "library.improvement"

    said_text = fields.Text(
        "You said", translate=True, help="In plain words, without anybody's name: everybody reads it."
    )
    public_text = fields.Text("We did", translate=True, help="What changed, in plain words: everybody reads it.")
    is_figure_public = fields.Boolean("With the figures", help="Before and after stand below the words.")
    is_public = fields.Boolean("Published", readonly=True, copy=False, tracking=True)
    date_published = fields.Datetime("Published on", readonly=True, copy=False)
    told_count = fields.Integer("People told", compute="_compute_told_count")

    def _compute_told_count(self):
        Outreach = self.env["library.outreach"].sudo()  # sudo: a number, nobody's name
        keys = {f"improvement:{improvement.id}": improvement for improvement in self}
        rows = dict(Outreach._read_group([("kind", "=", "you_said"), ("key", "in", list(keys))], ["key"], ["__count"]))
        strangers = self._told_strangers()
        for key, improvement in keys.items():
            improvement.told_count = rows.get(key, 0) + strangers.get(improvement.id, 0)

    def _told_strangers(self):
        """{id: addresses without a patron's record that were told}."""
        self.env["library.feedback"].flush_model()
        return dict(self.env.execute_query(SQL(
            "SELECT improvement_id, count(DISTINCT email_normalized) FROM library_feedback"
            " WHERE improvement_id = ANY(%s) AND date_improvement_told IS NOT NULL AND patron_id IS NULL"
            " GROUP BY improvement_id", list(self.ids),
        ))) if self.ids else {}  # fmt: skip

    def _check_lead(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_groups(
                "library_crm.group_library_lead,library_crm.group_library_steward,library_crm.group_library_manager"):
            raise AccessError(self.env._("A lead, a steward or a manager speaks for the library in public."))

    def action_publish(self):
        """Everybody reads it on the portal, and whoever said it is told by mail, each once."""
        self._check_lead()
        for improvement in self:
            if improvement.state != "done":
                raise UserError(self.env._("It is not done yet."))
            if not (improvement.said_text or "").strip() or not (improvement.public_text or "").strip():
                raise UserError(self.env._("Write what was said and what we did, in plain words."))
        # sudo: guarded fields; the person was checked above
        self.sudo().write({"is_public": True, "date_published": self.env.cr.now()})
        self._tell_sayers()

    def action_unpublish(self):
        """Take it off the portal; mails that left have left."""
        self._check_lead()
        self.sudo().write({"is_public": False})  # sudo: as in action_publish

    # The mail to those who said it

    @api.model
    def _cron_tell(self):
        """Tell whoever could not be written to when it was published, or said the same since."""
        since = self.env.cr.now() - timedelta(days=TELL_DAYS)
        published = self.search([("is_public", "=", True), ("date_published", ">=", since)])
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(published))
        for improvement in published:
            improvement._tell_sayers()
            if not commit(1):
                return

    def _tell_sayers(self):
        """Write to the people whose feedback led to it: each once, whatever is killed or pressed twice."""
        for improvement in self.sudo():  # sudo: addresses of those who said it, for their own mail
            improvement._tell_patrons()
            improvement._tell_strangers()

    def _tell_patrons(self):
        """Patrons hear by the ledger, which knows who wants it and keeps that it was told."""
        Outreach = self.env["library.outreach"]
        feedback = self.feedback_ids.filtered(lambda one: one.patron_id and not one.is_withdrawn)
        allowed = Outreach._allowed(feedback.patron_id.ids, "followup")
        told = feedback.filtered(lambda one: not allowed.get(one.patron_id.id, "unknown"))
        rows = Outreach._claim([
            {
                "patron_id": patron.id, "purpose": "followup", "kind": "you_said", "key": f"improvement:{self.id}",
                "reason": self.with_context(lang=patron.lang).env._("You told us about it."),
                "res_model": self._name, "res_id": self.id,
            }
            for patron in told.patron_id
        ])
        if rows:
            rows._mail(TEMPLATE, record=self)
        told.filtered(lambda one: not one.date_improvement_told).write({"date_improvement_told": self.env.cr.now()})

    def _tell_strangers(self):
        """People without a record hear at the address from which they wrote, once for each address."""
        # who presses twice waits for the first, and then finds the addresses marked
        self.env.cr.execute(SQL("SELECT id FROM library_improvement WHERE id = %s FOR UPDATE", self.id))
        self.feedback_ids.invalidate_recordset(["date_improvement_told"])
        open_feedback = self.feedback_ids.filtered(
            lambda one: not one.patron_id and one.email_normalized and not one.is_withdrawn)
        told = set(open_feedback.filtered("date_improvement_told").mapped("email_normalized"))
        for address, same in open_feedback.grouped("email_normalized").items():
            if address not in told:
                self._mail_stranger(address, same[0].lang)
        open_feedback.filtered(lambda one: not one.date_improvement_told).write(
            {"date_improvement_told": self.env.cr.now()})

    def _mail_stranger(self, address, lang):
        # the machine writes it, whoever presses the button
        template = self.env.ref(TEMPLATE).with_user(SUPERUSER_ID).with_context(lang=self._known_lang(lang))
        self.env["mail.mail"].create({
            "subject": template._render_field("subject", self.ids)[self.id],
            "body_html": template._render_field("body_html", self.ids)[self.id],
            "email_to": formataddr(("", address)),
            "email_from": self.company_id.email_formatted,
            "reply_to": self.company_id.email_formatted or False,
            "headers": repr({"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}),
            "auto_delete": True, "library_keep_trying": True, "library_once": True,
        })
        # sudo: starts the mail queue, which would otherwise run once an hour
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _known_lang(self, lang):
        installed = dict(self.env["res.lang"].get_installed())
        return next(one for one in (lang, self.company_id.partner_id.lang, "en_US", *installed) if one in installed)

    def _public_url(self):
        self.ensure_one()
        return f"{self.get_base_url()}/library/you-said#{self.id}"

    # The page and the feed

    @api.model
    def _domain_public(self):
        return Domain("is_public", "=", True) & Domain("company_id", "in", self.env.companies.ids)

    @api.model
    def _portal_you_said(self, page=1):
        """What the page shows: plain values, newest first."""
        # sudo: published for everybody; only the texts and figures for the public leave
        Improvement_sudo = self.sudo()
        total = Improvement_sudo.search_count(self._domain_public())
        found = Improvement_sudo.search(
            self._domain_public(), order="date_published desc, id desc", limit=PAGE_SIZE,
            offset=(max(page, 1) - 1) * PAGE_SIZE)
        return {
            "rows": [improvement._portal_row() for improvement in found], "page": max(page, 1),
            "pages": -(-total // PAGE_SIZE) or 1,
        }

    def _portal_row(self):
        self.ensure_one()
        mixin = self.env["library.portal.mixin"]
        return {
            "id": self.id, "name": self.service_id.name or "", "said": self.said_text or "",
            "did": self.public_text or "", "day": mixin._portal_day(self.date_published),
            "updated": self.date_published, "figures": self._portal_figures(),
        }

    def _portal_figures(self):
        """The sentence with the figures, where the library wants it and enough is known."""
        self.ensure_one()
        if not self.is_figure_public or not (self.is_told or not self.is_computed and self.n_before and self.n_after):
            return ""
        measures = dict(self._fields["measure"]._description_selection(self.env))
        return self.env._(
            "%(measure)s: %(before)s before, %(after)s after.",
            measure=measures[self.measure] if self.is_computed else self.measure_name or measures[self.measure],
            before=self._figure_words(self.value_before), after=self._figure_words(self.value_after),
        )

    @api.model
    def _portal_feed(self, base_url):
        """The same as an Atom feed.

        :param str base_url: of this site, with the slash at its end
        :return: bytes
        """
        page = f"{base_url}library/you-said"
        # sudo: as on the page
        found = self.sudo().search(self._domain_public(), order="date_published desc, id desc", limit=MOST_IN_FEED)
        feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
        feed.set("{http://www.w3.org/XML/1998/namespace}lang", (self.env.lang or "en_US").replace("_", "-"))

        def add(parent, name, text=None, **attributes):
            element = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
            element.text = text

        add(feed, "title", self.env._("You said, we did"))
        add(feed, "id", page)
        add(feed, "link", href=page)
        add(feed, "link", rel="self", href=f"{page}.atom")
        add(feed, "updated", f"{found[:1].date_published or self.env.cr.now():%Y-%m-%dT%H:%M:%SZ}")
        for improvement in found:
            entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
            add(entry, "title", (improvement.said_text or "").strip().split("\n")[0][:120])
            add(entry, "id", f"{page}#{improvement.id}")
            add(entry, "link", href=f"{page}#{improvement.id}")
            add(entry, "updated", f"{improvement.date_published:%Y-%m-%dT%H:%M:%SZ}")
            author = etree.SubElement(entry, f"{{{ATOM}}}author")
            add(author, "name", self.env.company.name)
            add(entry, "summary", improvement.public_text)
        return etree.tostring(feed, xml_declaration=True, encoding="utf-8")
