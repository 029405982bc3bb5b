"""Real mail on loopback ports: postfix takes mail in, dovecot keeps it.

========================  ==========================================================================
``anything@library.test``  the library: all its addresses end in one box
``somebody@patrons.test``  a patron's own box, made by :meth:`MailServer.box`; without one, a real bounce comes back
``anybody@refused.test``   accepted by the first hop and refused by the second: a real bounce comes back
anything else              refused at once; nothing can leave the machine
========================  ==========================================================================
"""

from __future__ import annotations

import os
import pwd
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from . import guard
from .environment import HOST, RigError, as_root, free_port, is_listening, temporary_folder
from .mailbox import Box, Mail
from .mailserver_config import DOVECOT, POSTFIX_MAIN, POSTFIX_MASTER, VACATION

LIBRARY = "library.test"
PATRONS = "patrons.test"
REFUSED = "refused.test"
CATCHALL = f"catchall@{LIBRARY}"
PASSWORD = "shelfmark"
PACKAGES = "postfix dovecot-imapd dovecot-lmtpd dovecot-sieve"


class MailServer:
    """A postfix and a dovecot of our own."""

    def __init__(self) -> None:
        self.smtp_port = free_port()
        self.imap_port = free_port()
        self.folder: Path | None = None
        self._boxes: dict[str, Box] = {}
        self._promises: list[int] = []

    def start(self) -> MailServer:
        """Write the configuration and start both servers.

        :raises RigError: if a server is not installed or does not come up
        """
        for program in ("/usr/sbin/postfix", "/usr/sbin/dovecot"):
            if not os.access(program, os.X_OK):
                raise RigError(f"{program} is missing: apt-get install {PACKAGES}")
        self.folder = temporary_folder("mail")
        self._promises.append(guard.promise(*as_root(), "rm", "-rf", self.folder))
        self._write_configuration()
        self._run_dovecot()
        self.start_smtp()
        self.box(CATCHALL)
        return self

    def stop(self) -> None:
        """Stop both servers and remove their folder; harmless if they do not run."""
        if not self.folder:
            return
        self.stop_smtp()
        self._root("doveadm", "-c", self.folder / "dovecot.conf", "stop", check=False)
        self._root("rm", "-rf", self.folder)
        while self._promises:
            guard.take_back(self._promises.pop())
        self.folder = None

    def __enter__(self) -> MailServer:
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def start_smtp(self) -> None:
        """Start taking in and delivering mail."""
        self._root("postfix", "-c", self.folder / "postfix", "start")
        self._wait_for_port(self.smtp_port, "postfix.log")

    def stop_smtp(self) -> None:
        """Have an outage: nobody listens on the SMTP port, what is in the queue waits."""
        self._root("postfix", "-c", self.folder / "postfix", "stop", check=False)
        deadline = time.monotonic() + 15
        while is_listening(self.smtp_port) and time.monotonic() < deadline:
            time.sleep(0.05)

    def ensure_smtp(self) -> None:
        """End an outage that a failed test has left behind."""
        if not is_listening(self.smtp_port):
            self.start_smtp()

    @property
    def catchall(self) -> Box:
        """The library's box."""
        return self.box(CATCHALL)

    def box(self, address: str, password: str = PASSWORD) -> Box:
        """The box of a patron (made if there is none yet) or of the library."""
        address = address.lower()
        if address.endswith(f"@{LIBRARY}"):
            address = CATCHALL
        if address not in self._boxes:
            self._boxes[address] = Box(address, password, self.imap_port)
            if address != CATCHALL:
                (self.folder / "boxes" / address).write_text(self._passwd_line(address, password, address))
        return self._boxes[address]

    def set_vacation(self, address: str, subject: str, text: str) -> Box:
        """Let a box answer by a real sieve responder, each time; it follows RFC 3834 and RFC 5230."""
        box = self.box(address)
        home = self._home(address)
        self._root("mkdir", "-p", home)
        script = VACATION.format(address=address, subject=subject, text=text)
        self._root("tee", home / "active.sieve", stdin=script)
        self._root("chown", "-R", self._owner(), home)
        return box

    def send(self, raw: bytes | str, rcpt: str | Iterable[str], mail_from: str = "") -> None:
        """Hand a mail to the SMTP server as an outside server would.

        :param raw: the whole mail; bytes go out as they are
        :param rcpt: envelope recipients
        :param mail_from: envelope sender, empty for a bounce
        :raises smtplib.SMTPException: if the server refuses
        """
        if isinstance(raw, str):
            raw = raw.encode()
        recipients = [rcpt] if isinstance(rcpt, str) else list(rcpt)
        with smtplib.SMTP(HOST, self.smtp_port, timeout=60) as connection:
            connection.sendmail(mail_from, recipients, raw, mail_options=["BODY=8BITMIME"])

    def deliver(self, raw: bytes | str, rcpt: str | Iterable[str], mail_from: str = "") -> None:
        """Send a mail and wait until it lies in its box; what is only sent may be overtaken by the next."""
        self.send(raw, rcpt, mail_from)
        self.settle()

    def wait_for(
        self, address: str, predicate: Callable[[Mail], bool] | None = None, timeout: float = 20
    ) -> Mail:
        """The first mail in a box for which the predicate holds; see :meth:`Box.wait_for`."""
        return self.box(address).wait_for(predicate, timeout)

    def settle(self, timeout: float = 20) -> None:
        """Wait until everything sent so far was delivered or bounced.

        :raises AssertionError: if mail is still queued after that time
        """
        queue = ("incoming", "active", "deferred", "maildrop", "hold")
        command = ["find", *(self.folder / "queue" / name for name in queue), "-type", "f"]
        deadline = time.monotonic() + timeout
        while left := self._root(*command, check=False).split():
            if time.monotonic() > deadline:
                raise AssertionError(f"{len(left)} mails are still queued after {timeout} s.")
            time.sleep(0.1)

    def empty(self) -> None:
        """Empty every box and forget the vacation responders."""
        self.settle()
        for box in self._boxes.values():
            box.empty()
            if box.address != CATCHALL:
                home = self._home(box.address)
                self._root("find", home, "-maxdepth", "1", "-name", "active.*", "-delete", check=False)

    def log(self) -> str:
        """What postfix and dovecot have logged."""
        return "".join(self._read_log(name) for name in ("postfix.log", "dovecot.log"))

    def _write_configuration(self) -> None:
        folder = self.folder
        for name in ("postfix", "queue", "run", "homes", "boxes"):
            (folder / name).mkdir()
        self._root("install", "-d", "-o", "postfix", folder / "postfix-data")
        self._root("chown", "root:root", folder / "queue")
        self._root("chown", self._owner(), folder / "homes")
        domains = " ".join((LIBRARY, PATRONS, REFUSED))
        values = {
            "folder": folder,
            "port": self.smtp_port,
            "smtp_port": self.smtp_port,
            "imap_port": self.imap_port,
            "domains": domains,
        }
        (folder / "postfix" / "main.cf").write_text(POSTFIX_MAIN.format(**values))
        (folder / "postfix" / "master.cf").write_text(POSTFIX_MASTER.format(**values))
        (folder / "dovecot.conf").write_text(DOVECOT.format(**values))
        (folder / "domains").write_text(self._passwd_line(LIBRARY, PASSWORD, CATCHALL))
        if os.geteuid() != 0:
            # postfix wants its configuration owned by root
            self._root("chown", "-R", "root:root", folder / "postfix")

    def _passwd_line(self, key: str, password: str, address: str) -> str:
        return f"{key}:{password}:{self._owner()}::{self._home(address)}::\n"

    def _home(self, address: str) -> Path:
        return self.folder / "homes" / address.lower()

    @staticmethod
    def _owner() -> str:
        """`uid:gid` of the boxes; dovecot refuses to deliver as root."""
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            return f"{nobody.pw_uid}:{nobody.pw_gid}"
        return f"{os.geteuid()}:{os.getegid()}"

    def _run_dovecot(self) -> None:
        configuration = self.folder / "dovecot.conf"
        self._promises.append(guard.promise(*as_root(), "doveadm", "-c", configuration, "stop"))
        self._promises.append(guard.promise(*as_root(), "postfix", "-c", self.folder / "postfix", "stop"))
        self._root("dovecot", "-c", configuration)
        self._wait_for_port(self.imap_port, "dovecot.log")

    def _wait_for_port(self, port: int, log: str) -> None:
        deadline = time.monotonic() + 20
        while not is_listening(port):
            if time.monotonic() > deadline:
                raise RigError(f"Nobody listens on port {port}:\n{self._read_log(log)}")
            time.sleep(0.05)

    def _read_log(self, name: str) -> str:
        return self._root("cat", self.folder / name, check=False)

    def _root(self, *argv: object, stdin: str | None = None, check: bool = True) -> str:
        """Run a command as root and return what it printed."""
        command = [*as_root(), *(str(word) for word in argv)]
        path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
        command[0] = shutil.which(command[0], path=path) or command[0]
        # Into a file, not a pipe: a daemon keeps the output it was started with, and the pipe would never end.
        with tempfile.TemporaryFile("w+", errors="replace") as output:
            done = subprocess.run(
                command, input=stdin, stdout=output, stderr=subprocess.STDOUT, text=True, timeout=60, check=False
            )
            output.seek(0)
            printed = output.read()
        if check and done.returncode:
            raise RigError(f"{' '.join(command)}: {printed}")
        return printed
