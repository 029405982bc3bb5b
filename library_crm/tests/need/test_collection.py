from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestCollection(LibraryCase):
    """What the collection lacks, and what was decided about it. Feature: P5, 23.3"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Need, cls.Task = cls.env["library.need"], cls.env["library.collection.task"]
        cls.env["library.resource"].search([]).active = False
        cls.Need.search([]).active = False
        cls.Task.search([]).unlink()
        subject = cls.env["library.subject"]
        cls.wide = subject.create({"name": "Wide", "code": "ZZ", "scheme": "clc"})
        cls.left, cls.right = subject.create([
            {"name": "Left", "code": "ZZ1", "scheme": "clc", "parent_id": cls.wide.id},
            {"name": "Right", "code": "ZZ2", "scheme": "clc", "parent_id": cls.wide.id},
        ])

    def _needs(self, subject, count, **values):
        return self.Need.create([
            {"name": f"Need {number}", "subject_ids": [Command.link(subject.id)], **values} for number in range(count)
        ])

    def _lacking(self):
        return self.Need.search(self.Need._domain_lacking())

    def test_list_of_needs_without_a_resource(self):
        needs = self._needs(self.left, 2)
        settled = self._needs(self.left, 1)
        settled._settle("met")
        unmet = self._needs(self.right, 1)
        unmet._settle("unmet", "no_source")
        self.Need.create({"name": "Without class"})
        self.assertEqual(self._lacking(), needs | unmet)
        self.assertEqual(set(needs.mapped("has_resource")), {False})
        self.assertEqual(needs.main_class_id, self.wide)
        resource = self.env["library.resource"].create({"name": "Shelf", "coverage_ids": self.left.ids})
        self.assertEqual(self._lacking(), unmet)
        resource.coverage_ids = self.wide
        needs.invalidate_recordset(["has_resource"])
        self.assertFalse(self._lacking(), "a resource covers what is below its classes")
        self.assertTrue(needs[0].has_resource)
        resource.active = False
        self.assertEqual(self._lacking(), needs | unmet)

    def test_a_resource_of_another_institution_covers_nothing_here(self):
        other = self.env["res.company"].create({"name": "Another library"})
        self.env["library.resource"].create({
            "name": "Theirs", "coverage_ids": self.left.ids, "company_id": other.id,
        })
        self.assertFalse(self._needs(self.left, 1).has_resource)

    def test_three_needs_in_one_class_open_a_task(self):
        self._needs(self.left, 2)
        self.assertFalse(self.Task._open_from_needs(self.company))
        third = self._needs(self.left, 1)
        third._settle("unmet", "no_access")
        task = self.Task._open_from_needs(self.company)
        self.assertEqual((task.subject_id, task.need_count), (self.left, 3))
        self.assertFalse(self.Task._open_from_needs(self.company), "run again, it adds nothing")
        fourth = self._needs(self.left, 1)
        self.Task._open_from_needs(self.company)
        self.assertIn(fourth, task.need_ids)
        self.assertEqual(fourth.task_ids, task)

    def test_the_narrowest_class_that_brings_them_together(self):
        self._needs(self.left, 2)
        self._needs(self.right, 1)
        self.assertEqual(self.Task._open_from_needs(self.company).subject_id, self.wide)

    def test_old_needs_open_no_task(self):
        needs = self._needs(self.left, 3)
        old = fields.Datetime.now() - timedelta(days=91)
        self.env.cr.execute("UPDATE library_need SET create_date = %s WHERE id = %s", (old, needs[0].id))
        self.env.invalidate_all()
        self.assertFalse(self.Task._open_from_needs(self.company))

    def test_decided_is_decided(self):
        needs = self._needs(self.left, 3)
        task = self.Task._open_from_needs(self.company).with_user(self.staff["steward"])
        with self.assertRaises(ValidationError):
            task.action_decide()
        task.write({"decision": "ill", "reason": "Two partners have it."})
        task.action_decide()
        self.assertEqual((task.state, task.user_id), ("decided", self.staff["steward"]))
        with self.assertRaises(UserError):
            task.action_decide()
        # the moment of the decision is that of the transaction, as the needs' is: move the needs before it
        self.env.cr.execute(
            "UPDATE library_need SET create_date = create_date - interval '1 day' WHERE id = ANY(%s)", (needs.ids,)
        )
        self.env.invalidate_all()
        self.assertFalse(self.Task._open_from_needs(self.company))
        task.action_reopen()
        self.assertEqual(task.state, "open")

    def test_whoever_gets_a_task_is_told(self):
        task = self.Task.create({"subject_id": self.left.id})
        task.user_id = self.staff["steward"]
        self.assertEqual(task.activity_ids.user_id, self.staff["steward"])

    def test_no_way_in_for_patrons(self):
        task = self.Task.create({"subject_id": self.left.id})
        with self.assertRaises(AccessError):
            task.with_user(self.portal_user).read(["reason"])


@tagged("post_install", "-at_install")
class TestPurchaseSuggestion(LibraryCase):
    """Feature: P5"""

    def _suggest(self, **values):
        return self.env["library.purchase.suggestion"].create({
            "name": "Maps of the delta", "patron_id": self.patron.id, **values,
        })

    def test_the_patron_is_told_of_each_decision(self):
        before = self.mails.search([])
        suggestion = self._suggest().with_user(self.librarian)
        suggestion.action_accept()
        suggestion.action_arrive()
        mails = self._outgoing(before)
        self.assertEqual(len(mails), 2)
        self.assertEqual(set(mails.mapped("email_to")), {self.patron.partner_id.email_formatted})
        self.assertTrue(all("auto-generated" in mail.headers for mail in mails))
        bodies = " ".join(mails.mapped("body_html"))
        self.assertIn("We are going to buy it.", bodies)
        self.assertIn("It has arrived", bodies)
        with self.assertRaises(UserError):
            suggestion.action_accept()

    def test_a_no_needs_a_reason_that_the_patron_reads(self):
        suggestion = self._suggest().with_user(self.librarian)
        before = self.mails.search([])
        with self.assertRaises(ValidationError):
            suggestion.action_decline()
        suggestion.decision_reason = "Three copies stand next door."
        suggestion.action_decline()
        self.assertIn("Three copies stand next door.", self._outgoing(before).body_html)

    def test_without_a_patron_nobody_is_written_to(self):
        before = self.mails.search([])
        self._suggest(patron_id=False).action_accept()
        self.assertFalse(self._outgoing(before))

    def test_from_a_need_and_from_a_case(self):
        case = self._case()
        for record in (case, case.need_ids):
            values = self.env["library.purchase.suggestion"].with_user(self.librarian).with_context(
                **record.with_user(self.librarian).action_suggest_purchase()["context"]
            ).create({"name": "Atlas"})
            self.assertEqual((values.patron_id, values.need_ids), (self.patron, case.need_ids))
        with self.assertRaises(AccessError):
            case.with_user(self.portal_user).action_suggest_purchase()

    def test_patrons_see_their_own(self):
        own, foreign = self._suggest(), self._suggest(patron_id=self.other_patron.id)
        found = self.env["library.purchase.suggestion"].with_user(self.portal_user)._portal_own()
        self.assertEqual(found & (own | foreign), own)
        with self.assertRaises(AccessError):
            own.with_user(self.portal_user).read(["name"])
