from datetime import UTC, datetime

from odoo.tests import tagged

from ...connectors.koha_rest import Page
from ...connectors.messages import ApiRefused
from .import_common import ImportCase


class FakeClient:
    """A library system of two pages; `refusal` is raised before the second one."""

    def __init__(self, pages, refusal=None):
        self.pages, self.refusal, self.asked = pages, refusal, []

    def patrons(self, updated_since=None, per_page=500, *, first_page=1, **_options):
        self.asked.append((updated_since, first_page))
        for number, frame in enumerate(self.pages, start=1):
            if number < first_page:
                continue
            if number > 1 and self.refusal:
                raise self.refusal
            following = number + 1 if number < len(self.pages) else None
            yield Page(number, following, sum(map(len, self.pages)), frame, datetime(2026, 3, number, tzinfo=UTC))


@tagged("post_install", "-at_install")
class TestImportFetch(ImportCase):
    """Feature: 11.1"""

    def setUp(self):
        super().setUp()
        self.rest = self.env["library.import.profile"].create({
            "name": "Koha REST", "source": "koha_rest", "rest_url": "https://koha.test", "rest_user": "crm",
            "rest_secret_new": "planted-secret",
        })

    def _pages(self):
        import pandas

        def page(*numbers):
            return pandas.DataFrame([
                {
                    "patron_id": str(number), "cardnumber": f"CARD{number:04}", "surname": f"Bell{number}",
                    "firstname": "Ana", "library_id": "TESTMAIN", "category_id": "STU",
                    "email": f"ana{number}@readers.test",
                } for number in numbers
            ], index=list(numbers))  # fmt: skip

        return [page(1, 2), page(3)]

    def _fetch(self, client):
        self.patch(type(self.rest), "_client", lambda profile: client)
        run = self.env["library.import.run"].create({"profile_id": self.rest.id})
        run.action_run()
        run._process()
        return run

    def test_patrons_are_fetched_since_the_last_time(self):
        client = FakeClient(self._pages())
        run = self._fetch(client)
        self.assertEqual((run.state, self._counts(run)), ("done", (3, 0, 0, 0, 0)))
        self.assertEqual(self._patron(3).provenance["name"][0], "koha_rest")
        self._fetch(client)
        self.assertEqual(client.asked[-1], (datetime(2026, 3, 2, tzinfo=UTC), 1))

    def test_a_library_system_that_is_busy_is_asked_again_at_its_time(self):
        retry = datetime(2030, 1, 1, 12, tzinfo=UTC)
        client = FakeClient(self._pages(), ApiRefused("api_busy", {}, retry))
        run = self._fetch(client)
        self.assertEqual((run.state, run.done_rows, run.created_count), ("paused", 2, 2))
        self.assertEqual(run.date_retry, datetime(2030, 1, 1, 12))
        self.assertFalse(self.rest.rest_cursor)
        client.refusal = None
        run.date_retry = "2020-01-01"
        run._wake_paused()
        run._process()
        self.assertEqual((run.state, run.created_count, client.asked[-1][1]), ("done", 3, 2))

    def test_a_library_system_that_fails_is_told_in_a_sentence(self):
        run = self._fetch(FakeClient(self._pages(), ApiRefused("api_unauthorised")))
        self.assertEqual(run.state, "failed")
        self.assertIn("does not accept the name and the secret", run.message)
        self.assertEqual(run.created_count, 2)
