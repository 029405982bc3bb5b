"""What went wrong between us and a mail server, in a word that a sentence can be found for."""

import imaplib
import poplib
import smtplib
import socket
import ssl

NAME, REFUSED, SILENT, TLS, LOGIN, SENDER, RECIPIENT, CLOSED, OTHER = (
    "name", "refused", "silent", "tls", "login", "sender", "recipient", "closed", "other",
)  # fmt: skip
CODES = (NAME, REFUSED, SILENT, TLS, LOGIN, SENDER, RECIPIENT, CLOSED, OTHER)

# in this order: the first class that fits names the failure, and most of them are kinds of OSError
_FAILURES = (
    (NAME, (socket.gaierror, UnicodeError)),
    (SILENT, (TimeoutError,)),
    (REFUSED, (ConnectionRefusedError,)),
    (TLS, (ssl.SSLError, ssl.CertificateError, smtplib.SMTPNotSupportedError)),
    (LOGIN, (smtplib.SMTPAuthenticationError,)),
    (SENDER, (smtplib.SMTPSenderRefused,)),
    (RECIPIENT, (smtplib.SMTPRecipientsRefused,)),
    (CLOSED, (smtplib.SMTPServerDisconnected, imaplib.IMAP4.abort, ConnectionError, EOFError)),
    # IMAP and POP have no word of their own for a wrong password: what they refuse while we connect is the login
    (LOGIN, (imaplib.IMAP4.error, poplib.error_proto)),
)
_LONGEST = 300


def what_failed(error: BaseException) -> str:
    """The code of a failure: one of :data:`CODES`."""
    return next((code for code, classes in _FAILURES if isinstance(error, classes)), OTHER)


def said(error: BaseException) -> str:
    """What the server said, in one short line without control characters; may be empty."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        words = "; ".join(f"{code} {_text(answer)}" for code, answer in error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        words = f"{error.smtp_code} {_text(error.smtp_error)}"
    else:
        words = "; ".join(_text(part) for part in error.args if isinstance(part, (str, bytes))) or _text(str(error))
    return " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())[:_LONGEST]


def _text(value: str | bytes) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
