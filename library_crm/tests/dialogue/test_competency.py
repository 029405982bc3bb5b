import psycopg2

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...lib.form_input import FormRefused
from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestCompetency(LibraryCase):
    """Three abilities with nine parts, levels 0 to 4, three sources, and the patron's right to delete. Feature: 4.2"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Competency = cls.env["library.competency"]
        cls.skills = cls.env["library.ability.skill"].search([])
        cls.terms = cls.env.ref("library_crm.ability_skill_terms")
        cls.judge = cls.env.ref("library_crm.ability_skill_judge")

    def _level(self, level, patron=None, source="librarian", skill=None, date=None):
        return self.Competency.create({
            "patron_id": (patron or self.patron).id, "skill_id": (skill or self.terms).id, "level": level,
            "source": source, **({"date": date} if date else {}),
        })

    def _mine(self, method, form, user=None):
        return getattr(self.Competency.with_user(user or self.portal_user), method)(form)

    def test_nine_parts_of_three_abilities_with_five_levels_each(self):
        self.assertEqual(len(self.skills), 9)
        self.assertEqual(
            {ability: len(parts) for ability, parts in self.skills.grouped("ability").items()},
            {"cognitive": 3, "analysis": 3, "use": 3},
        )
        self.assertTrue(all(skill.frame and len(skill._level_lines()) == 5 for skill in self.skills))
        with self.assertRaises(ValidationError):
            self.terms.levels = "one\ntwo"

    def test_levels_lie_between_zero_and_four(self):
        for level in (-1, 5):
            with self.assertRaises(psycopg2.errors.CheckViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
                self._level(level)

    def test_newest_of_each_source_and_what_was_seen_before_what_is_said(self):
        self._level(1, source="quiz", date="2025-01-01")
        self._level(4, source="self", date="2025-06-01")
        self._level(0, source="self", date="2024-06-01")
        row = next(row for row in self.Competency._profile(self.patron) if row["id"] == self.terms.id)
        self.assertEqual({one["source"]: one["level"] for one in row["said"]}, {"self": 4, "quiz": 1})
        self.assertEqual(row["level"], 1)
        self._level(3, source="librarian", date="2025-07-01")
        row = next(row for row in self.Competency._profile(self.patron) if row["id"] == self.terms.id)
        self.assertEqual((row["level"], row["words"]), (3, self.terms._level_lines()[3]))

    def test_who_works_with_a_patron_sees_the_levels_and_nobody_else(self):
        self._level(2)
        own = [("patron_id", "=", self.patron.id)]
        for user, number in ((self.librarian, 0), (self.staff["relations"], 1), (self.staff["privacy"], 1)):
            with self.subTest(user=user.login):
                self.assertEqual(self.Competency.with_user(user).search_count(own), number)
                self.assertEqual(bool(self.patron.with_user(user).ability_profile()), bool(number))
        self._case(user_id=self.librarian.id)
        self.assertEqual(self.Competency.with_user(self.librarian).search_count(own), 1)
        self.assertEqual(len(self.patron.with_user(self.librarian).ability_profile()), 9)
        self.assertFalse(self.Competency.with_user(self.colleague).search_count(own))
        for user in (self.portal_user, self.other_portal_user):
            with self.assertRaises(AccessError):
                self.patron.with_user(user).ability_profile()
            with self.assertRaises(AccessError):
                self.Competency.with_user(user).search([])

    def test_staff_say_what_they_saw_and_change_nothing_that_was_said(self):
        self._case(user_id=self.librarian.id)
        said = self.Competency.with_user(self.librarian).create({
            "patron_id": self.patron.id, "skill_id": self.terms.id, "level": 2, "source": "quiz", "user_id": 1,
            "date": "2001-01-01",
        })
        self.assertEqual((said.source, said.user_id), ("librarian", self.librarian))
        self.assertGreater(said.date.year, 2001)
        with self.assertRaises(AccessError):
            said.write({"level": 4})
        with self.assertRaises(AccessError):
            said.with_user(self.librarian).unlink()
        with self.assertRaises(AccessError):
            self.Competency.with_user(self.colleague).create(
                {"patron_id": self.patron.id, "skill_id": self.terms.id, "level": 2}
            )

    def test_self_check_keeps_what_was_chosen_and_nothing_else(self):
        form = {f"skill_{self.terms.id}": "3", f"skill_{self.judge.id}": "9", "skill_0": "4", "patron_id": "1"}
        self._mine("_portal_self_check", form)
        rows = self.Competency.search([("patron_id", "=", self.patron.id)])
        self.assertEqual([(row.skill_id, row.level, row.source) for row in rows], [(self.terms, 3, "self")])
        self._mine("_portal_self_check", {f"skill_{self.terms.id}": "1"})
        rows = self.Competency.search([("patron_id", "=", self.patron.id)])
        self.assertEqual(rows.mapped("level"), [1], "a second check on the same day replaces the first")
        for form in ({}, {f"skill_{self.terms.id}": "x"}):
            with self.assertRaises(FormRefused):
                self._mine("_portal_self_check", form)

    def test_patrons_delete_their_own_levels_whoever_said_them(self):
        own = [self._level(2), self._level(3, source="quiz", skill=self.judge), self._level(1, source="self")]
        foreign = self._level(2, patron=self.other_patron)
        self._mine("_portal_delete", {"skill_id": str(self.terms.id)})
        self.assertEqual([bool(row.exists()) for row in own], [False, True, False])
        self._mine("_portal_delete", {"skill_id": "abc"})
        self._mine("_portal_delete", {"skill_id": str(self.terms.id)})
        self.assertTrue(own[1].exists())
        self._mine("_portal_delete", {"all": "1"})
        self.assertFalse(own[1].exists())
        self.assertTrue(foreign.exists(), "somebody else's levels stay")

    def test_levels_go_with_the_person(self):
        self._level(2)
        kept = self._level(2, patron=self.other_patron)
        self.patron._anonymise()
        self.assertEqual(self.Competency.search([("patron_id", "in", (self.patron | self.other_patron).ids)]), kept)
