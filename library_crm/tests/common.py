import json
from datetime import datetime, timedelta
from email.message import EmailMessage

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

ROLES = ("librarian", "relations", "lead", "steward", "manager", "privacy")


class LibraryCase(TransactionCase):
    """A small library: two departments, their staff, two patrons, and mail addresses of our own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "no_reset_password": True})
        cls.domain = cls.env["mail.alias.domain"].search([("name", "=", "library.test")], limit=1) or cls.env[
            "mail.alias.domain"
        ].create({"name": "library.test"})
        cls.company = cls.env.company
        cls.company.alias_domain_id = cls.domain
        cls.staff = {
            role: new_test_user(
                cls.env,
                f"test_{role}",
                groups=f"library_crm.group_library_{role}",
                email=f"{role}@staff.test",
                name=f"Test {role}",
            )
            for role in ROLES
        }
        cls.librarian = cls.staff["librarian"]
        cls.colleague = new_test_user(
            cls.env,
            "test_colleague",
            groups="library_crm.group_library_librarian",
            email="colleague@staff.test",
            name="Colleague of another department",
        )
        cls.team = cls._team("Reference", "ask-test", cls.librarian | cls.staff["lead"] | cls.staff["steward"])
        cls.other_team = cls._team("Interlibrary loan", "ill-test", cls.colleague)
        cls.portal_user = new_test_user(
            cls.env, "test_patron", groups="base.group_portal", email="wei@patrons.test", name="林伟"
        )
        cls.other_portal_user = new_test_user(
            cls.env, "test_other_patron", groups="base.group_portal", email="amara@patrons.test", name="Amara Obi"
        )
        cls.patron, cls.other_patron = cls.env["library.patron"].create(
            [
                {"partner_id": cls.portal_user.partner_id.id},
                {"partner_id": cls.other_portal_user.partner_id.id},
            ]
        )
        cls.mails = cls.env["mail.mail"].sudo()

    @classmethod
    def _team(cls, name, alias, users):
        return cls.env["library.team"].create(
            {
                "name": name,
                "alias_name": alias,
                "member_ids": [Command.create({"user_id": user.id}) for user in users],
            }
        )

    @classmethod
    def _case(cls, patron=None, team=None, **values):
        """A case with its need, opened by nobody in particular."""
        return cls.env["library.case"].create(
            {
                "name": "Where do I find early maps of the harbour?",
                "patron_id": (patron or cls.patron).id,
                "team_id": (team or cls.team).id,
                **values,
            }
        )

    _counter = 0

    @classmethod
    def _mail(
        cls,
        text="Where do I find early maps?",
        *,
        sender="New Patron <new@patrons.test>",
        to="ask-test@library.test",
        subject="Maps",
        **headers,
    ):
        """A mail as bytes; `headers` with underscores for dashes, None leaves one out."""
        LibraryCase._counter += 1
        message = EmailMessage()
        values = {
            "From": sender,
            "To": to,
            "Subject": subject,
            "Message-ID": f"<test-{LibraryCase._counter}@patrons.test>",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        for name, value in values.items():
            if value is not None:
                message[name] = value
        message.set_content(text)
        return message.as_bytes()

    @classmethod
    def _receive(cls, raw):
        """Give a mail to the gateway; the case that got it, if any."""
        found = cls.env["mail.thread"].message_process(False, raw)
        return cls.env["library.case"].browse(found or None)

    def _outgoing(self, before):
        """Mails made since `before` (a recordset of mail.mail)."""
        return self.mails.search([]) - before

    def assertHeld(self, kind, state="waiting"):
        """The newest held mail is of this kind and in this state; returns it."""
        held = self.env["library.mail.held"].search([], limit=1)
        self.assertTrue(held, "a held mail was expected")
        self.assertEqual((held.kind, held.state), (kind, state), held.reason)
        return held


class JsonCalls:
    """For an HttpCase that calls as another program does, with a key of its own."""

    def _json2(self, user, model, method, **values):
        """Call a method over Odoo's JSON-2 interface; return the response."""
        expires = datetime.now() + timedelta(days=1)
        key = self.env["res.users.apikeys"].with_user(user)._generate("rpc", "test", expires)
        return self.url_open(f"/json/2/{model}/{method}", data=json.dumps(values), headers={
            "Authorization": f"bearer {key}", "Content-Type": "application/json"})
