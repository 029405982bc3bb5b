from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.library_crm.lib.form_input import FormRefused

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestPanel(LibraryCase):
    """Feature: 17.3"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["library.panel"].search([]).unlink()
        cls.panel = cls.env["library.panel"].create({"name": "What matters this year", "pick_count": 3})
        cls.panel.action_open()
        cls.items = cls.panel.item_ids[:4]
        cls.people = [cls.portal_user, cls.other_portal_user] + [
            new_test_user(cls.env, f"panel_{number}", groups="base.group_portal", email=f"panel{number}@patrons.test")
            for number in range(4)
        ]

    def _as(self, user):
        return self.env["library.panel"].with_user(user)

    def _join(self, count=6):
        for user in self.people[:count]:
            self._as(user)._portal_join()

    def _form(self, *weights):
        return {f"item_{item.id}": str(weight) for item, weight in zip(self.items, weights, strict=False)}

    def _jury_case(self):
        case = self._case(self.other_patron, user_id=self.librarian.id, name="Amara Obi asks for maps")
        case.with_user(self.librarian)._answer("<p>Amara, the maps lie in the archive.</p>")
        return self.env["library.panel.case"].create({"panel_id": self.panel.id, "source_id": case.id})

    def test_who_joins_votes_and_changes_the_vote(self):
        self._join(1)
        self._join(1)
        self.assertEqual(self.panel.member_count, 1)
        self._as(self.portal_user)._portal_vote(self._form(3, 2))
        self._as(self.portal_user)._portal_vote(self._form(1))
        votes = self.env["library.panel.vote"].search([("panel_id", "=", self.panel.id)])
        self.assertEqual([(vote.item_id, vote.weight) for vote in votes], [(self.items[0], 1)])

    def test_broken_votes_change_nothing(self):
        self._join(1)
        for form in ({}, self._form(1, 1, 1, 1), self._form(4), {"item_999999": "3"}, {"item_x": "1"}):
            with self.subTest(form=form), self.assertRaises(FormRefused):
                self._as(self.portal_user)._portal_vote(form)
        with self.assertRaises(FormRefused):
            self._as(self.other_portal_user)._portal_vote(self._form(3))
        self.assertFalse(self.env["library.panel.vote"].search([("panel_id", "=", self.panel.id)]))

    def test_the_votes_of_five_become_weights(self):
        self._join(5)
        for user in self.people[:5]:
            self._as(user)._portal_vote(self._form(3, 1))
        self.panel.action_close()
        self.assertEqual(self.panel.line_ids.item_id, self.items[:2])
        self.assertEqual([line.points for line in self.panel.line_ids], [15, 5])
        self.assertEqual(self.panel.line_ids.mapped("weight"), [0.75, 0.25])
        self.panel.action_survey()
        self.assertEqual(self.panel.gap_id.item_ids, self.items[:2])

    def test_the_votes_of_four_are_told_to_nobody(self):
        self._join(4)
        for user in self.people[:4]:
            self._as(user)._portal_vote(self._form(3, 1))
        self.panel.action_close()
        self.assertFalse(self.panel.line_ids)
        with self.assertRaises(UserError):
            self.panel.action_survey()

    def test_results_weigh_what_is_found_as_the_panel_said(self):
        self._join(5)
        for user in self.people[:5]:
            self._as(user)._portal_vote(self._form(3, 1))
        self.panel.action_close()
        self.panel.action_survey()
        values = {"gap_id": self.panel.gap_id.id, "kind": "item", "group_kind": "all", "n": 9}
        self.env["library.gap.result"].create([
            {**values, "item_id": self.items[0].id, "perceived": 8.0},
            {**values, "item_id": self.items[1].id, "perceived": 4.0},
        ])
        self.assertAlmostEqual(self.panel._weighted_found(), 7.0)
        with self.assertRaises(UserError):
            self.panel.action_publish()
        self.panel.actions = "More quiet places."
        self.panel.action_publish()
        shown = self._as(self.env.ref("base.public_user"))._portal_results()["panels"]
        self.assertEqual([one["panel"] for one in shown], self.panel.ids and [self.panel.sudo()])

    def test_the_jury_sees_a_case_without_people_and_with_consent_alone(self):
        self._join(6)
        case = self._jury_case()
        for name in ("Amara", "Obi", "Test librarian"):
            self.assertNotIn(name, f"{case.question} {case.answer}")
        page = self._as(self.portal_user)._portal_page()
        self.assertFalse(page["jury"])
        with self.assertRaises(FormRefused):
            self._as(self.portal_user)._portal_judge({"case": str(case.id), "grade": "5"})
        case.action_ask()
        self.assertEqual(case.consent, "asked")
        self.assertFalse(self._as(self.portal_user)._portal_page()["jury"])
        with self.assertRaises(UserError):
            case.question = "Another text than the patron was asked about"
        case.invitation_id._portal_take({"jury": "1"})
        self.assertEqual([one for one, _verdict in self._as(self.portal_user)._portal_page()["jury"]], [case.sudo()])
        for number, user in enumerate(self.people):
            self._as(user)._portal_judge({"case": str(case.id), "grade": "4" if number else "1"})
        self._as(self.people[0])._portal_judge({"case": str(case.id), "grade": "4"})
        case.invalidate_recordset()
        self.assertEqual((case.verdict_count, case.grade), (6, 4.0))
        case.invitation_id._portal_take({"jury": "0"})
        self.assertFalse(self._as(self.portal_user)._portal_page()["jury"])

    def test_few_verdicts_are_told_to_nobody(self):
        self._join(4)
        case = self._jury_case()
        case.action_ask()
        case.invitation_id._portal_take({"jury": "1"})
        for user in self.people[:4]:
            self._as(user)._portal_judge({"case": str(case.id), "grade": "1"})
        case.invalidate_recordset()
        self.assertEqual((case.verdict_count, case.grade), (0, 0))

    def test_a_forgotten_patron_takes_the_case_and_the_name_along(self):
        self._join(2)
        case = self._jury_case()
        case.action_ask()
        case.invitation_id._portal_take({"jury": "1"})
        self.other_patron._anonymise()
        self.assertEqual(case.consent, "refused")
        self.assertFalse(case.question or case.answer or case.source_id)
        self.assertNotIn(self.other_patron, self.panel.sudo().member_ids.patron_id)
        self.assertEqual(self.panel.member_count, 2)

    def test_nobody_sees_who_votes_for_what(self):
        self._join(2)
        for model in ("library.panel.member", "library.panel.vote", "library.panel.verdict"):
            for user in (self.staff["manager"], self.librarian, self.portal_user, self.env.ref("base.public_user")):
                with self.subTest(model=model, user=user.login), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
        with self.assertRaises(AccessError):
            self.panel.with_user(self.portal_user).action_close()
        with self.assertRaises(AccessError):
            self.panel.with_user(self.librarian).action_close()

    def test_who_leaves_takes_the_votes_along(self):
        self._join(2)
        self._as(self.portal_user)._portal_vote(self._form(3))
        self._as(self.portal_user)._portal_leave()
        self.assertEqual(self.panel.member_count, 1)
        self.assertFalse(self.env["library.panel.vote"].search([("panel_id", "=", self.panel.id)]))


@tagged("post_install", "-at_install")
class TestInstrumentPages(HttpCase, LibraryCase):
    """The pages of gap survey, paired review, panel and jury. Feature: 17.1, 17.3; X13"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["library.panel"].search([]).unlink()
        cls.panel = cls.env["library.panel"].create({"name": "What matters this year"})
        cls.panel.action_open()
        cls.gap = cls.env["library.gap.survey"].create({"name": "Spring"})
        cls.gap.action_open()

    def _token(self, url):
        page = self.url_open(url)
        self.assertEqual(page.status_code, 200)
        return page.text.split('name="csrf_token" value="')[1].split('"')[0]

    def test_a_scanner_that_opens_the_link_stores_nothing(self):
        invitation = self.env["library.evaluation.invitation"]._invite("gap", [self.gap._row(self.patron.id)], 100)
        for _time in range(3):
            page = self.url_open(f"/library/answer/{invitation.token}")
            self.assertEqual(page.status_code, 200)
            self.assertNotIn(self.patron.name, page.text)
        self.assertEqual(invitation.state, "sent")
        self.assertFalse(self.env["library.gap.answer"].search([("gap_id", "=", self.gap.id)]))

    def test_rating_without_script(self):
        invitation = self.env["library.evaluation.invitation"]._invite("gap", [self.gap._row(self.patron.id)], 100)
        url = f"/library/answer/{invitation.token}"
        question = invitation._gap_questions()[0]
        form = {f"{name}_{question.id}": value for name, value in
                (("minimum", "4"), ("desired", "8"), ("perceived", "6"))}  # fmt: skip
        page = self.url_open(url, data={**form, "csrf_token": self._token(url), "words": "More <b>light</b>"})
        self.assertEqual(page.status_code, 200)
        invitation.invalidate_recordset()
        self.assertEqual(invitation.state, "answered")
        row = self.env["library.gap.answer"].search([("gap_id", "=", self.gap.id)])
        self.assertEqual((row.minimum, row.desired, row.perceived), (4, 8, 6))
        self.assertNotIn("<b>light</b>", self.url_open(url).text)

    def test_the_panel_on_the_portal(self):
        self.assertIn("/web/login", self.url_open("/my/panel").url)
        self.authenticate("test_patron", "test_patron")
        self.url_open("/my/panel/join", data={"csrf_token": self._token("/my/panel")})
        self.assertEqual(self.panel.member_count, 1)
        item = self.panel.item_ids[0]
        page = self.url_open("/my/panel/vote", data={"csrf_token": self._token("/my/panel"), f"item_{item.id}": "3"})
        self.assertEqual(page.status_code, 200)
        refused = self.url_open("/my/panel/vote", data={"csrf_token": self._token("/my/panel")})
        self.assertEqual(refused.status_code, 422)
        self.assertEqual(self.url_open("/my/panel/vote").status_code, 405)
        self.assertEqual(self.panel.sudo().member_ids.vote_ids.item_id, item)

    def test_results_are_public(self):
        self.panel.write({"state": "published", "actions": "More quiet places."})
        page = self.url_open("/library/results")
        self.assertEqual(page.status_code, 200)
        self.assertIn("More quiet places.", page.text)

    def test_the_form_of_a_paired_review(self):
        self.company.library_paired_share = 100
        case = self._case(user_id=self.librarian.id)
        case._close("met")
        case._ask_rating()
        invitation = self.env["library.evaluation.invitation"].search([("case_id", "=", case.id)])
        url = f"/library/answer/{invitation.token}"
        self.assertEqual(self.url_open(url, data={"csrf_token": self._token(url)}).status_code, 422)
        page = self.url_open(url, data={
            "csrf_token": self._token(url), "found": "1", "content": "4", "understood": "2", "reason_late": "1",
        })
        self.assertEqual(page.status_code, 200)
        review = self.env["library.paired.review"].search([("case_id", "=", case.id)])
        self.assertEqual((review.patron_found, review.patron_satisfied, review.has_reasons), ("1", 4, True))
