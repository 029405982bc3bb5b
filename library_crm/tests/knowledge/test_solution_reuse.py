from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import KnowledgeCase


@tagged("post_install", "-at_install")
class TestSolutionReuse(KnowledgeCase):
    """Solutions begin from a template or from another, and say when what they rest on has changed. Feature: 33.1"""

    def setUp(self):
        super().setUp()
        self.template = self.env["library.solution.template"].create({
            "name": "Reading list", "title": "Books on {{topic}}", "value_kind": "selection", "lang": "en_US",
            "body": "<p>Chosen by {{librarian}} for {{level}}.</p>", "method": "Search {{database}}.",
            "subject_ids": [Command.set(self.medicine.ids)],
            "section_ids": [Command.create({"name": "First reading", "body": "<p>{{books}}</p>"}),
                            Command.create({"name": "More", "sequence": 20})],
        })  # fmt: skip
        self.resource = self.env["library.resource"].create({"name": "Press", "url": "https://press.example.org"})

    def _solution(self, **values):
        return self.env["library.solution"].with_user(self.writer).create({
            "name": "Harbour maps", "body": "<p>Three maps.</p>", "state": "final",
            "source_ids": [Command.create({"name": "Press", "resource_id": self.resource.id})], **values,
        })  # fmt: skip

    def _mark(self):
        self.env["library.solution"]._mark_changed_sources()

    def _yesterday(self, solution):
        """The solution was made a day ago."""
        day = self.env.cr.now() - timedelta(days=1)
        solution.version_ids.sudo().date = day
        self.env.cr.execute("UPDATE library_solution SET create_date = %s WHERE id = %s", [day, solution.id])
        solution.invalidate_recordset()

    def _verified(self, article, moment):
        """The article was verified then."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE library_article SET date_verified = %s WHERE id = %s", [moment, article.id])
        article.invalidate_recordset()

    def test_a_template_becomes_a_draft_with_its_sections_and_blanks(self):
        self.assertEqual(self.template.blank_names, "topic, librarian, level, database, books")
        action = self.template.with_user(self.writer).action_start()
        solution = self.env["library.solution"].browse(action["res_id"])
        self.assertEqual((solution.name, solution.state), ("Books on {{topic}}", "draft"))
        self.assertEqual(solution.value_kind, "selection")
        self.assertIn("Chosen by Writer", solution.body)
        self.assertEqual(solution.section_ids.mapped("name"), ["First reading", "More"])
        self.assertEqual((solution.author_ids, self.template.solution_count), (self.writer, 1))

    def test_nothing_with_blanks_is_final(self):
        solution = self.env["library.solution"].browse(self.template.with_user(self.writer).action_start()["res_id"])
        with self.assertRaisesRegex(UserError, "topic"):
            solution.action_finalize()
        self.assertEqual(solution._blanks_left(), ["topic", "level", "database", "books"])
        solution.write({"name": "Books on rivers", "body": "<p>Done</p>", "method": "Searched."})
        solution.section_ids[0].body = "<p>One book</p>"
        solution.action_finalize()
        self.assertEqual(solution.state, "final")

    def test_a_name_with_markup_stays_text(self):
        self.writer.name = "<script>alert(1)</script>"
        solution = self.env["library.solution"].browse(self.template.with_user(self.writer).action_start()["res_id"])
        self.assertNotIn("<script", solution.body)

    def test_librarians_use_templates_and_leads_write_them(self):
        for verb in (lambda: self.template.with_user(self.writer).write({"name": "x"}),
                     lambda: self.template.section_ids.with_user(self.writer).write({"name": "x"}),
                     lambda: self.template.with_user(self.patron).action_start()):  # fmt: skip
            with self.assertRaises(AccessError):
                verb()

    def test_adapting_keeps_where_it_came_from(self):
        solution = self._solution(section_ids=[Command.create({"name": "A part"})])
        copy = self.env["library.solution"].browse(solution.with_user(self.colleague).action_adapt()["res_id"])
        self.assertEqual((copy.adapted_from_id, copy.state, copy.author_ids), (solution, "draft", self.colleague))
        self.assertEqual((copy.source_ids.resource_id, copy.section_ids.name), (self.resource, "A part"))
        self.assertFalse(copy.is_shareable)

    def test_a_changed_source_warns_until_somebody_looked(self):
        solution = self._solution()
        self._yesterday(solution)
        self._mark()
        self.assertFalse(solution.is_source_changed)
        self.resource.access = "onsite"
        self._mark()
        self.assertTrue(solution.is_source_changed)
        self.assertIn("Press", solution.source_changes)
        self.assertIn("How to get in", solution.source_changes)
        self._mark()
        solution.action_sources_still_right()
        self._mark()
        self.assertFalse(solution.is_source_changed, "looked at, and nothing changed since")
        self.assertEqual(solution.sources_checked_by_id, self.writer)

    def test_a_change_before_the_solution_is_none(self):
        self.resource.access = "onsite"
        self.resource.change_ids.sudo().date = self.env.cr.now() - timedelta(days=3)
        solution = self._solution()
        self._mark()
        self.assertFalse(solution.is_source_changed)

    def test_another_name_alone_is_no_change(self):
        solution = self._solution()
        self._yesterday(solution)
        self.resource.name = "The press"
        self._mark()
        self.assertFalse(solution.is_source_changed)

    def test_an_article_that_was_withdrawn_or_verified_anew_is_a_change(self):
        article = self._published()
        solution = self._solution(source_ids=[
            Command.create({"name": "Ours", "url": f"https://library.test{article.access_url}"})
        ])
        self._yesterday(solution)
        self._verified(article, self.env.cr.now() - timedelta(days=9))
        self._mark()
        self.assertFalse(solution.is_source_changed)
        self._verified(article, self.env.cr.now())
        self._mark()
        self.assertTrue(solution.is_source_changed)
        self.assertIn("verified again", solution.source_changes)

    def test_the_job_run_twice_changes_nothing(self):
        solution = self._solution()
        self._yesterday(solution)
        self.resource.access = "onsite"
        Solution = self.env["library.solution"]
        Solution._mark_changed_sources()
        before = Solution.search([]).read(["is_source_changed", "reuse_count", "reuse_score", "write_date"])
        Solution._mark_changed_sources()
        Solution._update_reuse()
        Solution._update_reuse()
        after = Solution.search([]).read(["is_source_changed", "write_date"])
        self.assertEqual([row["is_source_changed"] for row in before], [row["is_source_changed"] for row in after])

    def test_a_patron_may_not_say_that_it_is_right(self):
        with self.assertRaises(AccessError):
            self._solution().with_user(self.patron).action_sources_still_right()
