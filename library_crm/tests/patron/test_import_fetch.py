import base64
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...connectors.koha_weather import Answers
from ...connectors.messages import ApiRefused
from .import_common import ImportCase


@tagged("post_install", "-at_install")
class TestImportFetch(ImportCase):
    """Runs that ask the library system; what it answers over the wire is tested in tests/connectors."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.koha = cls.env["library.import.profile"].create(
            {
                "name": "Koha's interface",
                "source": "koha_rest",
                "rest_object": "patrons",
                "rest_url": "https://koha.library.test",
                "rest_auth": "basic",
                "rest_user": "reader",
                "rest_secret_new": "planted-secret",
            }
        )
        cls.loans = cls.koha.copy({"name": "Koha's loans", "rest_object": "checkouts"})
        cls.loans.rest_secret_new = "planted-secret"

    def _record(self, number, **values):
        return {
            "patron_id": number,
            "cardnumber": f"CARD{number:04}",
            "surname": f"Bell{number}",
            "firstname": "Ana",
            "email": f"ana{number}@readers.test",
            "library_id": "TESTMAIN",
            "category_id": "STU",
            "privacy": 1,
            "anonymized": False,
            "updated_on": "2025-05-01T10:00:00+02:00",
            **values,
        }

    def _fetch(self, answers, profile=None):
        """A run over pages; an answer is a list of records or the refusal to raise.

        :return: the run and the questions that were asked
        """
        answers, asked = list(answers), []

        def get(_self, url, params, headers, name):
            asked.append((name, dict(params)))
            if name == "/items":
                return [{"item_id": 70, "callnumber": "TP311/4"}], {}
            answer = answers.pop(0) if answers else []
            if isinstance(answer, ApiRefused):
                raise answer
            is_last = not answers or profile == self.loans
            return answer, {"X-Total-Count": "4", "Link": "<x>; rel=last" if is_last else '<x>; rel="next"'}

        run = self.env["library.import.run"].create({"profile_id": (profile or self.koha).id})
        with patch.object(Answers, "get", get):
            run.action_run()
            run._process()
        self.env.flush_all()
        return run, asked

    def test_pages_come_in_once(self):
        """Feature: 11.1"""
        pages = [[self._record(1), self._record(2)], [self._record(3), self._record(4, privacy=2)]]
        run, asked = self._fetch(pages)
        self.assertEqual((run.state, self._counts(run)), ("done", (4, 0, 0, 0, 0)))
        self.assertEqual([params["_page"] for _name, params in asked], [1, 2])
        self.assertFalse(self._patron(4).allows_counts)
        before = self._state()
        run, asked = self._fetch(pages)
        self.assertEqual((run.state, self._counts(run)), ("done", (0, 0, 4, 0, 0)))
        self.assertEqual(self._state(), before)
        # a day earlier than the newest change, for clocks that differ
        self.assertIn("2025-04-30 08:00:00", asked[0][1]["q"])

    def test_what_the_library_system_hides_changes_nothing(self):
        """Feature: 11.1, 11.7"""
        self._fetch([[self._record(1, phone="+33 1 42 68 00 01")]])
        hidden = dict.fromkeys(self._record(2), None) | {"library_id": "TESTMAIN"}
        run, _asked = self._fetch([[self._record(1, email=None, phone=None, surname="Bell-Roe"), hidden]])
        self.assertEqual((run.state, self._counts(run)), ("done", (0, 1, 0, 0, 1)))
        patron = self._patron(1)
        self.assertEqual((patron.name, patron.email), ("Ana Bell-Roe", "ana1@readers.test"))
        self.assertEqual(patron.phone, "+33 1 42 68 00 01")
        table = base64.b64decode(run.refused_file).decode("utf-8-sig")
        self.assertIn("TESTMAIN", table)
        self.assertIn(run._sentence("redacted"), table)

    def test_a_busy_library_system_is_asked_again_later(self):
        """Feature: 11.1"""
        later = fields.Datetime.now() + timedelta(hours=1)
        busy = ApiRefused("api_busy", {}, later.astimezone())
        run, _asked = self._fetch([[self._record(1)], busy])
        self.assertEqual((run.state, run.created_count), ("paused", 1))
        self.assertAlmostEqual(run.date_retry, later, delta=timedelta(seconds=2))
        with patch.object(Answers, "get", lambda *_arguments: ([self._record(2)], {})):
            run.action_run()
            run._process()
        self.assertEqual((run.state, run.created_count), ("done", 2))

    def test_a_wrong_secret_ends_the_run_in_a_sentence(self):
        """Feature: 11.1"""
        run, _asked = self._fetch([ApiRefused("api_unauthorised")])
        self.assertEqual((run.state, run.message_code), ("failed", "api_unauthorised"))
        self.assertFalse(self.koha.rest_cursor)
        refusing = patch.object(Answers, "get", side_effect=ApiRefused("api_forbidden"))
        with refusing, self.assertRaises(UserError) as error:
            self.koha.action_test_connection()
        self.assertNotIn("planted-secret", str(error.exception))

    def test_loans_become_counts_without_titles(self):
        """Feature: 11.1"""
        self._fetch([[self._record(1), self._record(2, privacy=2)]])
        loan = {
            "checkout_id": 9, "patron_id": 1, "item_id": 70, "library_id": "TESTMAIN", "note": "planted-title",
            "checkout_date": "2025-05-02T11:00:00+02:00", "timestamp": "2025-05-02T11:00:00+02:00",
            "onsite_checkout": False, "last_renewed_date": None, "renewals_count": 0,
        }  # fmt: skip
        nobody = {**loan, "checkout_id": 10, "patron_id": 2, "checkout_date": "2025-05-03T11:00:00+02:00"}
        for expected in ((1, 0), (0, 1)):
            run, _asked = self._fetch([[loan, nobody], []], self.loans)
            self.assertEqual((run.state, run.message_code), ("done", False))
            self.assertEqual(run.created_count, expected[0])
        self.env.cr.execute(
            "SELECT u.kind, u.uses, s.code FROM library_usage u LEFT JOIN library_subject s ON s.id = u.subject_id"
            " WHERE u.patron_id = %s ORDER BY u.kind",
            [self._patron(1).id],
        )
        self.assertEqual(self.env.cr.fetchall(), [("loan", 1, "TP"), ("visit_day", 1, None)])
        self.env.cr.execute("SELECT count(*) FROM library_usage WHERE patron_id = %s", [self._patron(2).id])
        self.assertEqual(self.env.cr.fetchone()[0], 0)
