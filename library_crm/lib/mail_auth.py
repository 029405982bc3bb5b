"""What a trusted mail server found out about the sender (RFC 8601, Authentication-Results)."""

import re
from collections.abc import Iterator, Sequence
from email.message import Message
from email.utils import getaddresses

_RESULT = re.compile(r"^\s*([a-z0-9-]{1,30})\s*(?:/\s*\d+\s*)?=\s*([a-z]{1,20})", re.IGNORECASE)
_PROPERTY = re.compile(r"\b(smtp|header|policy)\s*\.\s*([a-z0-9-]{1,30})\s*=\s*\"?([^\s;\"]{1,320})", re.IGNORECASE)
_LONGEST_HEADER = 20_000


def authenticated(message: Message, trusted: Sequence[str]) -> bool | None:
    """Tell whether the author's domain was proved by a server that we trust.

    Only the uppermost run of Authentication-Results whose server is named in ``trusted`` counts: what
    stands below another server's result, or below the Received line after it, may be forged.

    :param message: the mail as it came in
    :param trusted: authserv-ids of our own mail servers
    :return: True when DMARC passed, or SPF or DKIM passed for the domain in From (or a parent of it);
        False when DMARC failed; None when nobody we trust said anything usable
    """
    domain = _author_domain(message)
    if not domain:
        return None
    verdict: bool | None = None
    for header in _trusted_results(message, {name.strip().lower() for name in trusted}):
        for method, result, properties in _parse_results(header):
            if method == "dmarc" and result == "fail":
                return False
            if result == "pass" and _proves(method, properties, domain):
                verdict = True
    return verdict


def _author_domain(message: Message) -> str | None:
    """Domain of the one author; None when From is absent, repeated or names several domains."""
    values = (
        [str(value) for name, value in message.raw_items() if name.lower() == "from"]
        if hasattr(message, "raw_items")
        else [str(value) for value in message.get_all("From", [])]
    )
    if len(values) != 1 or len(values[0]) > _LONGEST_HEADER:
        return None
    domains = {
        address.rpartition("@")[2].strip().rstrip(".").lower()
        for _name, address in getaddresses(values)
        if "@" in address
    }
    return domains.pop() if len(domains) == 1 else None


def _trusted_results(message: Message, trusted: set[str]) -> Iterator[str]:
    items = message.raw_items() if hasattr(message, "raw_items") else message.items()
    seen = False
    for name, value in items:
        name = name.lower()
        if name == "received" and seen:
            return
        if name != "authentication-results":
            continue
        value = " ".join(_without_comments(str(value)[:_LONGEST_HEADER]).split())
        server = value.partition(";")[0].split(" ")[0].strip('"').lower()
        if server not in trusted:
            return
        seen = True
        yield value


def _without_comments(value: str) -> str:
    """Drop (comments), which may nest and may hold any text, so that nothing in them is read."""
    kept, depth, quoted, escaped = [], 0, False, False
    for char in value:
        if escaped:
            escaped = False
            continue
        if char == "\\":
            escaped = True
        elif char == '"' and not depth:
            quoted = not quoted
        elif char == "(" and not quoted:
            depth += 1
        elif char == ")" and depth and not quoted:
            depth -= 1
        elif not depth and not (quoted and char in ";="):
            kept.append(char)
    return "".join(kept)


def _parse_results(header: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    for part in header.split(";")[1:]:
        match = _RESULT.match(part)
        if match:
            properties = {
                f"{kind}.{name}".lower(): value.lower() for kind, name, value in _PROPERTY.findall(part[match.end() :])
            }
            yield match[1].lower(), match[2].lower(), properties


def _proves(method: str, properties: dict[str, str], domain: str) -> bool:
    if method == "dmarc":
        return properties.get("header.from", domain).rpartition("@")[2] == domain
    if method == "dkim":
        proved = properties.get("header.d") or properties.get("header.i", "")
    elif method == "spf":
        proved = properties.get("smtp.mailfrom", "")
    else:
        return False
    proved = proved.rpartition("@")[2].rstrip(".")
    # a parent domain may speak for the child, never the other way round: without the list of public
    # suffixes 'me.example.io' could otherwise speak for 'example.io'
    return "." in proved and (domain == proved or domain.endswith("." + proved))
