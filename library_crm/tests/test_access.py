"""Who may do what: one table, and a test that compares it with what the server allows."""

from odoo import models
from odoo.tests import new_test_user, tagged

from .common import ROLES, LibraryCase

# model: {role: "rwcu"}; a missing role may do nothing. Staff without a library role stand as "user"; the relationship
# librarian may do what a librarian may, unless the row says more.
ACCESS = {
    "library.case.report": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.need.report": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.interaction.report": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.team.report": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.knowledge.report": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.document": {"librarian": "r", "lead": "r", "steward": "r", "manager": "rw"},
    "library.document.file": {"librarian": "ru", "lead": "ru", "steward": "ru", "manager": "ru"},
    "library.document.schedule": {"librarian": "r", "lead": "r", "steward": "r", "manager": "rwcu"},
    "library.association": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.holding.count": {"librarian": "r", "lead": "r", "steward": "rwcu", "manager": "rwcu"},
    "library.purchase.evidence": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.subject.dossier": {"librarian": "r", "lead": "r", "steward": "rwc", "manager": "rwcu"},
    "library.subject.dossier.told": {},
    "library.saved.report": {"librarian": "rwcu", "lead": "rwcu", "steward": "rwcu", "manager": "rwcu"},
    "library.saved.report.run": {"librarian": "ru", "lead": "ru", "steward": "ru", "manager": "ru"},
    "library.demand.brief": {"librarian": "r", "lead": "r", "steward": "rwc", "manager": "rwcu"},
    "library.public.report": {"librarian": "r", "lead": "r", "steward": "r", "manager": "rwcu"},
    "library.forecast": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.mail.check": {"manager": "rwcu"},
    "library.mail.check.line": {"manager": "r"},
    "library.message.class": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r", "privacy": "r"},
    "library.panel": {"librarian": "r", "lead": "rwc", "steward": "r", "manager": "rwcu"},
    "library.panel.line": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.panel.case": {"lead": "rwcu", "manager": "rwcu"},
    "library.panel.member": {},
    "library.panel.vote": {},
    "library.panel.verdict": {},
    "library.notification.preference": {"librarian": "rwcu", "lead": "rwcu", "steward": "rwcu", "manager": "rwcu"},
    "library.notification.default": {"lead": "rwcu", "manager": "rwcu"},
    "library.notification.pending": {},
    "library.paired.review": {"librarian": "rw", "lead": "rw", "steward": "rw", "manager": "rw"},
    "library.paired.check": {"librarian": "rw", "lead": "rw", "steward": "rw", "manager": "rw"},
    "library.paired.result": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.campaign": {"relations": "rwc", "lead": "rwc", "manager": "rwcu"},
    "library.campaign.text": {"relations": "rwcu", "lead": "rwcu", "manager": "rwcu"},
    "library.campaign.member": {"relations": "r", "lead": "r", "manager": "r", "privacy": "r"},
    "library.calibration": {"librarian": "r", "lead": "rwcu", "steward": "r", "manager": "rwcu"},
    "library.calibration.vignette": {"librarian": "r", "lead": "rwcu", "steward": "r", "manager": "rwcu"},
    "library.calibration.code": {"librarian": "rw", "lead": "rw", "steward": "rw", "manager": "rw"},
    "library.calibration.result": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.demand.trend": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.board.proposal": {
        "librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "ru",
    },
    "library.board.follow": {},
    "library.gap.item": {
        "librarian": "r", "relations": "r", "lead": "rwc", "steward": "r", "manager": "rwcu",
    },
    "library.gap.survey": {
        "librarian": "r", "relations": "r", "lead": "rwc", "steward": "r", "manager": "rwcu",
    },
    "library.gap.question": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.gap.answer": {},
    "library.gap.result": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.outreach": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r", "privacy": "r"},
    "library.contact.preference": {
        "librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r",
    },
    "library.next.rule": {
        "librarian": "r", "lead": "rwc", "steward": "r", "manager": "rwcu", "privacy": "r",
    },
    "library.next.step": {"librarian": "rw", "lead": "rw", "steward": "rw", "manager": "rwu", "privacy": "r"},
    "library.next.stop": {"librarian": "r", "lead": "r", "steward": "r", "manager": "ru", "privacy": "r"},
    "library.journey": {"librarian": "r", "lead": "rwc", "steward": "r", "manager": "rwcu", "privacy": "r"},
    "library.journey.version": {"librarian": "r", "lead": "rwc", "steward": "r", "manager": "rwcu", "privacy": "r"},
    "library.journey.step": {"librarian": "r", "lead": "rwcu", "steward": "r", "manager": "rwcu", "privacy": "r"},
    "library.journey.person": {"librarian": "rw", "lead": "rw", "steward": "rw", "manager": "rwu", "privacy": "r"},
    "library.contact.plan": {"librarian": "r", "lead": "rwcu", "steward": "r", "manager": "rwcu", "privacy": "r"},
    "library.feedback.report": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.feedback": {"librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r"},
    "library.incident": {"librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r"},
    "library.improvement": {
        "librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r",
    },
    "library.branch": {"user": "r", "librarian": "r", "lead": "r", "steward": "r", "manager": "rwcu", "privacy": "r"},
    "library.affiliation": {
        "user": "r", "librarian": "r", "lead": "r", "steward": "r", "manager": "rwcu", "privacy": "r",
    },
    "library.subject": {
        "public": "r", "portal": "r", "user": "r", "librarian": "r", "lead": "r",
        "steward": "rwcu", "manager": "rwcu", "privacy": "r",
    },
    "library.resource": {
        "user": "r", "librarian": "r", "lead": "r", "steward": "rwc", "manager": "rwcu", "privacy": "r",
    },
    "library.service": {
        "public": "r", "portal": "r", "user": "r", "librarian": "r", "lead": "r",
        "steward": "r", "manager": "rwcu", "privacy": "r",
    },
    "library.booking": {"librarian": "rw", "lead": "rw", "steward": "rw", "manager": "rwu", "privacy": "r"},
    "library.booking.rule": {"librarian": "rwcu", "lead": "rwcu", "steward": "rwcu", "manager": "rwcu"},
    "library.service.agreement": {
        "librarian": "r", "relations": "rwc", "lead": "rwc", "steward": "r", "manager": "rwcu", "privacy": "r",
    },
    "library.service.question": {
        "user": "r", "librarian": "r", "lead": "r", "steward": "r", "manager": "rwcu", "privacy": "r",
    },
    "library.service.question.choice": {
        "user": "r", "librarian": "r", "lead": "r", "steward": "r", "manager": "rwcu", "privacy": "r",
    },
    "library.patron.type": {
        "user": "r", "librarian": "r", "lead": "r", "steward": "r", "manager": "rwcu", "privacy": "r",
    },
    "library.patron": {
        "portal": "r", "librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r",
    },
    "library.patron.identity": {
        "portal": "r", "librarian": "rwcu", "lead": "rwcu", "steward": "rwcu", "manager": "rwcu", "privacy": "r",
    },
    "library.contribution": {
        "librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r",
    },
    "library.consent": {"librarian": "rc", "lead": "rc", "steward": "rc", "manager": "rc", "privacy": "r"},
    "library.patron.timeline": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r", "privacy": "r"},
    "library.patron.proposal": {"librarian": "rw", "lead": "rw", "steward": "rw", "manager": "rw", "privacy": "r"},
    "library.relationship.handover": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r", "privacy": "r"},
    "library.relationship": {
        "librarian": "r", "relations": "rwc", "lead": "rwc", "steward": "r", "manager": "rwcu", "privacy": "r",
    },
    "library.patron.relation": {
        "librarian": "rwcu", "lead": "rwcu", "steward": "rwcu", "manager": "rwcu", "privacy": "r",
    },
    "library.patron.project.member": {
        "librarian": "rwcu", "lead": "rwcu", "steward": "rwcu", "manager": "rwcu", "privacy": "r",
    },
    "library.patron.project": {
        "librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r",
    },
    "library.population": {"librarian": "r", "lead": "r", "steward": "r", "manager": "rwcu"},
    "library.reach": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.prospect": {"relations": "rwcu", "lead": "rwcu", "manager": "rwcu", "privacy": "r"},
    "library.usage": {},
    "library.usage.receipt": {},
    "library.patron.snapshot": {},
    "library.patron.snapshot.report": {"relations": "r", "lead": "r", "manager": "r"},
    "library.usage.report": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.team": {"user": "r", "librarian": "r", "lead": "rw", "steward": "r", "manager": "rwcu", "privacy": "r"},
    "library.team.member": {
        "user": "r", "librarian": "r", "lead": "rwcu", "steward": "r", "manager": "rwcu", "privacy": "r",
    },
    "library.skill": {"user": "r", "librarian": "r", "lead": "rwc", "steward": "r", "manager": "rwcu", "privacy": "r"},
    "library.staff.skill": {"librarian": "rwcu", "lead": "rwcu", "steward": "rwcu", "manager": "rwcu"},
    "library.absence": {"librarian": "rwcu", "lead": "rwcu", "steward": "rwcu", "manager": "rwcu"},
    "library.oai.record": {"manager": "r"},
    "library.reuse.value": {"lead": "r", "manager": "r"},
    "library.product.proposal": {"librarian": "r", "lead": "r", "steward": "rwc", "manager": "rwcu"},
    "library.article": {
        "public": "r", "portal": "r", "user": "r", "librarian": "rwc", "lead": "rwc",
        "steward": "rwcu", "manager": "rwcu", "privacy": "r",
    },
    "library.article.tag": {
        "user": "r", "librarian": "r", "lead": "r", "steward": "rwcu", "manager": "rwcu", "privacy": "r",
    },
    "library.article.vote": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.article.view": {},
    "library.article.near": {},
    "library.knowledge.task": {"steward": "r", "manager": "r"},
    "library.article.version": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r", "privacy": "r"},
    "library.solution": {"librarian": "rwc", "lead": "rwc", "steward": "rwcu", "manager": "rwcu", "privacy": "r"},
    "library.solution.section": {
        "librarian": "rwcu", "lead": "rwcu", "steward": "rwcu", "manager": "rwcu", "privacy": "r",
    },
    "library.solution.version": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r", "privacy": "r"},
    "library.solution.comment": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r", "privacy": "r"},
    "library.result.report": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.source.citation": {
        "librarian": "rwcu", "lead": "rwcu", "steward": "rwcu", "manager": "rwcu", "privacy": "r",
    },
    "library.alert.profile": {"librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r"},
    "library.alert.hit": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r", "privacy": "r"},
    "library.alert.digest": {"librarian": "r", "lead": "r", "steward": "r", "manager": "rw", "privacy": "r"},
    "library.alert.item": {},
    "library.search.document": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.feed": {"librarian": "r", "lead": "r", "steward": "rwcu", "manager": "rwcu"},
    "library.feed.run": {"librarian": "r", "lead": "r", "steward": "r", "manager": "ru"},
    "library.feed.item": {"librarian": "r", "lead": "r", "steward": "rw", "manager": "rwu"},
    "library.suggestion": {"steward": "r", "manager": "r"},
    "library.search.evaluation": {"steward": "r", "manager": "r"},
    "library.search.term": {},
    "library.need": {
        "portal": "r", "librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r",
    },
    "library.clock.segment": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r", "privacy": "r"},
    "library.reference.count": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.promise.report": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.search.miss": {"librarian": "r", "lead": "r", "steward": "r", "manager": "ru"},
    "library.knowledge.link": {"librarian": "r", "lead": "r", "steward": "rwc", "manager": "rwcu"},
    "library.search.trend": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.deflection": {"librarian": "r", "lead": "r", "steward": "r", "manager": "ru"},
    "library.need.signal": {"librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu"},
    "library.collection.task": {"librarian": "rw", "lead": "rw", "steward": "rwc", "manager": "rwcu"},
    "library.purchase.suggestion": {
        "librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r",
    },
    "library.interview.prompt": {"librarian": "r", "lead": "rwc", "steward": "r", "manager": "rwcu"},
    "library.need.board": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.case.stage": {
        "portal": "r", "user": "r", "librarian": "r", "lead": "r", "steward": "r", "manager": "rwcu", "privacy": "r",
    },
    "library.case": {
        "portal": "r", "librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r",
    },
    "library.case.participant": {
        "librarian": "rwcu", "lead": "rwcu", "steward": "rwcu", "manager": "rwcu", "privacy": "r",
    },
    "library.workroom": {"librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r"},
    "library.case.step": {"librarian": "rwcu", "lead": "rwcu", "steward": "rwcu", "manager": "rwcu", "privacy": "r"},
    "library.process.check": {
        "user": "r", "librarian": "r", "lead": "r", "steward": "r", "manager": "rw", "privacy": "r",
    },
    "library.process": {
        "user": "r", "librarian": "r", "lead": "rwc", "steward": "r", "manager": "rwcu", "privacy": "r",
    },
    "library.process.step": {
        "user": "r", "librarian": "r", "lead": "rwcu", "steward": "r", "manager": "rwcu", "privacy": "r",
    },
    "library.search.log": {"librarian": "rwcu", "lead": "rwcu", "steward": "rwcu", "manager": "rwcu", "privacy": "r"},
    "library.insight": {"librarian": "rwc", "lead": "rwc", "steward": "rwcu", "manager": "rwcu", "privacy": "r"},
    "library.insight.question": {
        "librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r",
    },
    "library.insight.room": {
        "librarian": "r", "lead": "r", "steward": "rwc", "manager": "rwcu", "privacy": "r",
    },
    "library.insight.alias": {"steward": "r", "manager": "r", "privacy": "r"},
    "library.insight.reply": {
        "librarian": "rwcu", "lead": "rwcu", "steward": "rwcu", "manager": "rwcu", "privacy": "r",
    },
    "library.insight.helpful": {},
    "library.keep.proposal": {"librarian": "rw", "lead": "rw", "steward": "rw", "manager": "rwu"},
    "library.knowledge.created": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.insight.reveal": {"steward": "rc", "manager": "rc", "privacy": "rc"},
    "library.referral": {"librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r"},
    "library.referral.balance": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.connector.run": {"manager": "r"},
    "library.service.log": {"librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r"},
    "library.snippet": {"librarian": "rwc", "lead": "rwcu", "steward": "rwc", "manager": "rwcu"},
    "library.case.draft": {
        "librarian": "rwcu", "lead": "rwcu", "steward": "rwcu", "manager": "rwcu", "privacy": "r",
    },
    "library.interaction": {"librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r"},
    "library.retention.policy": {"manager": "rwcu", "privacy": "r"},
    "library.patron.duplicate": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r", "privacy": "r"},
    "library.patron.merge": {"relations": "r", "lead": "r", "manager": "r", "privacy": "r"},
    "library.setup.pack": {"manager": "r"},
    "library.figure.card": {
        "user": "r", "librarian": "r", "lead": "r", "steward": "r", "manager": "rw", "privacy": "r",
    },
    "library.evaluation.invitation": {"lead": "r", "manager": "r", "privacy": "r"},
    "library.evaluation.answer": {"manager": "r", "privacy": "r"},
    "library.evaluation.report": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.ability.skill": {
        "user": "r", "librarian": "r", "lead": "r", "steward": "r", "manager": "rwcu", "privacy": "r",
    },
    "library.competency": {"librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r"},
    "library.impact.claim": {"librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r"},
    "library.course.target": {"librarian": "r", "relations": "rwcu", "lead": "rwcu", "steward": "r", "manager": "rwcu"},
    "library.outcome": {"librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwc", "privacy": "r"},
    "library.retention.run": {"manager": "r", "privacy": "r"},
    "library.mail.receipt": {"manager": "r"},
    "library.form.log": {"manager": "r"},
    "library.mail.held": {"librarian": "rw", "lead": "rw", "steward": "rw", "manager": "rwu"},
    "library.analysis.job": {"manager": "r"},
    "library.patron.fact": {"relations": "r", "lead": "r", "manager": "r"},
    "library.lifecycle.rule": {"relations": "r", "lead": "r", "manager": "rwc"},
    "library.lifecycle.vacation": {"relations": "r", "lead": "r", "manager": "rwcu"},
    "library.lifecycle.transition": {"relations": "r", "lead": "r", "manager": "r"},
    "library.lifecycle.milestone": {},
    "library.lifecycle.cohort": {},
    "library.comeback.model": {"relations": "r", "lead": "r", "manager": "r"},
    "library.subject.transition": {"relations": "r", "lead": "r", "manager": "r"},
    "library.service.debt.term": {"relations": "r", "lead": "r", "manager": "r"},
    "library.recovery": {"relations": "rw", "lead": "rw", "manager": "rw"},
    "library.patron.change": {"relations": "r", "lead": "r", "manager": "r"},
    "library.prediction": {"relations": "rw", "lead": "rw", "manager": "rw"},
    "library.import.profile": {"manager": "rwcu"},
    "library.import.mapping": {"manager": "rwcu"},
    "library.import.code": {"manager": "rwcu"},
    "library.import.run": {"manager": "rwcu"},
    "library.import.row": {"manager": "rwcu"},
    "library.segment": {"relations": "r", "lead": "rwc", "manager": "rwcu"},
    "library.segment.member": {"relations": "r", "lead": "r", "manager": "r", "privacy": "r"},
    "library.segment.pin": {"relations": "rwcu", "lead": "rwcu", "manager": "rwcu", "privacy": "r"},
    "library.segment.snapshot": {"relations": "r", "lead": "r", "manager": "r"},
    "library.segment.playbook": {"relations": "r", "lead": "rwcu", "manager": "rwcu"},
    "library.segment.suggestion": {"relations": "r", "lead": "r", "manager": "r", "privacy": "r"},
    "library.cluster.fit": {"lead": "rc", "manager": "rcu"},
    "library.cluster": {"relations": "r", "lead": "rw", "manager": "rw"},
    "library.patron.trait": {"relations": "rw", "lead": "rw", "manager": "rw", "privacy": "r"},
    "library.plan": {
        "portal": "r", "librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu", "privacy": "r",
    },
    "library.plan.line": {"librarian": "rwcu", "lead": "rwcu", "steward": "rwcu", "manager": "rwcu", "privacy": "r"},
    "library.patron.axis": {"relations": "r", "lead": "r", "manager": "r", "privacy": "r"},
    "library.patron.axis.level": {"relations": "r", "lead": "r", "manager": "rw"},
    "library.counter.source": {"librarian": "r", "lead": "r", "steward": "rw", "manager": "rwu"},
    "library.resource.usage": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r"},
    "library.counter.run": {"librarian": "r", "lead": "r", "steward": "r", "manager": "ru"},
    "library.sushi.account": {"manager": "rwcu"},
    "library.resource.change": {"librarian": "r", "lead": "r", "steward": "r", "manager": "r", "privacy": "r"},
    "library.outage": {"librarian": "rwc", "lead": "rwc", "steward": "rwc", "manager": "rwcu"},
    "library.solution.template": {"librarian": "r", "lead": "rwc", "steward": "rwc", "manager": "rwcu"},
    "library.solution.template.section": {"librarian": "r", "lead": "rwcu", "steward": "rwcu", "manager": "rwcu"},
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


