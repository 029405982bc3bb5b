"""An Odoo server of the tests' own: database, port, data folder, log; stopped in any event."""

from __future__ import annotations

import subprocess
import time
import xmlrpc.client
from collections.abc import Iterable
from typing import Any

import requests

from . import guard
from .database import Database, cursor
from .environment import HOST, RigError, free_port
from .imap_proxy import ImapProxy
from .mailserver import CATCHALL, LIBRARY, PASSWORD, MailServer
from .odoo_log import Entry, OdooLog
from .odoo_process import command, variables, write_configuration
from .web_session import WebSession

FETCH_CRON = "mail.ir_cron_mail_gateway_action"
QUEUE_CRON = "mail.ir_cron_mail_scheduler_action"
SERVER_NAME = "Test rig"
# What core logs on any machine, whatever we do.
ALWAYS_ALLOWED = (
    r"wkhtmltopdf",
    r"Running as user 'root'",
    # two windows of one person that draw core's chat at once; the second is tried again
    r'UPDATE "?discuss_channel_member\b',
)


class OdooServer:
    """Serves one database.

    Scheduled actions run only when a test asks for them (:meth:`run_cron`), so that nothing happens behind its back.
    """

    def __init__(self, database: Database, workers: int = 0):
        self.database = database
        self.workers = workers
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.log = OdooLog(database.data_folder / "odoo.log")
        self._process: subprocess.Popen | None = None
        self._promise: int | None = None
        self._sessions: dict[str, WebSession] = {}
        self._ids: dict[str, int] = {}

    def start(self) -> OdooServer:
        """Start it and wait until it serves pages.

        :raises RigError: if it ends or does not answer within two minutes
        """
        folder = self.database.data_folder
        configuration = write_configuration(
            folder / "odoo.conf",
            self.database.name,
            folder,
            http_port=self.port,
            gevent_port=free_port(),
            workers=self.workers,
            logfile=self.log.path,
        )
        output = (folder / "odoo.out").open("a")
        self._process = subprocess.Popen(
            command(configuration), env=variables(), stdout=output, stderr=output, start_new_session=True
        )
        output.close()
        self._promise = guard.promise_python("guard", "stop-group", self._process.pid)
        self._wait_until_served()
        return self

    def stop(self) -> None:
        """Stop it in good order; harmless if it does not run."""
        if self._process:
            guard.stop_group(self._process.pid)
            self._forget_process()

    def kill(self) -> None:
        """Stop it as a power cut does."""
        guard.stop_group(self._process.pid, patience=0)
        self._forget_process()

    def restart(self) -> None:
        """Stop and start; sessions of users survive."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop it and drop its database."""
        self.stop()
        self.database.close()

    def __enter__(self) -> OdooServer:
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _forget_process(self) -> None:
        self._process.wait()
        self._process = None
        guard.take_back(self._promise)

    def _wait_until_served(self) -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                if requests.get(f"{self.url}/web/login", timeout=60).ok:
                    return
            except requests.RequestException:
                time.sleep(0.1)
        output = (self.database.data_folder / "odoo.out").read_text(errors="replace")
        self.stop()
        raise RigError(f"Odoo did not come up:\n{output[-2000:]}\n{self.log.tail(60)}")

    def session(self, login: str | None = None, password: str | None = None) -> WebSession:
        """A new session of a user (whose password is the login if none is given) or of the public."""
        return WebSession(self.url, self.database.name, login, password)

    def rpc(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method as the administrator."""
        if "admin" not in self._sessions:
            self._sessions["admin"] = self.session("admin")
        return self._sessions["admin"].call(model, method, *args, **kwargs)

    def search(self, model: str, domain: list, fields: Iterable[str] = ("id",), **options: Any) -> list[dict]:
        """Read the records a domain finds, oldest first unless `order` says otherwise."""
        return self.rpc(model, "search_read", domain, list(fields), **{"order": "id", **options})

    def read(self, model: str, record_id: int, *fields: str) -> Any:
        """One record's values as a dict, or the bare value if one field is named."""
        values = self.rpc(model, "read", [record_id], list(fields))[0]
        return values[fields[0]] if len(fields) == 1 else values

    def create(self, model: str, **values: Any) -> int:
        """Create a record and return its id."""
        return self.rpc(model, "create", [values])[0]

    def write(self, model: str, record_id: int, **values: Any) -> None:
        """Change a record."""
        self.rpc(model, "write", [record_id], values)

    def ref(self, xmlid: str) -> int:
        """The id behind an external id."""
        if xmlid not in self._ids:
            module, _dot, name = xmlid.partition(".")
            found = self.search("ir.model.data", [("module", "=", module), ("name", "=", name)], ["res_id"])
            if not found:
                raise RigError(f"There is no record {xmlid}.")
            self._ids[xmlid] = found[0]["res_id"]
        return self._ids[xmlid]

    def sql(self, query: str, *parameters: Any) -> list[tuple]:
        """Look into the database past Odoo."""
        with cursor(self.database.name) as cr:
            cr.execute(query, parameters)
            return cr.fetchall() if cr.description else []

    def run_cron(self, xmlid: str) -> None:
        """Run a scheduled action now and wait for its end.

        :raises AssertionError: if it fails
        """
        answer = self.rpc("ir.cron", "method_direct_trigger", [self.ref(xmlid)])
        if isinstance(answer, dict) and answer.get("tag") == "display_exception":
            raise AssertionError(f"{xmlid} failed: {answer['params']}")

    def fetch_mail(self) -> None:
        """Have Odoo look into its mailbox now."""
        self.run_cron(FETCH_CRON)

    def mailgate(self, raw: bytes, model: str | bool = False) -> Any:
        """Hand a mail in as Odoo's mail gateway script does, past SMTP and IMAP; safe in threads.

        :param model: what an unroutable mail becomes
        """
        with xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/object", allow_none=True) as server:
            arguments = [model, xmlrpc.client.Binary(raw)]
            admin = self.ref("base.user_admin")
            return server.execute_kw(self.database.name, admin, "admin", "mail.thread", "message_process", arguments)

    def process_queue(self) -> None:
        """Have Odoo send what waits for sending now."""
        self.run_cron(QUEUE_CRON)

    def connect_mail(self, mail: MailServer, imap: ImapProxy | None = None) -> None:
        """Let Odoo send through the mail server and read the library's box, through the proxy if there is one."""
        self._set_alias_domain()
        server = self._find_or_create("ir.mail_server", SERVER_NAME, smtp_host=HOST)
        self.write("ir.mail_server", server, smtp_port=mail.smtp_port, smtp_encryption="none", sequence=0)
        values = {"server_type": "imap", "server": HOST, "is_ssl": False, "user": CATCHALL, "password": PASSWORD}
        box = self._find_or_create("fetchmail.server", SERVER_NAME, **values)
        self.write("fetchmail.server", box, port=imap.port if imap else mail.imap_port)
        self.rpc("fetchmail.server", "button_confirm_login", [box])

    def add_user(self, login: str, groups: Iterable[str], **values: Any) -> int:
        """Create a user whose password is the login.

        :param groups: external ids of groups
        :param values: further fields, for example ``lang`` or ``email``
        """
        values = {"name": login.title(), "login": login, "password": login, **values}
        ids = [self.ref(group) for group in groups]
        return self.create("res.users", group_ids=[(6, 0, ids)], **values)

    def add_team(self, name: str, logins: Iterable[str]) -> int:
        """Create a team and its members, librarians whose password is the login."""
        users = [self.add_user(login, ["library_crm.group_library_librarian"]) for login in logins]
        return self.create("library.team", name=name, member_ids=[(0, 0, {"user_id": user}) for user in users])

    def activate_language(self, code: str) -> None:
        """Load a language's translations."""
        found = self.search("res.lang", [("code", "=", code), ("active", "in", [True, False])], ["active"])
        if not found[0]["active"]:
            wizard = self.create("base.language.install", lang_ids=[(6, 0, [found[0]["id"]])], overwrite=False)
            self.rpc("base.language.install", "lang_install", [wizard])

    def freeze_address(self) -> None:
        """Have links in mails name this server, and forbid calls to services outside the machine."""
        for key, value in {
            "web.base.url": self.url,
            "web.base.url.freeze": "True",
            "report.url": self.url,
            "iap.endpoint": "http://127.0.0.1:9",
        }.items():
            self.rpc("ir.config_parameter", "set_param", key, value)

    def _set_alias_domain(self) -> None:
        domain = self._find_or_create("mail.alias.domain", LIBRARY)
        for company in self.search("res.company", [("alias_domain_id", "!=", domain)]):
            self.write("res.company", company["id"], alias_domain_id=domain)

    def _find_or_create(self, model: str, name: str, **values: Any) -> int:
        found = self.search(model, [("name", "=", name)])
        return found[0]["id"] if found else self.create(model, name=name, **values)

    def mark_log(self) -> None:
        """Start looking at the log from here."""
        self.log.mark()

    def log_errors(self, allow: Iterable[str] = ()) -> list[Entry]:
        """Warnings, errors and tracebacks since the mark."""
        return self.log.trouble([*ALWAYS_ALLOWED, *allow])

    def assert_clean_log(self, allow: Iterable[str] = ()) -> None:
        """Fail if the log has a warning, an error or a traceback since the mark.

        :param allow: regular expressions of records that a test expects
        """
        found = self.log_errors(allow)
        if found:
            raise AssertionError("The server's log is not clean:\n" + "\n".join(str(entry) for entry in found))
