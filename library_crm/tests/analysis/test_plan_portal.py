from unittest.mock import patch

from odoo.tests import tagged

from ..case.portal_common import SCRIPTS, LibraryPortalCase
from .test_plan import PlanCase


@tagged("post_install", "-at_install", "library_portal")
class TestPlanPortal(LibraryPortalCase, PlanCase):
    """The patron's page of a plan. Feature: 24.3, 24.4, 24.5, 24.2"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._plan()
        cls.plan.action_give()
        cls.page = f"/my/plans/{cls.plan.id}"
        cls.line = cls.plan.line_ids.filtered(lambda line: line.article_id == cls.guide)
        cls.other_plan = cls.env["library.plan"].create({"name": "Plan of Amara", "patron_id": cls.other_patron.id})
        cls.other_plan._build()
        cls.other_plan.action_give()

    def act(self, verb, page=None, **form):
        return self.post(f"{page or self.page}/{verb}", form)

    def test_the_page_shows_steps_with_reasons(self):
        self.login(self.portal_user)
        text = self.get(self.page).text
        for words in (self.guide.name, "How sure", "One useful thing more", self.beside.name, "Tell us whether it"):
            self.assertIn(words, text)
        self.assertIn("Trials of nursing", self.get("/my/plans").text)
        self.assertNotIn("Plan of Amara", self.get("/my/plans?filterby=all").text)

    def test_ticking_and_taking_it_back(self):
        self.login(self.portal_user)
        self.act("tick", line_id=self.line.id, done="yes")
        self.assertTrue(self.line.is_ticked and self.line.date_decided)
        self.assertEqual((self.plan.ticked_count, self.plan.state), (1, "given"))
        self.act("tick", line_id=self.line.id, done="no")
        self.assertFalse(self.line.is_ticked)
        for line in self.plan.line_ids.filtered(lambda line: not line.is_extra):
            self.act("tick", line_id=line.id, done="yes")
        self.assertEqual(self.plan.state, "done")
        self.act("tick", line_id=self.line.id, done="no")
        self.assertEqual(self.plan.state, "given")

    def test_other_facts_make_it_anew(self):
        self.login(self.portal_user)
        self.act("tick", line_id=self.line.id, done="yes")
        self.act(
            "change", lang="zh_CN", depth="pointer", ability="expert", degree_stage="doctoral",
            date_deadline="2032-01-31", keep="yes", patron_id=self.other_patron.id, state="draft",
        )  # fmt: skip
        self.assertEqual((self.plan.lang, self.plan.depth), ("zh_CN", "pointer"))
        self.assertEqual(str(self.plan.date_deadline), "2032-01-31")
        self.assertEqual((self.patron.depth, self.patron.ability), ("pointer", "expert"))
        self.assertEqual((self.plan.patron_id, self.plan.state), (self.patron, "given"))
        self.assertTrue(self.line.exists().is_ticked, "what was ticked stays")
        documents = self.plan.line_ids.filtered(lambda line: line._get_document() and not line.is_extra)
        self.assertEqual(len(documents), 2)

    def test_a_wrong_date_loses_nothing(self):
        self.login(self.portal_user)
        before = self.facts(self.plan)
        response = self.act("change", lang="zh_CN", date_deadline="next week")
        self.assertEqual(response.status_code, 422)
        self.assertIn("year-month-day", response.text)
        self.assertIn("next week", response.text)
        self.assertEqual(self.facts(self.plan), before)

    def test_something_else_instead(self):
        self.plan.depth = "pointer"
        self.plan._build()
        line = self.plan.line_ids.filtered("alternative_refs")
        first, other = line._get_document(), line._find_others()[0][1]
        self.login(self.portal_user)
        self.assertIn(other.name, self.get(self.page).text)
        for place in ("0", "9", "x", ""):
            self.act("choose", line_id=line.id, place=place)
            self.assertEqual(line._get_document(), first)
        self.act("choose", line_id=line.id, place="1")
        self.assertEqual((line._get_document(), line.is_swapped), (other, True))
        self.assertIn(first, [document for _place, document in line._find_others()], "and back again")

    def test_the_thing_more_can_be_sent_away_for_good(self):
        extra = self.plan.line_ids.filtered("is_extra")
        self.login(self.portal_user)
        self.act("extra", line_id=self.line.id, answer="never")
        self.assertTrue(self.patron.wants_extras, "only what is an extra")
        self.act("extra", line_id=extra.id, answer="yes")
        self.assertEqual((extra.welcome, extra.is_hidden), ("yes", False))
        self.act("extra", line_id=extra.id, answer="never")
        self.assertEqual((extra.welcome, extra.is_hidden, self.patron.wants_extras), ("no", True, False))
        self.assertNotIn(self.beside.name, self.get(self.page).text)

    def test_with_and_without_what_helped_others(self):
        self._serve(self._readers(5), article_ids=self.guide.ids)
        self.plan._build()
        self.login(self.portal_user)
        words = "5 people with questions like yours"
        self.assertIn(words, self.get(self.page).text)
        self.act("compare", use="off")
        self.assertFalse(self.plan.uses_similar or self.line.exists().match_people)
        self.assertNotIn(words, self.get(self.page).text)
        self.act("compare", use="on")
        self.assertIn(words, self.get(self.page).text)
        self.patron._withdraw("counts")
        text = self.get(self.page).text
        self.assertNotIn(words, text)
        self.assertIn("Your plan is complete without it", text)
        self.act("compare", use="on")
        self.assertFalse(self.plan.uses_similar, "the patron's switch for all counts more")

    def test_a_solution_of_the_plan_and_no_other(self):
        self.login(self.portal_user)
        url = f"{self.page}/solutions"
        self.assertIn(self.shared.name, self.get(f"{url}/{self.shared.id}").text)
        target = "odoo.addons.base.models.ir_actions_report.IrActionsReport._render_qweb_pdf"
        with patch(target, lambda *args, **kw: (b"%PDF-1.4", "pdf")):
            self.assertEqual(self.get(f"{url}/{self.shared.id}/pdf").content, b"%PDF-1.4")
        for number in (self.secret.id, 0, 2**40):
            self.assertEqual(self.get(f"{url}/{number}").status_code, 404)
            self.assertEqual(self.get(f"{url}/{number}/pdf").status_code, 404)
        self.shared.body = "<p>Now for Amara Obi</p>"
        self.assertEqual(self.get(f"{url}/{self.shared.id}").status_code, 404, "nobody has read it for that yet")

    def test_another_patrons_plan_is_out_of_reach(self):
        before = self.facts(self.other_plan), [self.facts(line) for line in self.other_plan.line_ids]
        foreign = self.other_plan.line_ids[:1]
        self.login(self.portal_user)
        page = f"/my/plans/{self.other_plan.id}"
        self.assertEqual(self.get(page).status_code, 404)
        self.assertEqual(self.get(f"{page}/solutions/{self.shared.id}").status_code, 404)
        for verb, form in self.forms(foreign).items():
            self.assertEqual(self.act(verb, page, **form).status_code, 404, verb)
            self.assertLess(self.act(verb, **form).status_code, 400, "a step of another plan is no step of this one")
        for line_id in ("0", "-1", "x", "1 OR 1=1", str(2**40), ""):
            self.assertLess(self.act("tick", line_id=line_id, done="yes").status_code, 400)
        after = self.facts(self.other_plan), [self.facts(line) for line in self.other_plan.line_ids]
        self.assertEqual(after, before)

    def forms(self, line):
        return {
            "tick": {"line_id": line.id, "done": "yes"},
            "choose": {"line_id": line.id, "place": "1"},
            "extra": {"line_id": line.id, "answer": "no"},
            "compare": {"use": "off"},
            "change": {"depth": "pointer"},
        }

    def test_nothing_changes_by_get_without_token_or_without_account(self):
        before = self.facts(self.plan), [self.facts(line) for line in self.plan.line_ids]
        self.login(self.portal_user)
        for verb, form in self.forms(self.line).items():
            self.assertIn(self.get(f"{self.page}/{verb}").status_code, (404, 405), verb)
            self.assertEqual(self.post(f"{self.page}/{verb}", form, csrf=False).status_code, 400, verb)
        self.login()
        self.assertIn("/web/login", self.get(self.page).headers["Location"])
        for verb, form in self.forms(self.line).items():
            self.assertNotEqual(self.act(verb, **form).status_code, 200)
        self.assertEqual((self.facts(self.plan), [self.facts(line) for line in self.plan.line_ids]), before)

    def test_by_the_link_of_the_mail(self):
        token = self.plan._portal_ensure_token()
        self.login()
        self.assertIn(self.guide.name, self.get(f"{self.page}?access_token={token}").text)
        self.act("tick", line_id=self.line.id, done="yes", access_token=token)
        self.assertTrue(self.line.is_ticked)
        self.assertEqual(self.act("tick", line_id=self.line.id, access_token=token[:-1] + "x").status_code, 404)

    def test_staff_look_and_do_not_decide(self):
        self.plan.user_id = self.librarian
        self.login(self.librarian)
        self.assertIn(self.guide.name, self.get(self.page).text)
        self.assertNotIn("Not for me", self.get(self.page).text)
        self.assertEqual(self.act("tick", line_id=self.line.id, done="yes").status_code, 403)
        self.assertFalse(self.line.is_ticked)

    def test_a_plan_in_work_is_nobodys_yet(self):
        self.plan.action_take_back()
        self.login(self.portal_user)
        self.assertEqual(self.get(self.page).status_code, 404)
        self.assertEqual(self.act("tick", line_id=self.line.id, done="yes").status_code, 404)
        token = self.plan._portal_ensure_token()
        self.assertEqual(self.get(f"{self.page}?access_token={token}").status_code, 404)
        self.assertNotIn(self.page, self.get(f"/my/cases/{self.case.id}").text)

    def test_the_case_leads_to_its_plan(self):
        self.login(self.portal_user)
        self.assertIn(self.page, self.get(f"/my/cases/{self.case.id}").text)
        colleague = self.env["library.case.participant"].create(
            {"case_id": self.case.id, "partner_id": self.other_portal_user.partner_id.id, "name": "Amara Obi",
             "email": "amara@patrons.test", "state": "accepted", "may_read": True}
        )  # fmt: skip
        self.case._update_readers()
        self.assertIn(colleague.partner_id, self.case.reader_partner_ids)
        self.login(self.other_portal_user)
        response = self.get(f"/my/cases/{self.case.id}")
        self.assertEqual(response.status_code, 200)
        self.assertNotIn(self.page, response.text, "a plan is for its patron, not for those who read the question")

    def test_what_staff_type_runs_nowhere(self):
        self.plan.intro = SCRIPTS[0]
        self.line.write({"name": SCRIPTS[1], "why": SCRIPTS[2], "alternatives": SCRIPTS[3], "limits": SCRIPTS[4]})
        self.login(self.portal_user)
        self.assertHarmless(self.get(self.page).text)

    def test_the_workroom_stays_out(self):
        room = self.case._ensure_workroom()
        room.with_user(self.librarian)._note("Secret of the workroom")
        self.plan._build()
        self.login(self.portal_user)
        for url in (self.page, f"/my/cases/{self.case.id}", f"{self.page}/solutions/{self.shared.id}"):
            self.assertNotIn("Secret of the workroom", self.get(url).text)
