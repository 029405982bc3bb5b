"""Where something personal stands in a text although nobody told us whose: numbers, addresses, greetings, signatures.

Every pattern is bounded, so that a hostile text takes time in proportion to its length.
"""

import re

from .redact_names import CHINESE_TITLES, COMPOUND_SURNAMES, SURNAMES, TITLES
from .text_tokens import fold

_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_URL = re.compile(r"(?:https?|ftp)://[^\s<>\"'，。；、）】]{1,2000}")
_PERSONAL_QUERY = re.compile(
    r"[?&#;](?:\w{0,20}(?:token|session|auth|password|passwd|secret|signature|patron|borrower|email|mail|user)\w{0,20}|"
    r"sid|key|sig|uid|pid|hash|code|ticket|card|barcode)=",
    re.IGNORECASE,
)
_SECRET_SEGMENT = re.compile(r"[/=](?=[\w-]{0,100}\d)(?=[\w-]{0,100}[A-Za-z])[\w-]{24,200}(?=[/?&#]|$)")

_ID_CARD = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx](?![\da-z])"
)
_PHONES = (
    re.compile(r"(?<![\w+.-])(?:(?:\+|00)86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?![\w])"),  # Chinese mobile
    re.compile(r"(?<![\w+.-])\(?0\d{2,3}\)?[\s-]?\d{3,4}[\s-]?\d{4}(?:[\s转#x-]{1,3}\d{1,6})?(?![\w])"),  # Chinese landline
    re.compile(r"(?<![\w.])\+\d{1,3}[\s().-]{0,3}\d(?:[\s().-]{0,3}\d){5,13}(?!\w)"),  # international
    re.compile(r"(?<![\w.])\(\d{3}\)[\s-]{0,2}\d{3}[\s.-]\d{4}(?!\w)"),
    re.compile(
        r"(?:\b(?:tel|phone|telephone|mobile|cell|call me (?:at|on)|whatsapp|fax|wechat|qq)\b|电话|手机号码|手机号|手机|"
        r"联系方式|传真|微信号|微信)"
        r"\.?[\s:：是为]{0,4}(?P<value>\+?\(?\d(?:[\s().-]{0,2}\d){4,14})(?!\w)"
    ),
)
_CARD = re.compile(
    r"(?:\b(?:library card|reader card|student|staff|employee|patron|borrower|card)\s{0,2}(?:card)?\s{0,2}"
    r"(?:id|no|nr|number|num)?\b|借书证号?|借阅证号?|读者证号?|一卡通号?|证件号码?|身份证号码?|学号|工号|卡号|证号)"
    r"(?:\s{1,2}is)?[\s.:：#号是为]{0,5}(?P<value>[a-z]{0,3}[-\s]?\d[\da-z-]{3,18})(?![\w])"
)
_DEAR = re.compile(
    rf"^[ \t]*(?:dear|hi|hello|hey|good (?:morning|afternoon|evening))[ \t]+"
    rf"(?P<value>(?:{TITLES}\b\.?[ \t]*)?[^\W\d_][^\s,，!:：]{{0,40}}(?:[ \t]+[^\W\d_][^\s,，!:：]{{0,40}}){{0,3}})"
    r"[ \t]*(?=[,，!:：]|$)",
    re.MULTILINE,
)
_NOBODY = frozenset(
    "sir madam sirs all everyone everybody there librarian librarians colleague colleagues team library reader patron "
    "friend friends folks staff desk reference service to whom or and the of again".split()
)
_SURNAME = f"(?:{'|'.join(sorted(COMPOUND_SURNAMES))}|[{''.join(sorted(SURNAMES))}])"
_CHINESE_GREETING = re.compile(
    rf"(?:^|(?<=[尊敬爱的致给\s])|(?<=[，,。！!]))(?P<value>{_SURNAME}[\u4e00-\u9fff]{{0,2}}?(?:{CHINESE_TITLES}))"
    r"(?=[\s，,：:！!、]|您好|你好|早上好|下午好|晚上好|$)",
    re.MULTILINE,
)
_CLOSING = re.compile(
    r"^[ \t]*(?:(?:with )?(?:best|kind|kindest|warm|many)(?: regards| wishes| thanks)|best|regards|sincerely|cheers|"
    r"yours(?: sincerely| faithfully| truly)?|respectfully|thanks|thank you|many thanks|mit freundlichen grüßen|"
    r"此致[ \t\n,，！!]{0,5}敬礼|敬礼|谨启|敬上|顺颂[^\n]{0,8}|祝[^\n]{1,10}|谢谢|多谢|非常感谢)"
    r"[ \t]*[,，.。!！:：]{0,2}",
    re.MULTILINE,
)
_SIGNED_SAME_LINE = re.compile(r"[ \t]*(?P<value>[^\W\d_][^\n,，。;；]{0,39})$", re.MULTILINE)
_CHINESE_SIGNATURE = re.compile(
    rf"^[ \t—–-]{{0,4}}(?:学生|读者|用户|您的学生)?[ \t:：]{{0,3}}"
    rf"(?P<value>{_SURNAME}[\u4e00-\u9fff \u3000]{{1,4}}?)[ \t\u3000]*(?:敬上|谨上|上|启|敬启|拜上|留)$",
    re.MULTILINE,
)
_DASHED_SIGNATURE = re.compile(rf"^[ \t]*(?:——|—|--|–)[ \t]*(?P<value>{_SURNAME}[\u4e00-\u9fff]{{1,3}})[ \t]*$", re.MULTILINE)


