from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Date
from odoo.tests import tagged

from .subject_common import LibrarySubjectCase


@tagged("post_install", "-at_install")
class TestSubjectDossier(LibrarySubjectCase):
    """What bears on a class, what was decided, and who hears of it. Feature: 5.7"""

    def _dossier(self, subject=None, **values):
        return self.env["library.subject.dossier"].create({"subject_id": (subject or self.wide).id, **values})

    def _decided(self, decision="borrow", **values):
        dossier = self._dossier(decision=decision, reason="Two partners have it.", **values)
        dossier.action_decide()
        return dossier

    def _holding(self, subject, titles, kind="book", day=None, **values):
        return self.env["library.holding.count"].create({
            "subject_id": subject.id, "titles": titles, "kind": kind, "date_counted": day or self.today, **values,
        })

    def test_the_figures_of_a_class_and_all_below_it(self):
        self._needs(self.crowd[:5], self.left, state="unmet")
        self._needs(self.crowd[5:10], self.right, state="met")
        self._use(self.crowd[:6], subject=self.right, uses=2, months=3)
        self._turned_away(self.left, 30)
        self._suggest(self.crowd[0], subject_id=self.left.id)
        self._holding(self.wide, 200, copies=300)
        dossier = self._dossier()
        self.assertEqual(
            [dossier.words_titles, dossier.words_copies, dossier.words_uses, dossier.words_needs, dossier.words_met,
             dossier.words_unmet, dossier.words_turned_away, dossier.words_suggestions],
            ["200", "300", "36", "10", "5", "5", "30", "1"])  # fmt: skip
        self.assertEqual((dossier.uses_per_title, dossier.met_share), (0.18, 0.5))
        self.assertEqual(dossier.need_ids.patron_id, self.crowd[:5], "needs that were met are not what it is about")
        self.assertEqual(len(dossier.suggestion_ids), 1)

    def test_hidden_below_five_and_not_to_be_found_by_subtraction(self):
        self._needs(self.crowd[:3], self.left, state="unmet")
        self._needs(self.crowd[3:12], self.right, state="met")
        figures = self._dossier().sudo().figures
        self.assertEqual(figures["needs"], 12)
        self.assertIsNone(figures["unmet"])
        self.assertIsNone(figures["met"], "all less the others is a figure too")
        self.assertIsNone(figures["met_share"])
        small = self._dossier(self.left)
        self.assertEqual(
            (small.words_people, small.words_needs, small.words_unmet), ("under 5", "under 5 people", "under 5 people"))

    def test_holdings_of_a_class_hold_what_is_below_it(self):
        self._holding(self.left, 40)
        self._holding(self.right, 60)
        self._holding(self.right, 7, kind="ebook")
        self.assertEqual(self._dossier().words_titles, "107", "nobody counted the class itself")
        self._holding(self.wide, 90, day=Date.subtract(self.today, days=3))
        self.assertEqual(self._dossier().words_titles, "97", "its own count of books holds the narrower ones")
        self._holding(self.wide, 95)
        self.assertEqual(self._dossier().words_titles, "102", "the last count is the one that holds")
        before = self._dossier(date_to=Date.subtract(self.today, days=1))
        self.assertEqual(before.words_titles, "90", "what was counted later was not known then")

    def test_holdings_typed_and_imported(self):
        typed = self._holding(self.left, 4)
        wizard = self.env["base_import.import"].create({
            "res_model": "library.holding.count", "file_type": "text/csv",
            "file": b"Class,Kind,Titles,Items,Counted on\nZZ1,Printed books,44,51,2024-01-31\n",
        })
        result = wizard.execute_import(
            ["subject_id", "kind", "titles", "copies", "date_counted"], ["", "", "", "", ""],
            {"quoting": '"', "separator": ",", "has_headers": True, "encoding": "utf-8"},
        )
        self.assertFalse(result["messages"])
        imported = self.env["library.holding.count"].search([("date_counted", "=", "2024-01-31")])
        self.assertEqual((imported.subject_id, imported.titles, imported.copies), (self.left, 44, 51))
        self.assertEqual((typed.source, imported.source), ("typed", "import"))

    def test_a_decision_has_a_reason_a_person_and_a_day(self):
        dossier = self._dossier().with_user(self.staff["steward"])
        with self.assertRaises(ValidationError):
            dossier.action_decide()
        dossier.write({"decision": "link", "reason": "It is open to everybody."})
        with self.assertRaises(ValidationError):
            dossier.action_decide()
        dossier.resource_id = self.env["library.resource"].create({"name": "Open archive", "url": "https://a.test"})
        dossier.action_decide()
        self.assertEqual((dossier.state, dossier.user_id), ("decided", self.staff["steward"]))
        self.assertTrue(dossier.date_decided)
        with self.assertRaises(UserError):
            dossier.action_decide()
        with self.assertRaises(UserError):
            dossier.reason = "Something else."
        with self.assertRaises(UserError):
            dossier.with_user(self.staff["manager"]).unlink()
        dossier.action_reopen()
        dossier.reason = "Something else."

    def test_figures_stay_as_they_were_when_it_was_decided(self):
        self._needs(self.crowd[:5], self.left, state="unmet")
        dossier = self._decided()
        self._needs(self.crowd[5:10], self.left, state="unmet")
        dossier.action_count()
        self.assertEqual(dossier.words_unmet, "5")
        dossier.action_reopen()
        dossier.action_count()
        self.assertEqual(dossier.words_unmet, "10")

    def test_patrons_are_told_once_each_of_the_own_needs(self):
        needs = self._needs(self.crowd[:3], self.left, state="unmet")
        needs[2].patron_id.partner_id.email = False
        second = self._needs(self.crowd[:1], self.right, state="unmet", name="Another need of the first")
        dossier = self._decided()
        before = self.mails.search([])
        with self.assertRaises(ValidationError):
            dossier.action_tell()
        dossier.patron_words = "Ask at the desk, it takes a week."
        dossier.with_user(self.staff["steward"]).action_tell()
        mails = self._outgoing(before)
        self.assertEqual(
            sorted(mails.mapped("email_to")), sorted(self.crowd[:2].partner_id.mapped("email_formatted")))
        mine = mails.filtered(lambda mail: mail.email_to == self.crowd[0].partner_id.email_formatted)
        for text in (needs[0].name, second.name, "Ask at the desk", "We can borrow it for you"):
            self.assertIn(text, mine.body_html)
        self.assertNotIn(needs[1].name, mine.body_html)
        self.assertNotIn(dossier.reason, mine.body_html, "why is for colleagues")
        self.assertEqual(dossier.told_count, 2)
        with self.assertRaises(UserError):
            dossier.action_tell()
        self.assertEqual(self._outgoing(before), mails)
        dossier.need_ids += self._needs(self.crowd[5:6], self.left, state="unmet")
        dossier.action_tell()
        self.assertEqual((self._outgoing(before) - mails).email_to, self.crowd[5].partner_id.email_formatted)

    def test_who_is_forgotten_is_not_told_and_leaves_a_number(self):
        self._needs(self.crowd[:2], self.left, state="unmet")
        dossier = self._decided(patron_words="It can be borrowed.")
        self.crowd[1]._anonymise()
        dossier.action_tell()
        self.crowd[0]._anonymise()
        told = self.env["library.subject.dossier.told"].search([("dossier_id", "=", dossier.id)])
        self.assertEqual((len(told), told.patron_id.ids), (1, []))

    def test_out_of_a_collection_task(self):
        task = self.env["library.collection.task"].create({"subject_id": self.left.id})
        action = task.with_user(self.staff["steward"]).action_dossier()
        dossier = self.env["library.subject.dossier"].browse(action["res_id"])
        self.assertEqual((dossier.task_id, dossier.subject_id), (task, self.left))
        self.assertEqual(task.action_dossier()["res_id"], dossier.id)

    def test_partners_that_cover_the_class(self):
        broad, narrow, _elsewhere = self.env["library.resource"].create([
            {"name": "Broad", "kind": "partner", "coverage_ids": self.wide.ids},
            {"name": "Narrow", "kind": "partner", "coverage_ids": self.left.ids},
            {"name": "Right", "kind": "partner", "coverage_ids": self.right.ids},
        ])
        dossier = self._dossier(self.left)
        self.assertEqual(dossier.partner_resource_ids, broad | narrow)
        self.assertEqual(dossier.figures["partners"], 2)

    def test_who_may_do_what(self):
        dossier = self._dossier()
        self.assertTrue(dossier.with_user(self.librarian).words_needs)
        for method in ("action_decide", "action_tell", "action_count", "action_reopen"):
            with self.assertRaises(AccessError):
                getattr(dossier.with_user(self.librarian), method)()
        with self.assertRaises(AccessError):
            dossier.with_user(self.portal_user).read(["reason"])
        with self.assertRaises(AccessError):
            self.env["library.subject.dossier.told"].with_user(self.staff["manager"]).search([])
        other = self.env["res.company"].create({"name": "Another library"})
        foreign = self._dossier(company_id=other.id)
        with self.assertRaises(AccessError):
            foreign.with_user(self.staff["steward"]).action_decide()

    def test_a_class_with_nothing_in_it(self):
        empty = self.env["library.subject"].create({"name": "空" * 60, "code": "=ZZ9", "scheme": "clc"})
        dossier = self._dossier(empty)
        self.assertEqual((dossier.words_titles, dossier.words_needs, dossier.uses_per_title), ("0", "0", 0))
        self.assertFalse(dossier.need_ids)
