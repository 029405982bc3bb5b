"""What a bounce tells: whom it could not reach, for good or for now, and which mail it was about."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from . import mail_phrases as phrases
from .mail_charset import decode_header_text
from .mail_parse import (
    TolerantMessage,
    addresses,
    content_type,
    find_addresses,
    part_text,
    raw_header,
)

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(
    r"(?:^|said:?|<<<|>>>|smtp|error:?|code:?|response:?|reason:?|status:?|\(|#|\[|;"
    r"|:)\s{0,3}[\"']?([45])\d\d(?=[ \-#)\]\"'])",
    re.IGNORECASE | re.MULTILINE,
)
_ORIGINAL = re.compile(
    r"^[ \t>]{0,8}(?:-{2,}\s{0,3}(?:original|unsent|this is a copy|message header|header|below|returned"
    r"|undelivered|the (?:header|body|original)|message text|the attached|ursprüngliche)"
    r"|={3,}\s{0,3}original|-{3,}\s{0,3}(?:原始|原邮件|原郵件|以下)|below (?:this line|is|the) (?:the|a"
    r"|is)?\s?(?:copy|header|original)|original message(?: headers?)?:|the original message (?:was|headers|follows)"
    r"|--- (?:the header|enclosed|below|original)|message headers? follow|received: from|received: by"
    r"|return-path:|原始邮件|原邮件|原始郵件|以下是原)",
    re.IGNORECASE | re.MULTILINE,
)
_MESSAGE_ID = re.compile(
    r"^[ \t>|]{0,8}(?:original-)?message-?id:\s{0,5}(<[^<>\s]{3,400}>)", re.IGNORECASE | re.MULTILINE
)
_LOOSE_MESSAGE_ID = re.compile(r"message[- ]?id:?\s{0,5}(<[^<>\s@]{1,200}@[^<>\s@]{1,200}>)", re.IGNORECASE)
_ADDRESS = r"([A-Za-z0-9!#$%&+/=?^_`{|}~.'-]{1,80}@[A-Za-z0-9.-]{1,120})"
# the shapes in which servers name the address, the surest first
_SHAPES = (
    re.compile(r"emailaddress\\?\"\s?:\s?\\?\"" + _ADDRESS, re.IGNORECASE),
    re.compile(r"^[ \t*>#-]{0,8}<" + _ADDRESS + r">", re.MULTILINE),
    re.compile(r"(?:rfc822;|smtp[=;])\s{0,4}<?" + _ADDRESS, re.IGNORECASE),
    re.compile(r"rcpt to:?\s{0,3}<?" + _ADDRESS, re.IGNORECASE),
    re.compile(r"^[ \t*>#-]{0,10}[\"']?" + _ADDRESS + r"[\"']?(?:\s|:|;|,|\(|\.\.\.|$)", re.MULTILINE),
    re.compile(
        r"(?:(?:recipients?|addresse?e?s?|(?<![a-z])to|users?|mailbox|account|(?<![a-z])for|destinat\w{1,6}"
        r"|empf(?:ä|ae)nger)(?=[\s:：=<(\"'\[])|收件人|收件者|收信人|宛先|수신자)"
        r"(?: (?:address|email|name|of|is))?\s{0,3}[:：=]?\s{0,6}[\"'(\[]?<?(?:mailto:)?" + _ADDRESS,
        re.IGNORECASE,
    ),
    re.compile(r"<" + _ADDRESS + r">"),
)
_LONGEST_TEXT = 60_000
# a server that rejects a mail on behalf of its user sends a receipt instead of a delivery report
_REPORTS = ("message/delivery-status", "message/global-delivery-status", "message/disposition-notification")


@dataclass(frozen=True)
class Block:
    """The part of a delivery report about one recipient."""

    action: str
    status: str
    recipients: tuple[str, ...]
    diagnosis: str


def outer_parts(message: TolerantMessage) -> Iterator[TolerantMessage]:
    """All parts but those inside an embedded mail: a person may forward a bounce as a file."""
    stack = [message]
    while stack:
        part = stack.pop()
        yield part
        kind, payload = content_type(part), part.get_payload()
        if kind.startswith("multipart/") and isinstance(payload, list):
            stack.extend(reversed(payload))


def report_blocks(message: TolerantMessage, embedded: bool = False) -> list[Block]:
    """The recipients' blocks of the delivery reports in a mail, on demand also of one inside an embedded mail."""
    blocks = []
    for part in message.walk() if embedded else outer_parts(message):
        if content_type(part) in _REPORTS:
            payload = part.get_payload()
            fields = [list(item.raw_items()) for item in payload] if isinstance(payload, list) else []
            if not any(_is_recipient(items) for items in fields):
                # sent in an odd encoding, or as text
                fields = list(_fields_in_text(_payload_text(part)))
            blocks += [_block(items) for items in fields if _is_recipient(items)]
    return blocks


