from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...const import CONTACT_CHANNELS

OPEN = ("proposed", "accepted", "edited")
EXPIRES_DAYS = 21
READ = (
    "library.need", "library.outcome", "library.case", "library.patron.project", "library.patron.project.member",
    "library.article", "library.relationship", "library.next.step", "library.next.stop", "library.next.rule",
    "res.users",
)  # fmt: skip


class LibraryNextStep(models.Model):
    """Something worth saying to one patron now, with its reason; a colleague sends, edits or dismisses it."""

    _name = "library.next.step"
    _description = "Next Step"
    _order = "score desc, id"
    _rec_name = "rule_id"
    _check_company_auto = True

    patron_id = fields.Many2one(
        "library.patron", required=True, readonly=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, readonly=True, index=True, ondelete="cascade"
    )
    rule_id = fields.Many2one("library.next.rule", required=True, readonly=True, index=True, ondelete="cascade")
    event = fields.Selection(related="rule_id.event")
    key = fields.Char(required=True, readonly=True)
    thing = fields.Char(readonly=True)
    about = fields.Char(readonly=True)
    day = fields.Date(readonly=True)
    res_model = fields.Char("Record's model", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    reason = fields.Char(compute="_compute_reason")
    channel = fields.Selection(CONTACT_CHANNELS, required=True, readonly=True, default="mail")
    score = fields.Float(readonly=True, digits=(6, 2))

    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("accepted", "Draft"),
            ("edited", "Draft, edited"),
            ("sent", "Sent"),
            ("dismissed", "Dismissed"),
            ("expired", "Too late"),
        ],
        default="proposed", required=True, readonly=True, index=True,
    )
    user_id = fields.Many2one("res.users", string="Whose", index="btree_not_null", ondelete="set null",
                              domain="[('share', '=', False)]")
    date = fields.Datetime("Proposed on", required=True, readonly=True, default=lambda self: self.env.cr.now())
    date_expires = fields.Date("Useful until", readonly=True, index="btree_not_null")
    date_decided = fields.Datetime("Decided on", readonly=True)
    dismiss_reason = fields.Selection(
        [
            ("wrong", "It is not true"),
            ("known", "The patron knows already"),
            ("not_now", "Not the right time"),
            ("unsuitable", "Does not suit this person"),
            ("other", "Another reason"),
        ],
        string="Why not",
    )
    dismiss_note = fields.Char("In words")
    subject = fields.Char()
    body = fields.Text("Words")
    outreach_id = fields.Many2one("library.outreach", readonly=True, ondelete="set null", index="btree_not_null")

    _once = models.Constraint("UNIQUE (patron_id, rule_id, key)", "This was proposed for this patron already.")
    _open_idx = models.Index("(patron_id) WHERE state IN ('proposed', 'accepted', 'edited')")
    _rested_idx = models.Index("(patron_id, rule_id, date)")

    @api.depends("rule_id", "thing", "about", "day")
    @api.depends_context("lang")
    def _compute_reason(self):
        for step in self:
            step.reason = step._words_of_reason()

    def _words_of_reason(self):
        """The reason with its facts, in the language of the environment."""
        self.ensure_one()
        sentence = self._sentences().get(self.event)
        return sentence(self._facts()) if sentence else self.rule_id.name

    def _facts(self):
        stages = dict(self.patron_id._fields["degree_stage"]._description_selection(self.env))
        return {
            "thing": stages.get(self.thing) or self.thing or "", "about": self.about or "",
            "day": format_date(self.env, self.day) if self.day else "",
        }

    def _sentences(self):
        """{event: function of the facts that makes the sentence}; whoever adds an event adds its sentence."""
        _ = self.env._
        return {
            "need_met": lambda facts: _("Because you asked for “%(thing)s”, which we settled on %(day)s.", **facts),
            "stage_ends": lambda facts: _("Because your studies (%(thing)s) come to an end on %(day)s.", **facts),
            "project_ends": lambda facts: _("Because your project “%(thing)s” ends on %(day)s.", **facts),
            "first_year": lambda facts: _("Because you joined the library on %(day)s.", **facts),
            "article_fits": lambda facts: _(
                "Because you asked for “%(about)s”, and “%(thing)s” has come out since.", **facts),
            "unread_answer": lambda facts: _(
                "Because you asked for “%(thing)s”, and we heard nothing since our answer of %(day)s.", **facts),
            "relationship_due": lambda facts: _("Because we agreed to talk again by %(day)s.", **facts),
        }

    def write(self, vals):
        edited = self.browse()
        if {"subject", "body"} & set(vals) and "state" not in vals:
            edited = self.filtered(lambda step: step.state == "accepted")
        result = super().write(vals)
        if edited:
            edited.write({"state": "edited"})
        return result

    # The night: what is worth saying today

    @api.model
    def _cron_propose(self):
        """End what is too late, and propose anew, institution by institution."""
        companies = self.env["res.company"].search(Domain.TRUE)
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(companies))
        for company in companies:
            self._expire(company)
            self._propose(company)
            if not commit(1):
                return

    @api.model
    def _expire(self, company):
        self.search([
            ("company_id", "=", company.id), ("state", "=", "proposed"), ("date_expires", "<", "today"),
        ]).write({"state": "expired"})

    @api.model
    def _propose(self, company, now=None):
        """Propose the best step of each patron who has none open; one statement for all patrons and rules.

        :return: how many are new
        """
        now = now or self.env.cr.now()
        rules = self.env["library.next.rule"].search([("company_id", "in", (False, company.id))])
        room = company.library_next_open - self.search_count(self._domain_open(company))
        if not rules or room <= 0:
            return 0
        for model in READ:
            self.env[model].flush_model()
        self.env["library.outreach"]._flush_allowed()
        candidates = SQL(" UNION ALL ").join(SQL("(%s)", rule._sql_candidates(company, now)) for rule in rules)
        self.env.cr.execute(SQL(
            """INSERT INTO library_next_step
                      (patron_id, company_id, rule_id, key, thing, about, day, res_model, res_id, channel, score, state,
                       user_id, date, date_expires, create_uid, write_uid, create_date, write_date)
               SELECT c.patron_id, c.company_id, c.rule_id, c.key, c.thing, c.about, c.day, c.res_model, c.res_id,
                      c.channel, c.score, 'proposed',
                      (SELECT r.owner_id FROM library_relationship r
                        WHERE r.patron_id = c.patron_id AND r.state = 'active' LIMIT 1),
                      %(now)s, %(expires)s, %(uid)s, %(uid)s, %(now)s, %(now)s
                 FROM (SELECT DISTINCT ON (patron_id) * FROM (%(candidates)s) one
                        WHERE NOT EXISTS (SELECT 1 FROM library_next_step o
                                           WHERE o.patron_id = one.patron_id AND o.state IN %(open)s)
                        ORDER BY patron_id, score DESC, rule_id, day DESC, key) c
                ORDER BY c.score DESC, c.patron_id LIMIT %(room)s
                ON CONFLICT DO NOTHING""",
            candidates=candidates, now=now, expires=fields.Date.add(now.date(), days=EXPIRES_DAYS), uid=self.env.uid,
            open=OPEN, room=room,
        ))
        count = self.env.cr.rowcount
        self.invalidate_model()
        return count

    @api.model
    def _domain_open(self, company):
        return Domain("company_id", "=", company.id) & Domain("state", "in", OPEN)

    # What colleagues do with it

    def action_accept(self):
        """Take these proposals over as drafts in the patron's language."""
        self.check_access("write")
        for step in self.filtered(lambda one: one.state == "proposed"):
            step.write({
                **step._draft(), "state": "accepted", "user_id": self.env.uid, "date_decided": self.env.cr.now(),
            })
        return self._open_form() if len(self) == 1 else None

    def _draft(self):
        self.ensure_one()
        speaking = self.with_context(lang=self.patron_id.lang or self.env.lang)
        facts = {**speaking._facts(), "name": self.patron_id.preferred_name or self.patron_id.name or ""}
        subject, body = speaking.rule_id.subject, speaking.rule_id.body
        for word, value in facts.items():
            subject, body = subject.replace(f"{{{word}}}", value), body.replace(f"{{{word}}}", value)
        return {"subject": subject, "body": body}

    def _open_form(self, view="library_crm.library_next_step_view_form", **more):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window", "name": self.env._("Next step"), "res_model": self._name,
            "res_id": self.id, "view_mode": "form", "views": [(self.env.ref(view).id, "form")], **more,
        }

    def action_dismiss_dialog(self):
        """Ask why not."""
        self.check_access("write")
        return self._open_form("library_crm.library_next_step_view_form_dismiss", target="new")

    def action_dismiss(self):
        """This is not to be said; the reason tunes the rule."""
        self.check_access("write")
        for step in self.filtered(lambda one: one.state in OPEN):
            if not step.dismiss_reason:
                raise UserError(self.env._("Say why not: the rule learns from it."))
            step.write({"state": "dismissed", "date_decided": self.env.cr.now()})

    def action_send(self):
        """Say it: by mail, on the portal, or as said on the phone; whoever must not be written to now is not."""
        self.check_access("write")
        self.filtered(lambda one: one.state == "proposed").action_accept()
        for (purpose, channel), steps in self.filtered(
                lambda one: one.state in OPEN).grouped(lambda one: (one.rule_id.purpose, one.channel)).items():
            steps._send(purpose, channel)

    def _send(self, purpose, channel):
        # sudo: the ledger is written by the machine only
        Outreach_sudo = self.env["library.outreach"].sudo()
        refused = Outreach_sudo._allowed(self.patron_id.ids, purpose, channel)
        welcome = self.filtered(lambda one: one.patron_id.id in refused and not refused[one.patron_id.id])
        if not welcome and len(self) == 1:
            words = Outreach_sudo._refusal_words(refused.get(self.patron_id.id) or "gone")
            raise UserError(self.env._("Not sent: %(reason)s", reason=words))
        rows_sudo = Outreach_sudo._claim([step._ledger_row(purpose, channel) for step in welcome])
        by_patron = {(step.patron_id, step.key): step for step in welcome}
        if channel == "mail":
            rows_sudo._mail("library_crm.mail_template_next_step", {
                row.patron_id.id: by_patron[row.patron_id, row.key] for row in rows_sudo})
        else:
            rows_sudo.write({"state": "sent"})
        for row in rows_sudo:
            by_patron[row.patron_id, row.key].outreach_id = row
        welcome.write({"state": "sent", "date_decided": self.env.cr.now(), "user_id": self.env.uid})

    def _ledger_row(self, purpose, channel):
        speaking = self.with_context(lang=self.patron_id.lang or self.env.lang)
        return {
            "patron_id": self.patron_id.id, "purpose": purpose, "channel": channel, "kind": f"next:{self.rule_id.id}",
            "key": self.key, "reason": speaking._words_of_reason(), "res_model": self._name, "res_id": self.id,
        }

    def _stop_url(self):
        """The link that ends ideas of this kind, for the patron of this step."""
        self.ensure_one()
        row = self.env["library.outreach"].search([
            ("patron_id", "=", self.patron_id.id), ("kind", "=", f"next:{self.rule_id.id}"), ("key", "=", self.key),
        ])
        return f"{self.get_base_url()}/library/stop-kind/{row._token()}" if row else ""

    def action_open_patron(self):
        """The patron's page."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_window", "res_model": "library.patron", "res_id": self.patron_id.id,
                "view_mode": "form"}
