from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from ..common import LibraryCase


class SkilledLibrary(LibraryCase):
    """Colleagues who know something."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.medicine = cls.env.ref("library_crm.subject_clc_r")
        Skill = cls.env["library.skill"]
        cls.skill_medicine = Skill.create({"kind": "class", "subject_id": cls.medicine.id})
        cls.skill_chinese = cls.env.ref("library_crm.skill_language_zh")
        cls.skill_method = cls.env.ref("library_crm.skill_method_systematic")

    @classmethod
    def _knows(cls, user, skill, level="2", **values):
        return cls.env["library.staff.skill"].create(
            {"user_id": user.id, "skill_id": skill.id, "level": level, **values}
        )

    @classmethod
    def _away(cls, user, deputy=None, *, days=3, since=1, **values):
        now = fields.Datetime.now()
        return cls.env["library.absence"].create({
            "user_id": user.id, "deputy_id": deputy and deputy.id, "date_start": now - timedelta(hours=since),
            "date_end": now + timedelta(days=days), **values,
        })


@tagged("post_install", "-at_install")
class TestSkills(SkilledLibrary):
    """What staff can do: private in degree, known in kind."""

    def test_a_person_and_the_lead_read_a_level_and_nobody_else_does(self):
        """Feature: 33.2"""
        self.team.lead_id = self.staff["lead"]
        mine = self._knows(self.librarian, self.skill_medicine, "3")
        self.assertEqual(mine.with_user(self.librarian).level, "3")
        self.assertEqual(mine.with_user(self.staff["lead"]).level, "3")
        strangers = (self.colleague, self.staff["steward"], self.staff["manager"], self.staff["privacy"],
                     self.portal_user)
        for person in strangers:
            with self.subTest(person=person.name), self.assertRaises(AccessError):
                mine.with_user(person).read(["level"])
        self.assertFalse(mine.with_user(self.staff["steward"]).search([("id", "=", mine.id)]))

    def test_a_person_writes_the_own_skills_only(self):
        """Feature: 33.2"""
        values = {"skill_id": self.skill_chinese.id, "level": "4"}
        Own = self.env["library.staff.skill"].with_user(self.librarian)
        self.assertEqual(Own.create(values).user_id, self.librarian)
        with self.assertRaises(AccessError):
            Own.create({**values, "user_id": self.colleague.id})

    def test_a_wish_to_learn_needs_no_level_but_nothing_at_all_is_refused(self):
        """Feature: 33.2"""
        wish = self._knows(self.librarian, self.skill_method, False, wants_to_learn=True)
        self.assertFalse(wish.level)
        with self.assertRaises(ValidationError):
            self._knows(self.colleague, self.skill_method, False)
        self.assertNotIn(self.librarian, [user for user, _why in self.team._who_could_help(skills=self.skill_method)])

    def test_who_could_help_names_people_and_kinds_but_never_levels(self):
        """Feature: 21.2, 33.2"""
        self._knows(self.librarian, self.skill_medicine, "2")
        self._knows(self.colleague, self.skill_medicine, "4")
        self._knows(self.colleague, self.skill_chinese, "4")
        narrower = self.env["library.subject"].create(
            {"name": "Test of oncology", "scheme": "clc", "code": "R73.999", "parent_id": self.medicine.id}
        )
        Team = self.env["library.team"].with_user(self.staff["steward"])
        found = Team._who_could_help(subjects=narrower, lang="zh_CN")
        self.assertEqual([user for user, _why in found][:2], [self.colleague, self.librarian])
        self.assertEqual({code for code, _params in found[0][1]}, {"class", "language"})
        self.assertNotIn("level", str(found))
        words = self.env["library.team"]._reason_words(found[0][1])
        self.assertTrue(any(self.skill_medicine.name in one for one in words), words)

    def test_whoever_is_away_stands_last(self):
        """Feature: 21.2"""
        self._knows(self.librarian, self.skill_medicine, "1")
        self._knows(self.colleague, self.skill_medicine, "4")
        self._away(self.colleague)
        found = self.team._who_could_help(subjects=self.medicine)
        self.assertEqual([user for user, _why in found][:2], [self.librarian, self.colleague])
        self.assertIn("absent", [code for code, _params in found[1][1]])

    def test_nobody_is_named_for_nothing_and_other_institutions_are_left_out(self):
        self.assertEqual(self.team._who_could_help(), [])
        elsewhere = self.env["res.company"].create({"name": "Another library"})
        stranger = new_test_user(self.env, "test_skilled_elsewhere", groups="library_crm.group_library_librarian")
        self._knows(stranger, self.skill_medicine, "4", company_id=elsewhere.id)
        found = self.team.with_user(self.librarian)._who_could_help(subjects=self.medicine)
        self.assertNotIn(stranger, [user for user, _why in found])

    def test_a_class_skill_names_its_class(self):
        with self.assertRaises(ValidationError):
            self.env["library.skill"].create({"kind": "class", "name": "Something"})
        french = self.env["library.skill"].create({"kind": "language", "name": "French", "lang": "fr_FR"})
        self.assertEqual(french.lang, "fr")


@tagged("post_install", "-at_install")
class TestAbsence(SkilledLibrary):
    """Who acts for somebody who is away."""

    def test_everybody_reads_absences_and_nobody_writes_those_of_others(self):
        """Feature: X2, 21.3"""
        absence = self._away(self.librarian, self.colleague)
        self.assertEqual(absence.with_user(self.staff["steward"]).deputy_id, self.colleague)
        with self.assertRaises(AccessError):
            absence.with_user(self.colleague).date_end = fields.Datetime.now() + timedelta(days=30)
        with self.assertRaises(AccessError):
            absence.with_user(self.portal_user).read(["user_id"])
        absence.with_user(self.librarian).note = "Prof. Li may call"

    def test_the_deputy_acts_from_the_first_minute_to_the_last(self):
        """Feature: X2, 21.3"""
        self.assertEqual(self.librarian._library_acting(), self.librarian)
        absence = self._away(self.librarian, self.colleague)
        self.assertEqual(self.librarian._library_acting(), self.colleague)
        self.assertEqual(absence.state, "now")
        absence.date_end = fields.Datetime.now() - timedelta(minutes=1)
        self.assertEqual(self.librarian._library_acting(), self.librarian)
        self.assertEqual(absence.state, "over")
        self.assertIn(absence, absence.search([("state", "=", "over")]))
        self.assertNotIn(absence, absence.search([("state", "in", ["now", "planned"])]))

    def test_a_chain_of_deputies_ends_and_a_ring_of_them_too(self):
        """Feature: X2"""
        lead, steward = self.staff["lead"], self.staff["steward"]
        self._away(self.librarian, self.colleague)
        self._away(self.colleague, lead)
        self.assertEqual(self.librarian._library_acting(), lead)
        self._away(lead, self.librarian)
        self.assertEqual(self.librarian._library_acting(), self.librarian, "everybody in the ring is away")
        self._away(self.librarian, steward, days=1)
        self.assertEqual(self.librarian._library_acting(), steward, "a second absence names another deputy")

    def test_within_a_team_only_somebody_of_the_team_acts(self):
        """Feature: X2, 21.2"""
        self.team.lead_id = self.staff["lead"]
        absence = self._away(self.librarian, self.colleague)
        self.assertEqual(self.librarian._library_acting(self.team), self.staff["lead"])
        absence.team_deputy_ids = self.staff["steward"]
        self.assertEqual(self.librarian._library_acting(self.team), self.staff["steward"])
        self.assertEqual(self.librarian._library_acting(), self.colleague)

    def test_asking_who_acts_costs_no_query(self):
        self._away(self.librarian, self.colleague)
        self.librarian._library_acting()
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.assertEqual(self.env.user._library_acting(), self.env.user)
            self.librarian._library_away_until()

    def test_nobody_stands_in_for_oneself(self):
        with self.assertRaises(ValidationError):
            self._away(self.librarian, self.librarian)
