from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .use_common import LibraryUseCase


@tagged("post_install", "-at_install")
class TestSegmentRules(LibraryUseCase):
    """Feature: 13.1"""

    def test_a_rule_counts_live_and_lets_in(self):
        doctoral = self._patrons(3, degree_stage="doctoral")
        self._patrons(2, degree_stage="bachelor")
        form = Form(self.Segment.with_user(self.staff["lead"]))
        form.name = "Doctoral"
        form.domain = "[('degree_stage', '=', 'doctoral')]"
        self.assertEqual(form.live_count, 3)
        form.domain = "[('degree_stage', 'in', ['doctoral', 'bachelor'])]"
        self.assertEqual(form.live_count, 5)
        form.domain = "[('degree_stage', '=', 'doctoral')]"
        segment = form.save()
        self.assertEqual(segment.member_ids.patron_id, doctoral)

    def test_a_rule_may_look_at_figures_of_those_who_let_us_count(self):
        often, seldom, silent = self._patrons(3)
        self._use(often | silent, months=8)
        self._use(seldom, months=2)
        silent._withdraw("counts")
        self._run("facts")
        segment = self.Segment.create({"name": "Often", "domain": "[('fact_ids.visit_days_year', '<', 99)]"})
        self.assertIn(often, segment.member_ids.patron_id)
        self.assertNotIn(silent, segment.member_ids.patron_id)

    def test_each_change_of_the_rule_is_a_new_version(self):
        segment = self.Segment.create({"name": "A", "domain": "[('degree_stage', '=', 'master')]"})
        self.assertEqual(segment.version, 1)
        segment.write({"name": "Masters"})
        self.assertEqual(segment.version, 1)
        segment.domain = "[('degree_stage', '=', 'doctoral')]"
        self.assertEqual(segment.version, 2)
        segment.domain = "[('degree_stage', '=', 'doctoral')]"
        self.assertEqual(segment.version, 2)

    def test_what_a_rule_may_not_look_at_is_refused(self):
        """The list of members would tell everybody who reads segments."""
        for rule in (
            "[('date_of_birth', '!=', False)]",
            "[('is_restricted', '=', True)]",
            "[('case_ids.name', 'ilike', 'divorce')]",
            "[('need_ids', 'any', [('statement', 'ilike', 'divorce')])]",
            "[('identity_ids.value', '=', 'x')]",
            "[('message_ids.body', 'ilike', 'x')]",
            "[('partner_id.user_ids.password', '!=', False)]",
            "[('fact_ids', 'any', [('patron_id.date_of_birth', '<', '2010-01-01')])]",
        ):
            with self.subTest(rule=rule), self.assertRaises(ValidationError):
                self.Segment.create({"name": "No", "domain": rule})

    def test_a_rule_that_cannot_be_read_is_refused_and_never_run(self):
        for rule in (
            "__import__('os').system('x')",
            "[('nothing', '=', 1)]",
            "[(",
            "[('id', 'any!', [])]",
            "'x'",
            "[1]",
        ):
            with self.subTest(rule=rule), self.assertRaises(ValidationError):
                self.Segment.create({"name": "No", "domain": rule})

    def test_the_form_says_what_is_wrong(self):
        segment = self.Segment.new({"name": "x", "kind": "rule", "domain": "[('case_ids.name', '=', 'x')]"})
        self.assertIn("case_ids.name", segment.rule_problem)

    def test_another_institution_is_never_counted_in(self):
        company = self.env["res.company"].create({"name": "Another library"})
        here = self._patrons(1, degree_stage="postdoc")
        self._patrons(1, degree_stage="postdoc", company_id=company.id)
        segment = self.Segment.create({"name": "Postdocs", "domain": "[('degree_stage', '=', 'postdoc')]"})
        self.assertEqual(segment.member_ids.patron_id, here)
        self._run("segments")
        self.assertEqual(segment.member_ids.patron_id, here)
        stranger = new_test_user(
            self.env,
            "test_elsewhere_lead",
            groups="library_crm.group_library_lead",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        for record in (segment, segment.member_ids, segment.snapshot_ids):
            self.assertFalse(record.with_user(stranger).has_access("read"))

    def test_only_leads_write_rules_and_the_desk_sees_no_segment(self):
        segment = self.Segment.create({"name": "A", "domain": "[]"})
        with self.assertRaises(AccessError):
            segment.with_user(self.staff["relations"]).write({"domain": "[('active', '=', True)]"})
        with self.assertRaises(AccessError):
            segment.with_user(self.staff["relations"]).action_refresh()
        for person in (self.librarian, self.portal_user):
            with self.subTest(person=person.login), self.assertRaises(AccessError):
                segment.with_user(person).read(["name"])
            with self.subTest(person=person.login), self.assertRaises(AccessError):
                segment.with_user(person).get_page("profile")
        with self.assertRaises(AccessError):
            self.patron.with_user(self.librarian).read(["segment_ids"])
        with self.assertRaises(AccessError):
            self.env["library.patron"].with_user(self.librarian).search([("segment_ids", "in", segment.ids)])
