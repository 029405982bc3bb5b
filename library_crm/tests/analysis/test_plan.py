from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..common import LibraryCase


class PlanCase(LibraryCase):
    """A patron with a question, and what the library knows for people of that kind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["library.article"].search([])._transition({"state": "archived"})
        cls.env["library.solution"].search([]).write({"state": "draft"})
        cls.env["library.resource"].search([]).active = False
        cls.env["library.case"].search([]).active = False
        cls.medicine = cls.env.ref("library_crm.subject_clc_r")
        cls.history = cls.env.ref("library_crm.subject_clc_k")
        cls.student = cls.env["library.patron.type"].create({"name": "Researcher"})
        cls.patron.write({"type_id": cls.student.id, "degree_stage": "doctoral", "lang": "en_US"})
        cls.guide = cls._article("How to search for trials of nursing", cls.medicine)
        cls.stage_guide = cls._article("Search strategy for a medical thesis", cls.medicine, degree_stage="doctoral")
        cls.chinese = cls._article("循证护理检索", cls.medicine, lang="zh_CN")
        cls.staff_only = cls._article("What staff know of medicine", cls.medicine, visibility="staff")
        cls.foreign_kind = cls._article("Medicine for beginners", cls.medicine, degree_stage="school")
        cls.beside = cls._article("Writing a thesis without fear", cls.history, degree_stage="doctoral")
        cls.shared = cls._solution("Trials of nursing compared", is_shared=True)
        cls.secret = cls._solution("Trials of nursing, for Amara Obi")
        cls.need = cls.env["library.need"].create(
            {"name": "Trials of nursing", "statement": "I need trials of nursing", "patron_id": cls.patron.id,
             "subject_ids": cls.medicine.ids, "date_deadline": "2031-05-01", "depth": "full"}
        )  # fmt: skip
        cls.case = cls._case(need_ids=cls.need.ids, user_id=cls.librarian.id)

    @classmethod
    def _article(cls, name, subject, **values):
        article = cls.env["library.article"].create({"name": name, "subject_ids": subject.ids, **values})
        article._transition({"state": "published", "verifier_id": cls.staff["steward"].id})
        return article

    @classmethod
    def _solution(cls, name, is_shared=False, **values):
        solution = cls.env["library.solution"].create(
            {"name": name, "subject_ids": cls.medicine.ids, "value_kind": "comparison", "state": "final", **values}
        )
        if is_shared:
            solution.action_share()
        return solution

    @classmethod
    def _plan(cls, case=None, **values):
        Plan = cls.env["library.plan"]
        plan = Plan.create({**Plan._prepare_from_case(case or cls.case), **values})
        plan._build()
        return plan

    @classmethod
    def _readers(cls, count, interests=True, **values):
        """Patrons of the same kind who let us count, and classes be used."""
        patrons = cls.env["library.patron"].create(
            [
                {"name": f"Zzreader {number}", "type_id": cls.student.id, "degree_stage": "doctoral", **values}
                for number in range(count)
            ]
        )
        if interests:
            patrons._give("interests")
        return patrons

    @classmethod
    def _serve(cls, patrons, confirmation="confirmed", **values):
        """Solved cases of these patrons about the same matter, each with its log."""
        cases = cls.env["library.case"].browse()
        for patron in patrons:
            need = cls.env["library.need"].create(
                {"name": "Trials", "patron_id": patron.id, "subject_ids": cls.medicine.ids}
            )
            cases |= cls._case(patron=patron, need_ids=need.ids, **values)
        cases._close("met")
        cases.write({"confirmation": confirmation})
        return cases

    def _documents(self, plan):
        return [line._get_document() for line in plan.line_ids if line._get_document()]

    def _line(self, plan, document):
        return plan.line_ids.filtered(lambda line: line._get_document() == document)


@tagged("post_install", "-at_install")
class TestPlan(PlanCase):
    """From knowledge for a kind of patron to a plan for one. Feature: 24.1, 24.3, 24.4, 24.5"""

    def test_the_plan_takes_what_the_patron_said(self):
        plan = self._plan()
        self.assertEqual((plan.degree_stage, plan.type_id, plan.depth), ("doctoral", self.student, "full"))
        self.assertEqual((str(plan.date_deadline), plan.subject_ids), ("2031-05-01", self.medicine))
        self.assertEqual(plan.name, "Trials of nursing")

    def test_a_plan_begun_on_a_form_knows_the_patron_too(self):
        with Form(self.env["library.plan"]) as form:
            form.name = "Trials"
            form.patron_id = self.patron
        plan = form.record
        self.assertEqual((plan.degree_stage, plan.type_id, plan.uses_similar), ("doctoral", self.student, True))

    def test_it_offers_what_is_for_this_kind_of_patron_and_may_be_read(self):
        found = self._documents(self._plan())
        for document in (self.guide, self.stage_guide, self.shared):
            self.assertIn(document, found)
        for document in (self.staff_only, self.foreign_kind, self.secret):
            self.assertNotIn(document, found)

    def test_what_was_made_for_the_stage_comes_before_what_is_for_everybody(self):
        self.need.write({"name": "Something", "statement": "Zzz"})
        found = self._documents(self._plan(self.case, question="Zzz"))
        self.assertLess(found.index(self.stage_guide), found.index(self.guide))

    def test_less_depth_is_fewer_steps(self):
        self.need.depth = "pointer"
        lines = self._plan().line_ids.filtered(lambda line: line._get_document() and not line.is_extra)
        self.assertEqual(len(lines), 2)
        self.assertTrue(lines[-1:].alternative_refs, "the next best ones are alternatives")

    def test_what_differs_from_the_wish_is_marked(self):
        plan = self._plan(ability="novice")
        self.chinese.ability = "expert"
        plan._build()
        notes = " ".join(self._line(plan, self.chinese)._get_differences())
        self.assertIn("简体中文", notes)
        self.assertIn("Much practice", notes)
        self.assertFalse(self._line(plan, self.guide)._get_differences())
        self.patron.depth = "summary"
        self.assertIn("A summary", plan._get_parameter_notes()[0])

    def test_a_work_that_ends_before_the_deadline_is_marked(self):
        self.shared.date_valid_until = "2031-04-01"
        self.assertIn("2031", self._line(self._plan(), self.shared)._get_differences()[0])

    def test_grades_say_what_they_rest_on(self):
        plan = self._plan()
        self.assertEqual(self._line(plan, self.shared).grade, "c")
        self.env["library.source.citation"].create({"name": "Register of trials", "article_id": self.guide.id})
        self.guide._transition({"state": "published", "verifier_id": self.staff["steward"].id})
        self.env["library.source.citation"].create({"name": "Register of trials", "solution_id": self.shared.id})
        self.shared.action_share()
        plan._build()
        self.assertEqual(self._line(plan, self.guide).grade, "a")
        self.assertEqual(self._line(plan, self.shared).grade, "b")

    def test_a_registered_source_to_search_on_alone(self):
        resource = self.env["library.resource"].create(
            {"name": "Open trials", "kind": "web", "url": "https://trials.example", "coverage_ids": self.medicine.ids}
        )
        expert = self.env["library.resource"].create(
            {"name": "Dr Somebody", "kind": "expert", "coverage_ids": self.medicine.ids}
        )
        lines = self._plan().line_ids
        self.assertEqual(lines.resource_id, resource)
        self.assertNotIn(expert, lines.resource_id)

    def test_one_useful_thing_more_and_only_one(self):
        plan = self._plan()
        extra = plan.line_ids.filtered("is_extra")
        self.assertEqual(extra.article_id, self.beside, "for this stage, and not what was asked for")
        self.assertIn("Doctoral", extra._get_why())
        plan._build()
        self.assertEqual(len(plan.line_ids.filtered("is_extra")), 1)

    def test_extras_stop_when_they_are_not_welcome(self):
        for _number in range(2):
            plan = self._plan()
            self.assertTrue(plan.line_ids.filtered("is_extra"))
            plan._portal_extra({"line_id": str(plan.line_ids.filtered("is_extra").id), "answer": "no"})
        self.assertFalse(self._plan().line_ids.filtered("is_extra"), "two in a row")
        plan.line_ids.filtered("is_extra").welcome = "yes"
        self.assertTrue(self._plan().line_ids.filtered("is_extra"))
        self.patron.wants_extras = False
        self.assertFalse(self._plan().line_ids.filtered("is_extra"))

    def test_an_extra_that_nobody_wanted_is_not_offered_to_others(self):
        for number, patron in enumerate(self._readers(5)):
            plan = self.env["library.plan"].create({"name": "Plan", "patron_id": patron.id})
            self.env["library.plan.line"].create(
                {"plan_id": plan.id, "article_id": self.beside.id, "is_extra": True, "welcome": "no"}
            )
            still = self.beside._is_extra_welcome()
            self.assertEqual(still, number < 4, "four voices are too few to judge by")
        self.assertFalse(self._plan().line_ids.filtered("is_extra"))

    def test_a_plan_made_anew_keeps_what_people_decided(self):
        plan = self._plan()
        ticked, hand = self._line(plan, self.guide), self.env["library.plan.line"].create(
            {"plan_id": plan.id, "name": "Call the registry"}
        )
        ticked.is_ticked = True
        plan.depth = "pointer"
        plan._build()
        self.assertTrue(ticked.exists() and hand.exists())
        self.assertEqual(len(self._line(plan, self.guide)), 1)
        self.assertEqual(len(plan.line_ids.filtered(lambda line: (line.reason or {}).get("code") == "result")), 1)

    # Nothing of other people

    def test_a_work_for_somebody_else_is_never_given(self):
        plan = self._plan()
        for solution in (self.secret, self._solution("Another draft", state="draft")):
            with self.assertRaises(ValidationError):
                self.env["library.plan.line"].create({"plan_id": plan.id, "solution_id": solution.id})
        with self.assertRaises(ValidationError):
            self.env["library.plan.line"].create({"plan_id": plan.id, "article_id": self.staff_only.id})
        self.case.solution_ids = self.secret
        line = self.env["library.plan.line"].create({"plan_id": plan.id, "solution_id": self.secret.id})
        self.assertTrue(line._is_offered(), "it was made for this very patron")

    def test_what_may_not_be_read_any_more_is_not_shown(self):
        plan = self._plan()
        self.shared.body = "<p>Changed, for Amara Obi</p>"
        self.guide._transition({"state": "outdated"})
        shown = [step["title"] for step in plan._portal_values()["steps"]]
        self.assertNotIn(self.shared.name, shown)
        self.assertNotIn(self.guide.name, shown)

    def test_the_question_is_looked_up_without_the_name(self):
        self.need.statement = "I am 林伟, mail wei@patrons.test, and need trials"
        plan = self._plan()
        self.assertNotIn("林伟", plan.question)
        self.assertNotIn("wei@", plan.question)

    # Who may

    def test_who_sees_plans(self):
        plan = self._plan()
        plan.user_id = self.librarian
        for user, sees in (
            (self.librarian, True), (self.colleague, False), (self.staff["relations"], True),
            (self.staff["privacy"], True), (self.portal_user, False), (self.other_portal_user, False),
        ):  # fmt: skip
            with self.subTest(user=user.login):
                self.assertEqual(plan.with_user(user).has_access("read"), sees)
                lines = user != self.portal_user and sees
                self.assertEqual(plan.line_ids.with_user(user).has_access("read"), lines)
        plan.action_give()
        self.assertTrue(plan.with_user(self.portal_user).has_access("read"))
        self.assertFalse(plan.with_user(self.other_portal_user).has_access("read"))
        self.assertFalse(plan.line_ids.with_user(self.portal_user).has_access("read"))

    def test_patrons_call_none_of_its_methods(self):
        plan = self._plan()
        plan.action_give()
        for user in (self.portal_user, self.other_portal_user):
            for name in ("action_build", "action_give", "action_take_back"):
                with self.subTest(name), self.assertRaises(AccessError):
                    getattr(plan.with_user(user), name)()
            with self.assertRaises(AccessError):
                self.case.with_user(user).action_open_plan()
            with self.assertRaises(AccessError):
                self.patron.with_user(user).action_make_plan()
        with self.assertRaises(AccessError):
            plan.with_user(self.other_portal_user).action_preview()
        for name in ("question", "case_id", "line_ids", "type_id"):
            with self.assertRaises(AccessError):
                plan.with_user(self.portal_user).read([name])

    def test_another_institution_sees_nothing(self):
        plan = self._plan()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.staff["manager"]
        stranger.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        self.assertFalse((plan | plan).with_user(stranger).has_access("read"))
        self.assertFalse(plan.line_ids.with_user(stranger).has_access("read"))

    def test_from_the_case_by_its_librarian(self):
        action = self.case.with_user(self.librarian).action_open_plan()
        plan = self.env["library.plan"].browse(action["res_id"])
        self.assertEqual((plan.case_id, plan.user_id), (self.case, self.librarian))
        self.assertEqual(self.case.with_user(self.librarian).action_open_plan()["res_id"], plan.id)
        with self.assertRaises(AccessError):
            self.case.with_user(self.colleague).action_open_plan()

    def test_given_with_one_mail_that_holds_no_step(self):
        plan, before = self._plan(), self.mails.search([])
        plan.action_give()
        mail = self._outgoing(before)
        self.assertEqual(len(mail), 1)
        self.assertIn("wei@patrons.test", mail.email_to)
        self.assertIn("Auto-Submitted", mail.headers)
        self.assertIn(f"/my/plans/{plan.id}", mail.body_html)
        self.assertNotIn("access_token", mail.body_html, "who has an account signs in")
        self.assertNotIn(self.guide.name, mail.body_html)
        with self.assertRaises(UserError):
            self.env["library.plan"].create({"name": "Empty", "patron_id": self.patron.id}).action_give()

    def test_a_plan_goes_with_its_person(self):
        plan = self._plan()
        self.patron._anonymise()
        self.assertFalse(plan.exists())


@tagged("post_install", "-at_install")
class TestPlanSimilar(PlanCase):
    """What helped people alike, and that a plan is whole without it. Feature: 24.2, 33.3, lessons: ten things 8"""

    def test_what_helped_five_people_alike_is_said(self):
        cases = self._serve(self._readers(5), article_ids=self.guide.ids)
        line = self._line(self._plan(), self.guide)
        self.assertEqual((line.match_people, line.match_voices, line.match_outcome), (5, 5, 1.0))
        self.assertEqual(set(line.match_reasons), {"type", "stage", "classes", "preference"})
        self.assertEqual(line.match, 1.0)
        words = " ".join(line._get_match_words())
        for part in ("5 people", "Alike to 100 %", "stage of study", "It helped: 100 % of those 5"):
            self.assertIn(part, words)
        cases[:3].confirmation = "reopened"
        self.assertAlmostEqual(self._line(self._plan(), self.guide).match_outcome, 0.4)

    def test_fewer_than_five_people_are_not_told_of(self):
        readers = self._readers(4)
        self._serve(readers, article_ids=self.guide.ids)
        self._serve(readers, article_ids=self.guide.ids)
        line = self._line(self._plan(), self.guide)
        self.assertEqual((line.match, line.match_people, line.match_outcome), (0, 0, 0))
        self.assertEqual(line._get_match_words(), [])

    def test_an_outcome_needs_five_voices(self):
        cases = self._serve(self._readers(6), article_ids=self.guide.ids)
        cases[:2].confirmation = "silent"
        line = self._line(self._plan(), self.guide)
        self.assertEqual((line.match_people, line.match_voices, line.match_outcome), (6, 0, 0))
        self.assertNotIn("helped", " ".join(line._get_match_words()))

    def test_ratings_count_before_confirmations(self):
        cases = self._serve(self._readers(5), article_ids=self.guide.ids)
        for case in cases:
            case.with_context(mail_notrack=True).rating_apply(3, rating=case._rating_of_patron())
        self.assertAlmostEqual(self._line(self._plan(), self.guide).match_outcome, 0.5)

    def test_the_patrons_own_cases_are_not_others(self):
        self._serve(self._readers(4) | self.patron, article_ids=self.guide.ids)
        self.assertFalse(self._line(self._plan(), self.guide).match_people)

    def test_whoever_keeps_no_profile_is_not_counted(self):
        readers = self._readers(6)
        self._serve(readers, article_ids=self.guide.ids)
        readers[:2]._withdraw("counts")
        self.assertFalse(self._line(self._plan(), self.guide).match_people)

    def test_classes_of_those_who_did_not_allow_it_are_not_compared(self):
        self._serve(self._readers(5, interests=False), article_ids=self.guide.ids)
        plan = self._plan()
        kinds = [one.kind for one in plan._find_served()]
        self.assertEqual({kind.classes for kind in kinds}, {frozenset()})
        self.assertNotIn("classes", self._line(plan, self.guide).match_reasons)

    def test_cases_that_lost_their_patron_count_as_one_person(self):
        cases = self._serve(self._readers(5), article_ids=self.guide.ids)
        cases.write({"patron_id": False})
        served = self._plan()._find_served()
        self.assertEqual({one.person for one in served}, {0})
        self.assertEqual({one.kind.stage for one in served}, {"doctoral"}, "the log knows the kind, not the person")
        self.assertFalse(self._line(self._plan(), self.guide).match_people)

    def test_the_best_that_only_others_got_is_added(self):
        other = self._article("Old papers of the town", self.history)
        self._serve(self._readers(5), article_ids=other.ids)
        line = self._line(self._plan(), other)
        self.assertEqual((line.origin, line.match_people), ("similar", 5))

    def test_what_others_got_is_not_given_when_this_patron_may_not_have_it(self):
        self._serve(self._readers(5), solution_ids=self.secret.ids, article_ids=self.staff_only.ids)
        plan = self._plan()
        self.assertFalse(self._line(plan, self.secret) | self._line(plan, self.staff_only))

    def test_nothing_of_others_stands_in_the_plan(self):
        readers = self._readers(6)
        self._serve(readers, article_ids=self.guide.ids, solution_ids=self.shared.ids)
        plan = self._plan()
        plan.action_give()
        self.env.flush_all()
        stored = str(plan.read()) + str(plan.line_ids.read()) + str(plan._portal_values()["steps"])
        for reader in readers:
            self.assertNotIn(reader.name, stored)
        ids = set(readers.ids) | set(readers.case_ids.ids)
        numbers = {str(line.reason) + str(line.alternative_refs) for line in plan.line_ids}
        self.assertFalse(any(str(number) in text for number in ids for text in numbers if number > 10**6))
        self.assertNotIn("patron_id", self.env["library.plan.line"]._fields)

    def test_the_same_plan_without_profiling_but_without_the_others(self):
        other = self._article("Old papers of the town", self.history)
        self._serve(self._readers(5), article_ids=(self.guide | other).ids)
        with_others = self._plan()
        self.assertTrue(with_others.line_ids.filtered("match_people"))
        self.patron._withdraw("counts")
        self.assertFalse(with_others.line_ids.filtered("match_people"), "it goes at once from what there is")
        self.assertFalse(with_others.uses_similar)
        without = self._plan()
        self.assertFalse(without.uses_similar)

        def shown(plan):
            return [
                {name: value for name, value in step.items() if name not in ("id", "match", "others", "url")}
                for step in plan._portal_values()["steps"] + plan._portal_values()["extras"]
            ]

        self.assertEqual(shown(without), shown(with_others))
        self.patron._give("counts")
        again = self._plan()
        mine = [step for step in shown(again) if step["title"] != other.name]
        self.assertEqual(mine, shown(without), "the same steps, in the same order, with the same words")
        self.assertTrue(self._line(again, other))