@tagged("post_install", "-at_install", "security")
class TestAccess(LibraryCase):
    """Feature: 12.1, 21.2"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            "public": cls.env.ref("base.public_user"),
            "portal": cls.portal_user,
            "user": new_test_user(cls.env, "test_plain_user", groups="base.group_user"),
            **{role: cls.staff[role] for role in ROLES},
        }

    def _own_models(self):
        for name, model in self.env.registry.items():
            if name.startswith("library.") and issubclass(model, models.Model) and not model._abstract:
                yield name, model

    def test_every_model_stands_in_the_table(self):
        stored = {name for name, model in self._own_models() if not model._transient}
        self.assertEqual(stored, set(ACCESS))

    def test_the_server_allows_what_the_table_says_and_no_more(self):
        for name, rights in ACCESS.items():
            for role, person in self.people.items():
                allowed = rights.get(role, rights.get("librarian", "") if role == "relations" else "")
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=name, role=role, operation=operation):
                        self.assertEqual(
                            self.env[name].with_user(person).has_access(operation), letter in allowed
                        )

    def test_wizards_are_for_librarians(self):
        for name, model in self._own_models():
            if model._transient:
                for role in ("public", "portal", "user"):
                    with self.subTest(model=name, role=role):
                        self.assertFalse(self.env[name].with_user(self.people[role]).has_access("create"))

    def test_another_department_and_another_patron_see_nothing_of_a_case(self):
        case = self._case()
        room = case._ensure_workroom()
        step = self.env["library.case.step"].create(
            {"workroom_id": room.id, "name": "Look in the map room", "team_id": self.team.id}
        )
        person = self.env["library.case.participant"].create(
            {"case_id": case.id, "name": "Prof. Li", "email": "li@campus.test"}
        )
        own = (case, case.need_ids, room, step, person)
        for record in own:
            with self.subTest(model=record._name):
                self.assertTrue(record.with_user(self.librarian).has_access("read"))
                self.assertFalse(record.with_user(self.colleague).has_access("read"))
                self.assertFalse(record.with_user(self.colleague).has_access("write"))
                self.assertFalse(record.with_user(self.other_portal_user).has_access("read"))
                self.assertFalse(record.with_user(self.people["public"]).has_access("read"))
                self.assertTrue(record.with_user(self.staff["manager"]).has_access("write"))
                self.assertTrue(record.with_user(self.staff["privacy"]).has_access("read"))
                self.assertFalse(record.with_user(self.staff["privacy"]).has_access("write"))

    def test_patron_sees_the_own_record_and_no_other(self):
        for model, own, foreign in (
            ("library.patron", self.patron, self.other_patron),
            ("library.patron.identity", self.patron.identity_ids, self.other_patron.identity_ids),
            ("library.case", self._case(), self._case(patron=self.other_patron)),
        ):
            with self.subTest(model=model):
                found = self.env[model].with_user(self.portal_user).search([("id", "in", (own | foreign).ids)])
                self.assertEqual(found, own)

    def test_institutions_do_not_see_each_other(self):
        company = self.env["res.company"].create({"name": "Another library"})
        stranger = new_test_user(
            self.env, "test_elsewhere", groups="library_crm.group_library_manager",
            company_id=company.id, company_ids=[(6, 0, company.ids)],
        )
        case = self._case()
        records = (case, case.need_ids, self.patron, self.team, case._ensure_workroom(), self.patron.identity_ids)
        for record in records:
            with self.subTest(model=record._name):
                self.assertFalse(record.with_user(stranger).has_access("read"))

    def test_staff_bound_to_a_branch_see_no_other_branch(self):
        here, there = self.env["library.branch"].create([{"name": "Here"}, {"name": "There"}])
        near, far = self._case(branch_id=here.id), self._case(branch_id=there.id)
        self.librarian.library_branch_ids = here
        found = self.env["library.case"].with_user(self.librarian).search([("id", "in", (near | far).ids)])
        self.assertEqual(found, near)

    def test_leaving_a_team_ends_the_access_at_once(self):
        case = self._case()
        self.assertTrue(case.with_user(self.librarian).has_access("read"))
        self.team.member_ids.filtered(lambda member: member.user_id == self.librarian).unlink()
        self.assertFalse(case.with_user(self.librarian).has_access("read"))

    def test_fields_for_staff_are_closed_to_patrons(self):
        case = self._case()
        secret = ("has_news", "read_level", "minutes", "granted_user_ids", "workroom_ids", "log_ids", "step_ids")
        for name in secret:
            with self.subTest(field=name):
                self.assertNotIn(name, case.with_user(self.portal_user).fields_get())
