from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import KnowledgeCase

LONG = (
    "<p>Sign in with your card, open the list of your loans, choose the books that you want to keep and press renew; "
    "each loan can be renewed three times unless somebody else waits for the book, and the new day is shown.</p>"
)


@tagged("post_install", "-at_install")
class TestStewardQueue(KnowledgeCase):
    """What a steward has to decide, in the order of what is read, cited and asked for. Feature: 31.6"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Task = cls.env["library.knowledge.task"]
        cls.env.cr.execute("DELETE FROM library_knowledge_task; UPDATE library_insight SET state = 'declined'")

    def _task(self, record, kind):
        self.Task._refresh()
        return self.Task.search([("res_model", "=", record._name), ("res_id", "=", record.id), ("kind", "=", kind)])

    def _object(self, article, *voters):
        for voter in voters:
            self.env["library.article.vote"]._cast(article.sudo(), voter, "o", False, reason="wrong")

    def test_each_kind_has_its_reason(self):
        waiting = self._draft("Waiting")
        waiting.action_submit()
        old = self._published("Old")
        old.with_user(self.steward).action_outdate()
        due = self._published("Due")
        due.with_user(self.steward).date_review = fields.Date.today() + timedelta(days=3)
        doubted = self._published("Doubted")
        self._object(doubted, "a", "b")
        insight = self.env["library.insight"].with_user(self.writer).create({"name": "Ask the map room"})
        for record, kind, words in (
            (waiting, "review", "second pair"), (old, "outdated", "reviewed"), (due, "due", "month"),
            (doubted, "voted", "2 readers"), (insight, "insight", "told"),
        ):  # fmt: skip
            with self.subTest(kind=kind):
                task = self._task(record, kind)
                self.assertEqual((len(task), task.state, task.name), (1, "open", record.name))
                self.assertIn(words, task.reason)

    def test_votes_use_and_demand_rank(self):
        plain, doubted, wanted = (self._published(name) for name in ("Plain", "Doubted", "Wanted"))
        self._object(plain, "a")
        self._object(doubted, "a", "b", "c")
        self._object(wanted, "a", "b", "c")
        wanted.with_user(self.steward).subject_ids = self.medicine
        self.env["library.search.miss"]._note("heart attack", self.medicine.id)
        self.env["library.search.document"]._index_pending()
        tasks = [self._task(article, "voted") for article in (wanted, doubted, plain)]
        scores = [task.score for task in tasks]
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertEqual(len(set(scores)), 3)
        self.assertEqual(tasks[0].demand, 1)
        self.env.cr.execute("UPDATE library_article SET view_count = 500 WHERE id = %s", [plain.id])
        self.assertGreater(self._task(plain, "voted").score, scores[1])
        self.assertEqual(self._task(plain, "voted").uses, 500)

    def test_verified_again_is_heard(self):
        article = self._published()
        self._object(article, "a")
        self.assertTrue(self._task(article, "voted"))
        self.env.cr.execute("UPDATE library_article_vote SET date_voted = date_voted - interval '1 hour'")
        article.with_user(self.writer).body = "<p>Better.</p>"
        article.with_user(self.steward).action_verify()
        self.assertFalse(self._task(article, "voted"))

    def test_decision_has_a_reason_and_lasts(self):
        article = self._published()
        self._object(article, "a")
        task = self._task(article, "voted").with_user(self.steward)
        with self.assertRaises(UserError):
            task._decide("dismissed", " ")
        with self.assertRaises(UserError):
            task._decide("later", "x", fields.Date.today())
        wizard = self.env["library.knowledge.task.decide"].with_user(self.steward).create(
            {"task_ids": [(6, 0, task.ids)], "state": "dismissed", "note": "It is right"})
        wizard.action_decide()
        self.assertEqual((self._task(article, "voted").state, task.note), ("dismissed", "It is right"))
        self._object(article, "b")
        self.assertEqual(self._task(article, "voted").state, "open", "a reader who objects later was not heard")

    def test_put_off_comes_back(self):
        article = self._draft()
        article.action_submit()
        task = self._task(article, "review")
        task.with_user(self.steward)._decide("later", "After the holidays", fields.Date.today() + timedelta(days=5))
        self.assertEqual(self._task(article, "review").state, "later")
        self.env.cr.execute("UPDATE library_knowledge_task SET date_again = now() - interval '1 day'")
        self.assertEqual(self._task(article, "review").state, "open")

    def test_stewards_only(self):
        article = self._draft()
        article.action_submit()
        task = self._task(article, "review")
        for user in (self.writer, self.plain, self.patron, self.public, self.privacy):
            with self.subTest(user=user.name):
                with self.assertRaises(AccessError):
                    self.Task.with_user(user).action_open_queue()
                with self.assertRaises(AccessError):
                    task.with_user(user)._decide("done", "x")
                with self.assertRaises(AccessError):
                    task.with_user(user).action_open()
                with self.assertRaises(AccessError):
                    task.with_user(user).read(["name"])
        with self.assertRaises(AccessError):
            task.with_user(self.steward).write({"state": "done"})
        action = self.Task.with_user(self.steward).action_open_queue()
        self.assertEqual(action["res_model"], self.Task._name)
        self.assertEqual(task.with_user(self.steward).action_open()["res_id"], article.id)

    def test_another_institution_has_its_own_queue(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        article = self._draft("Elsewhere")
        article.action_submit()
        article.sudo().company_id = other
        task = self._task(article, "review")
        self.assertNotIn(task, self.Task.with_user(self.steward).search([]))

    # The same said twice

    def test_near_texts_are_found_and_stay_decided(self):
        one = self._published("Renewing a loan", body=LONG)
        two = self._published("Renewing loans", body=LONG.replace("three times", "twice"))
        self._published("Opening hours", body="<p>We open at nine on weekdays, at ten on Saturdays, not on feasts.</p>")
        self._published("续借", body=LONG, lang="zh_CN")
        Near = self.env["library.article.near"]
        self.env["library.search.document"]._index_pending()
        while Near._compare_next(50):
            pass
        found = Near.search([("article_id", "in", (one | two).ids)])
        self.assertEqual((found.article_id, found.other_id), (one, two))
        self.assertGreater(found.likeness, 0.7)
        task = self._task(one, "duplicate")
        self.assertEqual((task.other_id, task.other_name), (two.id, "Renewing loans"))
        self.assertIn("%", task.reason)
        context = task.with_user(self.steward).action_open()["context"]
        self.assertEqual((context["default_article_id"], context["default_into_id"]), (two.id, one.id))
        task.with_user(self.steward)._decide("dismissed", "One is for children")
        self.assertEqual(self._task(one, "duplicate").state, "dismissed")
        self.assertFalse(Near._compare_next(50), "what did not change is not compared again")
        two.with_user(self.steward)._merge_into(one, "The same")
        two.invalidate_recordset()
        self.Task._refresh()
        left = [("kind", "=", "duplicate"), ("state", "=", "open"), ("res_id", "=", one.id)]
        self.assertFalse(self.Task.search(left))


@tagged("post_install", "-at_install")
class TestKnowledgeHealth(KnowledgeCase):
    """What is asked for beside what is known. Feature: 31.7"""

    def setUp(self):
        super().setUp()
        self.Health = self.env["library.knowledge.health"].with_user(self.writer)
        self.before = self._row()

    def _row(self, scheme="clc", root=None):
        root = self.medicine if root is None else root
        rows = {row["id"]: row for row in self.Health.figures(scheme)["rows"]}
        return rows.get(root.id if root else 0, {})

    def _more(self, key):
        return self._row()[key] - self.before.get(key, 0)

    def test_demand_beside_supply(self):
        need = self.env["library.need"].create({"name": "Hearts", "subject_ids": [(6, 0, self.medicine.ids)]})
        self.env["library.search.miss"]._note("heart attack", self.medicine.id)
        self.env["library.search.miss"]._note("heart attack", self.medicine.id)
        self._published("Hearts", subject_ids=[(6, 0, self.medicine.ids)])
        self._draft("Lungs", subject_ids=[(6, 0, self.medicine.ids)])
        self.assertEqual(
            [self._more(key) for key in ("needs", "misses", "debt", "verified", "articles", "unverified")],
            [1, 2, 3, 1, 2, 1],
        )
        need.sudo()._settle("met")
        self.assertEqual(self._more("debt"), 2)
        self.assertEqual(self._row()["coverage"], 100)

    def test_every_figure_opens_its_records(self):
        article = self._published("Hearts", subject_ids=[(6, 0, self.medicine.ids)])
        self.env["library.search.miss"]._note("heart attack", self.medicine.id)
        figures = self.Health.figures("clc")
        for row in (*figures["rows"], figures["total"]):
            for key in figures["keys"]:
                action = self.Health.action_open_figure(key, row["id"], "clc")
                records = self.env[action["res_model"]].with_context(active_test=False).search(action["domain"])
                number = sum(records.mapped("count")) if key == "misses" else len(records)
                with self.subTest(key=key, row=row["name"]):
                    self.assertEqual(number, row[key])
        action = self.Health.action_open_figure("verified", self.medicine.id, "clc")
        self.assertIn(article.id, action["domain"][0][2])

    def test_stale_and_lost(self):
        article = self._published("Hearts", subject_ids=[(6, 0, self.medicine.ids)])
        article.with_user(self.steward).date_review = fields.Date.today() - timedelta(days=1)
        self.assertEqual((self._more("stale"), self._more("orphan")), (1, 0))
        self.env.cr.execute(
            "UPDATE library_article SET date_published = now() - interval '2 years',"
            " date_verified = now() - interval '2 years' WHERE id = %s", [article.id])  # fmt: skip
        article.invalidate_recordset()
        self.assertEqual(self._more("orphan"), 1)
        article.with_user(self.public)._portal_count_view()
        self.env["library.article.view"]._gc_add_up()
        self.assertEqual((self._more("orphan"), article.view_count), (0, 1))
        lost = self._published("Nowhere")
        self.assertIn(lost.id, self.Health.action_open_figure("orphan", 0, "clc")["domain"][0][2])

    def test_other_scheme_by_what_covers_the_same(self):
        ddc = self.env.ref("library_crm.subject_ddc_600")
        before = self._row("ddc", ddc).get("verified", 0)
        self._published("Hearts", subject_ids=[(6, 0, self.medicine.ids)])
        self.assertEqual(self._row("ddc", ddc)["verified"], before + 1)

    def test_staff_only_and_own_institution(self):
        for user in (self.plain, self.patron, self.public):
            Health = self.Health.with_user(user)
            with self.subTest(user=user.name):
                with self.assertRaises(AccessError):
                    Health.figures()
                with self.assertRaises(AccessError):
                    Health.action_open_figure("needs")
        with self.assertRaises(AccessError):
            self.Health.action_open_figure("password")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self._published("Hearts", subject_ids=[(6, 0, self.medicine.ids)]).sudo().company_id = other
        self.assertEqual(self._more("verified"), 0)

    def test_one_look_is_few_queries(self):
        self.Health.figures()
        with self.assertQueryCount(8):
            self.Health.figures()
