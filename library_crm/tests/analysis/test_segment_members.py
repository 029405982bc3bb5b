from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .use_common import LibraryUseCase


@tagged("post_install", "-at_install")
class TestSegmentMembers(LibraryUseCase):
    """Feature: 13.1, 13.3"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls._patrons(4, degree_stage="doctoral")
        cls.segment = cls.Segment.create(
            {
                "name": "Doctoral",
                "domain": "[('degree_stage', '=', 'doctoral')]",
                "user_id": cls.staff["lead"].id,
            }
        )

    def _members(self):
        self.segment.invalidate_recordset()
        return self.segment.member_ids.patron_id

    def test_membership_is_dated(self):
        leaver = self.people[0]
        later = self.today + timedelta(days=10)
        leaver.degree_stage = "postdoc"
        self._run("segments", as_of=later)
        self.assertEqual(self._members(), self.people - leaver)
        row = self.env["library.segment.member"].search([("patron_id", "=", leaver.id)])
        self.assertEqual((row.date_from, row.date_to, row.how, row.version), (self.today, later, "rule", 1))
        leaver.degree_stage = "doctoral"
        self._run("segments", as_of=later + timedelta(days=5))
        self.assertEqual(
            self.env["library.segment.member"].search_count([("patron_id", "=", leaver.id)]), 2, "history is kept"
        )

    def test_a_second_run_changes_nothing(self):
        before = self.env["library.segment.member"].search_read([], ["patron_id", "segment_id", "date_from", "date_to"])
        self._run("segments")
        self._run("segments")
        self.assertEqual(
            self.env["library.segment.member"].search_read([], ["patron_id", "segment_id", "date_from", "date_to"]),
            before,
        )

    def test_thrown_away_and_rebuilt_is_the_same(self):
        later = self.today + timedelta(days=3)
        self.people[0].degree_stage = "postdoc"
        newcomer = self._patrons(1, degree_stage="doctoral")
        self._run("segments", as_of=later)
        names = ["patron_id", "date_from", "date_to", "how", "version"]
        read = lambda: sorted(  # noqa: E731
            str([row[name] for name in names]) for row in self.env["library.segment.member"].search_read([], names)
        )
        before = read()
        self.Segment._forget_segments()
        self.assertNotIn(newcomer, self._members())
        self.assertIn(self.people[0], self._members(), "who left with the last run is back")
        self._run("segments", as_of=later)
        self.assertEqual(read(), before)

    def test_staff_fix_membership_and_the_patron_is_not_overruled(self):
        outsider = self._patrons(1, degree_stage="bachelor")
        relations = self.staff["relations"]
        Pin = self.env["library.segment.pin"].with_user(relations)
        Pin.create({"segment_id": self.segment.id, "patron_id": outsider.id, "direction": "in"})
        self.assertIn(outsider, self._members())
        member = self.segment.member_ids.filtered(lambda one: one.patron_id == self.people[1])
        member.with_user(relations).action_fix_out()
        self._run("segments")
        self.assertNotIn(self.people[1], self._members())
        self.assertIn(outsider, self._members())
        self.env["library.segment.pin"]._fix(self.segment, self.people[2], "out", "patron")
        Pin._fix(self.segment.with_user(relations), self.people[2], "in", "staff")
        self.assertNotIn(self.people[2], self._members())

    def test_members_by_hand(self):
        segment = self.Segment.create(
            {"name": "Friends", "kind": "hand", "pin_ids": [Command.create({"patron_id": self.patron.id})]}
        )
        self.assertEqual(segment.member_ids.patron_id, self.patron)
        self.assertEqual(segment.member_ids.how, "hand")
        segment.pin_ids.unlink()
        self.assertFalse(segment.member_ids)

    def test_playbook_comes_on_entering_and_goes_on_leaving(self):
        service = self.env["library.service"].create({"name": "Thesis consultation"})
        own_task = self.people[0].activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.librarian.id, summary="Call back"
        )
        self.segment.playbook_ids = [
            Command.create({"kind": "service", "service_id": service.id}),
            Command.create({"kind": "activity", "note": "Say hello", "user_id": self.librarian.id}),
        ]
        self._run("segments")
        patron = self.people[0]
        self.assertEqual(set(patron.suggestion_ids.mapped("kind")), {"service", "activity"})
        task = patron.activity_ids.filtered(lambda activity: activity.summary == "Say hello")
        self.assertEqual(task.user_id, self.librarian)
        taken = patron.suggestion_ids.filtered(lambda one: one.kind == "service")
        taken.with_user(self.staff["relations"]).action_take()
        patron.degree_stage = "postdoc"
        self._run("segments", as_of=self.today + timedelta(days=1))
        self.assertFalse(task.exists(), "a task that nobody did goes")
        self.assertTrue(own_task.exists(), "what the playbook did not set stays")
        log = self.env["library.segment.suggestion"].search([("patron_id", "=", patron.id)])
        self.assertEqual(dict(log.mapped(lambda one: (one.kind, one.state))), {"service": "taken", "activity": "ended"})
        self.assertEqual(set(log.mapped("date_to")), {self.today + timedelta(days=1)})

    def test_a_crowd_is_one_task(self):
        self._patrons(45, degree_stage="doctoral")
        self.segment.playbook_ids = [Command.create({"kind": "activity", "note": "Say hello"})]
        self._run("segments")
        tasks = self.env["mail.activity"].search([("summary", "=", "Say hello")])
        self.assertEqual((len(tasks), tasks.res_model), (1, "library.segment"))

    def test_a_large_change_is_told_once(self):
        self._patrons(26, degree_stage="doctoral")
        self._run("segments")
        self.assertEqual(self.segment.snapshot_ids.size, 30)
        self.env["library.patron"].search([("degree_stage", "=", "doctoral")], limit=12).degree_stage = "alumni"
        next_quarter = self.today + timedelta(days=92)
        self._run("segments", as_of=next_quarter)
        self._run("segments", as_of=next_quarter + timedelta(days=1))
        told = self.segment.activity_ids
        self.assertEqual((len(told), told.user_id), (1, self.staff["lead"]))
        self.assertIn("-40", told.note)

    def test_a_broken_rule_changes_nothing_and_is_told(self):
        self.env.cr.execute(
            "UPDATE library_segment SET domain = %s WHERE id = %s", ["[('gone', '=', 1)]", self.segment.id]
        )
        self.segment.invalidate_recordset()
        self._run("segments")
        self.assertEqual(self._members(), self.people)
        self.assertEqual(self.segment.activity_ids.user_id, self.staff["lead"])

    def test_a_batch_done_twice_is_a_batch_done_once(self):
        """A run that was killed after its batch and before the cursor was kept begins with the same cursor."""
        self.people[0].degree_stage = "postdoc"
        later = self.today + timedelta(days=1)
        cursor, _done, total = self.Segment._analyse_segments(later, None)
        self.assertEqual(self.Segment._analyse_segments(later, None)[0], cursor)
        self.assertGreaterEqual(total, 1)
        self._run("segments", as_of=later)
        self.assertEqual(self._members(), self.people[1:])

    def test_switching_counting_off_ends_membership_by_behaviour_at_once(self):
        self._use(self.people, months=4)
        self._run("facts")
        behaviour = self.Segment.create({"name": "Users", "domain": "[('fact_ids.uses_year', '>', 0)]"})
        self.assertEqual(behaviour.member_ids.patron_id, self.people)
        self.people[0]._withdraw("counts")
        rows = self.env["library.segment.member"].search([("patron_id", "=", self.people[0].id)])
        self.assertEqual(rows.segment_id, self.segment, "who somebody is stays, what somebody does goes")
