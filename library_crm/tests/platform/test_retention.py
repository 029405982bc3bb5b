from datetime import date, timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from ..common import LibraryCase

AS_OF = date.today()


@tagged("post_install", "-at_install")
class TestRetention(LibraryCase):
    """What has to go goes, and there is evidence. Feature: 12.4, 13"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Run = cls.env["library.retention.run"]
        cls.Policy = cls.env["library.retention.policy"]

    def _analyse(self):
        cursor, done, total, batches = None, 0, 1, 0
        while done < total:
            cursor, done, total = self.Run._analyse_retention(AS_OF, cursor)
            batches += 1
            self.assertLess(batches, 100)
        self.assertIsNone(cursor)
        return {line.kind: line.gone_count for line in self.Run.search(
            [("date", "=", AS_OF), ("company_id", "=", self.company.id)])}

    def _age(self, patron, days):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE library_patron SET create_date = %s WHERE id = %s",
            (self.env.cr.now() - timedelta(days=days), patron.id))
        self.env.invalidate_all()

    def test_a_silent_prospect(self):
        before = self._analyse().get("prospects", 0)
        prospects = self.env["library.patron"].create(
            [{"name": f"Prospect {number}", "email": f"p{number}@patrons.test"} for number in range(4)])
        silent, fresh, asking, account = prospects
        for patron in (silent, asking, account):
            self._age(patron, 400)
        self._age(fresh, 300)
        self._case(patron=asking)
        account.partner_id = self.env["res.users"].with_context(no_reset_password=True).create({
            "name": "Account", "login": "p9@patrons.test", "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
        }).partner_id
        self.assertEqual(self._analyse()["prospects"], before + 1)
        self.assertTrue(silent.is_anonymised)
        self.assertFalse(silent.active)
        self.assertNotIn("Prospect", silent.name)
        self.assertFalse((fresh | asking | account).filtered("is_anonymised"))
        self.assertEqual(self._analyse()["prospects"], before + 1)

    def test_who_left(self):
        gone, recent = self.env["library.patron"].create([
            {"name": "Gone Long", "lifecycle": "left", "date_expiry": AS_OF - timedelta(days=900)},
            {"name": "Gone Lately", "lifecycle": "left", "date_expiry": AS_OF - timedelta(days=300)},
        ])
        for patron in (gone, recent):
            self._age(patron, 2000)
        self._analyse()
        self.assertTrue(gone.is_anonymised)
        self.assertFalse(recent.is_anonymised)
        self.Policy.create({"kind": "left", "keep_count": 6, "company_id": self.company.id})
        self._analyse()
        self.assertTrue(recent.is_anonymised)

    def test_uses_lose_their_person(self):
        self.env.cr.execute(SQL(
            "INSERT INTO library_usage (company_id, patron_id, month, kind, channel, uses)"
            " VALUES (%s, %s, %s, 'loan', 'onsite', 5)",
            self.company.id, self.patron.id, AS_OF.replace(day=1, year=AS_OF.year - 1)))
        self._analyse()
        self.assertEqual(self._uses_of_patron(), 5)
        policy = self.Policy.search([("kind", "=", "usage"), ("company_id", "=", self.company.id)]) or (
            self.Policy.create({"kind": "usage", "keep_count": 24, "company_id": self.company.id}))
        policy.keep_count = 6
        self.assertEqual(self.company.library_usage_months, 6)
        self.assertGreaterEqual(self._analyse()["usage"], 1)
        self.assertEqual(self._uses_of_patron(), 0)

    def _uses_of_patron(self):
        return self.env.execute_query(SQL(
            "SELECT coalesce(sum(uses), 0) FROM library_usage WHERE patron_id = %s", self.patron.id))[0][0]

    def test_merges_become_final_and_forget(self):
        other = self.env["library.patron"].create({"name": "Lin Wei", "email": "linwei@patrons.test"})
        merge = self.env["library.patron.merge"]._merge(self.patron, other)
        self._analyse()
        self.assertEqual(merge.state, "done")
        merge.date_undo_until = self.env.cr.now() - timedelta(days=1)
        self.assertEqual(self._analyse()["merge_undo"], 1)
        self.assertEqual(merge.state, "closed")

    def test_a_de_identified_patron_is_in_no_merge(self):
        """Neither the record that was merged away nor the images of the merge keep the name."""
        other = self.env["library.patron"].create({"name": "Xiphias Quarrelsome", "email": "xq@patrons.test"})
        merge = self.env["library.patron.merge"]._merge(self.other_patron, other)
        self.other_patron._anonymise()
        self.assertTrue(other.is_anonymised)
        self.assertEqual(merge.state, "closed")
        self.assertFalse(merge.images)
        self.env.cr.execute("SELECT count(*) FROM res_partner WHERE name ILIKE '%%Quarrelsome%%'")
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_evidence_has_no_names_and_stays(self):
        self._analyse()
        self.Run._forget_retention()
        self.assertLessEqual(
            {field.type for field in self.Run._fields.values() if field.store},
            {"integer", "date", "datetime", "many2one", "selection"})
        self.assertEqual(self.Run._sentence_retention({"gone": 3}), "3 records went as their time was over.")
