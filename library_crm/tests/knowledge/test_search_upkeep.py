import contextlib

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.library_crm.models.knowledge import library_search_term

from .common import KnowledgeCase


@tagged("post_install", "-at_install")
class TestSearchUpkeep(KnowledgeCase):
    """The index follows its records, and can be built anew with the same result. Feature: P8"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for model in cls.Document._get_indexed_models():
            cls.Document._index(cls.env[model].search([]))

    def _rows(self):
        self.Document._index_pending()
        self.env.cr.execute(
            """
            SELECT res_model, res_id, title, body, lang, visibility, company_id, subject_ids, terms, term_count, version
              FROM library_search_document ORDER BY res_model, res_id
            """
        )
        return self.env.cr.fetchall()

    def _row_count(self, article):
        self.Document._index_pending()
        return self.Document.search_count([("res_model", "=", article._name), ("res_id", "in", article.ids)])

    def test_follows_create_write_and_unlink(self):
        article = self._draft("Pangolin")
        self.assertEqual(self._found("pangolin", self.writer), [article])
        article.name = "Aardvark"
        self.assertFalse(self._found("pangolin", self.writer))
        article.tag_ids = self.env["library.article.tag"].create({"name": "Pangolin"})
        self.assertEqual(self._found("pangolin", self.writer), [article])
        article.sudo().unlink()
        self.assertFalse(self._found("pangolin", self.writer))

    def test_is_written_at_commit(self):
        article = self._draft("Okapi")
        self.env.cr.precommit.run()
        self.env.cr.execute("SELECT count(*) FROM library_search_document WHERE res_id = %s", [article.id])
        self.assertEqual(self.env.cr.fetchone()[0], 1)

    def test_a_failed_savepoint_leaves_nothing(self):
        with contextlib.suppress(ZeroDivisionError), self.env.cr.savepoint():
            lost = self._draft("Quagga")
            raise ZeroDivisionError
        self.assertFalse(self._found("quagga", self.writer))
        self.assertFalse(self._row_count(lost))

    def test_many_in_few_queries(self):
        articles = self.Article.create([{"name": f"Article {number}", "body": "<p>text</p>"} for number in range(60)])
        self.env.flush_all()
        few = self.Article.create([{"name": "Article", "body": "<p>text</p>"} for _number in range(3)])
        self.env.flush_all()
        counts = []
        for records in (few, articles):
            records.invalidate_recordset()
            before = self.env.cr.sql_log_count
            self.Document._index(records)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_rebuilding_gives_the_same(self):
        self._published("Ibis")
        self.env["library.solution"].create({"name": "Ibis list", "body": "<p>朱鹮</p>"})
        before = self._rows()
        self.env.cr.execute(
            "UPDATE library_search_document SET terms = 'broken', date_indexed = date_indexed - interval '1 h'")
        with self.assertRaises(AccessError):
            self.Document.with_user(self.writer).action_rebuild()
        for _again in range(2):
            self.Document.with_user(self.steward).action_rebuild()
            with self.enter_registry_test_mode():
                self.env.ref("library_crm.ir_cron_library_search_document_index").method_direct_trigger()
            self.assertEqual(self._rows(), before)

    def test_the_scheduled_action_completes(self):
        article = self._published("Kiwi")
        before = self._rows()
        self.env.cr.execute("DELETE FROM library_search_document")
        self.env.cr.execute(
            """
            INSERT INTO library_search_document (res_model, res_id, title, visibility, terms, version, date_indexed)
            VALUES ('library.article', 2000000000, 'orphan', 'public', 'kiwi', 1, now())
            """
        )
        with self.enter_registry_test_mode():
            self.env.ref("library_crm.ir_cron_library_search_document_index").method_direct_trigger()
        self.assertEqual(self._rows(), before)
        self.assertEqual(self._found("kiwi", self.public), [article])

    def test_figures_of_words(self):
        Term = self.env["library.search.term"]
        self._published("Heron heron heron heron")
        self._published("Heron")
        self.Document._index_pending()
        live = Term._count_live(["heron", "nothing"])
        self.assertEqual(sum(live[0]["heron"]), 2)
        self.assertEqual(sum(live[0]["nothing"]), 0)
        self.assertTrue(Term._refresh())
        self.patch(library_search_term, "LIVE_LIMIT", 0)
        counted, count, average = Term._get_statistics(["heron", "nothing"])
        self.assertEqual(counted["heron"], live[0]["heron"])
        self.assertEqual(sum(counted["nothing"]), 1, "a word that was not counted yet is rare")
        self.assertEqual(count, live[1])
        self.assertAlmostEqual(average, live[2], delta=0.51)
        self.assertFalse(Term._is_stale())

    def test_figures_follow_the_index(self):
        Term = self.env["library.search.term"]
        self._published("Stork")
        article = self._published("Stork")
        self.Document._index_pending()
        Term._refresh()
        self.assertTrue(Term.search([("token", "=", "stork")]))
        article.sudo().unlink()
        Term._refresh()
        self.assertFalse(Term.search([("token", "=", "stork")]))

    def test_finds_by_the_snapshot_as_by_counting(self):
        articles = [self._published(name) for name in ("Egret and ibis", "Egret egret", "Ibis in the reeds")]
        live = self._found("egret ibis", self.public)
        self.env["library.search.term"]._refresh()
        self.patch(library_search_term, "LIVE_LIMIT", 0)
        self.assertEqual(self._found("egret ibis", self.public), live)
        self.assertCountEqual(live, articles)

    @mute_logger("odoo.sql_db")
    def test_texts_that_postgresql_refuses(self):
        article = self._draft("Zero")
        # what an import by SQL or a driver could hand on
        values = {**article._search_document_values(), "title": "Zero\x00byte", "text": "dodo " * 100_000}
        self.Document._upsert([self.Document._prepare_row(article, values)])
        self.assertLessEqual(len(self.Document.search([("res_id", "=", article.id)]).body), 200_000)