def pattern_spans(text):
    """[(start, end, kind)] of what looks personal in `text`."""
    folded = fold(text)
    spans = [(*match.span(), "email") for match in _EMAIL.finditer(folded)]
    spans += [(*match.span(), "link") for match in _URL.finditer(text) if is_personal_url(match[0])]
    spans += [(*match.span(), "id") for match in _ID_CARD.finditer(folded)]
    spans += _phone_spans(folded)
    spans += [(*match.span("value"), "card") for match in _CARD.finditer(folded)]
    return spans + _greeting_spans(text, folded) + _signature_spans(text, folded)


def is_personal_url(url):
    """Whether an address lets its holder in, or tells who that is."""
    return bool(_PERSONAL_QUERY.search(url) or _SECRET_SEGMENT.search(url) or "@" in url.split("/")[2])


def _phone_spans(folded):
    spans = []
    for pattern in _PHONES:
        for match in pattern.finditer(folded):
            start, end = match.span("value") if "value" in pattern.groupindex else match.span()
            before = folded[max(0, start - 12) : start]
            if not re.search(r"(?:isbn|issn|doi)\W{0,6}$", before):
                spans.append((start, end, "phone"))
    return spans


def _greeting_spans(text, folded):
    spans = []
    for match in _DEAR.finditer(folded):
        start, end = match.span("value")
        words = re.findall(r"[^\W\d_]+", text[start:end])
        people = [word for word in words if word[0].isupper() and fold(word) not in _NOBODY]
        if people and not all(fold(word) in _NOBODY for word in words):
            spans.append((start, end, "greeting"))
    spans += [(*match.span("value"), "greeting") for match in _CHINESE_GREETING.finditer(folded)]
    return spans


def _signature_spans(text, folded):
    """Names under a closing formula: the rest of its line, or short lines below it."""
    spans = [
        (*match.span("value"), "signature")
        for pattern in (_CHINESE_SIGNATURE, _DASHED_SIGNATURE)
        for match in pattern.finditer(folded)
    ]
    for match in _CLOSING.finditer(folded):
        rest = _SIGNED_SAME_LINE.match(text, match.end())
        if rest and _looks_signed(rest["value"]):
            spans.append((*rest.span("value"), "signature"))
            continue
        if text[match.end() : match.end() + 1] in ("", "\n"):
            spans += _lines_below(text, match.end())
    return spans


def _looks_signed(line):
    """Whether a line is a name: up to four capitalised words, or two to four ideographs with a surname."""
    line = line.strip()
    words = line.split()
    if re.fullmatch(rf"{_SURNAME}[\u4e00-\u9fff]{{1,3}}", fold(line).replace(" ", "")):
        return True
    return 0 < len(words) <= 4 and all(word[0].isupper() for word in words) and fold(words[0]) not in _NOBODY


def _lines_below(text, position):
    """Spans of the short lines right below a closing formula: at most four, up to an empty one."""
    spans, lines = [], 0
    for match in re.finditer(r"\n([^\n]{0,80})", text[position : position + 400]):
        line = match[1].strip()
        if not line:
            if spans:
                break
            continue
        if len(line) > 60 or lines == 4 or (not spans and not _looks_signed(line)):
            break
        lines += 1
        spans.append((position + match.start(1), position + match.end(1), "signature"))
    return spans
