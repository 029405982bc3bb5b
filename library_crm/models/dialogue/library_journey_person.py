from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

BATCH = 200
TEMPLATE = "library_crm.mail_template_journey"
STOPS = ("gone", "unwanted", "bounced", "no_address", "complaint")
LATER_DAYS = 3
"""Who was written to often enough, or asked for a pause, is looked at again after so many days."""


class LibraryJourneyPerson(models.Model):
    """One patron on a journey: where, when next, and how it ended.

    A step, its ledger row and its mail are one transaction, and the ledger takes a step of a patron once. So whatever
    is killed when, nobody gets a step twice and nobody is forgotten.
    """

    _name = "library.journey.person"
    _description = "Patron on a Journey"
    _order = "date_next, id"
    _rec_name = "patron_id"
    _check_company_auto = True

    patron_id = fields.Many2one(
        "library.patron", required=True, readonly=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, readonly=True, index=True, ondelete="cascade"
    )
    journey_id = fields.Many2one("library.journey", required=True, readonly=True, index=True, ondelete="cascade")
    version_id = fields.Many2one("library.journey.version", required=True, readonly=True, index=True,
                                 ondelete="restrict")
    key = fields.Char(required=True, readonly=True)
    step_number = fields.Integer("Steps behind", readonly=True)
    date_start = fields.Datetime("Since", required=True, readonly=True)
    date_next = fields.Datetime("Next step", readonly=True)
    state = fields.Selection(
        [("running", "Under way"), ("done", "To the end"), ("stopped", "Stopped")],
        default="running", required=True, readonly=True, index=True,
    )
    why = fields.Selection(
        [
            ("reply", "The patron wrote"),
            ("complaint", "A complaint"),
            ("refusal", "Does not want this"),
            ("bounce", "Mail comes back"),
            ("gone", "Not in touch any more"),
            ("staff", "Stopped by staff"),
        ],
        readonly=True,
    )
    date_stopped = fields.Datetime("Stopped on", readonly=True)

    _once = models.Constraint("UNIQUE (patron_id, journey_id, key)", "This patron is on this journey already.")
    _due_idx = models.Index("(date_next) WHERE state = 'running'")
    _running_idx = models.Index("(patron_id) WHERE state = 'running'")

    def action_stop(self):
        """Nothing more of this journey for these patrons."""
        self.check_access("write")
        self.filtered(lambda one: one.state == "running")._stop("staff")

    def _stop(self, why):
        self.write({"state": "stopped", "why": why, "date_stopped": self.env.cr.now(), "date_next": False})

    # The run

    @api.model
    def _cron_run(self):
        """Let new people in and take everybody who is due one step on, some at a time."""
        commit = self.env["ir.cron"]._commit_progress
        for company in self.env["res.company"].search(Domain.TRUE):
            for journey in self.env["library.journey"].search([("company_id", "in", (False, company.id))]):
                journey._enter(company)
        if not commit(0):
            return False
        while due := self.search(self._domain_due(), order="date_next, id", limit=BATCH):
            locked = due.try_lock_for_update(allow_referencing=True)
            locked._go_on()
            if not commit(len(locked)) or not locked:
                return False
        return True

    @api.model
    def _domain_due(self):
        return Domain("state", "=", "running") & Domain("date_next", "<=", self.env.cr.now())

    def _go_on(self):
        """Take these one step on: a mail, nothing where the condition does not hold, or the end."""
        for _group, people in self.grouped(lambda one: (one.journey_id, one.version_id, one.key)).items():
            for number, same in people.grouped("step_number").items():
                same._take_step(number)

    def _take_step(self, number):
        """Take people of one journey and version their step of this number."""
        journey, steps = self.journey_id, self.version_id.step_ids
        if number >= len(steps):
            self.write({"state": "done", "date_next": False})
            return
        step, now = steps[number], self.env.cr.now()
        refused = self.env["library.outreach"]._allowed(self.patron_id.ids, journey.purpose)
        stopped = self.filtered(lambda one: refused.get(one.patron_id.id, "gone") in STOPS)
        for person in stopped:
            person._stop({"unwanted": "refusal", "bounced": "bounce", "complaint": "complaint"}.get(
                refused.get(person.patron_id.id), "gone"))
        later = (self - stopped).filtered(lambda one: refused[one.patron_id.id])
        later.write({"date_next": fields.Datetime.add(now, days=LATER_DAYS)})
        going = self - stopped - later
        told = going._meeting(step.condition)
        rows = self.env["library.outreach"]._claim([person._ledger_row(number) for person in told])
        rows._mail(TEMPLATE, {person.patron_id.id: person for person in told})
        after = steps[number + 1:number + 2]
        going.write({
            "step_number": number + 1,
            **({"date_next": fields.Datetime.add(now, days=after.wait_days)} if after
               else {"date_next": False, "state": "done"}),
        })

    def _meeting(self, condition):
        """Those for whom the condition of a step holds."""
        if condition == "always" or not self:
            return self
        sql = {
            "not_asked": SQL("NOT EXISTS (SELECT 1 FROM library_case c WHERE c.patron_id = j.patron_id"
                             " AND c.create_date > j.date_start)"),
            "not_visited": SQL("NOT EXISTS (SELECT 1 FROM library_patron p WHERE p.id = j.patron_id"
                               " AND p.date_last_visit > j.date_start)"),
        }[condition]
        for model in ("library.case", "library.patron", self._name):
            self.env[model].flush_model()
        return self.browse([row[0] for row in self.env.execute_query(SQL(
            "SELECT j.id FROM library_journey_person j WHERE j.id = ANY(%s) AND %s", self.ids, sql))])

    def _ledger_row(self, number):
        self.ensure_one()
        return {
            "patron_id": self.patron_id.id, "purpose": self.journey_id.purpose,
            "kind": f"journey:{self.journey_id.id}:{number + 1}", "key": self.key,
            "reason": self._reason(), "res_model": self._name, "res_id": self.id,
        }

    def _reason(self):
        """Why this person gets it, in the patron's language."""
        env = self.with_context(lang=self.patron_id.lang or self.env.lang).env
        return {
            "welcome": lambda: env._("You have joined the library."),
            "first_success": lambda: env._("We have worked on a question of yours."),
            "habit": lambda: env._("You have visited the library."),
            "win_back": lambda: env._("We have not seen you for some time."),
        }[self.journey_id.event]()

    def _words(self, name):
        """Subject or body of the step that this person is about to take."""
        self.ensure_one()
        step = self.version_id.with_context(lang=self.env.lang).step_ids[self.step_number]
        return step[name].replace("{name}", self.patron_id.preferred_name or self.patron_id.name or "")


