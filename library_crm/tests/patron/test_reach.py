import base64

from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestReach(LibraryCase):
    """Feature: 1.5, 3.3"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["library.population"].search([]).unlink()
        cls.year = cls.env.cr.now().year
        cls.history, cls.physics, cls.law = cls.env["library.affiliation"].create(
            [{"name": name, "code": code, "kind": "faculty"} for name, code in
             (("History", "HIS"), ("Physics", "PHY"), ("Law", "LAW"))]
        )
        cls.institute = cls.env["library.affiliation"].create({"name": "Optics", "parent_id": cls.physics.id})

    def _patrons(self, unit, count, lifecycle="active"):
        return self.env["library.patron"].create([
            {"name": f"{unit.name} {number}", "email": f"{unit.name}{number}@reach.test", "affiliation_id": unit.id,
             "lifecycle": lifecycle}
            for number in range(count)
        ])

    def _groups(self, **sizes):
        units = {"history": self.history, "physics": self.physics, "law": self.law}
        return self.env["library.population"].create(
            [{"year": self.year, "affiliation_id": units[name].id, "size": size} for name, size in sizes.items()]
        )

    def _reach(self):
        self.env["library.reach"]._rebuild(self.company)
        rows = self.env["library.reach"].search([("company_id", "=", self.company.id)])
        return {row.affiliation_id.name: row for row in rows}

    def test_population_beside_those_who_come(self):
        self._patrons(self.history, 40)
        self._patrons(self.physics, 5)
        self._patrons(self.institute, 1)
        self._patrons(self.law, 10, "lapsed")
        self._patrons(self.law, 20)
        self._groups(history=80, physics=60, law=40)
        rows = self._reach()
        self.assertEqual((rows["History"].reached, rows["History"].gap), (40, 40))
        self.assertEqual((rows["Physics"].reached, rows["Physics"].coverage), (6, 0.1))
        self.assertEqual(rows["Law"].reached, 20)
        self.assertAlmostEqual(rows["Law"].mean_coverage, 66 / 180, 4)
        self.assertEqual([name for name, row in rows.items() if row.is_underserved], ["Physics"])

    def test_use_counts_whatever_the_stage(self):
        patrons = self._patrons(self.history, 7, "registered")
        self._groups(history=70)
        self.assertEqual(self._reach()["History"].reached, 0)
        self.env["library.usage"].create([
            {"company_id": self.company.id, "patron_id": patron.id, "month": f"{self.year}-01-01", "kind": "visit",
             "uses": 1} for patron in patrons])
        self.assertEqual(self._reach()["History"].reached, 7)

    def test_fewer_than_five_are_not_even_stored(self):
        self._patrons(self.history, 40)
        self._patrons(self.physics, 12)
        self._patrons(self.law, 3)
        self._groups(history=80, physics=60, law=40)
        rows = self._reach()
        self.assertEqual({name for name, row in rows.items() if row.is_hidden}, {"Law", "Physics"})
        self.assertEqual((rows["Law"].reached, rows["Law"].coverage, rows["Law"].gap), (0, 0.0, 40))
        self.assertEqual(rows["History"].reached, 40)

    def _import(self, text):
        profile = self.env["library.import.profile"].create({"name": "Population", "source": "population"})
        run = self.env["library.import.run"].create({
            "profile_id": profile.id, "file": base64.b64encode(text.encode()), "file_name": "population.csv"})
        run.action_preview()
        planned = (run.created_count, run.changed_count, run.unchanged_count, run.refused_count)
        run.action_run()
        run._process()
        self.assertEqual(run.state, "done", run.message)
        done = (run.created_count, run.changed_count, run.unchanged_count, run.refused_count)
        self.assertEqual(planned, done)
        return run, done

    def test_a_table_is_imported_again_and_taken_back(self):
        text = f"faculty code,year,size\nHIS,{self.year},120\nPHY,{self.year},80\nXYZ,{self.year},9\n"
        _run, done = self._import(text)
        self.assertEqual(done, (2, 0, 0, 1))
        _run, done = self._import(text)
        self.assertEqual(done, (0, 0, 2, 1))
        run, done = self._import(text.replace("120", "130"))
        self.assertEqual(done, (0, 1, 1, 1))
        groups = self.env["library.population"].search([("affiliation_id", "=", self.history.id)])
        self.assertEqual(groups.size, 130)
        run.action_undo()
        self.assertEqual(groups.size, 120)
        self.assertEqual(self.env["library.reach"].search([("affiliation_id", "=", self.history.id)]).size, 120)
