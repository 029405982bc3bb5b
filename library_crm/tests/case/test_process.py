from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import LibraryCase


class ProcessCase(LibraryCase):
    """A service with a process of three steps, one of another department."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.process = cls.env["library.process"].create(
            {
                "name": "Maps",
                "step_ids": [
                    Command.create(values)
                    for values in (
                        {
                            "sequence": 10, "kind": "understand", "name": "Restate it", "hours": 2,
                            "portal_words": "We make sure that we understood you",
                            "check_ids": [Command.set(cls._check("need_confirmed").ids)],
                        },
                        {
                            "sequence": 20, "kind": "search", "name": "Search the map room", "hours": 4,
                            "portal_words": "We search for you", "team_id": cls.other_team.id,
                            "check_ids": [Command.set(cls._check("search_logged", "hits_judged").ids)],
                        },
                        {
                            "sequence": 30, "kind": "verify", "name": "Ask whether it helped", "is_optional": True,
                            "portal_words": "We ask whether it helped",
                            "check_ids": [Command.set(cls._check("outcome_asked").ids)],
                        },
                    )
                ],
            }
        )
        cls.service = cls.env["library.service"].create(
            {"name": "Old maps", "team_id": cls.team.id, "process_id": cls.process.id, "is_published": True}
        )

    @classmethod
    def _check(cls, *codes):
        return cls.env["library.process.check"].search([("code", "in", codes)])

    def _room(self, **values):
        case = self._case(service_id=self.service.id, **values)
        return case._ensure_workroom()


@tagged("post_install", "-at_install")
class TestProcess(ProcessCase):
    """Feature: 22.1, 21.2"""

    def test_a_case_gets_copies_of_the_steps(self):
        """Steps with team, hours and checks; the team that has one takes part. Feature: 22.1"""
        room = self._room()
        self.assertEqual(room.step_ids.mapped("name"), ["Restate it", "Search the map room", "Ask whether it helped"])
        self.assertEqual(room.step_ids.mapped("team_id"), self.team | self.other_team)
        self.assertEqual(room.step_ids[1].hours, 4)
        self.assertEqual(room.team_ids, self.team | self.other_team)
        self.assertTrue(room.step_ids[1].with_user(self.colleague).has_access("write"))
        self.assertEqual(room.step_ids[0].check_state, "missing")

    def test_no_process_no_steps(self):
        room = self._case()._ensure_workroom()
        self.assertFalse(room.step_ids)
        self.assertFalse(room.is_process_newer)

    def test_done_is_refused_while_a_check_misses(self):
        """By the button, by RPC, and not when it is skipped with a reason. Feature: 22.1"""
        room = self._room()
        first, search, _verify = room.step_ids
        with self.assertRaisesRegex(ValidationError, "confirmed the need"):
            first.with_user(self.librarian).action_done()
        with self.assertRaises(ValidationError):
            search.with_user(self.colleague).write({"state": "done"})
        room.case_id.need_ids._confirm()
        first.invalidate_recordset()
        first.with_user(self.librarian).action_done()
        self.assertEqual(first.state, "done")
        log = self.env["library.search.log"].with_user(self.colleague).create(
            {"workroom_id": room.id, "source": "Map room", "query": "harbour", "hits": 3, "kept": 1}
        )
        with self.assertRaisesRegex(ValidationError, "what was kept"):
            search.with_user(self.colleague).action_done()
        log.reason = "The only one before 1850"
        search.invalidate_recordset()
        search.with_user(self.colleague).action_done()
        self.assertEqual(search.state, "done")

    def test_skipping_needs_a_reason(self):
        step = self._room().step_ids[0]
        with self.assertRaises(ValidationError):
            step.write({"state": "skipped"})
        wizard = self.env["library.case.step.skip"].with_user(self.librarian)
        wizard.create({"step_id": step.id, "reason": "A guest who is gone"}).action_confirm()
        self.assertEqual((step.state, step.skip_reason), ("skipped", "A guest who is gone"))

    def test_stage_follows_the_steps_and_never_goes_back(self):
        room = self._room()
        case = room.case_id
        first, search, verify = room.step_ids
        first.action_start()
        self.assertEqual(case.stage_code, "understand")
        first.write({"state": "skipped", "skip_reason": "clear"})
        self.assertEqual(case.stage_code, "search")
        case.with_user(self.librarian)._answer("<p>Here.</p>")
        self.assertEqual(case.stage_code, "deliver")
        search.with_user(self.colleague).action_start()
        self.assertEqual(case.stage_code, "deliver", "an answered case does not fall back")
        search.write({"state": "skipped", "skip_reason": "found elsewhere"})
        verify.action_start()
        self.assertEqual(case.stage_code, "verify")

    def test_bar_shows_steps_before_and_after_the_work_began(self):
        case = self._case(service_id=self.service.id).with_user(self.librarian)
        before = case.get_process()
        self.assertEqual((before["is_begun"], len(before["steps"])), (False, 3))
        self.assertFalse(case.workroom_ids, "looking makes nothing")
        case.action_open_workroom()
        after = case.get_process()
        self.assertTrue(after["is_begun"])
        self.assertEqual(after["steps"][0]["missing"], self._check("need_confirmed").mapped("name"))
        with self.assertRaises(AccessError):
            case.with_user(self.portal_user).get_process()
        with self.assertRaises(AccessError):
            case.with_user(self.colleague).get_process()

    def test_patron_reads_the_same_stages_in_plain_words(self):
        case = self._case(service_id=self.service.id)
        words = ["We make sure that we understood you", "We search for you", "We ask whether it helped"]
        self.assertEqual([stage["name"] for stage in case.sudo()._portal_path()], words)
        room = case._ensure_workroom()
        room.step_ids[0].write({"state": "skipped", "skip_reason": "SECRET reason", "result": "SECRET result"})
        path = case.sudo()._portal_path()
        self.assertEqual([stage["state"] for stage in path], ["done", "current", "todo"])
        self.assertTrue(path[1]["date"])
        self.assertNotIn("SECRET", str(path))
        case._close("met")
        self.assertEqual({stage["state"] for stage in case.sudo()._portal_path()}, {"done"})

    def test_template_changed_under_running_cases(self):
        """Part H: running cases keep their steps; taking the new ones over is a decision that shows what changes."""
        room = self._room()
        first = room.step_ids[0]
        first.with_user(self.librarian).action_start()
        version = self.process.version
        steps = self.process.step_ids
        self.process.write(
            {
                "step_ids": [
                    Command.update(steps[0].id, {"name": "Restate it in writing"}),
                    Command.update(steps[1].id, {"name": "Search map room and archive"}),
                    Command.delete(steps[2].id),
                    Command.create({"sequence": 40, "kind": "deliver", "name": "Deliver"}),
                ]
            }
        )
        self.assertEqual(self.process.version, version + 1)
        self.assertEqual(room.step_ids.mapped("name"), ["Restate it", "Search the map room", "Ask whether it helped"])
        room.invalidate_recordset()
        self.assertTrue(room.with_user(self.librarian).is_process_newer)
        wizard = self.env["library.workroom.process"].with_user(self.librarian).create({"workroom_id": room.id})
        for words in ("Search map room and archive", "Deliver", "Left out: Ask whether it helped"):
            self.assertIn(words, wizard.difference)
        self.assertNotIn("in writing", wizard.difference, "somebody has begun that step")
        wizard.action_take_over()
        self.assertEqual(room.step_ids.sorted("sequence").mapped("name"),
                         ["Restate it", "Search map room and archive", "Deliver"])
        self.assertFalse(room.is_process_newer)
        with self.assertRaises(UserError):
            room._take_over_process()

    def test_process_and_service_deleted_in_the_middle(self):
        room = self._room()
        self.service.process_id = False
        self.process.unlink()
        self.assertEqual(len(room.step_ids), 3)
        self.assertFalse(room.is_process_newer)
        self.assertEqual(len(room.case_id.with_user(self.librarian).get_process()["steps"]), 3)

    def test_service_corrected_before_and_after_the_work_began(self):
        case = self._case()
        room = case._ensure_workroom()
        case.with_user(self.librarian).service_id = self.service
        self.assertEqual(len(room.step_ids), 3)
        room.step_ids[0].action_start()
        other = self.env["library.service"].create({"name": "Other", "process_id": self.process.copy().id})
        case.service_id = other
        self.assertEqual(room.process_id, self.process, "work that somebody began stays")
        self.assertTrue(room.is_process_newer)

    def test_handed_over_steps_go_along(self):
        room = self._room()
        room.step_ids[0].user_id = self.librarian
        room.case_id._transfer(self.other_team, "theirs")
        self.assertEqual(room.step_ids.team_id, self.other_team)
        self.assertFalse(room.step_ids[0].user_id)

    def test_closing_says_why_steps_are_left_out(self):
        room = self._room()
        case = room.case_id.with_user(self.librarian)
        close = Form(self.env["library.case.close"].with_user(self.librarian).with_context(default_case_id=case.id))
        self.assertIn("Restate it", close.open_steps)
        self.assertNotIn("Ask whether it helped", close.open_steps, "this one may be left out")
        close.steps_reason = "The patron found it"
        close.save().action_close()
        self.assertEqual(set(room.step_ids.mapped("state")), {"skipped"})
        self.assertEqual(set(room.step_ids.mapped("skip_reason")), {"The patron found it"})
        refused = self._room().case_id.with_user(self.librarian)
        wizard = self.env["library.case.close"].with_user(self.librarian).create(
            {"case_id": refused.id, "resolution": "met", "read_level": "2"}
        )
        with self.assertRaises(UserError):
            wizard.action_close()

    def test_asking_whether_it_helped_is_one_mail(self):
        room = self._room()
        case = room.case_id
        before = self.mails.search([])
        case.with_user(self.librarian).action_ask_outcome()
        mails = self._outgoing(before)
        self.assertEqual(len(mails), 1)
        self.assertIn("#result", mails.body_html)
        self.assertEqual(case.stage_code, "verify")
        self.assertIn("outcome_asked", room._process_facts()[room.id])

    def test_only_leads_change_processes(self):
        with self.assertRaises(AccessError):
            self.process.with_user(self.librarian).write({"name": "x"})
        self.process.with_user(self.staff["lead"]).write({"name": "Maps and plans"})
        self.assertEqual(self.process.copy().name, "Maps and plans (copy)")

    def test_ready_made_processes(self):
        """Each kind of service that is worth it has a process whose steps the patron can read. Feature: 22.1"""
        kinds = {"reference", "subject_search", "novelty", "citation", "document", "purchase", "training", "complaint"}
        services = self.env["library.service"].search([("code", "!=", False), ("process_id", "!=", False)])
        self.assertGreaterEqual(set(services.mapped("kind")), kinds)
        for process in services.process_id:
            with self.subTest(process=process.name):
                self.assertEqual(process.version, 1)
                self.assertTrue(all(step.portal_words for step in process.step_ids))
                found = process.step_ids.mapped("kind")
                self.assertEqual((found[0], found[-1]), ("understand", "verify"))

    def test_the_bar_costs_the_same_for_few_and_many_steps(self):
        few, many = self._room(), self._room()
        for number in range(20):
            many.step_ids[:1].copy({"workroom_id": many.id, "name": f"More {number}"})
        counts = []
        for room in (few, many):
            case = room.case_id.with_user(self.librarian)
            case.get_process()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            case.get_process()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)
