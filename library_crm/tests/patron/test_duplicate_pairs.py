from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..common import LibraryCase

BORN = date(1990, 3, 7)


@tagged("post_install", "-at_install")
class TestDuplicatePairs(LibraryCase):
    """The list of possible duplicates. Feature: X11, 11.2"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Patron = cls.env["library.patron"]
        cls.one = Patron.create({"name": "Lena Fischbach", "date_of_birth": BORN, "email": "lena.f@patrons.test"})
        cls.two = Patron.create({"name": "FISCHBACH, Lena", "date_of_birth": BORN, "email": "fischer@patrons.test"})
        cls.Pair = cls.env["library.patron.duplicate"]

    def _analyse(self):
        cursor, done, total = None, 0, 1
        while done < total:
            cursor, done, total = self.Pair._analyse_duplicates(date.today(), cursor)
        return self._pair()

    def _pair(self):
        return self.Pair.search([("left_id", "=", self.one.id), ("right_id", "=", self.two.id)])

    def test_found_with_its_evidence(self):
        pair = self._analyse()
        self.assertEqual((pair.kind, pair.state), ("same_person", "open"))
        self.assertIn("same birth date", pair.evidence)
        self.assertNotIn("1990", pair.evidence)
        again = self._analyse()
        self.assertEqual(again, pair)

    def test_what_is_no_longer_so_goes_and_a_rebuild_gives_the_same(self):
        self._analyse()
        before = self.Pair.search([]).mapped(lambda pair: (pair.left_id.id, pair.right_id.id, pair.score, pair.state))
        self.Pair._forget_duplicates()
        self.assertFalse(self._pair())
        self._analyse()
        after = self.Pair.search([]).mapped(lambda pair: (pair.left_id.id, pair.right_id.id, pair.score, pair.state))
        self.assertEqual(before, after)
        self.two.date_of_birth = date(1971, 11, 24)
        self.assertFalse(self._analyse())

    def test_not_the_same_never_returns(self):
        pair = self._analyse()
        pair.with_user(self.staff["relations"]).action_not_the_same()
        self.Pair._forget_duplicates()
        self.assertEqual(self._analyse().state, "not_the_same")
        self.assertNotIn(self.two, self.one.lookalike_ids)
        pair.with_user(self.staff["relations"]).action_ask_again()
        self.assertEqual(pair.state, "open")

    def test_a_librarian_proposes_and_does_not_decide(self):
        patrons = (self.patron | self.other_patron).with_user(self.librarian)
        pair = self.Pair.browse(patrons.action_propose_duplicate()["res_id"])
        self.assertEqual(pair.proposed_by_id, self.librarian)
        self._analyse()
        self.assertTrue(pair.exists())
        for method in ("action_not_the_same", "action_ask_again"):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(pair.with_user(self.librarian), method)()
        with self.assertRaises(AccessError):
            pair.with_user(self.staff["relations"]).write({"state": "merged"})

    def test_a_family_is_told_as_a_shared_mailbox(self):
        for name in ("Ava Thompson", "Noah Thompson"):
            self.env["library.patron"].create({"name": name, "email": "thompson@patrons.test"})
        self._analyse()
        pair = self.Pair.search([("left_id.name", "=", "Ava Thompson")])
        self.assertEqual(pair.kind, "shared_mailbox")

    def test_a_new_patron_looks_like_a_known_one(self):
        """The form says so while somebody types, for a librarian who may not see birth dates, too."""
        form = Form(self.env["library.patron"].with_user(self.librarian))
        form.name = "Lena Fischbach"
        form.email = "lena.f@patrons.test"
        self.assertIn(self.one.id, form.lookalike_ids.ids)
        form.name = "Boris Fischer"
        self.assertNotIn(self.one.id, form.lookalike_ids.ids)
        swapped = self.env["library.patron"].new({"name": "Fischbach Lena", "date_of_birth": BORN})
        self.assertEqual(swapped.lookalike_ids._origin, self.one | self.two)
        other_day = self.env["library.patron"].new({"name": "Lena Fischbach", "date_of_birth": date(1961, 11, 24)})
        self.assertFalse(other_day.lookalike_ids)

    def test_institutions_are_not_mixed(self):
        company = self.env["res.company"].create({"name": "Another library"})
        stranger = self.env["library.patron"].create(
            {"name": "Lena Fischbach", "date_of_birth": BORN, "company_id": company.id})
        self._analyse()
        self.assertFalse(self.Pair.search(["|", ("left_id", "=", stranger.id), ("right_id", "=", stranger.id)]))
        self.assertNotIn(stranger, self.one.lookalike_ids)
