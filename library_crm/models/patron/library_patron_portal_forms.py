import re

from odoo import models
from odoo.fields import Command

from ...lib.form_input import FormRefused, as_date, as_id, clean_line

MOST_PROJECTS = 20
MOST_PROPOSALS = 10
PROPOSABLE = ("name", "card_number", "type_id")
PORTAL_PURPOSES = ("counts", "interests", "outreach")


class LibraryPatron(models.Model):
    """What patrons change of their own record on the portal. Every form is untrusted; nothing unnamed is taken."""

    _inherit = "library.patron"

    def _portal_update(self, form):
        result = super()._portal_update(form)
        patron_sudo = self._portal_writer()
        values = {
            name: form[name] if form[name] in dict(self._fields[name].selection) else False
            for name in ("preferred_format", "preferred_channel", "preferred_time")
            if name in form
        }
        for name in ("pronouns", "accessibility"):
            if name in form:
                values[name] = clean_line(form[name], 200) or False
        for name in ("quiet_from", "quiet_to"):
            if name in form:
                values[name] = self._portal_hour(form[name])
        if "date_pause_until" in form:
            values["date_pause_until"] = as_date(form["date_pause_until"]) or False
        patron_sudo.write(values)
        return result

    def _portal_writer(self):
        """This record for writing what its patron said."""
        self.ensure_one()
        # sudo: the visitor's own record; the callers name each field and check each value
        return self.sudo().with_context(provenance=["portal", self.env.uid])

    @staticmethod
    def _portal_hour(text):
        """The hours of a time like 22:30, here 22.5; 0 for anything else."""
        match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", str(text or "").strip(), re.ASCII)
        return int(match[1]) + int(match[2]) / 60 if match else 0.0

    def _portal_confirm(self):
        """One click: all of it is still correct."""
        self._portal_writer()._confirm_facts()

    def _portal_study(self, form):
        """Change affiliation, stage and its end; what stands there then counts as confirmed.

        :param dict form: untrusted
        :raise FormRefused: for a date that is none
        """
        patron_sudo = self._portal_writer()
        ends = as_date(form.get("date_stage_end"))
        if form.get("date_stage_end") and not ends:
            raise FormRefused({"date_stage_end": self.env._("This is not a date.")})
        stages = dict(self._fields["degree_stage"].selection)
        Affiliation_sudo = self.env["library.affiliation"].sudo()  # sudo: looked up by id and institution only
        affiliation_sudo = Affiliation_sudo.search(
            [("id", "=", as_id(form.get("affiliation_id"))), ("company_id", "=", patron_sudo.company_id.id)]
        )
        patron_sudo.write({
            "affiliation_id": affiliation_sudo.id,
            "degree_stage": form.get("degree_stage") if form.get("degree_stage") in stages else False,
            "date_stage_end": ends or False,
        })
        patron_sudo._confirm_facts()

    def _portal_project(self, form):
        """Add a project of the patron's own, change it or end it.

        :param dict form: untrusted; `project_id` must be one of the patron's own projects
        :raise FormRefused: without a title, or with dates out of order
        """
        patron_sudo = self._portal_writer()
        members_sudo = patron_sudo.project_member_ids
        project_sudo = members_sudo.project_id.filtered(lambda one: one.id == as_id(form.get("project_id")))
        if form.get("project_id") and not project_sudo:
            raise FormRefused({"form": self.env._("This project is not one of yours.")}, status=404)
        if form.get("end"):
            project_sudo.state = "finished"
            return
        name = clean_line(form.get("name"), 200)
        starts, ends = as_date(form.get("date_start")), as_date(form.get("date_end"))
        errors = {} if name else {"project_name": self.env._("Please give the project a title.")}
        if starts and ends and ends < starts:
            errors["project_end"] = self.env._("A project ends after its start.")
        if not project_sudo and len(members_sudo) >= MOST_PROJECTS:
            errors["form"] = self.env._("You have many projects here. Please end one first.")
        if errors:
            raise FormRefused(errors)
        # sudo: looked up by id only, in a list that everybody may read
        subject = self.env["library.subject"].sudo().search([("id", "=", as_id(form.get("subject_id")))])
        values = {"name": name, "subject_id": subject.id, "date_start": starts or False, "date_end": ends or False}
        if project_sudo:
            project_sudo.write(values)
        else:
            self.env["library.patron.project"].sudo().create({  # sudo: the visitor's own project, values checked
                **values, "company_id": patron_sudo.company_id.id,
                "member_ids": [Command.create({"patron_id": patron_sudo.id, "role": "lead"})],
            })

    def _portal_consent(self, form):
        """Give or withdraw a permission; the purpose `profiling` stands for counts and interests together.

        :param dict form: untrusted; `purpose` and `answer` ("yes" or "no")
        """
        patron_sudo = self._portal_writer()
        asked = ("counts", "interests") if form.get("purpose") == "profiling" else (form.get("purpose"),)
        for purpose in asked:
            if purpose not in PORTAL_PURPOSES or form.get("answer") not in ("yes", "no"):
                raise FormRefused({"form": self.env._("Please choose yes or no.")})
        for purpose in asked:
            if form["answer"] == "yes":
                patron_sudo._give(purpose, source="portal")
            else:
                patron_sudo._withdraw(purpose, source="portal")

    def _portal_propose(self, form):
        """Ask for a change of what the library's own system decides; staff see the wish and its reason.

        :param dict form: untrusted; `field`, `value` and `reason`
        :raise FormRefused: for a field that is not open to proposals, or without a value
        """
        patron_sudo = self._portal_writer()
        name = form.get("field")
        value = clean_line(form.get("value"), 200)
        if name not in PROPOSABLE or not value:
            raise FormRefused({"value": self.env._("Please say what should stand there.")})
        if len(patron_sudo.proposal_ids.filtered(lambda one: one.state == "waiting")) >= MOST_PROPOSALS:
            raise FormRefused({"form": self.env._("You have asked for much already; we are on it.")}, status=429)
        # sudo: patrons may not create proposals; the record is the visitor's own
        self.env["library.patron.proposal"].sudo()._propose(
            patron_sudo, name, value, "portal", clean_line(form.get("reason"), 300)
        )

    def _portal_end_relationship(self, form):
        """The patron no longer wants to be looked after; no reason is needed."""
        patron_sudo = self._portal_writer()
        reason = clean_line(form.get("reason"), 300) or self.env._("Ended by the patron on the portal")
        active_sudo = patron_sudo.relationship_ids.filtered(lambda one: one.state == "active")
        active_sudo._end("patron", reason)
        for relationship_sudo in active_sudo:
            relationship_sudo.activity_schedule(
                "mail.mail_activity_data_todo", user_id=relationship_sudo.owner_id.id,
                summary=self.env._("The patron ended the relationship"), note=reason,
            )
