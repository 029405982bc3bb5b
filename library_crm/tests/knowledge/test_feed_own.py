from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from ...lib.safe_fetch import Fetched
from .common import KnowledgeCase


@tagged("post_install", "-at_install")
class TestFeedOwn(KnowledgeCase, HttpCase):
    """Our harvester reads our own server.

    Feature: 5.6, X8
    """

    def test_harvest_of_our_own_repository(self):
        articles = self._published("How to renew a loan", subject_ids=self.medicine.ids)
        articles |= self._published("怎样续借图书", lang="zh_CN")
        hidden = self._published("For the desk only", visibility="staff")
        feed = self.env["library.feed"].create(
            {"name": "Ourselves", "kind": "oai", "url": f"{self.base_url()}/library/oai"})
        asked = []

        def ask(_feed, url, *_args):
            asked.append(url)
            answer = self.url_open(url)
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Fetched(answer.status_code, url, headers, answer.content, False)

        with patch.object(self.env.registry["library.feed"], "_fetch", ask):
            for _step in range(20):
                feed._harvest_step()
                if not feed._get_running():
                    break
            self.assertEqual((feed.state, feed.error_count), ("ok", 0), feed.message)
            items = feed.item_ids
            titles = items.mapped("title")
            for article in articles:
                self.assertIn(article.name, titles)
            self.assertNotIn(hidden.name, titles)
            self.assertTrue(feed.cursor)
            before = len(items)
            articles[:1].with_user(self.steward).action_archive_article()
            # a test is one transaction and has one time: what changes in it is no later than what was harvested
            feed.cursor = self.env.cr.now().strftime("%Y-%m-%dT00:00:00Z")
            feed._harvest_step()
        taken_back = items.filtered(lambda item: item.title == articles[:1].name)
        self.assertTrue(taken_back.is_deleted, "what is not published any more is withdrawn")
        self.assertEqual(len(feed.item_ids), before)
        self.assertTrue(any("from=" in url for url in asked))
