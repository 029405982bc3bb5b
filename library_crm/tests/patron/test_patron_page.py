from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import LibraryCase

SIGNED = """Where do I find early maps?

--\x20
Wei Lin
Department of Marine Biology
Tel: +44 20 7946 0958
"""


@tagged("post_install", "-at_install")
class TestPatronPage(LibraryCase):
    """What a librarian sees of a patron, and who sees less. Feature: 12.1"""

    def lines(self, user, patron=None):
        (patron or self.patron).invalidate_recordset()
        return (patron or self.patron).with_user(user).timeline_ids

    # timeline

    def test_the_timeline_holds_all_channels(self):
        """Feature: 12.1, P9"""
        case = self._case(user_id=self.librarian.id)
        case.with_user(self.librarian)._answer("Here they are.")
        self._receive(self._mail(
            sender=self.patron.email, subject=f"Re [{case._token()}]", to="ask-test@library.test", text="Thank you"))
        self.env["library.interaction"].create(
            {"patron_id": self.patron.id, "user_id": self.librarian.id, "note": "Showed the map room"}
        )
        event = self.env["event.event"].create({
            "name": "Finding maps", "date_begin": datetime(2026, 5, 4, 9), "date_end": datetime(2026, 5, 4, 10),
        })
        self.env["event.registration"].create({"event_id": event.id, "partner_id": self.patron.partner_id.id})
        self.patron._give("outreach")
        lines = self.lines(self.librarian)
        told = {line.kind: line.summary for line in lines}
        self.assertEqual(
            set(told), {"case_opened", "case_answered", "messages", "contact", "need", "event", "consent_given"}
        )
        self.assertIn(case.name, told["case_opened"])
        self.assertEqual(told["contact"], "Showed the map room")
        self.assertEqual(told["event"], "Finding maps")
        self.assertEqual(told["consent_given"], "News and invitations")
        self.assertEqual(lines.filtered(lambda line: line.kind == "messages").amount, 1)
        self.assertEqual(lines.mapped("date"), sorted(lines.mapped("date"), reverse=True))
        self.assertEqual(len(set(lines.ids)), len(lines))
        opened = lines.filtered(lambda line: line.kind == "case_opened").action_open()
        self.assertEqual((opened["res_model"], opened["res_id"]), ("library.case", case.id))

    def test_a_case_of_another_team_shows_its_team_only(self):
        """Feature: 12.1, 21.2"""
        self._case(name="Private matter", team=self.other_team)
        (line,) = self.lines(self.librarian).filtered(lambda one: one.kind == "case_opened")
        self.assertEqual(line.summary, "A case with Interlibrary loan")
        self.assertFalse(line.is_open_to_me)
        self.assertFalse(line.action_open())
        shown = str(self.lines(self.librarian).read()) + str(
            self.env["library.patron.timeline"].with_user(self.librarian).formatted_read_group(
                [("patron_id", "=", self.patron.id)], ["kind", "team_id"], ["__count"])
        )
        self.assertNotIn("Private matter", shown)
        (seen,) = self.lines(self.colleague).filtered(lambda one: one.kind == "case_opened")
        self.assertIn("Private matter", seen.summary)

    def test_steps_of_the_lifecycle_are_for_who_looks_after_relations(self):
        """Feature: P6, 12.1"""
        self.env["library.lifecycle.transition"].create({
            "patron_id": self.patron.id, "company_id": self.company.id, "date": "2026-05-01", "from_stage": "active",
            "to_stage": "at_risk", "reason_code": "x",
        })
        (line,) = self.lines(self.staff["relations"])
        self.assertEqual((line.kind, line.summary), ("lifecycle", "At risk"))
        self.assertFalse(self.lines(self.librarian))

    def test_queries_do_not_grow_with_the_cases(self):
        """Feature: 12.1"""
        spec = {"kind": {}, "summary": {}, "is_open_to_me": {}, "date": {}, "user_id": {"fields": {"display_name": {}}}}
        page = {
            "owner_id": {"fields": {"display_name": {}}}, "preference_chips": {}, "case_count": {}, "reach": {},
            "timeline_ids": {"fields": spec, "limit": 20}, "proposal_words": {}, "relationship_id": {"fields": {}},
            "case_ids": {"fields": {"name": {}, "stage_code": {}, "team_id": {"fields": {"display_name": {}}}},
                         "limit": 20},
        }

        def queries(patron):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            patron.with_user(self.librarian).web_read(page)
            return self.env.cr.sql_log_count - before

        self._case()
        for _number in range(25):
            self._case(patron=self.other_patron, user_id=self.librarian.id)
        queries(self.other_patron)
        few = queries(self.other_patron)
        for number in range(40):
            self._case(patron=self.other_patron, user_id=self.librarian.id, name=f"Question {number}")
        self.assertLessEqual(queries(self.other_patron), few)

    # proposals

    def signed_case(self):
        return self._receive(self._mail(SIGNED, sender=f"Wei <{self.patron.email}>"))

    def test_a_signature_proposes_and_changes_nothing(self):
        """Feature: 11.7"""
        case = self.signed_case()
        self.assertEqual(case.patron_id, self.patron)
        proposals = self.patron.proposal_ids
        self.assertEqual(
            {(one.field_name, one.value, one.source) for one in proposals},
            {("phone", "+44 20 7946 0958", "mail"), ("affiliation_id", "Department of Marine Biology", "mail")},
        )
        self.assertIn("Tel:", proposals.filtered(lambda one: one.field_name == "phone").evidence)
        self.assertEqual(proposals.message_id, case.message_ids.sorted("id")[:1])
        self.assertFalse(self.patron.phone)
        self.assertEqual(self.patron.with_user(self.librarian).waiting_proposal_count, 2)
        self.assertIn("+44 20 7946 0958", self.patron.with_user(self.librarian).proposal_words)
        self.signed_case()
        self.assertEqual(self.patron.proposal_ids, proposals)

    def test_accepting_keeps_the_message_as_origin(self):
        """Feature: 11.7"""
        self.signed_case()
        phone = self.patron.proposal_ids.filtered(lambda one: one.field_name == "phone").with_user(self.librarian)
        phone.action_accept()
        self.assertEqual(self.patron.phone, "+44 20 7946 0958")
        origin = self.patron.provenance["phone"]
        self.assertEqual((origin[0], origin[1], origin[3]), ("mail", phone.message_id.id, True))
        self.assertEqual((phone.state, phone.user_id), ("accepted", self.librarian))
        unit = self.patron.proposal_ids.filtered(lambda one: one.field_name == "affiliation_id")
        with self.assertRaises(UserError):
            unit.with_user(self.librarian).action_accept()
        unit.affiliation_id = self.env["library.affiliation"].create({"name": "Biology"})
        unit.with_user(self.librarian).action_accept()
        self.assertEqual(self.patron.affiliation_id.name, "Biology")

    def test_what_was_ignored_does_not_ask_again(self):
        """Feature: 11.7"""
        self.signed_case()
        self.patron.proposal_ids.with_user(self.librarian).action_ignore()
        self.signed_case()
        self.assertEqual(self.patron.proposal_ids.mapped("state"), ["ignored", "ignored"])
        self.assertFalse(self.patron.phone)

    def test_a_stranger_in_the_thread_proposes_nothing(self):
        """Feature: 11.7; hazards: mail"""
        case = self._case()
        self._receive(self._mail(SIGNED, sender="x@evil.test", subject=f"Re [{case._token()}]"))
        self.assertFalse(self.patron.proposal_ids)

    # preferences

    def test_preferences_stand_as_chips_where_somebody_serves(self):
        """Feature: 11.5"""
        self.patron.write({
            "depth": "full", "help_style": "teach", "accessibility": "<b>Step-free</b>", "preferred_channel": "phone",
            "quiet_from": 22, "quiet_to": 7.5, "date_pause_until": fields.Date.today() + timedelta(days=3),
        })
        chips = str(self.patron.with_user(self.librarian).preference_chips)
        for word in ("The full documents", "Show me how", "&lt;b&gt;Step-free&lt;/b&gt;", "Phone", "Quiet from 22:00 to"
                     " 7:30", "No contact before"):
            with self.subTest(word=word):
                self.assertIn(word, chips)
        case = self._case(user_id=self.librarian.id)
        self.assertEqual(str(case.with_user(self.librarian).patron_preference_chips), chips)
        answer = self.env["library.case.answer"].with_user(self.librarian).new({"case_id": case.id})
        self.assertIn("Show me how", str(answer.patron_preference_chips))
        for view in ("library_case_view_form", "library_case_answer_view_form"):
            arch = self.env[self.env.ref(f"library_crm.{view}").model].get_view(
                self.env.ref(f"library_crm.{view}").id, "form")["arch"]
            self.assertIn("patron_preference_chips", arch)

    def test_quiet_hours_move_a_message_past_the_night(self):
        """Feature: 11.5"""
        self.patron.write({"tz": "UTC", "quiet_from": 22, "quiet_to": 7.5})
        night = datetime(2026, 11, 3, 23, 15)
        self.assertEqual(self.patron._next_contact(night), datetime(2026, 11, 4, 7, 30))
        self.assertEqual(self.patron._next_contact(datetime(2026, 11, 3, 6)), datetime(2026, 11, 3, 7, 30))
        noon = datetime(2026, 11, 3, 12)
        self.assertEqual(self.patron._next_contact(noon), noon)
        self.patron.write({"quiet_from": 12, "quiet_to": 13})
        self.assertEqual(self.patron._next_contact(noon), datetime(2026, 11, 3, 13))
        self.assertEqual(self.patron._next_contact(night), night)

    def test_only_who_agreed_and_asked_for_no_pause_is_reachable(self):
        """Feature: 11.5"""
        Patron = self.env["library.patron"]
        both = Patron._domain_reachable() & fields.Domain("id", "in", (self.patron | self.other_patron).ids)
        self.assertFalse(Patron.search(both))
        (self.patron | self.other_patron)._give("outreach")
        self.assertEqual(Patron.search(both), self.patron | self.other_patron)
        self.patron.date_pause_until = fields.Date.today() + timedelta(days=1)
        self.assertEqual(Patron.search(both), self.other_patron)

    # who writes

    def test_librarians_keep_names_and_addresses(self):
        """Feature: 11.2"""
        Patron = self.env["library.patron"].with_user(self.librarian)
        self.assertFalse(self.env["res.partner"].with_user(self.librarian).has_access("write"))
        new, other = Patron.create([{"name": "Zhang San", "email": "zhang@patrons.test"}, {"name": "Li Si"}])
        self.assertEqual((new.name, new.identity_ids.value, other.name), ("Zhang San", "zhang@patrons.test", "Li Si"))
        new.write({"phone": "020 7946 0958", "email": "san@patrons.test", "note": "Rings at noon"})
        self.assertEqual((new.phone, new.email, new.note), ("020 7946 0958", "san@patrons.test", "Rings at noon"))
        self.assertIn("san@patrons.test", new.identity_ids.filtered("is_primary").mapped("value"))

    def test_librarians_write_nothing_else_of_a_contact(self):
        """Feature: 11.2, 21.2"""
        patron = self.patron.with_user(self.librarian)
        for values in ({"vat": "x"}, {"is_company": True}, {"phone": "1", "comment": "x"}, {"user_ids": []}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                patron.write(values)
        with self.assertRaises(AccessError):
            self.env["library.patron"].with_user(self.librarian).create({"name": "x", "vat": "x"})
        colleague = self.env["library.patron"].create({"partner_id": self.staff["manager"].partner_id.id})
        with self.assertRaises(AccessError):
            colleague.with_user(self.librarian).write({"email": "stolen@patrons.test"})
        with self.assertRaises(AccessError):
            self.patron.with_user(self.portal_user).write({"phone": "1"})
        with self.assertRaises(AccessError):
            self.patron.with_user(self.staff["privacy"]).write({"phone": "1"})

    # zones

    SENSITIVE = (
        "date_of_birth", "gender", "guardian_name", "guardian_relation", "contact_person", "alternate_address",
        "is_restricted", "restriction_note", "ils_staff_note", "ils_attributes",
    )

    def test_sensitive_facts_are_closed_whichever_way_one_asks(self):
        """Feature: 12.1, 21.2"""
        self.patron.write({"guardian_name": "Lin Senior", "date_of_birth": "2015-01-01", "is_restricted": True})
        staff = self.librarian | self.staff["relations"] | self.colleague
        staff.group_ids += self.env.ref("base.group_allow_export")
        for user in staff | self.portal_user:
            patron = self.patron.with_user(user)
            known = patron.fields_get()
            for name in self.SENSITIVE:
                with self.subTest(user=user.login, field=name):
                    self.assertNotIn(name, known)
                    with self.assertRaises(AccessError):
                        patron.read([name])
                    with self.assertRaises(AccessError):
                        patron.search([(name, "!=", False)])
                    with self.assertRaises(AccessError):
                        patron.web_read({name: {}})
                    if user in staff:
                        with self.assertRaises(AccessError):
                            patron.export_data([name])
                    with self.assertRaises(AccessError):
                        patron.search([], order=f"{name} desc")
            with self.assertRaises(AccessError):
                patron.formatted_read_group([], ["guardian_name"], ["__count"])
            with self.assertRaises(AccessError):
                patron.write({"guardian_name": "x"})
        arch = self.env["library.patron"].with_user(self.librarian).get_view(
            self.env.ref("library_crm.library_patron_view_form").id, "form")["arch"]
        self.assertNotIn("guardian_name", arch)
        self.assertNotIn("sensitive_zone", arch)
        self.librarian.group_ids += self.env.ref("library_crm.group_library_sensitive")
        self.assertEqual(self.patron.with_user(self.librarian).guardian_name, "Lin Senior")

    def test_the_form_opens_for_every_role(self):
        """Feature: 12.1"""
        form = self.env.ref("library_crm.library_patron_view_form")
        for role in ("librarian", "relations", "manager", "privacy"):
            with self.subTest(role=role):
                Patron = self.env["library.patron"].with_user(self.staff[role])
                Patron.get_views([(form.id, "form")])
                arch = Patron.get_view(form.id, "form")["arch"]
                for page in ("overview", "timeline", "relations", "consents"):
                    self.assertIn(f'name="{page}"', arch)
                self.assertEqual('name="traits"' in arch, role in ("relations", "manager"))

    def test_patrons_read_no_fields_of_staff(self):
        """Feature: 12.1, 21.1"""
        known = self.patron.with_user(self.portal_user).fields_get()
        for name in ("provenance", "relationship_ids", "relation_ids", "owner_id", "proposal_ids", "timeline_ids",
                     "consent_ids", "project_member_ids", "stale_facts", "preference_chips", "membership_state"):
            with self.subTest(field=name):
                self.assertNotIn(name, known)

    def test_the_membership_says_when_it_ends(self):
        """Feature: 12.1"""
        today = fields.Date.today()
        for days, state in ((-1, "ended"), (0, "ends"), (30, "ends"), (31, "valid")):
            self.patron.date_expiry = today + timedelta(days=days)
            self.assertEqual(self.patron.membership_state, state)
        self.patron.date_expiry = False
        self.assertFalse(self.patron.membership_state)

    def test_a_project_keeps_its_people_and_order(self):
        """Feature: 11.4"""
        project = self.env["library.patron.project"].with_user(self.librarian).create({
            "name": "Tides", "member_ids": [
                Command.create({"patron_id": patron.id}) for patron in (self.patron | self.other_patron)],
        })
        self.assertEqual(project.patron_ids, self.patron | self.other_patron)
        found = self.env["library.patron.project"].search([("patron_ids", "in", self.patron.ids)])
        self.assertIn(project, found)
