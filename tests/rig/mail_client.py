"""Mails as people's programs and servers really write them."""

from __future__ import annotations

import email
import email.policy
import email.utils
import html
import itertools
import re
from collections.abc import Iterable
from datetime import datetime
from email.message import EmailMessage

from .mailbox import Mail

_numbers = itertools.count(1)

REPLY_PREFIX = {"gmail": "Re: ", "outlook": "RE: ", "qq": "回复：", "apple": "Re: "}
FORWARD_PREFIX = {"gmail": "Fwd: ", "outlook": "FW: ", "qq": "转发：", "apple": "Fwd: "}
MAILER = {
    "outlook": ("X-Mailer", "Microsoft Outlook 16.0"),
    "qq": ("X-Mailer", "QQMail 2.x"),
    "apple": ("X-Mailer", "Apple Mail (2.3774.600.62)"),
}

DELIVERY_REPORT = """\
{headers}
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="=_report"

This is a MIME-encapsulated message.

--=_report
Content-Type: text/plain; charset=utf-8

{words}

--=_report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.patrons.test

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 user unknown

--=_report
Content-Type: message/rfc822

{original}
--=_report--
"""


def compose(
    sender: str,
    to: str | Iterable[str],
    subject: str,
    body: str,
    *,
    cc: str | Iterable[str] = (),
    html_body: str | None = None,
    attachments: dict[str, bytes] | None = None,
    headers: dict[str, str] | None = None,
) -> EmailMessage:
    """A new mail.

    :param sender: From, with or without a name
    :param attachments: contents by file name
    :param headers: further headers; a value of None takes one of the usual ones away
    """
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = _addresses(to)
    if cc:
        mail["Cc"] = _addresses(cc)
    mail["Subject"] = subject
    mail["Date"] = email.utils.format_datetime(datetime.now().astimezone())
    mail["Message-ID"] = message_id(sender)
    mail.set_content(body)
    if html_body is not None:
        mail.add_alternative(html_body, subtype="html")
    for name, content in (attachments or {}).items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    for name, value in (headers or {}).items():
        del mail[name]
        if value is not None:
            mail[name] = value
    return mail


def reply(
    original: Mail | EmailMessage,
    body: str,
    *,
    sender: str | None = None,
    client: str = "gmail",
    drop_references: bool = False,
    quote: bool = True,
    to_all: bool = False,
    cc: Iterable[str] = (),
    attachments: dict[str, bytes] | None = None,
) -> EmailMessage:
    """An answer as a mail program writes it.

    :param sender: who answers; the first addressee of the original if not named
    :param client: ``gmail``, ``outlook``, ``qq`` or ``apple``: sets subject prefix, headers and the look of the quote
    :param drop_references: leave out References and In-Reply-To, as some programs and gateways do
    :param quote: put the original below the answer
    :param to_all: answer the other addressees too
    """
    original = _message(original)
    sender = sender or str(original["To"]).split(",")[0].strip()
    to = str(original["Reply-To"] or original["From"])
    copies = list(cc)
    if to_all:
        copies += _others(original, {sender, to})
    subject = _prefixed(REPLY_PREFIX[client], str(original["Subject"] or ""))
    text, rich = _with_quote(original, body, client) if quote else (body, _paragraphs(body))
    headers = dict([MAILER[client]]) if client in MAILER else {}
    mail = compose(
        sender, to, subject, text, cc=copies, html_body=rich, attachments=attachments, headers=headers
    )
    if not drop_references and original["Message-ID"]:
        parent = str(original["Message-ID"]).strip()
        mail["In-Reply-To"] = parent
        mail["References"] = f"{original['References'] or ''} {parent}".strip()
    return mail


def forward(original: Mail | EmailMessage, sender: str, to: str, body: str = "", client: str = "gmail") -> EmailMessage:
    """The original passed on inside a new mail, without threading headers."""
    original = _message(original)
    subject = _prefixed(FORWARD_PREFIX[client], str(original["Subject"] or ""))
    text, rich = _with_quote(original, body, client)
    return compose(sender, to, subject, text, html_body=rich)