class LibraryOutreach(models.Model):
    """A reply, a complaint or a refusal stops the journeys of a patron at once, and the mails that wait."""

    _inherit = "library.outreach"

    @api.model
    def _stopped(self, patron, why):
        result = super()._stopped(patron, why)
        if not patron.ids:
            return result
        Person = self.env["library.journey.person"]
        if why == "refusal":
            running = Person.search([("patron_id", "in", patron.ids), ("state", "=", "running")])
            for purpose, people in running.grouped(lambda one: one.journey_id.purpose).items():
                refused = self._allowed(people.patron_id.ids, purpose)
                people.browse(
                    [one.id for one in people if refused.get(one.patron_id.id) == "unwanted"])._stop("refusal")
            return result
        for model in ("library.journey.person", "library.outreach"):
            self.env[model].flush_model()
        self.env["mail.mail"].flush_model(["state"])
        # one statement, as it stands on the way of every mail that comes in
        self.env.cr.execute(SQL(
            """WITH stopped AS (
                   UPDATE library_journey_person SET state = 'stopped', why = %(why)s, date_stopped = %(now)s,
                          date_next = NULL
                    WHERE patron_id = ANY(%(patrons)s) AND state = 'running' RETURNING id
               ), back AS (
                   UPDATE library_outreach SET state = 'stopped'
                    WHERE patron_id = ANY(%(patrons)s) AND state = 'waiting' AND kind LIKE 'journey:%%'
                RETURNING mail_id
               )
               UPDATE mail_mail SET state = 'cancel' FROM back
                WHERE mail_mail.id = back.mail_id AND mail_mail.state IN ('outgoing', 'exception')""",
            why=why, now=self.env.cr.now(), patrons=patron.ids,
        ))
        Person.invalidate_model(["state", "why", "date_stopped", "date_next"])
        self.invalidate_model(["state"])
        self.env["mail.mail"].invalidate_model(["state"])
        return result
