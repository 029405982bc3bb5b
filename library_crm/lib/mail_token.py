"""Tokens that tie a mail to its case when the mail client dropped every other thread.

A token looks like ``LC-C1A2B-9F7Q2K8M4XTBW``: the kind and the id of the record in base 32 of
Crockford's alphabet (no I, L, O, U), then 65 bits of an HMAC-SHA256 over both. It stands in the
subject, in the plus part of the reply address and in the footer, and is read from any of them.
A token is no permission: whoever holds it may still have to be a participant of the case.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator

KINDS = ("c", "w", "n", "r", "f", "t")
"""c: service case, w: workroom, n: confirmation of a need, r: request to a partner library, f: feedback of a reader,
t: a test of the mail servers."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
# read back what people and optical character recognition make of a token
_VALUES |= {"O": 0, "I": 1, "L": 1}
_MAC_LETTERS = 13
_LARGEST_ID = 2**63 - 1

# full-width letters, the dashes that word processors put in, and characters of no width
_FOLD = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212, 0xFE63), "-")
    | dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
)
_CANDIDATE = re.compile(
    r"(?<![0-9A-Za-z])LC\s{0,3}-\s{0,3}([CWNRFT])([0-9A-Z]{1,13})\s{0,3}-\s{0,3}([0-9A-Z]{13})(?![0-9A-Za-z])",
    re.IGNORECASE | re.ASCII,
)


def make_token(secret: bytes, kind: str, record_id: int) -> str:
    """Return the token of one record.

    :param secret: key of this database, at least 16 bytes
    :param kind: one of :data:`KINDS`
    :param record_id: positive id of the record
    :raise ValueError: for a kind, an id or a secret that no token can carry
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of token: {kind!r}")
    if not 0 < record_id <= _LARGEST_ID:
        raise ValueError("a token needs the id of a stored record")
    if len(secret) < 16:
        raise ValueError("the secret of the tokens is too short")
    return f"LC-{kind.upper()}{_encode(record_id)}-{_seal(secret, kind, record_id)}"


def read_token(secret: bytes, text: str | None) -> list[tuple[str, int]]:
    """Return kind and id of every genuine token in ``text``, first seen first, each once.

    Reads subjects, bodies and addresses, in any case, with full-width letters and with a line fold
    beside a dash. Forged, altered and foreign tokens are passed over without a word.
    """
    found: dict[tuple[str, int], None] = {}
    for kind, record_id, seal in _candidates(text or ""):
        if (kind, record_id) not in found and hmac.compare_digest(seal, _seal(secret, kind, record_id)):
            found[kind, record_id] = None
    return list(found)


def token_in_subject(subject: str | None, token: str) -> str:
    """Return ``subject`` with ``token`` in brackets at its end, unless it has it already."""
    subject = (subject or "").strip()
    if token.upper() in subject.translate(_FOLD).upper():
        return subject
    return f"{subject} [{token}]".lstrip()


def plus_address(address: str, token: str) -> str:
    """Return ``address`` with the token in its plus part: ``ask+lc-...@lib.example``.

    :raise ValueError: when ``address`` has no local part or no domain
    """
    local, at, domain = address.rpartition("@")
    if not (local and at and domain):
        raise ValueError(f"not an address: {address!r}")
    return f"{local}+{token.lower()}@{domain}"


def split_plus(address: str) -> tuple[str, str]:
    """Split ``ask+tag@lib.example`` into ``("ask@lib.example", "tag")``; the tag may be empty."""
    local, at, domain = address.rpartition("@")
    base, _plus, tag = local.partition("+")
    # '+tag@domain' has no mailbox in front of the plus, so it is the mailbox
    return (f"{base}{at}{domain}", tag) if base else (address, "")


def _candidates(text: str) -> Iterator[tuple[str, int, str]]:
    if not text.isascii():
        text = text.translate(_FOLD)
    for kind, number, seal in _CANDIDATE.findall(text):
        record_id = _decode(number.upper())
        if record_id is not None and 0 < record_id <= _LARGEST_ID:
            canonical = "".join(_ALPHABET[_VALUES[letter]] for letter in seal.upper() if letter in _VALUES)
            yield kind.lower(), record_id, canonical


def _encode(number: int) -> str:
    letters = []
    while number:
        number, value = divmod(number, 32)
        letters.append(_ALPHABET[value])
    return "".join(reversed(letters))


def _decode(letters: str) -> int | None:
    number = 0
    for letter in letters:
        value = _VALUES.get(letter)
        if value is None:
            return None
        number = number * 32 + value
    return number


def _seal(secret: bytes, kind: str, record_id: int) -> str:
    digest = hmac.new(secret, f"library-token:1:{kind}:{record_id}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest[:9], "big") >> 7
    return _encode(number).rjust(_MAC_LETTERS, "0")