def vacation(original: Mail | EmailMessage, sender: str, body: str, *, marked: bool = True) -> EmailMessage:
    """An automatic absence notice.

    :param marked: carry Auto-Submitted; False gives one that only subject and In-Reply-To betray
    """
    original = _message(original)
    headers = {"In-Reply-To": str(original["Message-ID"])}
    if marked:
        headers |= {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", "Precedence": "bulk"}
    recipient = str(original["Return-Path"] or original["From"])
    return compose(sender, recipient, f"Automatic reply: {original['Subject']}", body, headers=headers)


def bounce(original: Mail | EmailMessage, address: str, *, standard: bool = True) -> EmailMessage:
    """A delivery failure notice for an address.

    :param standard: a multipart/report (RFC 3464); False gives free text as old servers write it
    """
    original = _message(original)
    recipient = str(original["Return-Path"] or original["From"])
    words = f"Your message could not be delivered to {address}: 550 5.1.1 user unknown."
    mail = compose("MAILER-DAEMON@mx.patrons.test", recipient, "Undelivered Mail Returned to Sender", words)
    mail["X-Failed-Recipients"] = address
    if not standard:
        return mail
    report = DELIVERY_REPORT.format(
        headers="\n".join(f"{name}: {value}" for name, value in mail.items() if not name.startswith("Content-")),
        words=words,
        address=address,
        original=original.as_bytes().decode("utf-8", "replace"),
    )
    return email.message_from_string(report, policy=email.policy.default)


def message_id(sender: str) -> str:
    """A Message-ID that no other mail of these tests has."""
    domain = email.utils.parseaddr(sender)[1].rpartition("@")[2] or "patrons.test"
    return email.utils.make_msgid(idstring=f"mail{next(_numbers)}", domain=domain)


def _message(original: Mail | EmailMessage) -> EmailMessage:
    return original.message if isinstance(original, Mail) else original


def _addresses(value: str | Iterable[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _others(original: EmailMessage, left_out: set[str]) -> list[str]:
    known = {email.utils.parseaddr(address)[1].lower() for address in left_out}
    pairs = email.utils.getaddresses([str(original[name] or "") for name in ("To", "Cc")])
    return [email.utils.formataddr(pair) for pair in pairs if pair[1].lower() not in known]


def _prefixed(prefix: str, subject: str) -> str:
    bare = re.sub(r"^((re|fwd?|aw)\s*:|(回复|转发|答复)[：:])\s*", "", subject, flags=re.IGNORECASE)
    return prefix + bare


def _plain(original: EmailMessage) -> str:
    part = original.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    content = part.get_content()
    if part.get_content_subtype() == "html":
        content = html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"<(br|/p|/div)[^>]*>", "\n", content)))
    return content.strip()


def _paragraphs(text: str) -> str:
    return "".join(f"<div>{html.escape(line) or '<br>'}</div>" for line in text.splitlines())


def _with_quote(original: EmailMessage, body: str, client: str) -> tuple[str, str]:
    """The new text above the old one, as text and as HTML, in the manner of the program."""
    old = _plain(original)
    part = original.get_body(preferencelist=("html",))
    old_html = part.get_content() if part else _paragraphs(old)
    who, when, to, subject = (str(original[name] or "") for name in ("From", "Date", "To", "Subject"))
    marked = "\n".join(f"> {line}" for line in old.splitlines())
    new_html = _paragraphs(body)
    if client == "outlook":
        head = f"From: {who}\nSent: {when}\nTo: {to}\nSubject: {subject}"
        rich = f'<div id="divRplyFwdMsg" dir="ltr">{_paragraphs(head)}</div>{old_html}'
        return f"{body}\n\n________________________________\n{head}\n\n{old}\n", f"{new_html}<hr>{rich}"
    if client == "qq":
        head = f"发件人: {who}\n发送时间: {when}\n收件人: {to}\n主题: {subject}"
        line = "------------------ 原始邮件 ------------------"
        return f"{body}\n\n\n{line}\n{head}\n\n{old}\n", (
            f'{new_html}<div><br></div><div style="font-size:12px">{line}</div>'
            f'<div style="background:#efefef">{_paragraphs(head)}</div>{old_html}'
        )
    head = f"On {when}, {who} wrote:"
    css = "gmail_quote" if client == "gmail" else "apple"
    rich = f'<div class="{css}"><div>{html.escape(head)}</div><blockquote type="cite">{old_html}</blockquote></div>'
    return f"{body}\n\n{head}\n{marked}\n", f"{new_html}<br>{rich}"
