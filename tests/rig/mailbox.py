"""A mailbox read over IMAP, and the mails in it."""

from __future__ import annotations

import contextlib
import email
import email.policy
import imaplib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cached_property

from .environment import HOST


@dataclass(frozen=True)
class Mail:
    """One mail as it lies in a box."""

    uid: int
    flags: frozenset[str]
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    def __getitem__(self, header: str) -> str:
        """A header's text, or an empty string."""
        return str(self.message[header] or "")

    @property
    def subject(self) -> str:
        return self["Subject"]

    @property
    def is_seen(self) -> bool:
        return "\\Seen" in self.flags

    @property
    def text(self) -> str:
        """The plain text part, or an empty string."""
        return self._body("plain")

    @property
    def html(self) -> str:
        """The HTML part, or an empty string."""
        return self._body("html")

    @property
    def links(self) -> list[str]:
        """Addresses that the HTML part links to."""
        return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', self.html)]

    @property
    def attachments(self) -> dict[str, bytes]:
        """Attached files by name."""
        return {part.get_filename() or "": part.get_payload(decode=True) for part in self.message.iter_attachments()}

    def _body(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return part.get_content() if part else ""

    def __repr__(self) -> str:
        return f"<Mail {self.uid} from {self['From']!r} to {self['To']!r}: {self.subject!r}>"


class Box:
    """One person's mailbox."""

    def __init__(self, address: str, password: str, port: int):
        self.address = address
        self.password = password
        self.port = port

    @contextlib.contextmanager
    def connect(self) -> Iterator[imaplib.IMAP4]:
        """A logged-in IMAP connection with the inbox selected."""
        with imaplib.IMAP4(HOST, self.port, timeout=30) as connection:
            connection.login(self.address, self.password)
            connection.select("INBOX")
            yield connection

    def messages(self) -> list[Mail]:
        """All mails, oldest first; reading does not mark them as seen."""
        with self.connect() as connection:
            _status, answer = connection.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")
        return [self._mail(item) for item in answer if isinstance(item, tuple)]

    def deliver(self, raw: bytes) -> None:
        """Lay a mail into the box past SMTP, byte by byte as given."""
        with self.connect() as connection:
            status, answer = connection.append("INBOX", None, None, raw)
        if status != "OK":
            raise OSError(f"The mail was not taken: {answer}")

    def mark_unseen(self) -> None:
        """Make every mail new again."""
        with self.connect() as connection:
            connection.uid("STORE", "1:*", "-FLAGS.SILENT", "(\\Seen)")

    def empty(self) -> None:
        """Delete all mails."""
        with self.connect() as connection:
            connection.uid("STORE", "1:*", "+FLAGS.SILENT", "(\\Deleted)")
            connection.expunge()

    def wait_for(self, predicate: Callable[[Mail], bool] | None = None, timeout: float = 20) -> Mail:
        """The first mail for which the predicate holds (without a predicate: the first mail).

        :raises AssertionError: if none has come in time; names what did come
        """
        deadline = time.monotonic() + timeout
        while True:
            mails = self.messages()
            for mail in mails:
                if predicate is None or predicate(mail):
                    return mail
            if time.monotonic() > deadline:
                raise AssertionError(f"No such mail for {self.address} within {timeout} s; there are: {mails}")
            time.sleep(0.2)

    @staticmethod
    def _mail(item: tuple[bytes, bytes]) -> Mail:
        head = item[0].decode("ascii", "replace")
        flags = re.search(r"FLAGS \(([^)]*)\)", head)
        return Mail(int(re.search(r"UID (\d+)", head)[1]), frozenset(flags[1].split() if flags else ()), item[1])
