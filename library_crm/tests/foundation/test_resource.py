from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..common import LibraryCase

MODULE = "odoo.addons.library_crm.models.foundation.library_resource_health"


class Pages(BaseHTTPRequestHandler):
    """`/good` answers, `/gone` does not, `/inside` leads where nobody may be sent."""

    def log_message(self, *_args):
        pass

    def do_HEAD(self):
        self.send_response({"/good": 200, "/inside": 302}.get(self.path, 404))
        if self.path == "/inside":
            self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
        self.end_headers()

    do_GET = do_HEAD


@tagged("post_install", "-at_install")
class TestResource(LibraryCase):
    """Feature: 5.1"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Resource = cls.env["library.resource"]

    def _serve(self):
        """A small server of our own; its address, which only the allow-list opens."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"127.0.0.1:{server.server_address[1]}"

    def test_links_are_checked_with_the_guard(self):
        host = self._serve()
        good, gone, inside = self.Resource.create(
            [{"name": path, "url": f"http://{host}/{path}"} for path in ("good", "gone", "inside")]
        )
        every = good | gone | inside
        every._check_health()
        self.assertEqual(set(every.mapped("health_code")), {"private"}, "nobody is asked inside by default")
        self.assertEqual(set(every.mapped("health")), {"unknown"})
        self.env["ir.config_parameter"].set_param("library_crm.fetch_allowed_hosts", f" {host}, other.test")
        every._check_health()
        self.assertEqual((good.health, good.health_code), ("ok", "answers"))
        self.assertEqual((gone.health, gone.health_status), ("broken", 404))
        self.assertIn("404", gone.health_note)
        self.assertEqual((inside.health, inside.health_code), ("unknown", "private"))
        self.assertTrue(all(every.mapped("date_checked")))

    def test_a_new_link_starts_anew(self):
        resource = self.Resource.create({"name": "A", "url": "https://a.test/"})
        with patch(f"{MODULE}._ask", return_value=(404, None)):
            resource._check_health()
        self.assertEqual(resource.health, "broken")
        resource.url = "https://b.test/"
        self.assertEqual((resource.health, resource.failed_checks, resource.date_checked), ("unknown", 0, False))

    def test_patience_with_a_server_that_is_down(self):
        resource = self.Resource.create({"name": "A", "url": "https://a.test/"})
        with patch(f"{MODULE}._ask", return_value=(None, "time")):
            resource._check_health()
            self.assertEqual(resource.health, "unknown")
            resource._check_health()
        self.assertEqual((resource.health, resource.failed_checks), ("broken", 2))
        with patch(f"{MODULE}._ask", return_value=(200, None)):
            resource._check_health()
        self.assertEqual((resource.health, resource.failed_checks), ("ok", 0))

    def test_what_is_due(self):
        now = fields.Datetime.now()
        links = self.Resource.create([{"name": f"L{number}", "url": "https://a.test/"} for number in range(4)])
        never, lately, long_ago, failed = links
        lately.date_checked = now - timedelta(days=2)
        long_ago.date_checked = now - timedelta(days=8)
        failed.write({"date_checked": now - timedelta(days=2), "failed_checks": 1})
        plain = self.Resource.create({"name": "Shelf", "kind": "collection"})
        due = self.Resource.search(self.Resource._domain_to_check()) & (links | plain)
        self.assertEqual(due, never | long_ago | failed)

    def test_scheduled_action_asks_each_link_once(self):
        links = self.Resource.create([{"name": f"L{n}", "url": f"https://a.test/{n}"} for n in range(25)])
        asked = []

        def ask(url, _allowed):
            asked.append(url)
            return 200, None

        with self.enter_registry_test_mode(), patch(f"{MODULE}._ask", side_effect=ask):
            self.env.ref("library_crm.ir_cron_library_resource_health").method_direct_trigger()
            self.env.ref("library_crm.ir_cron_library_resource_health").method_direct_trigger()
        ours = [url for url in asked if url.startswith("https://a.test/")]
        self.assertEqual(sorted(ours), sorted(links.mapped("url")))

    def test_only_stewards_change_the_register(self):
        resource = self.Resource.create({"name": "A", "url": "https://a.test/"})
        with self.assertRaises(AccessError):
            resource.with_user(self.librarian).action_check_health()
        with self.assertRaises(AccessError):
            resource.with_user(self.portal_user).action_check_health()
        with self.assertRaises(AccessError):
            resource.with_user(self.portal_user).read(["name"])
        with patch(f"{MODULE}._ask", return_value=(200, None)):
            resource.with_user(self.staff["steward"]).action_check_health()
        self.assertEqual(resource.health, "ok")

    def test_another_institution_sees_its_own(self):
        other = self.env["res.company"].create({"name": "Another library"})
        shared, own = self.Resource.create([{"name": "Shared"}, {"name": "Ours", "company_id": self.company.id}])
        stranger = self.librarian.copy({"login": "h4_else", "company_id": other.id, "company_ids": [(6, 0, other.ids)]})
        found = self.Resource.with_user(stranger).search([("id", "in", (shared | own).ids)])
        self.assertEqual(found, shared)

    def test_links_and_languages_are_tidied(self):
        with self.assertRaises(ValidationError):
            self.Resource.create({"name": "A", "url": "javascript:alert(1)"})
        resource = self.Resource.create({"name": "A", "langs": "ZH，en; en ,"})
        self.assertEqual(resource.langs, "zh, en")
        partner = self.env["res.partner"].create({"name": "P", "email": "ill@p.test"})
        self.assertEqual(self.Resource.create({"name": "P", "partner_id": partner.id}).email, "ill@p.test")
