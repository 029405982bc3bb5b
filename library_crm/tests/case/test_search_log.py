import io
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .test_process import ProcessCase

EVIL = '=HYPERLINK("http://evil.test","x")'


@tagged("post_install", "-at_install")
class TestSearchLog(ProcessCase):
    """Feature: 22.4"""

    def _log(self, room, **values):
        return self.env["library.search.log"].with_user(self.librarian).create(
            {"workroom_id": room.id, "source": "Catalogue", "query": "harbour AND map*", "hits": 12, "kept": 2,
             "reason": "Both show the mole", **values}
        )

    def test_a_search_belongs_to_the_step_under_way(self):
        room = self._room()
        log = self._log(room)
        self.assertEqual(log.step_id, room.step_ids[1])
        self.assertEqual((log.case_id, log.company_id), (room.case_id, room.company_id))

    def test_source_comes_from_the_register(self):
        room = self._room()
        resource = self.env["library.resource"].create({"name": "Map catalogue", "kind": "database"})
        log = self.env["library.search.log"].create({"workroom_id": room.id, "resource_id": resource.id, "query": "x"})
        self.assertEqual(log.source, "Map catalogue")
        log.source = "Map catalogue, titles only"
        self.assertEqual(log.source, "Map catalogue, titles only")

    @mute_logger("odoo.sql_db")
    def test_no_more_kept_than_found(self):
        from psycopg2.errors import CheckViolation  # noqa: PLC0415

        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self._log(self._room(), hits=1, kept=2).flush_recordset()

    def test_use_again_on_another_case(self):
        """The way of searching goes along, its result and the former patron's name do not."""
        log = self._log(self._room(), query="林伟 harbour AND map*")
        other = self._room(patron=self.other_patron)
        with self.assertRaises(UserError):
            log.action_use_again()
        log.with_context(library_workroom_id=other.id).action_use_again()
        again = other.search_ids
        self.assertIn("harbour AND map*", again.query)
        self.assertNotIn("林伟", again.query)
        self.assertEqual((again.hits, again.kept, again.reason, again.origin_id), (0, 0, False, log))
        self.assertEqual(log.reuse_count, 1)
        self.assertEqual(again.user_id, self.librarian)

    def test_another_department_neither_reads_nor_reuses(self):
        case = self._case()
        log = self._log(case._ensure_workroom())
        foreign = log.with_user(self.colleague)
        self.assertFalse(foreign.search([("id", "=", log.id)]))
        theirs = self._case(team=self.other_team)._ensure_workroom()
        with self.assertRaises(AccessError):
            foreign.with_context(library_workroom_id=theirs.id).action_use_again()
        for user in (self.portal_user, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                log.with_user(user).read(["query"])

    def test_appendix_is_a_table_of_text(self):
        """Nothing that was typed becomes a formula, a link or markup; nobody's name is in it."""
        room = self._room()
        self._log(room, query=EVIL, source="<script>alert(1)</script>")
        self._log(room, query="map*", hits=5, kept=1)
        table = room.with_user(self.librarian)._search_appendix()
        self.assertEqual(len(table["rows"]), 2)
        self.assertIn("17", table["notes"][-1])
        self.assertNotIn(self.librarian.name, str(table))
        self.assertNotIn("林伟", str(table))
        html = str(room._search_appendix_html())
        self.assertNotIn("<script>", html)
        with zipfile.ZipFile(io.BytesIO(room._search_appendix_file())) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
            self.assertNotIn("<f>", sheet)
            self.assertNotIn("hyperlink", sheet.lower())
            self.assertIn("HYPERLINK", book.read("xl/sharedStrings.xml").decode())


@tagged("post_install", "-at_install")
class TestSearchFile(HttpCase, ProcessCase):
    """Feature: 22.4"""

    def test_the_workbook_opens_for_the_room_only(self):
        room = self._case()._ensure_workroom()
        self.env["library.search.log"].create({"workroom_id": room.id, "source": "Catalogue", "query": "map"})
        url = f"/library/workrooms/{room.id}/searches.xlsx"
        expected = ((self.librarian, 200), (self.colleague, 404), (self.portal_user, 404))
        for user, status in expected:
            self.authenticate(user.login, user.login)
            with self.subTest(user=user.login):
                response = self.url_open(url)
                self.assertEqual(response.status_code, status)
                self.assertEqual(response.content[:2] == b"PK", status == 200)
        self.authenticate(None, None)
        self.assertNotEqual(self.url_open(url, allow_redirects=False).content[:2], b"PK")
