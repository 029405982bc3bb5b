from datetime import date, timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestPatronRelationship(LibraryCase):
    """Who looks after whom, and what survives when that changes. Feature: P9, 21.3"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.relations = cls.staff["relations"]
        cls.today = fields.Date.today()
        cls.relationship = cls.env["library.relationship"].create(
            {"patron_id": cls.patron.id, "owner_id": cls.relations.id, "cadence": "quarter", "date_since": "2026-01-10"}
        )
        cls.faculty = cls.env["library.affiliation"].create({"name": "Science", "kind": "faculty"})
        cls.institute = cls.env["library.affiliation"].create({"name": "Physics", "parent_id": cls.faculty.id})

    def served_by(self, patron, user=None):
        patron.invalidate_recordset(["owner_id"])
        return patron.with_user(user or self.staff["manager"]).owner_id

    def find(self, user, *domain):
        patrons = (self.patron | self.other_patron).ids
        return self.env["library.patron"].with_user(user).search([("id", "in", patrons), *domain])

    def test_the_owner_is_found_by_the_nearest_relationship(self):
        """Feature: P9, 21.3"""
        patron, lead = self.other_patron, self.staff["lead"]
        self.assertFalse(self.served_by(patron))
        self.assertEqual(self.find(lead, ("owner_id", "=", False)), patron)
        case = self._case(patron=patron, user_id=self.librarian.id)
        self.assertEqual(self.served_by(patron), self.librarian)
        self.assertEqual(self.find(self.librarian, ("owner_id", "=", self.librarian.id)), patron)
        patron.affiliation_id = self.institute
        of_faculty = self.env["library.relationship"].create({"affiliation_id": self.faculty.id, "owner_id": lead.id})
        self.assertEqual(self.served_by(patron), lead)
        self.assertEqual(self.find(lead, ("owner_id", "=", lead.id)), patron)
        self.assertFalse(self.find(lead, ("owner_id", "=", self.librarian.id)))
        steward = self.staff["steward"]
        self.env["library.relationship"].create({"affiliation_id": self.institute.id, "owner_id": steward.id})
        self.assertEqual(self.served_by(patron), steward)
        project = self.env["library.patron.project"].create(
            {"name": "Thesis", "member_ids": [Command.create({"patron_id": patron.id})]}
        )
        self.env["library.relationship"].create({"project_id": project.id, "owner_id": self.colleague.id})
        self.assertEqual(self.served_by(patron), self.colleague)
        self.assertEqual(self.find(lead, ("owner_id.name", "ilike", self.colleague.name)), patron)
        self.assertEqual(self.served_by(self.patron), self.relations)
        of_faculty._end("staff", "x")
        case.action_archive()
        self.assertEqual(self.find(lead, ("owner_id", "!=", False)), self.patron | patron)

    def test_who_serves_elsewhere_stays_there(self):
        """Feature: 21.2"""
        self._case(patron=self.other_patron, user_id=self.colleague.id, team=self.other_team)
        self.assertEqual(self.served_by(self.other_patron, self.colleague), self.colleague)
        self.assertFalse(self.served_by(self.other_patron, self.librarian))
        self.assertFalse(self.find(self.librarian, ("owner_id", "=", self.colleague.id)))

    def test_a_hand_over_needs_words(self):
        """Feature: P9, 21.3"""
        relationship = self.relationship.with_user(self.relations)
        with self.assertRaises(UserError):
            relationship.owner_id = self.librarian
        with self.assertRaises(UserError):
            relationship._hand_over(self.librarian, "  ")
        self.assertEqual(relationship.owner_id, self.relations)
        wizard = self.env["library.relationship.change"].with_user(self.relations).create({
            "relationship_id": relationship.id, "kind": "hand_over", "user_id": self.librarian.id,
            "note": "Prefers the phone; the thesis is due in May.",
        })
        wizard.action_apply()
        self.assertEqual(relationship.owner_id, self.librarian)
        kept = relationship.handover_ids
        self.assertEqual((kept.from_user_id, kept.to_user_id), (self.relations, self.librarian))
        self.assertIn("thesis", kept.note)
        self.assertIn("thesis", str(relationship.activity_ids.note))
        self.assertEqual(relationship.activity_ids.user_id, self.librarian)

    def test_the_history_survives_a_new_owner(self):
        """Feature: P9"""
        self._case(user_id=self.librarian.id)
        lines = self.patron.with_user(self.librarian).timeline_ids
        before = lines.filtered(lambda line: line.kind != "relationship").ids
        self.assertTrue(before)
        self.relationship._hand_over(self.librarian, "All of it is in the timeline.")
        self.patron.invalidate_recordset()
        after = self.patron.with_user(self.librarian).timeline_ids
        self.assertTrue(set(before) <= set(after.ids))
        self.assertIn("relationship", after.mapped("kind"))

    def test_it_ends_with_a_reason_and_can_begin_again(self):
        """Feature: P9"""
        wizard = self.env["library.relationship.change"].with_user(self.relations).create(
            {"relationship_id": self.relationship.id, "kind": "end"}
        )
        with self.assertRaises(UserError):
            wizard.action_apply()
        wizard.write({"reason": "Left the university", "ended_by": "patron"})
        wizard.action_apply()
        ended = self.relationship
        self.assertEqual((ended.state, ended.ended_by, ended.end_reason), ("ended", "patron", "Left the university"))
        self.assertFalse(self.served_by(self.patron))
        self.env["library.relationship"].create({"patron_id": self.patron.id, "owner_id": self.librarian.id})
        self.assertEqual(self.served_by(self.patron), self.librarian)

    @mute_logger("odoo.sql_db")
    def test_one_relationship_with_one_party_at_a_time(self):
        """Feature: P9"""
        for values in (
            {"patron_id": self.patron.id},
            {},
            {"patron_id": self.other_patron.id, "affiliation_id": self.faculty.id},
        ):
            with self.subTest(values=values), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
                self.env["library.relationship"].create({"owner_id": self.relations.id, **values})
                self.env.flush_all()
        with self.assertRaises(ValidationError):
            self.relationship.deputy_id = self.librarian

    def test_reviews_are_reminded_of_once(self):
        """Feature: P9"""
        self.assertEqual(self.relationship.date_review, date(2026, 4, 10))
        self.relationship.date_review = self.today - timedelta(days=1)
        self.env["library.relationship"]._cron_remind()
        self.env["library.relationship"]._cron_remind()
        self.assertEqual(self.relationship.activity_ids.user_id, self.relations)
        self.assertEqual(len(self.relationship.activity_ids), 1)
        self.relationship.with_user(self.relations).action_reviewed()
        self.assertGreater(self.relationship.date_review, self.today + timedelta(days=80))
        self.assertFalse(self.relationship.activity_ids)

    def test_a_deputy_stands_in_within_the_days(self):
        """Feature: 21.3"""
        self.relationship.write({
            "deputy_id": self.librarian.id, "deputy_from": self.today, "deputy_to": self.today + timedelta(days=7),
        })
        self.assertEqual(self.relationship._standing_in(), self.librarian)
        view = self.env.ref("library_crm.library_patron_view_search")
        self.assertIn("deputy_id", view.arch)
        mine = [
            "|", ("owner_id", "=", self.librarian.id), ("relationship_ids", "any", [
                ("state", "=", "active"), ("deputy_id", "=", self.librarian.id),
                ("deputy_from", "<=", "today"), ("deputy_to", ">=", "today"),
            ]),
        ]
        self.assertEqual(self.find(self.librarian, *mine), self.patron)
        self.relationship.write({"deputy_from": self.today + timedelta(days=3)})
        self.assertEqual(self.relationship._standing_in(), self.relations)

    def test_who_may_change_a_relationship(self):
        """Feature: P9, 21.2"""
        with self.assertRaises(AccessError):
            self.relationship.with_user(self.librarian).write({"purpose": "x"})
        with self.assertRaises(AccessError):
            self.relationship.with_user(self.librarian).read(["health_note"])
        with self.assertRaises(AccessError):
            self.relationship.with_user(self.portal_user).read(["purpose"])
        company = self.env["res.company"].create({"name": "Another library"})
        stranger = new_test_user(
            self.env, "test_far_relations", groups="library_crm.group_library_manager",
            company_id=company.id, company_ids=[Command.set(company.ids)],
        )
        project = self.env["library.patron.project"].create(
            {"name": "Thesis", "member_ids": [Command.create({"patron_id": self.patron.id})]}
        )
        relation = self.env["library.patron.relation"].create(
            {"patron_id": self.patron.id, "other_id": self.other_patron.id}
        )
        self.relationship._hand_over(self.librarian, "note")
        consent = self.patron._give("outreach")
        proposal = self.env["library.patron.proposal"]._propose(self.patron, "phone", "020 7946 0958", "mail")
        records = (
            self.relationship, self.relationship.handover_ids, project, project.member_ids, relation, consent, proposal,
            self.env["library.patron.timeline"].search([("patron_id", "=", self.patron.id)]),
        )
        for record in records:
            with self.subTest(model=record._name):
                self.assertTrue(record)
                self.assertTrue(record.with_user(self.staff["manager"]).has_access("read"))
                self.assertFalse(record.with_user(stranger).has_access("read"))
                for user in (self.portal_user, self.other_portal_user, self.env.ref("base.public_user")):
                    self.assertFalse(record.with_user(user).has_access("read"))

    def test_relations_are_seen_from_both_sides(self):
        """Feature: P9, 11.4"""
        relation = self.env["library.patron.relation"].with_user(self.librarian).create(
            {"patron_id": self.patron.id, "other_id": self.other_patron.id, "kind": "supervisor"}
        )
        self.assertEqual(self.other_patron.with_user(self.librarian).relation_there_ids, relation)
        there = dict(relation._fields["kind_there"]._description_selection(self.env))[relation.kind_there]
        self.assertEqual(there, "Supervises")
        with self.assertRaises(ValidationError):
            self.env["library.patron.relation"].create({"patron_id": self.patron.id, "other_id": self.patron.id})
        guardian = self.env["library.patron.relation"].create(
            {"patron_id": self.patron.id, "other_id": self.other_patron.id, "kind": "guardian"}
        )
        self.patron.invalidate_recordset()
        self.assertEqual(self.patron.with_user(self.librarian).relation_ids, relation)
        self.librarian.group_ids += self.env.ref("library_crm.group_library_sensitive")
        self.patron.invalidate_recordset()
        self.assertEqual(self.patron.with_user(self.librarian).relation_ids, relation | guardian)

    def test_ends_of_stages_and_projects_reach_the_owner_once(self):
        """Feature: 11.4"""
        yesterday = self.today - timedelta(days=1)
        (self.patron | self.other_patron).date_stage_end = yesterday
        project = self.env["library.patron.project"].create(
            {"name": "Thesis", "date_end": yesterday, "member_ids": [Command.create({"patron_id": self.patron.id})]}
        )
        Patron = self.env["library.patron"]
        self.assertIn(self.patron, Patron.search(Patron._domain_stage_ended(since=yesterday)))
        Patron._cron_notice_ends()
        Patron._cron_notice_ends()
        self.assertEqual(self.patron.activity_ids.user_id, self.relations)
        self.assertEqual(len(self.patron.activity_ids), 2)
        self.assertFalse(self.other_patron.activity_ids)
        project.date_end = self.today - timedelta(days=2)
        Patron._cron_notice_ends()
        self.assertEqual(len(self.patron.activity_ids), 3)

    def test_nothing_of_it_stays_with_a_de_identified_patron(self):
        """Feature: P9; measures: de-identified"""
        planted = "Quincunx Oberholzer"
        project = self.env["library.patron.project"].create(
            {"name": f"Thesis of {planted}", "member_ids": [Command.create({"patron_id": self.patron.id})]}
        )
        shared = self.env["library.patron.project"].create({"name": "Tides", "member_ids": [
            Command.create({"patron_id": patron.id}) for patron in (self.patron | self.other_patron)]})
        self.relationship.write({"purpose": planted, "health_note": planted})
        self.relationship._hand_over(self.librarian, planted)
        self.env["library.patron.relation"].create(
            {"patron_id": self.other_patron.id, "other_id": self.patron.id, "note": planted}
        )
        self.env["library.patron.proposal"]._propose(self.patron, "name", planted, "mail", evidence=planted)
        self.patron.write({"accessibility": planted, "preferred_name": planted})
        self.patron._anonymise()
        self.env.flush_all()
        for table in ("library_relationship", "library_relationship_handover", "library_patron_relation",
                      "library_patron_proposal", "library_patron_project", "library_patron"):
            with self.subTest(table=table):
                query = SQL("SELECT count(*) FROM %s t WHERE t::text LIKE %s", SQL.identifier(table), f"%{planted}%")
                self.assertEqual(self.env.execute_query(query), [(0,)])
        self.assertFalse(project.exists())
        self.assertEqual(shared.patron_ids, self.other_patron)
