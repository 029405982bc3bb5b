"""Facts in the signature of a mail: phone, department, form of address; Chinese and English.

Nothing is decided here. What is found is proposed to staff beside the line it stands in.
"""

import re
from typing import NamedTuple

MOST_LINES = 25
_LONGEST_LINE = 200

_LABELS = {
    "phone": "phone|tel|telephone|mobile|mob|cell|cellphone|t|m|p|电话|電話|手机|手機|联系电话|聯絡電話"
             "|行動電話|办公电话|公務電話|分机",
    "affiliation_id": "department|dept|faculty|school|institute|unit|affiliation|单位|單位|部门|部門|院系|系所|学院"
                      "|學院",
    "honorific": "title|职称|職稱|头衔|頭銜",
}
_LABELLED = {
    name: re.compile(
        rf"^\W*(?:{words})\W{{0,3}}[:：]\s*(?P<value>\S.*)$|^\W*(?:{words})\.\s+(?P<after_dot>\+?[\d(].*)$",
        re.IGNORECASE,
    )
    for name, words in _LABELS.items()
}
_FAX = re.compile(r"\b(?:fax|f)\b\s*[.:：]|传真|傳真", re.IGNORECASE)
_PHONE = re.compile(r"[+(]{0,2}\d[\d\s().\-/]{5,22}\d(?:\s*(?:ext\.?|x|转|轉|分机|分機|#)\s*\d{1,6})?", re.IGNORECASE)
_PHONE_ALONE = re.compile(rf"^[^\w+(]{{0,3}}(?P<value>{_PHONE.pattern})\W{{0,3}}$", re.IGNORECASE)
_MOBILE_ZH = re.compile(r"1[3-9]\d{9}$", re.ASCII)
_UNIT_EN = re.compile(
    r"^(?:the\s+)?(?:[A-Z][\w&'’-]*\s+){0,4}(?:Department|Dept\.?|Faculty|School|Institute|College|Centre|Center)"
    r"(?:\s+(?:of|for)\s+[A-Z][\w&'’,\s-]{1,80})?$"
)
_UNIT_ZH = re.compile(r"^[\u4e00-\u9fff（）()·]{2,30}(?:学院|學院|系|研究所|研究院|研究中心|实验室|實驗室|教研室|部)$")
_UNIT_AT_END_ZH = re.compile(r"(?P<value>[\u4e00-\u9fff]{2,12}(?:学院|學院|研究所|研究院|系))$")
_HONORIFIC_EN = re.compile(
    r"^(?P<value>Prof(?:essor)?\.?(?:\s+Dr\.?)?|Dr\.?|Assoc(?:iate|\.)?\s+Prof(?:essor|\.)?)\s+[A-Z]", re.ASCII
)
_HONORIFIC_LINE_EN = re.compile(
    r"^(?P<value>(?:(?:Full|Associate|Assistant|Visiting)\s+)?Professor|(?:Senior\s+)?Lecturer)\b", re.IGNORECASE
)
_HONORIFIC_ZH = re.compile(
    r"(?:^|[\s,，|/])(?P<value>副教授|助理教授|教授|讲师|講師|副研究员|副研究員|研究员|研究員|博士后|博士後)(?:$|[\s,，|/])"
)
_PARTS = re.compile(r"\s*[|｜•]\s*|\s{3,}|\t")


class Found(NamedTuple):
    """A fact that a signature states."""

    field: str
    value: str
    evidence: str


def facts(signature):
    """What a signature says of its writer, at most one value a field.

    :param str signature: the text of a signature, without the mail before it
    :return: list of `Found`
    """
    found = {}
    for line in (signature or "").splitlines()[:MOST_LINES]:
        line = line.strip()[:_LONGEST_LINE]
        for part in filter(None, _PARTS.split(line)):
            for name, value in _facts_of(part):
                found.setdefault(name, Found(name, value, line))
    return list(found.values())


def closing_lines(text):
    """The last lines of a mail that has no mark before its signature, from a greeting on; "" without a greeting.

    :param str text: what the writer wrote, without quotes
    """
    lines = (text or "").rstrip().splitlines()[-MOST_LINES:]
    for place in range(len(lines) - 1, -1, -1):
        if _GREETING.match(lines[place]):
            return "\n".join(lines[place + 1:])
    return ""


_GREETING = re.compile(
    r"^\s*(?:(?:with\s+)?(?:best|kind|warm)(?:est)?(?:\s+(?:regards|wishes))?|regards|sincerely|yours(?:\s+\w+)?|thanks|"
    r"thank you|many thanks|cheers|此致|敬礼|敬禮|祝好|谢谢|謝謝|顺颂.{0,4}|順頌.{0,4}|敬上)\s*[,，.。!！]?\s*$",
    re.IGNORECASE,
)


def _facts_of(part):
    """(field, value) pairs of one piece of a line."""
    is_fax = bool(_FAX.search(part))
    for name, pattern in _LABELLED.items():
        match = pattern.match(part)
        if match:
            value = (match["value"] or match["after_dot"] or "").strip(" ,;，；")
            if name != "phone":
                yield name, value
            elif not is_fax and (number := _phone(value)):
                yield name, number
            return
    if not is_fax and (alone := _PHONE_ALONE.match(part)) and (number := _phone(alone["value"])):
        # a row of digits alone is a student number as often as a phone number
        if not number.isdigit() or _MOBILE_ZH.match(number):
            yield "phone", number
        return
    if _UNIT_EN.match(part) or _UNIT_ZH.match(part):
        yield "affiliation_id", part
    elif unit := _UNIT_AT_END_ZH.search(part.split(" ")[0]):
        yield "affiliation_id", unit["value"]
    for pattern in (_HONORIFIC_EN, _HONORIFIC_LINE_EN, _HONORIFIC_ZH):
        if title := pattern.search(part):
            yield "honorific", title["value"]
            return


def _phone(text):
    """The first number in `text` that can be a phone's; None for dates, codes and amounts."""
    match = _PHONE.search(text)
    if not match:
        return None
    digits = re.sub(r"\D", "", match[0])
    if not 7 <= len(digits) <= 18 or re.fullmatch(r"(?:19|20)\d\d[-/.\s]\d{1,2}[-/.\s]\d{1,2}", match[0].strip()):
        return None
    return " ".join(match[0].split())
