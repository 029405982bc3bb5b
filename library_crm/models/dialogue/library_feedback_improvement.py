from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib import alike, before_after
from ...lib.before_after import Sample
from ...lib.term_words import common

SIMILAR = 3
"""So many people who say alike are a reason to look at it."""
SIMILAR_DAYS = 90
MOST_LOOKED_AT = 1500
HEARD_KINDS = ("suggestion", "complaint", "error", "question")
"""Praise asks for no change."""


class LibraryFeedback(models.Model):
    """What somebody said may lead to an improvement."""

    _inherit = "library.feedback"

    improvement_id = fields.Many2one(
        "library.improvement", "Led to", index="btree_not_null", ondelete="set null", check_company=True, copy=False,
        tracking=True,
    )
    date_improvement_told = fields.Datetime("Told what was done", readonly=True, copy=False)

    def action_make_improvement(self):
        """Begin an improvement with this feedback."""
        self.check_access("write")
        first = self[:1]
        improvement = first.improvement_id or self.env["library.improvement"].create({
            "name": first.name, "company_id": first.company_id.id, "service_id": first.service_id.id,
            "team_id": first.team_id.id,
        })
        improvement._add_feedback(self)
        return improvement._open()


class LibraryImprovement(models.Model):
    """Improvements grow from what several people said."""

    _inherit = "library.improvement"

    feedback_ids = fields.One2many("library.feedback", "improvement_id", "What was said")
    feedback_count = fields.Integer("Voices", compute="_compute_feedback_count")
    measure = fields.Selection(selection_add=[("complaints", "Complaints a month"), ("free",)],
                               ondelete={"complaints": "set default"})  # fmt: skip

    @api.depends("feedback_ids")
    def _compute_feedback_count(self):
        counts = dict(self.env["library.feedback"]._read_group(
            [("improvement_id", "in", self.ids)], ["improvement_id"], ["__count"]))
        for improvement in self:
            improvement.feedback_count = counts.get(improvement._origin, 0)

    def _add_feedback(self, feedback):
        result = super()._add_feedback(feedback)
        # sudo: the pointer from what was said to what came of it; the caller may write the improvement
        feedback.sudo().filtered(lambda one: not one.improvement_id and one.company_id == self.company_id).write(
            {"improvement_id": self.id})
        return result

    def _open(self):
        """Show this improvement."""
        self.ensure_one()
        return {"type": "ir.actions.act_window", "res_model": self._name, "res_id": self.id, "views": [(False, "form")]}

    def action_open_feedback(self):
        """What led to it."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window", "name": self.env._("What was said"), "res_model": "library.feedback",
            "views": [(False, "list"), (False, "form")], "domain": [("improvement_id", "=", self.id)],
        }

    def _measure_kind(self):
        return "rate" if self.measure == "complaints" else super()._measure_kind()

    def _sample_complaints(self, start, end):
        """Complaints about the service, or of the whole house, that came in a period."""
        self.env["library.feedback"].flush_model()
        terms = [SQL("company_id = %s", self.company_id.id)]
        if self.service_id:
            terms.append(SQL("service_id = %s", self.service_id.id))
        if self.team_id:
            terms.append(SQL("team_id = %s", self.team_id.id))
        ((count,),) = self.env.execute_query(SQL(
            "SELECT count(*) FROM library_feedback WHERE %s AND kind = 'complaint' AND date >= %s AND date < %s",
            SQL(" AND ").join(terms), start, end,
        ))
        return Sample(count=count, days=(end - start).days)

    def _verdict(self, change):
        if self.measure == "complaints":
            return before_after.verdict(change, False, 0.1)
        return super()._verdict(change)

    # The night's look at what several people said

    @api.model
    def _cron_draft(self):
        """Propose an improvement for what several people said alike, institution by institution."""
        companies = self.env["res.company"].search(Domain.TRUE)
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(companies))
        for company in companies:
            self._draft_from_feedback(company)
            if not commit(1):
                return

    @api.model
    def _draft_from_feedback(self, company):
        """Group the feedback of ninety days by what it says; three people make a proposal.

        Feedback that is like what led to an open improvement joins it. What belongs to one that is done or dropped was
        heard already.
        """
        since = self.env.cr.now() - timedelta(days=SIMILAR_DAYS)
        feedback = self.env["library.feedback"].search(
            Domain("company_id", "=", company.id) & Domain("date", ">=", since) & Domain("kind", "in", HEARD_KINDS)
            & (Domain("improvement_id", "=", False) | Domain("improvement_id", "any", self._domain_open())),
            order="id desc", limit=MOST_LOOKED_AT,
        ).sorted("id")
        # not by facet: as long as nobody has looked at it, that is a guess
        for same in feedback.grouped("service_id").values():
            for places in alike.groups([f"{one.name}\n{one.body}" for one in same], SIMILAR):
                self._draft_from_group(same.browse([same[place].id for place in places]), company)

    @api.model
    def _draft_from_group(self, feedback, company):
        known = feedback.improvement_id[:1]
        if known:
            known._add_feedback(feedback)
            return known
        voices = {one.patron_id.id or one.email_normalized or -one.id for one in feedback}
        if len(voices) < SIMILAR:
            return self.browse()
        # in the language of the house: nobody is signed in at night
        words = company.with_context(lang=company.partner_id.lang or self.env.lang)
        terms = ", ".join(common([f"{one.name}\n{one.body}" for one in feedback])) or feedback[0].name
        facts = {"count": len(voices), "days": SIMILAR_DAYS, "terms": terms}
        return self._draft_from(
            words.env._("%(count)s people said alike within %(days)s days. What they have in common: %(terms)s.",
                        **facts),
            feedback=feedback, key=f"feedback:{feedback[0].id}", service=feedback.service_id[:1], company=company,
            name=words.env._("Several people say: %(terms)s", **facts),
        )  # fmt: skip
