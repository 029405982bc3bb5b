"""A mail on its way in: what was read from it once, for every decision that follows."""

import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import cached_property

from .mail_signs import MailSigns
from .mail_token import split_plus

RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc", "Resent-To", "Resent-Cc")
_ADDRESS = re.compile(r"[^\s<>\"',;:()\[\]]+@[^\s<>\"',;:()\[\]]+")
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
MOST_RECIPIENTS = 2000


@dataclass
class Arrival:
    """One mail, read.

    :param raw: the mail to the byte, as it came
    :param message: the repaired mail
    :param signs: what kind of mail it is
    :param sender: the plain lower-case address of its author, or an empty string
    """

    raw: bytes
    message: EmailMessage
    signs: MailSigns
    sender: str = ""
    key: str = ""
    parsed: dict = field(default_factory=dict)
    _headers: dict = field(default_factory=dict, repr=False)

    def _values(self, header: str) -> list[str]:
        """A header's values; the e-mail package parses a header anew at every reading, so each is read once."""
        if header not in self._headers:
            self._headers[header] = [str(value) for value in self.message.get_all(header, [])]
        return self._headers[header]

    @property
    def subject(self) -> str:
        return " ".join(next(iter(self._values("Subject")), "").split())

    def addresses(self, *headers: str) -> list[str]:
        """Plain lower-case addresses in these headers, in order, each once."""
        found: dict[str, None] = {}
        for header in headers:
            for value in self._values(header):
                for address in _ADDRESS.findall(value):
                    found[address.strip(".").lower()] = None
                    if len(found) >= MOST_RECIPIENTS:
                        return list(found)
        return list(found)

    @cached_property
    def recipients(self) -> list[str]:
        return self.addresses(*RECIPIENT_HEADERS)

    @cached_property
    def bare_recipients(self) -> list[str]:
        """The recipients without what stands behind a plus."""
        return list(dict.fromkeys(split_plus(address)[0] for address in self.recipients))

    @property
    def references(self) -> list[str]:
        """Message-IDs this mail answers, newest last."""
        text = " ".join(next(iter(self._values(name)), "") for name in ("References", "In-Reply-To"))
        return _MESSAGE_ID.findall(text)[-32:]