def text_blocks(text: str) -> list[Block]:
    """Recipients' blocks of a delivery report that came as plain text."""
    if "final-recipient:" not in text.lower() and "original-recipient:" not in text.lower():
        return []
    return [_block(items) for items in _fields_in_text(text) if _is_recipient(items)]


def failed_addresses(message: TolerantMessage, text: str, blocks: list[Block]) -> tuple[str, ...]:
    """Addresses that a bounce says it could not reach, in lower case, surest source first found."""
    named = [
        address
        for block in blocks
        if block.action not in ("delivered", "relayed", "expanded")
        for address in block.recipients
    ]
    named = named or [address for block in report_blocks(message, True) for address in block.recipients]
    named = named or [
        address for value in message.header_texts("x-failed-recipients") for address in find_addresses(value)
    ]
    if not named:
        named = _addresses_in_text(message, text)
    if not named:
        named = _addressee_of_original(message)
    return tuple(dict.fromkeys(address.lower().strip(".'") for address in named))


def is_permanent(blocks: list[Block], text: str) -> bool | None:
    """True when trying again is useless, False for a passing fault, None when the mail does not tell."""
    for block in blocks:
        match = _STATUS.search(block.status) or _STATUS.search(block.diagnosis)
        if match and match[1] != "2" and match[0] not in ("5.0.0", "4.0.0"):
            return match[1] == "5" and match[0] not in ("5.2.2", "5.4.7", "5.4.300")
    notice = _notice(text)
    match = (
        _STATUS.search(notice)
        or next((m for block in blocks if (m := _STATUS.search(block.status))), None)
        or _REPLY_CODE.search(notice)
    )
    if match and match[1] != "2":
        return match[1] == "5" and match[0] != "5.2.2"
    lower = notice.lower()
    if any(phrase in lower for phrase in phrases.TRANSIENT):
        return False
    return True if any(phrase in lower for phrase in phrases.PERMANENT) else None


def original_message_id(message: TolerantMessage, text: str) -> str | None:
    """Message-ID of the mail that came back."""
    for part in message.walk():
        kind, payload = content_type(part), part.get_payload()
        if kind in ("message/rfc822", "message/global") and isinstance(payload, list) and payload:
            found = _header_id(payload[0])
        elif kind in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            match = _MESSAGE_ID.search(_payload_text(part))
            found = match[1] if match else None
        else:
            continue
        if found:
            return found
    start = _ORIGINAL.search(text)
    match = _MESSAGE_ID.search(text, start.start()) if start else None
    match = match or _MESSAGE_ID.search(text) or _LOOSE_MESSAGE_ID.search(text)
    if match:
        return match[1]
    for name in ("x-original-message-id", "x-microsoft-original-message-id", "in-reply-to", "references"):
        found = re.findall(r"<[^<>\s]{3,400}>", decode_header_text(message.raw_header(name)[:20_000]))
        if found:
            return found[-1]
    return None


