import logging
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...lib.mask import mask
from ..common import LibraryCase

SECRETS = {"client": "S3cret/of the=client", "mail": "Mailb0x-passw0rd", "token": "tok-0123456789abcdef"}


@tagged("post_install", "-at_install", "security")
class TestConnectors(LibraryCase):
    """Feature: 5.3"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "test_connector_manager", groups="library_crm.group_library_manager,base.group_allow_export"
        )
        cls.profile = cls.env["library.import.profile"].create(
            {
                "name": "Koha", "source": "koha_rest", "rest_url": "https://koha.invalid", "rest_user": "client",
                "rest_secret_new": SECRETS["client"], "company_id": cls.company.id,
            }
        )
        cls.profile.sudo().rest_secret = SECRETS["client"]
        cls.server = cls.env["fetchmail.server"].create(
            {"name": "Library mailbox", "server": "imap.invalid", "server_type": "imap", "user": "library",
             "password": SECRETS["mail"], "state": "done"}
        )
        cls.resource = cls.env["library.resource"].create({"name": "Portal", "kind": "web", "url": "https://x.invalid"})

    def _lines(self, **domain):
        self.env.flush_all()
        self.env.invalidate_all()
        found = self.env["library.connector.run"].with_user(self.manager).search([])
        return found.filtered(lambda line: all(line[name] == value for name, value in domain.items()))

    def test_every_connector_stands_in_one_list(self):
        run = self.env["library.import.run"].create({"profile_id": self.profile.id})
        run.write({"state": "done", "done_rows": 12, "created_count": 5, "changed_count": 4, "refused_count": 3})
        self.profile.rest_cursor = "2026-01-02T03:04:05+00:00"
        line = self._lines(kind="import", record_id=run.id)
        self.assertEqual(
            (line.state, line.done, line.created, line.changed, line.refused, line.cursor),
            ("ok", 12, 5, 4, 3, "2026-01-02T03:04:05+00:00"),
        )
        self.assertEqual(line.action_open()["res_id"], run.id)
        self.resource.write({"health": "broken", "date_checked": self.env.cr.now()})
        health = self._lines(kind="health", company_id=self.env["res.company"])
        self.assertEqual(health.state, "failed")
        self.assertIn(str(health.refused), health.message)
        mail = self._lines(kind="mail", record_id=self.server.id)
        self.assertEqual(mail.state, "draft")
        self.server.write({"error_date": self.env.cr.now(), "error_message": "Connection refused"})
        self.env.invalidate_all()
        self.assertEqual((mail.state, mail.message), ("failed", "Connection refused"))

    def test_run_again_and_dry_run(self):
        run = self.env["library.import.run"].create({"profile_id": self.profile.id})
        run.state = "undone"
        line = self._lines(kind="import", record_id=run.id)
        with patch.object(self.env.registry["library.import.run"], "_look"):  # it would ask the library system
            action = line.action_replay()
        again = self.env["library.import.run"].browse(action["res_id"])
        self.assertNotEqual(again, run)
        self.assertEqual((again.profile_id, again.state), (self.profile, "running"))
        mail = self._lines(kind="mail", record_id=self.server.id)
        with self.assertRaises(UserError):
            mail.action_dry_run()
        triggers = self.env["ir.cron.trigger"].search_count([])
        mail.action_replay()
        self._lines(kind="health")[:1].action_replay()
        self.assertEqual(self.env["ir.cron.trigger"].search_count([]), triggers + 2)

    def test_file_sources_ask_for_the_file_again(self):
        profile = self.env["library.import.profile"].create({"name": "Table", "source": "table"})
        run = self.env["library.import.run"].create({"profile_id": profile.id})
        run.state = "done"
        for name in ("action_replay", "action_dry_run"):
            action = getattr(self._lines(kind="import", record_id=run.id), name)()
            self.assertEqual(self.env["library.import.run"].browse(action["res_id"]).state, "draft")

    def test_only_managers_look(self):
        for role in ("librarian", "lead", "steward", "privacy"):
            self.assertFalse(self.env["library.connector.run"].with_user(self.staff[role]).has_access("read"))

    @mute_logger("odoo.addons.library_crm.models.patron.library_import_process")
    def test_no_secret_is_shown_logged_or_exported(self):
        """A planted password, a client secret and a token appear in no line, message, log or file."""
        self.server.write(
            {"error_date": self.env.cr.now(), "error_message": f"LOGIN library {SECRETS['mail']} failed"}
        )
        room = self._case()._ensure_workroom()
        partner = self.env["library.resource"].create({"name": "P", "kind": "partner", "email": "p@partner.test"})
        referral = self.env["library.referral"].create(
            {"name": "x", "resource_id": partner.id, "workroom_id": room.id, "question": "x"}
        )
        referral.sudo().access_token = SECRETS["token"]
        with self.assertLogs("odoo.addons.library_crm", logging.DEBUG) as logs:
            logging.getLogger("odoo.addons.library_crm").debug("begin")
            run = self.env["library.import.run"].with_user(self.manager).create({"profile_id": self.profile.id})
            try:
                run.action_preview()
            except Exception as error:  # noqa: BLE001 - whatever it says, it must not say the secret
                logs.output.append(str(error))
        seen = [*logs.output]
        for model in ("library.connector.run", "library.import.run", "library.import.profile", "library.referral",
                      "library.resource", "library.import.row"):
            records = self.env[model].with_user(self.manager).search([])
            names = [
                name for name, field in records.fields_get().items()
                if field["type"] not in ("binary", "one2many", "many2many", "properties", "properties_definition")
            ]
            seen.append(str(records.read(names)))
            seen.append(str(records.export_data([name for name in names if name != "id"])["datas"]))
        text = " ".join(seen)
        self.assertIn("LOGIN library", text)
        for name, secret in SECRETS.items():
            with self.subTest(secret=name):
                self.assertNotIn(secret, text)

    def test_masking(self):
        secret = SECRETS["client"]
        self.assertEqual(mask(f"bad {secret}!", [secret, None, ""]), "bad •••!")
        self.assertNotIn("S3cret", mask("GET /t?s=S3cret%2Fof%20the%3Dclient and S3cret%2Fof+the%3Dclient", [secret]))
        self.assertEqual(mask("a cat", ["a"]), "a cat")
        self.assertEqual(mask(None, [secret]), "")
