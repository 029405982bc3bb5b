"""Raw mails: refuse what must not be parsed, parse the rest, repair it, and know it again.

The order for a gateway: :func:`check_limits`, :func:`message_key`, :func:`parse` to think about the mail,
:func:`repair` to hand it to a stricter reader.
"""

from .mail_limits import MailRefused, check_limits
from .mail_parse import bodies, parse, parse_headers, safe_file_name
from .mail_repair import NO_MESSAGE_ID, content_hash, plausible_message_id, repair

__all__ = ["MailRefused", "bodies", "check_limits", "message_key", "parse", "parse_headers", "repair", "safe_file_name"]


def message_key(raw: bytes) -> str:
    """Return what makes two deliveries one mail: the Message-ID, else ``sha256:`` of the content.

    The hash leaves out what delivery adds (Received, Return-Path, Delivered-To, X-...). A mail that
    :func:`repair` gave a Message-ID has the same key as its original.
    """
    found = plausible_message_id(parse_headers(raw).raw_header("message-id"))
    if not found:
        return f"sha256:{content_hash(raw)}"
    local, _at, domain = found[1:-1].rpartition("@")
    if domain.lower() == NO_MESSAGE_ID:
        return f"sha256:{local}"
    return f"{local}@{domain.lower()}"
