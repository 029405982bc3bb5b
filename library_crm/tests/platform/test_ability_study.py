from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError
from odoo.fields import Date
from odoo.tests import tagged

from ..common import LibraryCase

NAMES = ("transfer", "useful", "minutes", "read_level")


@tagged("post_install", "-at_install")
class TestAbilityStudy(LibraryCase):
    """Abilities beside what services did, by type of patron, and those who attended beside who did not. Feature: 4.3"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Study = cls.env["library.ability.study"].with_user(cls.staff["relations"])
        cls.skill = cls.env.ref("library_crm.ability_skill_terms")
        cls.kinds = cls.env["library.patron.type"].create([{"name": "Novices"}, {"name": "Experts"}])
        cls.now = cls.env.cr.now()

    def _people(self, number, kind, **values):
        return self.env["library.patron"].create([
            {"name": f"{kind.name} {place}", "type_id": kind.id, **values} for place in range(number)
        ])

    def _served(self, patrons, level, transfer, minutes):
        """A level of some time ago, a closed case of now, and what the patron said of it."""
        self.env["library.competency"].create([
            {"patron_id": patron.id, "skill_id": self.skill.id, "level": level, "source": "quiz",
             "date": self.now - timedelta(days=30)} for patron in patrons
        ])
        cases = self.env["library.case"].create([
            {"name": "Question", "patron_id": patron.id, "team_id": self.team.id, "minutes": minutes + place,
             "read_level": "3"} for place, patron in enumerate(patrons)
        ])
        self.env.flush_all()
        self.env.cr.execute("UPDATE library_case SET date_closed = %s WHERE id = ANY (%s)", [self.now, cases.ids])
        cases.invalidate_recordset()
        self.env["library.outcome"].sudo().create([
            {"case_id": case.id, "patron_id": case.patron_id.id, "source": "portal", "useful": "3",
             "understood": "3" if place < transfer else "0"} for place, case in enumerate(cases)
        ])

    def _rows(self, **values):
        study = self.Study.create({"date_from": Date.to_date(self.now) - timedelta(days=5), **values})
        return study, {(row["group"], row["band"]): row for row in study._figures()}

    def test_figures_with_number_and_interval(self):
        novices, experts = self.kinds
        self._served(self._people(8, novices), 1, 2, 30)
        self._served(self._people(8, experts), 3, 7, 10)
        study, rows = self._rows()
        low, high = rows["Novices", "Low (below 1.5)"], rows["Experts", "High (2.5 or more)"]
        self.assertEqual((low["persons"], low["cases"], low["transfer"]["n"]), (8, 8, 8))
        self.assertAlmostEqual(low["transfer"]["value"], 0.25)
        self.assertAlmostEqual(high["transfer"]["value"], 0.875)
        self.assertLess(low["transfer"]["low"], 0.25)
        self.assertAlmostEqual(low["minutes"]["value"], 33.5)
        self.assertEqual((low["useful"]["value"], low["read_level"]["value"]), (3, 3))
        self.assertEqual(rows["All", "All levels"]["persons"], 16)
        self.assertIn("Novices", str(study.table))
        self.assertIn("n = 8", str(study.table))

    def test_nothing_about_fewer_than_five_not_even_by_subtraction(self):
        novices, experts = self.kinds
        self._served(self._people(9, novices), 1, 2, 30)
        self._served(self._people(3, experts), 1, 1, 30)
        _study, rows = self._rows()
        for group in ("Experts", "Novices"):
            row = rows[group, "Low (below 1.5)"]
            self.assertIsNone(row["persons"], f"{group}: the total would give the few away")
            self.assertFalse(any(row[name]["told"] or row[name]["n"] is not None for name in NAMES))
        self.assertEqual(rows["All", "All levels"]["persons"], 12)

    def test_levels_said_after_the_case_began_do_not_count(self):
        people = self._people(6, self.kinds[0])
        self._served(people, 1, 3, 30)
        self.env["library.competency"].create([
            {"patron_id": patron.id, "skill_id": self.skill.id, "level": 4, "date": self.now + timedelta(days=1)}
            for patron in people
        ])
        _study, rows = self._rows()
        self.assertIn(("Novices", "Low (below 1.5)"), rows)
        self.assertNotIn(("Novices", "High (2.5 or more)"), rows)
        _study, rows = self._rows(ability="use")
        self.assertFalse(rows, "nothing is known of that ability")

    def test_only_for_those_who_look_after_patrons(self):
        for user in (self.librarian, self.portal_user):
            with self.assertRaises(AccessError):
                self.env["library.ability.study"].with_user(user).create({})

    def _attend(self, patrons, months=9):
        begin = (self.now - relativedelta(months=months)).replace(day=10)
        event = self.env["event.event"].create({
            "name": "Course", "is_library_course": True, "date_begin": begin, "date_end": begin + timedelta(hours=1),
        })
        for patron in patrons:
            event._library_enrol(patron).action_set_done()
        return begin

    def _use(self, patrons, month, uses):
        self.env.cr.execute_values(
            "INSERT INTO library_usage (company_id, patron_id, uses, month, kind, channel) VALUES %s",
            [(self.company.id, patron.id, number, month, "loan", "onsite")
             for patron, number in zip(patrons, uses, strict=True)],
        )

    def test_attended_beside_others_alike(self):
        people, others = self._people(8, self.kinds[0]), self._people(12, self.kinds[0])
        strangers = self._people(8, self.kinds[1])
        self.env.flush_all()
        begin = self._attend(people)
        long_ago = begin - relativedelta(years=1)
        self.env.cr.execute(
            "UPDATE library_patron SET create_date = %s WHERE id = ANY (%s)",
            [long_ago, (people | others | strangers).ids])
        first = Date.to_date(begin).replace(day=1)
        self._use(people | others | strangers, first - relativedelta(months=2), [5] * 28)
        self._use(people, first + relativedelta(months=2), [9, 10, 11, 10, 9, 10, 11, 10])
        self._use(others, first + relativedelta(months=2), [4, 5, 6, 5, 4, 5, 6, 5, 4, 5, 6, 5])
        self._use(strangers, first + relativedelta(months=2), [90] * 8)
        study = self.Study.create({"date_from": first - timedelta(days=40)})
        attended, values = study._matched()
        self.assertEqual((attended, len(values)), (8, 8))
        self.assertAlmostEqual(sum(one - other for one, other in values) / 8, 5, delta=0.8)
        self.assertEqual((study.attended_count, study.pair_count), (8, 8))
        self.assertIn("no proof", study.control)

    def test_too_few_pairs_say_nothing(self):
        self._attend(self._people(3, self.kinds[0]))
        study = self.Study.create({"date_from": Date.to_date(self.now) - timedelta(days=700)})
        self.assertEqual((study.attended_count, study.pair_count), (0, 0))
        self.assertIn("Too few", study.control)
        study.effect = "transfer"
        self.assertIn("Too few", study.control)
