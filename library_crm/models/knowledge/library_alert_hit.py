from odoo import api, fields, models
from odoo.tools import SQL, hmac
from odoo.tools.mail import html_to_inner_content

from ...lib.form_input import as_id, same_secret
from ...lib.links import safe_url

STATES = [
    ("new", "New"),
    ("sent", "Told"),
    ("relevant", "Useful"),
    ("not_relevant", "Not useful"),
    ("stopped", "Alert stopped here"),
]
VERBS = ("relevant", "not", "stop")
KEEP_DAYS = 400
LINK_DAYS = 180
EXCERPT = 240


class LibraryAlertHit(models.Model):
    """Something new that fits an alert, why it does, and what the patron said about it."""

    _name = "library.alert.hit"
    _description = "Find of an Alert"
    _order = "date desc, id desc"
    _rec_name = "title"
    _check_company_auto = True

    profile_id = fields.Many2one(
        "library.alert.profile", string="Alert", required=True, readonly=True, index=True, ondelete="cascade"
    )
    # its own column, as the rule “once to each patron” is the database's
    patron_id = fields.Many2one(
        "library.patron", required=True, readonly=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, readonly=True, index=True, ondelete="cascade"
    )
    res_model = fields.Char("Kind of record", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True, readonly=True)
    title = fields.Char(required=True, readonly=True)
    why = fields.Json("Reason as data", readonly=True)
    why_words = fields.Char("Why", compute="_compute_why_words")
    kind = fields.Selection(
        [("library.feed.item", "Publication"), ("library.article", "Article"), ("library.solution", "Solution")],
        compute="_compute_kind",
    )
    date = fields.Datetime("Found", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, default="new", readonly=True, index=True)
    date_judged = fields.Datetime("Judged", readonly=True)
    digest_id = fields.Many2one(
        "library.alert.digest", string="Told in", readonly=True, index="btree_not_null", ondelete="set null"
    )
    is_mailed = fields.Boolean("Sent by mail", readonly=True)

    _once = models.UniqueIndex("(profile_id, res_model, res_id)", "This find is there already.")
    _mailed_once = models.UniqueIndex(
        "(patron_id, res_model, res_id) WHERE is_mailed", "The patron has got this already.")
    _waiting_idx = models.Index("(patron_id) WHERE digest_id IS NULL AND state = 'new'")

    @api.depends("res_model")
    def _compute_kind(self):
        for hit in self:
            hit.kind = hit.res_model

    @api.depends("why")
    @api.depends_context("lang")
    def _compute_why_words(self):
        Subject = self.env["library.subject"]
        # sudo: names of classes are no secret
        known = Subject.sudo().browse({number for hit in self for number in (hit.why or {}).get("subjects", ())})
        names = {subject.id: subject.display_name for subject in known.exists()}
        for hit in self:
            why = hit.why or {}
            classes = ", ".join(names[number] for number in why.get("subjects", ()) if number in names)
            words = ", ".join(f"“{word}”" for word in why.get("words", ()))
            if words and classes:
                hit.why_words = self.env._("contains %(words)s; class %(classes)s", words=words, classes=classes)
            elif words:
                hit.why_words = self.env._("contains %(words)s", words=words)
            else:
                hit.why_words = self.env._("class %(classes)s", classes=classes) if classes else False

    # What a reader sees

    def _readable(self):
        """Those of these finds that the patron may still read: published, not withdrawn, still shareable."""
        Item = self.env["library.alert.item"]
        still = {
            (name, number)
            for name, hits in self.grouped("res_model").items()
            for number in Item._still_open(name, hits.mapped("res_id"))
        }
        return self.filtered(lambda hit: (hit.res_model, hit.res_id) in still)

    def _cards(self):
        """What pages, mails and feeds show of these finds, in their order.

        :return: list of dicts of hit, title, url, about (who and where), excerpt, why, topic, state
        """
        facts = {}
        for name, hits in self.grouped("res_model").items():
            # sudo: the caller has checked that the patron may read these finds
            records = self.env[name].sudo().browse(hits.mapped("res_id")).exists()
            facts.update({(name, record.id): self._facts(record) for record in records})
        gone = {"url": "", "about": "", "excerpt": ""}
        return [
            {
                "hit": hit, "title": hit.title, "why": hit.why_words or "", "topic": hit.profile_id.name,
                "state": hit.state, **facts.get((hit.res_model, hit.res_id), gone),
            }
            for hit in self
        ]  # fmt: skip

    @api.model
    def _facts(self, record):
        """Where a found record leads to and what says whether it is worth a look."""
        if record._name == "library.feed.item":
            about = [record.creators, record.publisher, record.year]
            excerpt, url = record.summary or "", safe_url(record.href) or ""
        elif record._name == "library.article":
            about = [self.env._("From the library's knowledge")]
            excerpt, url = record.summary or html_to_inner_content(record.body or "")[:2 * EXCERPT], record.access_url
        else:
            about = [self.env._("Work of the library; ask us for it")]
            excerpt, url = "", "/library/ask"
        excerpt = " ".join(excerpt.split())
        if len(excerpt) > EXCERPT:
            excerpt = f"{excerpt[:EXCERPT].rstrip()}…"
        return {"url": url, "about": " · ".join(filter(None, about)), "excerpt": excerpt}

    # The patron's word

    def _signature(self):
        """What a link in our mail proves itself with; it opens this find only."""
        self.ensure_one()
        # sudo: reads the secret of the database, which makes the signature
        return hmac(self.sudo().env, "library_alert_hit", str(self.id))[:40]

    def _url(self, verb):
        """The page on which the patron confirms what was chosen in the mail."""
        self.ensure_one()
        return f"{self.get_base_url()}/library/alert/{self.id}/{self._signature()}/{verb}"

    @api.model
    def _portal_find_signed(self, hit_id, signature):
        """The find that a link of ours opens, in sudo mode; an empty one for anything else."""
        hit_sudo = self.sudo().browse(as_id(hit_id) or None).exists()  # sudo: shown only to who holds the signature
        since = fields.Datetime.subtract(self.env.cr.now(), days=LINK_DAYS)
        if not hit_sudo or hit_sudo.date < since or not same_secret(signature, hit_sudo._signature()):
            return hit_sudo.browse()
        return hit_sudo

    @api.model
    def _portal_find_own(self, hit_id):
        """A find of the signed-in patron, in sudo mode."""
        hit_sudo = self.sudo().browse(as_id(hit_id) or None).exists()  # sudo: the visitor's own, compared below
        is_own = hit_sudo.patron_id.partner_id == self.env.user.partner_id and not self.env.user._is_public()
        return hit_sudo if hit_sudo and is_own else hit_sudo.browse()

    def _say(self, verb):
        """Keep what the patron said of this find; the last word counts. `stop` ends its alert.

        :param str verb: one of VERBS, checked by the route
        """
        self.ensure_one()
        state = {"relevant": "relevant", "not": "not_relevant", "stop": "stopped"}[verb]
        if verb == "stop":
            self.profile_id.write({"state": "stopped"})
            alike = self
        else:
            # the same thing may have been found by another alert of this patron
            alike = self.search([
                ("patron_id", "=", self.patron_id.id), ("res_model", "=", self.res_model),
                ("res_id", "=", self.res_id),
            ])
        alike.write({"state": state, "date_judged": self.env.cr.now()})

    def action_open_record(self):
        """Open what was found; who may not read it is told so there."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window", "res_model": self.res_model, "res_id": self.res_id,
            "view_mode": "form", "views": [(False, "form")],
        }

    @api.autovacuum
    def _gc_old(self, limit=20000):
        """Forget what somebody was told a year ago and more."""
        self.env.cr.execute(SQL(
            "DELETE FROM library_alert_hit WHERE id IN (SELECT id FROM library_alert_hit WHERE date < %s LIMIT %s)",
            fields.Datetime.subtract(self.env.cr.now(), days=KEEP_DAYS), limit,
        ))
        return self.env.cr.rowcount, self.env.cr.rowcount == limit
