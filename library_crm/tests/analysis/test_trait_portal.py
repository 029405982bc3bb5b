import re

from odoo.tests import tagged

from ..case.portal_common import SCRIPTS, LibraryPortalCase, live_parts
from .use_common import LibraryUseCase

PAGE = "/my/library-traits"


@tagged("post_install", "-at_install")
class TestTraitPortal(LibraryPortalCase, LibraryUseCase):
    """Feature: 14.6, 15.1, P2, 13.3"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.both = cls.patron | cls.other_patron
        cls.both._give("interests")
        cls._use(cls._patrons(12), subject=cls.subjects[1], uses=5)
        cls._use(cls.both, subject=cls.subjects[0], uses=5, months=8)
        cls._run("facts", "axes", "traits")
        cls.trait = cls.Trait.search([("patron_id", "=", cls.patron.id), ("kind", "=", "interest")])
        cls.other_trait = cls.Trait.search([("patron_id", "=", cls.other_patron.id), ("kind", "=", "interest")])

    def test_the_patron_sees_each_statement_with_its_reason_and_the_axes(self):
        self.login(self.portal_user)
        text = self.get(PAGE).text
        self.assertIn(self.subjects[0].name, text)
        self.assertIn("40 uses in 8 months", text)
        self.assertIn("8 days with any use", text)
        self.assertIn("Forgotten after", text)

    def test_dispute_counts_at_once_and_reaches_staff(self):
        self.login(self.portal_user)
        self.post(f"{PAGE}/dispute", {"trait_id": self.trait.id, "words": "For my brother"})
        self.assertEqual((self.trait.state, self.trait.dispute_note), ("disputed", "For my brother"))
        self.assertNotIn(self.trait, self.patron._traits_now())
        queue = self.Trait.with_user(self.staff["relations"]).search([("state", "=", "disputed")])
        self.assertEqual(queue, self.trait)
        self.assertIn("Disputed, not used", self.get(PAGE).text)

    def test_deleted_is_gone_for_good(self):
        self.login(self.portal_user)
        self.post(f"{PAGE}/delete", {"trait_id": self.trait.id})
        self._run("traits")
        self.assertEqual((self.trait.state, self.trait.evidence), ("rejected", False))
        self.assertNotIn("40 uses in 8 months", self.get(PAGE).text)

    def test_another_patrons_statements_and_segments_are_out_of_reach(self):
        segment = self.Segment.create(
            {"name": "Other", "domain": f"[('id', '=', {self.other_patron.id})]", "is_shown": True}
        )
        before = self.facts(self.other_trait)
        self.login(self.portal_user)
        for route in ("dispute", "delete"):
            for trait_id in (self.other_trait.id, 0, -1, "x", "1 OR 1=1", 2**40, ""):
                self.assertLess(self.post(f"{PAGE}/{route}", {"trait_id": trait_id}).status_code, 500)
        self.post(f"{PAGE}/segment", {"segment_id": segment.id})
        self.assertEqual(self.facts(self.other_trait), before)
        self.assertFalse(segment.pin_ids)
        self.assertEqual(segment.member_ids.patron_id, self.other_patron)

    def test_nothing_changes_by_get_without_token_or_without_account(self):
        before = self.facts(self.trait)
        forms = {
            "dispute": {"trait_id": self.trait.id},
            "delete": {"trait_id": self.trait.id},
            "segment": {"segment_id": 1},
            "profiling": {"counts": "off"},
            "interests": {"words": "maps"},
        }
        self.login(self.portal_user)
        for route, form in forms.items():
            self.assertIn(self.get(f"{PAGE}/{route}").status_code, (404, 405), route)
            self.assertEqual(self.post(f"{PAGE}/{route}", form, csrf=False).status_code, 400, route)
        self.login()
        self.assertIn("/web/login", self.get(PAGE).headers.get("Location", ""))
        for route, form in forms.items():
            self.assertNotEqual(self.post(f"{PAGE}/{route}", form).status_code, 200)
        self.assertEqual(self.facts(self.trait), before)
        self.assertTrue(self.patron.allows_counts)

    def test_the_patrons_own_interests_win(self):
        self.login(self.portal_user)
        self.post(f"{PAGE}/delete", {"trait_id": self.trait.id})
        chosen = self.subjects[2]
        self.post(
            f"{PAGE}/interests",
            {
                "subject_ids": [chosen.id, self.subjects[0].id, 0, "x"],
                "words": "old maps, 地图，old maps",
                "state": "rejected",
                "patron_id": self.other_patron.id,
            },
        )
        declared = self.Trait.search([("patron_id", "=", self.patron.id), ("origin", "=", "declared")])
        self.assertEqual(declared.subject_id, chosen | self.subjects[0], "said anew, although it was deleted before")
        self.assertEqual(set(declared.filtered("word").mapped("word")), {"old maps", "地图"})
        self.assertEqual(set(declared.mapped("state")), {"confirmed"})
        self._run("traits")
        self.assertEqual(set(declared.mapped("origin")), {"declared"})
        self.post(f"{PAGE}/interests", {"words": ""})
        self.assertFalse(declared.exists())
        self.assertFalse(self.Trait.search([("patron_id", "=", self.other_patron.id), ("origin", "=", "declared")]))

    def test_scripts_in_words_stay_words(self):
        self.login(self.portal_user)
        self.post(f"{PAGE}/interests", {"words": ",".join(SCRIPTS[:10])})
        self.assertEqual(live_parts(self.get(PAGE).text), [])
        self.assertEqual(self.post(f"{PAGE}/interests", {"words": ",".join(map(str, range(50)))}).status_code, 422)

    def test_this_does_not_fit_me(self):
        segment = self.Segment.create(
            {
                "name": "Often here",
                "domain": "[('fact_ids.visit_days_year', '>', 3)]",
                "description": "They come often.",
            }
        )
        self.login(self.portal_user)
        self.assertIn("They come often.", self.get(PAGE).text)
        self.post(f"{PAGE}/segment", {"segment_id": segment.id})
        self._run("segments")
        self.assertEqual(
            segment.pin_ids.mapped(lambda pin: (pin.patron_id, pin.direction, pin.decided_by)),
            [(self.patron, "out", "patron")],
        )
        self.assertNotIn(self.patron, segment.member_ids.patron_id)
        self.assertIn(self.other_patron, segment.member_ids.patron_id)
        segment.is_shown = False
        self.login(self.other_portal_user)
        self.assertNotIn("They come often.", self.get(PAGE).text)

    def test_switching_off_deletes_and_stays_off(self):
        self.login(self.portal_user)
        self.post(f"{PAGE}/profiling", {"counts": "off"})
        self.assertFalse(self.patron.allows_counts)
        self.assertFalse(self.trait.exists())
        self.assertFalse(self.patron.axis_ids)
        self.env.cr.execute("SELECT count(*) FROM library_usage WHERE patron_id = %s", [self.patron.id])
        self.assertEqual(self.env.cr.fetchone()[0], 0)
        self._run("facts", "axes", "traits")
        self.assertFalse(self.Trait.search([("patron_id", "=", self.patron.id)]))
        self.post(f"{PAGE}/profiling", {"counts": "on"})
        self.assertTrue(self.patron.allows_counts)

    def _service(self, user, patron):
        """All that the library does for a patron, as a patron sees it, without names and numbers of records."""
        self.login(user)
        seen = {}
        for url in ("/library/ask", "/my/cases", "/my/needs", "/library/knowledge", "/library/knowledge?search=maps"):
            response = self.get(url)
            text = re.sub(r"csrf_token[^>]*>", "", response.text.replace(user.partner_id.name, "Somebody"))
            for own in (user.partner_id.email, str(user.id), str(user.partner_id.id)):
                text = text.replace(own, "")
            main = re.search(r"<main.*</main>", text, re.S)
            seen[url] = (response.status_code, re.sub(r"\d+", "", main.group(0)))
        answer = self.ask(email=user.partner_id.email)
        case = self.newest_case()
        self.assertEqual(case.patron_id, patron)
        seen["routing"] = (answer.status_code, case.team_id, case.service_id, case.stage_id, case.priority, case.lang)
        seen["promise"] = case.date_promised and case.date_promised.replace(second=0, microsecond=0, minute=0)
        Article = self.env["library.article"].with_user(user)
        seen["search"] = Article.search([("name", "ilike", "map")]).ids
        return seen

    def test_service_is_the_same_with_profiling_on_and_off(self):
        """Feature: 15.1, P2. Two patrons alike, one of whom switched everything off, are served alike."""
        self.env["library.article"].create(
            {
                "name": "Early maps of the harbour",
                "summary": "Where they are.",
                "body": "<p>Maps</p>",
                "state": "published",
                "visibility": "public",
            }
        )
        self.login(self.other_portal_user)
        self.post(f"{PAGE}/profiling", {"counts": "off"})
        self.assertFalse(self.other_patron.allows_counts)
        profiled = self._service(self.portal_user, self.patron)
        unprofiled = self._service(self.other_portal_user, self.other_patron)
        self.assertTrue(profiled["promise"])
        for what, seen in profiled.items():
            with self.subTest(what=what):
                self.assertEqual(unprofiled[what], seen)

    def test_an_account_without_patron_sees_an_empty_page(self):
        user = (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": "New",
                    "login": "test_new_account",
                    "password": "test_new_account",
                    "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
                }
            )
        )
        self.authenticate(user.login, user.login)
        count = self.env["library.patron"].search_count([])
        self.assertEqual(self.get(PAGE).status_code, 200)
        self.assertEqual(self.env["library.patron"].search_count([]), count, "opening the page makes no patron")
