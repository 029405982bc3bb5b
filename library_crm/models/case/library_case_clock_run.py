from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

APOLOGY_TEMPLATE = "library_crm.mail_template_case_apology"
BATCH = 500
TOO_OLD_DAYS = 14
"""An apology for a promise that was missed longer ago than this would rather surprise than help."""

TODO = "mail.mail_activity_data_todo"


class LibraryCase(models.Model):
    """What the clock does every few minutes: warn colleagues, apologise to patrons and give them a new time."""

    _inherit = "library.case"

    tell_owner = fields.Boolean("The owner is to be told", copy=False, groups="base.group_user")

    _tell_idx = models.Index("(user_id) WHERE tell_owner IS TRUE")

    @api.model
    def _run_desk(self):
        """Assign what waits, then look at the clocks. Called by one scheduled action.

        A case that gets an owner here has its reasons on record; a note in each and a mail for each would make a
        morning's queue slow, and its owner's mailbox full. They get one mail for all of them.
        """
        quiet = {"mail_auto_subscribe_no_notify": True, "tracking_disable": True, "library_desk_run": True}
        self.with_context(**quiet)._assign_waiting()
        self._run_in_batches(Domain("tell_owner", "=", True), lambda cases: cases._tell_owners())
        self._run_clock()

    def _assign_by_method(self):
        """In a run of the desk, owners are told and follow their cases afterwards, all of a colleague's at once."""
        assigned = super()._assign_by_method()
        if assigned and self.env.context.get("library_desk_run"):
            assigned.sudo().write({"tell_owner": True})  # sudo: a mark of ours, whoever opened the case
        return assigned

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """In a run of the desk this comes later, see `_tell_owners`."""
        if self.env.context.get("library_desk_run"):
            return True
        return super().message_subscribe(partner_ids=partner_ids, subtype_ids=subtype_ids)

    def _tell_owners(self):
        """Colleagues follow the cases that came to them, and one mail says which."""
        for owner, cases in self.grouped("user_id").items():
            cases.message_subscribe(partner_ids=owner.partner_id.ids)
        people = {case: case.user_id for case in self}
        self._mail_colleagues(people, "library_crm.mail_cases_assigned", self.env._("Cases came to you"))
        self.write({"tell_owner": False})

    @api.model
    def _run_clock(self):
        """Each case that is due is handled once: both verbs make it leave its domain, batch by batch."""
        self._run_in_batches(self._domain_overdue(), lambda cases: cases._miss())
        self._run_in_batches(self._domain_to_warn(), lambda cases: cases._warn())
        self.env["library.case.step"]._run_step_warnings()

    @api.model
    def _run_in_batches(self, domain, verb):
        """Apply `verb`, which must make its records leave `domain`, committing batch by batch."""
        commit = self.env["ir.cron"]._commit_progress
        # those of one colleague together, so that one mail speaks of them all
        while batch := self.search(domain, limit=BATCH, order="user_id, team_id, id").try_lock_for_update(
            allow_referencing=True
        ):
            verb(batch)
            if not commit(len(batch)):
                return

    @api.model
    def _domain_to_warn(self):
        """Cases whose promise comes near and whose colleagues have not been told."""
        now = fields.Datetime.now()
        near = Domain("date_warning", "<=", now) & Domain("date_promised", ">=", now)
        return self._domain_waiting() & near & Domain("date_warned", "=", False)

    # A promise comes near

    def _warn(self):
        """Tell whoever can still keep these promises: an activity for each case, and one mail for all of them."""
        self.write({"date_warned": fields.Datetime.now()})
        people = self._people_of_clock()
        self._schedule_for(people, lambda case: self.env._("The promise comes near: answer the patron"))
        self._mail_colleagues(people, "library_crm.mail_promises_near", self.env._("Promises come near"))

    def _people_of_clock(self):
        """{case: the users who are told}: the owner or who acts for the owner, else the lead, else the team."""
        found = {}
        for (owner, team), cases in self.grouped(lambda case: (case.user_id, case.team_id)).items():
            people = owner._library_acting(team) if owner else team.lead_id or team.user_ids
            found.update(dict.fromkeys(cases, people))
        return found

    def _schedule_for(self, people, summary):
        """One open activity a case says what is due; a second one for the same person is not made."""
        activities = self.env["mail.activity"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids), ("activity_type_id.category", "=", "default")]
        )
        known = {(activity.res_id, activity.user_id) for activity in activities}
        kind, model = self.env.ref(TODO), self.env["ir.model"]._get_id(self._name)
        rows = []
        for case, users in people.items():
            # somebody must have it; of a whole team nobody would
            if len(users) == 1 and (case.id, users) not in known:
                rows.append(
                    {
                        "res_model_id": model,
                        "res_id": case.id,
                        "activity_type_id": kind.id,
                        "user_id": users.id,
                        "summary": summary(case),
                        "date_deadline": case._promised_day(),
                        "automated": True,
                    }
                )
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(rows)

    def _promised_day(self):
        """The day of the promise where the library is."""
        zone = self.team_id._get_calendar().tz or "UTC"
        return fields.Datetime.context_timestamp(self.with_context(tz=zone), self.date_promised).date()

    def _mail_colleagues(self, people, template, subject):
        """One mail to each person with all their cases, in their language."""
        cases_of = {}
        for case, users in people.items():
            for user in users.filtered("email"):
                cases_of[user] = cases_of.get(user, self.browse()) | case
        rows = []
        for user, cases in cases_of.items():
            lang = user.lang or self.env.lang
            values = {"cases": cases.with_context(lang=lang), "user": user}
            body = self.env["ir.qweb"]._render(template, values, lang=lang)
            rows.append(
                {
                    "subject": subject,
                    "body_html": body,
                    "email_to": user.email_formatted,
                    "email_from": cases[0]._sender_address(),
                    "headers": repr(self._unasked_headers()),
                    "auto_delete": True,
                    "library_keep_trying": True,
                }
            )
        self.env["mail.mail"].create(rows)

    @api.model
    def _unasked_headers(self):
        """Headers of a mail that no mail asked for: other machines must not answer it."""
        return {**self._automatic_headers(), "Auto-Submitted": "auto-generated"}

    # A promise is missed

    def _miss(self):
        """Note which promise was missed, promise anew, and tell the patron and whoever owes the answer."""
        now = fields.Datetime.now()
        late = {case: case.date_promised for case in self}
        for case in self:
            promised = case._promise(case.team_id, case.service_id, now)
            if not promised:
                # a house that never opens again: a day, as a person would say
                promised = fields.Datetime.add(now, days=1)
            case.write({**case._values_of_miss(), **case._values_of_new_promise(promised)})
        self._apologise({case: moment for case, moment in late.items() if case._may_apologise(moment, now)})
        people = self._people_of_clock()
        self._schedule_for(people, lambda case: self.env._("A promise was missed: answer the patron"))
        self._mail_colleagues(people, "library_crm.mail_promises_missed", self.env._("Promises were missed"))

    def _values_of_new_promise(self, promised):
        """The clock runs towards another moment from now on; the solution is not promised for earlier than it."""
        solution = self.date_solution_promised and max(self.date_solution_promised, promised)
        return {
            "clock_state": "running",
            "date_promised": promised,
            "date_solution_promised": solution,
            "promise_kind": "solution" if solution and solution == promised else "answer",
            "date_warning": self._warn_from(self.team_id, promised),
            "date_warned": False,
        }

    def _may_apologise(self, moment, now):
        """Whether a mail of apology to the patron of this case makes sense."""
        is_wanted = self.company_id.library_apologises and not self.patron_has_bounced
        is_fresh = moment >= fields.Datetime.subtract(now, days=TOO_OLD_DAYS)
        return bool(is_wanted and is_fresh and email_normalize(self._apology_address()))

    def _apology_address(self):
        """Where the patron of this case reads, if anywhere."""
        return self.partner_id.email or self.email_from or ""

    def _apologise(self, late):
        """Write to the patrons whom we let wait, in their languages, with the new time.

        :param late: {case: the moment that was missed}
        """
        template = self.env.ref(APOLOGY_TEMPLATE, raise_if_not_found=False)
        if not late or not template:
            return
        cases = self.browse([case.id for case in late])
        cases.write({"date_apologised": fields.Datetime.now()})
        rows = []
        for lang, group in cases.grouped(lambda case: case._patron_lang()).items():
            template_in = template.with_context(lang=lang)
            subjects = template_in._render_field("subject", group.ids)
            bodies = template_in._render_field("body_html", group.ids)
            rows += [case._prepare_apology(subjects[case.id], bodies[case.id]) for case in group]
        self.env["mail.mail"].create(rows)
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _prepare_apology(self, subject, body):
        """The mail as values: it stands in the conversation, and every machine sees that a machine sent it."""
        return self._prepare_automatic_mail(subject, body, self._apology_address(), self._unasked_headers())
