"""The facts of a mail that tell who wrote it, each worked out at most once."""

import re
from functools import cached_property

from . import mail_words as words
from .mail_bounce import outer_parts, report_blocks, text_blocks
from .mail_charset import decode_header_text
from .mail_html import html_to_plain
from .mail_parse import addresses, content_type, file_name, is_attached, parameter, part_text

LIST_HEADERS = tuple(
    "list-id list-post list-help list-subscribe list-unsubscribe list-archive list-owner mailing-list x-mailing-list"
    " x-beenthere x-mailman-version x-ml-name x-listname x-list-id x-mlserver x-mlname x-sympa-to x-listserver"
    " x-google-group-id x-campaign x-campaignid x-mailer-lid x-mc-user".split()
)
_OWNER = re.compile(
    r"owner-|.{1,60}-(?:owner|admin|bounces?|request|errors?|return)(?:[+=@-]|$)|(?:listserv|majordomo|sympa|mailman)@",
    re.IGNORECASE,
)
_MOST_TEXT = 30_000
_SEARCHED = 3000
DELIVERY_REPORTS = {"message/delivery-status", "message/global-delivery-status"}


class Evidence:
    """The facts of a mail that the questions ask for, each worked out at most once."""

    def __init__(self, message, raw):
        self.message, self.raw = message, raw
        self.headers: dict[str, str] = {}
        for name, value in message.raw_items():
            self.headers.setdefault(name.lower(), str(value))

    def header(self, name: str) -> str:
        """A header in lower case on one line, empty when there is none."""
        value = self.headers.get(name)
        return decode_header_text(value[:2000]).lower() if value else ""

    @cached_property
    def kinds(self) -> set[str]:
        return {content_type(part) for part in outer_parts(self.message)}

    @cached_property
    def report_type(self) -> str:
        return (
            parameter(self.message, "report-type").lower() if content_type(self.message) == "multipart/report" else ""
        )

    @cached_property
    def sender(self) -> tuple[str, str]:
        """Name and address in From, in lower case."""
        found = addresses(self.message, "from")
        name, address = found[0] if found else (self.header("from"), "")
        return name.lower(), address.lower()

    @cached_property
    def local(self) -> str:
        """Local part of the sender's address; of an address without a domain, all of it."""
        found = self.sender[1].partition("@")[0]
        if found:
            return found
        value = self.header("from")
        return (value.partition("<")[2].partition(">")[0] or value).strip("<>\"' ")

    @cached_property
    def is_daemon(self) -> bool:
        """From a mail server: by its address, or by its name when the name is not a person's."""
        nobody = not self.sender[1] and "<>" in self.header("from").replace(" ", "")
        return nobody or bool(words.DAEMON_LOCAL.match(self.local) or words.DAEMON_NAME.match(self.sender[0]))

    @cached_property
    def null_return_path(self) -> bool:
        for name in ("return-path", "x-envelope-from", "envelope-from", "x-return-path"):
            if name in self.headers:
                value = self.headers[name].strip().strip("<>\"' \t").lower()
                return not value or value.startswith("mailer-daemon")
        return False

    @cached_property
    def full_subject(self) -> str:
        return decode_header_text(self.headers.get("subject", "")[:4000])[:500]

    @cached_property
    def subject(self) -> str:
        """Subject without tags of filters; empty when it is a reply's or a forward's."""
        text = self.full_subject
        while (tag := words.SUBJECT_TAG.match(text)) and tag.end():
            text = text[tag.end() :]
        return "" if words.REPLY_PREFIX.match(text) else text.strip()

    @cached_property
    def is_reply(self) -> bool:
        return bool(self.header("in-reply-to") or self.header("references"))

    @cached_property
    def whole_text(self) -> str:
        """Text of all text parts outside embedded mails."""
        plain, html, size = [], [], 0
        for part in outer_parts(self.message):
            kind = content_type(part)
            if (
                kind.startswith("text/")
                and kind not in ("text/calendar", "text/rfc822-headers", "text/css")
                and size < _MOST_TEXT * 3
            ):
                text = part_text(part)
                size += len(text)
                (html if kind == "text/html" else plain).append(text)
        text = "\n".join(plain)
        if html and len(text.strip()) < 40 or not plain:
            text += "\n" + "\n".join(html_to_plain(source[: _MOST_TEXT * 4]) for source in html)
        return text[: _MOST_TEXT * 2]

    @cached_property
    def text(self) -> str:
        """The start of the text, lower case, single blanks; quoted lines left out."""
        kept, size = [], 0
        for line in self.whole_text.split("\n"):
            line = line.strip()
            if line and line[0] not in ">|":
                kept.append(line)
                size += len(line) + 1
                if size > _SEARCHED:
                    break
        return re.sub(r"\s{2,}", " ", " ".join(kept)[:_SEARCHED].lower())

    def says(self, phrases: tuple[str, ...], within: int = _SEARCHED) -> bool:
        text = self.text[:within]
        return any(phrase in text for phrase in phrases)

    @cached_property
    def blocks(self) -> list:
        found = report_blocks(self.message)
        return found or (
            text_blocks(self.whole_text)
            if "multipart/report" in self.kinds or self.is_daemon or self.null_return_path
            else []
        )

    @cached_property
    def calendar(self) -> str | None:
        """Method of the calendar entry that is the mail's own content, None when there is none."""
        for part in outer_parts(self.message):
            if content_type(part) == "text/calendar" and (not is_attached(part) or parameter(part, "method")):
                method = parameter(part, "method").lower()
                if not method:
                    match = re.search(r"^METHOD:([A-Z-]{1,20})", part_text(part)[:5000], re.MULTILINE | re.IGNORECASE)
                    method = match[1].lower() if match else "publish"
                return method
        return None

    @cached_property
    def has_vcalendar(self) -> bool:
        return any(
            content_type(part) in ("text/calendar", "application/ics")
            or file_name(part).lower().endswith((".ics", ".vcs"))
            for part in outer_parts(self.message)
        )

    @cached_property
    def is_list(self) -> bool:
        headers = self.headers
        return (
            any(name in headers for name in LIST_HEADERS)
            or bool(_OWNER.match(self.header("sender").strip("<> ")))
            or bool(_OWNER.match(self.header("errors-to").strip("<> ")))
        )

    @cached_property
    def precedence(self) -> str:
        value = self.header("precedence") or self.header("x-precedence")
        return value.replace("-", "_").split(" ")[0].strip(";,")

    @cached_property
    def auto_submitted(self) -> str:
        value = self.header("auto-submitted").partition(";")[0].partition("(")[0].strip().strip("\"'")
        return "" if value == "no" else value
