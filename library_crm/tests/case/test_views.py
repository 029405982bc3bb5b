from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from ..common import ROLES, LibraryCase

CASE_LIST = {
    "name": {},
    "priority": {},
    "has_news": {},
    "is_overdue": {},
    "stage_code": {},
    "waits_for": {},
    "date_promised": {},
    "patron_id": {"fields": {"display_name": {}}},
    "team_id": {"fields": {"display_name": {}}},
    "user_id": {"fields": {"display_name": {}}},
    "stage_id": {"fields": {"display_name": {}}},
}
PATRON_LIST = {
    "name": {},
    "email": {},
    "lifecycle": {},
    "type_id": {"fields": {"display_name": {}}},
    "branch_id": {"fields": {"display_name": {}}},
}


@tagged("post_install", "-at_install")
class TestViews(LibraryCase):
    """Each screen opens for each role that has its menu, and costs the same whatever it shows."""

    def _actions(self):
        """Every window action of ours that opens a screen of its own."""
        data = self.env["ir.model.data"].search(
            [("module", "=", "library_crm"), ("model", "=", "ir.actions.act_window")]
        )
        return self.env["ir.actions.act_window"].browse(data.mapped("res_id"))

    def test_every_screen_opens_for_every_role_that_sees_its_menu(self):
        """Feature: X1"""
        opened = set()
        for role in ROLES:
            user = self.staff[role]
            menus = self.env["ir.ui.menu"].with_user(user)
            visible = menus.browse(menus._visible_menu_ids()).mapped("action")
            for action in self._actions().filtered(visible.__contains__):
                with self.subTest(role=role, action=action.name):
                    self._open(action, user)
                    opened.add((role, action.path))
        self.assertIn(("librarian", "library-cases"), opened)
        self.assertIn(("lead", "library-teams"), opened)
        self.assertIn(("privacy", "library-all-cases"), opened)
        self.assertNotIn(("librarian", "library-team-settings"), opened)

    def _open(self, action, user):
        """Load the views of an action and read its first rows, as the web client does."""
        model = self.env[action.res_model].with_user(user)
        kinds = [*action.view_mode.split(","), "search"]
        views = model.get_views([(False, kind) for kind in kinds], {"load_filters": True})
        for kind in kinds:
            self.assertIn(kind, views["views"])
        fields_ = set(views["models"][action.res_model]["fields"])
        self.assertTrue(fields_)
        domain = safe_eval(action.domain or "[]", {"uid": user.id})
        model.web_search_read(domain, {name: {} for name in ("display_name",)}, limit=10)

    def test_every_screen_has_a_path_and_says_what_to_do_when_it_is_empty(self):
        in_menus = self.env["ir.ui.menu"].search([]).mapped("action")
        ours = self._actions().filtered(lambda one: one in in_menus and one.res_model.startswith("library."))
        self.assertGreater(len(ours), 15)
        for action in ours:
            with self.subTest(action=action.name):
                self.assertRegex(action.path or "", r"^library-[a-z-]+$")
                self.assertIn("o_view_nocontent", action.help or "")

    def test_each_filter_of_the_queues_is_a_valid_question(self):
        """Feature: X1"""
        for model in ("library.case", "library.need", "library.patron", "library.case.step", "library.workroom",
                      "library.mail.held", "library.interaction", "library.service.log", "library.team"):
            arch = self.env[model].with_user(self.librarian).get_view(view_type="search")["arch"]
            for domain in self._domains(arch):
                with self.subTest(model=model, domain=domain):
                    records = self.env[model].with_user(self.librarian).search(
                        safe_eval(domain, {"uid": self.librarian.id}), limit=1
                    )
                    self.assertEqual(records._name, model)

    def _domains(self, arch):
        return [node.get("domain") for node in etree.fromstring(arch).iter("filter") if node.get("domain")]

    def test_my_queue_is_mine_and_what_nobody_in_my_teams_has(self):
        """Feature: X1"""
        mine = self._case(user_id=self.librarian.id)
        unclaimed = self._case()
        taken = self._case(user_id=self.staff["lead"].id)
        elsewhere = self._case(team=self.other_team)
        arch = self.env["library.case"].with_user(self.librarian).get_view(view_type="search")["arch"]
        queue = etree.fromstring(arch).find(".//filter[@name='queue']").get("domain")
        found = self.env["library.case"].with_user(self.librarian).search(safe_eval(queue, {"uid": self.librarian.id}))
        self.assertEqual(found & (mine | unclaimed | taken | elsewhere), mine | unclaimed)

    def test_a_case_is_typed_in_by_hand(self):
        """Feature: X2"""
        service = self.env["library.service"].create({"name": "Maps", "team_id": self.other_team.id})
        form = Form(self.env["library.case"].with_user(self.librarian))
        self.assertEqual(form.team_id, self.team)
        form.name = "Which maps show the old quay?"
        form.patron_id = self.patron
        case = form.save()
        self.assertEqual((case.stage_code, case.channel, case.company_id), ("new", "desk", self.team.company_id))
        self.assertTrue(case.date_promised and case.need_ids)
        form = Form(self.env["library.case"].with_user(self.staff["manager"]))
        form.name = "And these?"
        form.service_id = service
        self.assertEqual(form.team_id, self.other_team, "the service knows who answers")

    def test_a_privacy_officer_reads_cases_and_gets_no_button_that_changes_them(self):
        """Feature: X3"""
        views = self.env["library.case"].with_user(self.staff["privacy"]).get_view(view_type="form")["arch"]
        for verb in ("action_claim", "action_answer", "action_close_dialog", "action_reopen", "action_transfer"):
            self.assertNotIn(f'name="{verb}"', views)
        self.assertIn('name="name"', views)
        with self.assertRaises(AccessError):
            self.env["library.case.answer"].with_user(self.staff["privacy"]).create({"case_id": self._case().id})

    def test_staff_without_a_library_role_see_no_menu_of_ours(self):
        user = new_test_user(self.env, "test_outsider", groups="base.group_user")
        root = self.env.ref("library_crm.library_menu_root")
        self.assertNotIn(root.id, self.env["ir.ui.menu"].with_user(user)._visible_menu_ids())

    def test_the_panel_offers_librarians_their_own_teams_and_managers_every_team(self):
        def offered(user):
            found = self.env["library.case"].with_user(user).search_panel_select_range("team_id", expand=True)
            return {value["id"] for value in found["values"]}

        self.assertEqual(offered(self.librarian), {self.team.id})
        self.assertLessEqual({self.team.id, self.other_team.id}, offered(self.staff["manager"]))

    # What a screen costs

    def _queries(self, read, rows):
        """Queries of `read`, after a first reading has warmed what is shared by all pages."""
        read(rows)
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        found = read(rows)
        self.assertEqual(len(found["records"]), rows)
        return self.env.cr.sql_log_count - start

    def test_the_case_list_costs_the_same_for_few_and_many(self):
        """Feature: X1"""
        for number in range(40):
            self._case(name=f"Question {number}", patron=(self.patron, self.other_patron)[number % 2])
        Case = self.env["library.case"].with_user(self.librarian)

        def read(rows):
            return Case.web_search_read([("team_id", "=", self.team.id)], CASE_LIST, limit=rows)

        self.assertEqual(self._queries(read, 5), self._queries(read, 40))

    def test_the_patron_list_costs_the_same_for_few_and_many(self):
        """Feature: 12.1"""
        self.env["library.patron"].create(
            [{"name": f"Reader {number}", "email": f"reader{number}@patrons.test"} for number in range(40)]
        )
        Patron = self.env["library.patron"].with_user(self.librarian)

        def read(rows):
            return Patron.web_search_read([], PATRON_LIST, limit=rows)

        self.assertEqual(self._queries(read, 5), self._queries(read, 40))

    def test_the_dashboard_of_teams_costs_the_same_for_few_and_many(self):
        self.env["library.team"].create([{"name": f"Team {number}"} for number in range(20)])
        Team = self.env["library.team"].with_user(self.staff["lead"])
        figures = {name: {} for name in ("name", "open_count", "unclaimed_count", "overdue_count", "held_count")}

        def read(rows):
            return Team.web_search_read([], figures, limit=rows)

        self.assertEqual(self._queries(read, 5), self._queries(read, 15))

    # Buttons of the dashboard and of the one page about a patron

    def test_the_dashboard_leads_to_the_cases_it_counted(self):
        late = self._case(date_promised="2020-01-01 10:00:00")
        self._case(user_id=self.librarian.id)
        team = self.team.with_user(self.staff["lead"])
        self.assertEqual((team.open_count, team.unclaimed_count, team.overdue_count), (2, 1, 1))
        action = team.with_context(search_default_overdue=1).action_open_team_cases()
        self.assertEqual(action["context"]["search_default_overdue"], 1)
        found = self.env["library.case"].search([*action["domain"], ("is_overdue", "=", True)])
        self.assertEqual(found, late)
        held = team.action_open_team_held()
        self.assertEqual((held["res_model"], held["domain"]), ("library.mail.held", [("team_id", "=", self.team.id)]))

    def test_the_patrons_page_names_who_serves_them(self):
        """Feature: 12.1"""
        self._case(user_id=self.staff["lead"].id)
        self._case(user_id=self.librarian.id)
        closed = self._case(user_id=self.staff["steward"].id)
        closed._close("met")
        patron = self.patron.with_user(self.librarian)
        self.assertEqual(patron.owner_id, self.librarian)
        self.assertEqual((patron.case_count, patron.open_case_count), (3, 2))
        self.assertEqual(len(patron.action_open_cases()["domain"]), 1)