def _header_id(inner: TolerantMessage) -> str | None:
    match = re.search(r"<[^<>\s]{3,400}>", decode_header_text(raw_header(inner, "message-id")[:2000]))
    if match:
        return match[0]
    payload = inner.get_payload()
    match = _MESSAGE_ID.search(payload[:_LONGEST_TEXT]) if isinstance(payload, str) else None
    return match[1] if match else None


def _payload_text(part: TolerantMessage) -> str:
    payload = part.get_payload()
    if isinstance(payload, str):
        return part_text(part)[:_LONGEST_TEXT]
    return "\n\n".join(
        "\n".join(
            [
                *(f"{name}: {value}" for name, value in item.raw_items()),
                "",
                item.get_payload() if isinstance(item.get_payload(), str) else "",
            ]
        )
        for item in payload or ()
    )[:_LONGEST_TEXT]


def _fields_in_text(text: str) -> Iterator[list[tuple[str, str]]]:
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        items: list[tuple[str, str]] = []
        for line in block.split("\n"):
            if line[:1] in " \t" and items:
                items[-1] = (items[-1][0], f"{items[-1][1]} {line.strip()}")
            elif ":" in line:
                name, _colon, value = line.partition(":")
                items.append((name.strip(), value.strip()))
        yield items


def _is_recipient(items: Iterable[tuple[str, str]]) -> bool:
    return any(
        name.lower() in ("final-recipient", "original-recipient", "action", "x-actual-recipient")
        for name, _value in items
    )


def _block(items: Iterable[tuple[str, str]]) -> Block:
    fields: dict[str, str] = {}
    for name, value in items:
        fields.setdefault(name.lower(), decode_header_text(str(value)[:4000]))
    recipients = []
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        value = fields.get(name, "")
        if not (name == "x-actual-recipient" and recipients):
            recipients += find_addresses(value.rpartition(";")[2])[:1]
    return Block(
        fields.get("action", "").split(" ")[0].lower().strip(".;,"),
        fields.get("status", ""),
        tuple(dict.fromkeys(recipients)),
        fields.get("diagnostic-code", ""),
    )


def _notice(text: str) -> str:
    """What the server wrote itself, without the mail that it sends back."""
    match = _ORIGINAL.search(text, 1)
    while match and match.start() < 40:
        match = _ORIGINAL.search(text, match.end())
    return (text[: match.start()] if match else text)[:8000]


def _addresses_in_text(message: TolerantMessage, text: str) -> list[str]:
    """Addresses in the server's own words, but the sender's, the server's and its postmaster's."""
    ours = {
        address.lower()
        for _name, address in addresses(message, "to", "from", "reply-to", "cc", "delivered-to", "x-original-to")[:200]
    }
    notice = _notice(text)
    for shape in _SHAPES:
        found = [address for address in shape.findall(notice) if _could_fail(address, ours)]
        if found:
            return found[:200]
    found = [address for address in find_addresses(notice, 200) if _could_fail(address, ours)]
    return found[:5]


def _could_fail(address: str, ours: set[str]) -> bool:
    local, _at, domain = address.lower().rpartition("@")
    return (
        address.lower() not in ours
        and "." in domain
        and not local.startswith(("postmaster", "mailer-daemon", "abuse", "helpdesk", "noc@"))
        and "*" not in local
        and not re.fullmatch(r"[0-9a-f.$_-]{16,}|\d{9,}[\w.]*", local)
    )


def _addressee_of_original(message: TolerantMessage) -> list[str]:
    """The one addressee of the embedded mail; several prove nothing."""
    for part in message.walk():
        payload = part.get_payload()
        if content_type(part) in ("message/rfc822", "message/global") and isinstance(payload, list) and payload:
            people = {address for _name, address in addresses(payload[0], "to", "cc")}
            return list(people) if len(people) == 1 else []
        if content_type(part) == "text/rfc822-headers":
            match = re.search(r"^to:([^\n]{1,400})", _payload_text(part), re.IGNORECASE | re.MULTILINE)
            people = find_addresses(match[1]) if match else []
            return people if len(people) == 1 else []
    return []
