"""Names under which patrons write without telling who they are."""

import re

from .form_input import clean_line
from .text_tokens import fold

SHORTEST, LONGEST = 2, 30
RESERVED = (
    "librarian", "library", "admin", "administrator", "moderator", "steward", "staff", "a patron", "patron",
    "图书馆", "圖書館", "馆员", "館員", "管理员", "管理員", "读者", "讀者",
)  # fmt: skip


def alias_key(alias):
    """What two names have in common that people would take for the same one."""
    return re.sub(r"[\W_]+", "", fold(alias or ""))


def alias_problem(alias, own_words=()):
    """Why `alias` cannot be a patron's name in the rooms, or None.

    :param str alias: untrusted
    :param own_words: names, addresses and numbers of the person
    :return: 'length', 'contact', 'reserved', 'own' or None
    """
    line = clean_line(alias, LONGEST + 1)
    key = alias_key(line)
    if not SHORTEST <= len(line) <= LONGEST or len(key) < SHORTEST:
        return "length"
    if "@" in line or "/" in line or re.search(r"\d{6}", key):
        return "contact"
    if any(alias_key(word) in key for word in RESERVED if word != "patron") or key == "patron":
        return "reserved"
    return "own" if _gives_away(line, key, own_words) else None


def _gives_away(line, key, own_words):
    """Whether a name, or a part of it that is no single letter, stands in the alias."""
    for words in own_words:
        whole = alias_key(words)
        if len(whole) > 1 and (whole in key or key in whole):
            return True
        parts = {alias_key(part) for part in re.split(r"[\s,·.@_-]+", words or "")}
        if any(len(part) > 2 and part in key for part in parts):
            return True
    return False
