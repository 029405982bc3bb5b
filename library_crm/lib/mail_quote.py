"""Where in a mail the words of earlier mails begin: marks of a dozen mail programs in ten languages.

Works on lines, so that plain text and HTML are judged by the same rules.
"""

import re
from functools import lru_cache

_FROM = (
    r"from|von|de|da|van|od|от|från|fra|lähettäjä|kimden|expéditeur|remitente|mittente|发\s?件\s?人"
    r"|發\s?件\s?人|寄\s?件\s?者|寄\s?件\s?人|差出人|送信者|送信元|보낸\s?사람"
    r"|发自|發信人"
)
_OTHERS = {
    "date": r"sent|date|gesendet|datum|envoyé|enviado(?: el)?|enviada(?: em)?|fecha|data|inviato|verzonden"
    r"|wysłano|отправлено|дата|skickat|sendt|gönderme tarihi|lähetetty"
    r"|发送时间|發送時間|发送日期|發送日期|日\s?期|寄件日期|傳送時間|傳送日期|时\s?间|時\s?間|送信日時|日時"
    r"|日付|보낸\s?날짜|날짜|送信日",
    "to": r"to|an|à|para|a|aan|do|кому|till|til|kime|收\s?件\s?人|收\s?件\s?者|宛先|받는\s?사람|destinataire"
    r"|destinatario|vastaanottaja",
    "cc": r"cc|kopie|копия|抄\s?送|副\s?本|參\s?與|参照|참조",
    "subject": r"subject|betreff|objet|asunto|oggetto|assunto|onderwerp|temat|тема|ämne|emne|konu|aihe|主\s?题"
    r"|主\s?題|主\s?旨|标\s?题|標\s?題|件名|제목",
}
_LABEL_FROM = re.compile(rf"[*_|\s]{{0,6}}(?:{_FROM})[*_\s|]{{0,4}}(?:[:：]|\|)", re.IGNORECASE)
_LABEL = re.compile(
    r"[*_|\s]{0,6}(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _OTHERS.items())
    + r")[*_\s|]{0,4}(?:[:：]|\|)",
    re.IGNORECASE,
)

_ORIGINAL_WORDS = (
    "original message|original-nachricht|ursprüngliche nachricht|originalnachricht|urspr\\. mitteilung"
    "|message d.origine|message original|mensaje original|mensagem original|messaggio originale"
    "|oorspronkelijk bericht|wiadomość oryginalna|oryginalna wiadomość|исходное сообщение|original appointment"
    "|reply message|replied message|ursprungligt meddelande|oprindelig meddelelse"
    "|原始邮件|原始郵件|原邮件|原郵件|回复的原邮件|回覆的原郵件|邮件原件|原文|原始信件|引用原文|回复邮件"
    "|元のメッセージ|原本のメッセージ|원본 메시지|원본 메일|original mail"
)
_FORWARD_WORDS = (
    "forwarded message|forwarded by .{1,80}|forwarded mail|weitergeleitete nachricht|message transféré"
    "|message transmis|mensaje reenviado|mensagem encaminhada|messaggio inoltrato|doorgestuurd bericht"
    "|przekazana wiadomość|пересылаемое сообщение|перенаправленное сообщение|转发的邮件|轉寄的郵件|转发邮件"
    "|轉寄郵件|转发邮件信息|轉寄訊息|轉寄的訊息|转发信息|転送メッセージ|転送されたメッセージ|전달된 메시지"
    "|전달된 메일"
    "|begin forwarded message|anfang der weitergeleiteten|début du message|inizio messaggio inoltrato"
    "|inicio del mensaje reenviado|início da mensagem|begin doorgestuurd|下面是被转发的邮件|開始轉寄郵件"
    "|開始轉寄訊息|開始転送|以下は転送"
)
_RULED = re.compile(rf"[-_=*\s]{{2,60}}\s{{0,3}}(?:{_ORIGINAL_WORDS})\s{{0,3}}[-_=*:：\s]{{0,60}}$", re.IGNORECASE)
_FORWARD = re.compile(rf"[-_=*>\s]{{0,60}}\s{{0,3}}(?:{_FORWARD_WORDS}).{{0,40}}$", re.IGNORECASE)
_FORWARD_SUBJECT = re.compile(r"\s{0,3}(?:fwd?|wg|tr|rv|enc|转发|轉寄|轉發|转|轉|転送|전달)\s{0,3}[:：]", re.IGNORECASE)
_RULE = re.compile(r"\s{0,4}[-_=*─━—]{5,200}\s{0,4}$")
_WROTE_END = re.compile(
    r"(?:wrote|writes|schrieb(?: .{1,80})?|a écrit|écrit|écrivait|escribió|escribio|ha scritto|escreveu"
    r"|schreef(?: .{1,80})?|napisał(?:\(a\)|a)?|pisze|пишет|написал(?:\(а\)|а)?|skrev(?: .{1,80})?|yazdı|kirjoitti"
    r"|写道|寫道|写到|撰写|寫信|说|說|のメール|は書きました|さんは書きました|wrote \(.{1,40}\)|님이 작성|작성"
    r"|님의 말|wrote the following)\s{0,3}[:：]\s{0,3}$",
    re.IGNORECASE,
)
_WROTE_START = re.compile(
    r"[*_\s\"“'<\[]{0,4}(?:on|am|le|el|il|em|op|dnia|w dniu|den|på|quoting|in a message|at|a|在|於|于|vào"
    r"|tanggal|\d{4}|.{0,40}\b20\d\d\b|\d{1,2}[./-]\d|(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim|пн|вт|ср|чт|пт"
    r"|сб|вс)\b"
    r"|.{1,120}(?:<[^<>\s]{3,120}@|@|写道|寫道|于\s?\d{4}|於\s?\d{4}))",
    re.IGNORECASE,
)
# Japanese Gmail and a few others end the line with the address alone
_DATED_ADDRESS = re.compile(
    r"\s{0,3}(?:20\d\d[年/.-]\s?\d{1,2}[月/.-]\s?\d{1,2}"
    r"|\d{1,2}[./]\d{1,2}[./]20\d\d).{1,160}<[^<>\s]{1,80}@[^<>\s]{1,120}>\s{0,3}[:：]\s{0,3}$"
)
_DEVICE = re.compile(
    r"[-–—\s*|]{0,6}(?:"
    r"(?:sent|gesendet|envoy[eé]e?|enviado|inviato|verzonden|wysłane|отправлено|skickat|sendt) (?:from|via"
    r"|using|with|mit|von|depuis|de|desde|do|da|dal|van|met|vanaf|z|ze|с|из|från|fra|by)\b.{2,80}"
    r"|(?:get|download|télécharger|obtenir|holen sie sich|obtener|scarica|获取|取得|下载) ?outlook\b.{0,80}"
    r"|outlook (?:for|für|pour|para) .{1,60}"
    r"|(?:从|從|由)\s?(?:我的)?.{1,24}(?:发送|傳送|發送|寄出|传送)|(?:发自|發自|傳自|寄自|来自|來自)\s?(?:我的"
    r"|於我的|于我的|iphone|ipad|android|华为|小米|qq|网易|outlook).{0,40}"
    r"|(?:通过|透過|使用).{0,14}(?:邮箱|邮件|郵件|信箱|大师|客户端|outlook|gmail).{0,20}|签名由.{1,20}定制"
    r"|.{1,20}から送信(?:しました)?|(?:나의|내) .{1,20}에서 보냄"
    r"|yahoo mail.{0,80}|(?:von|diese nachricht wurde von) meinem .{1,40} gesendet|from my (?:iphone|ipad"
    r"|mobile|android|phone).{0,40})[\s.。]{0,3}$",
    re.IGNORECASE,
)
_COLONS = frozenset(":：")
SEPARATOR = re.compile(r"--\s?$|—\s?$|__$")


def quoted_by_mark(line: str) -> bool:
    """A line that a mail program quoted with a mark in front."""
    return line.startswith((">", " >", "＞")) and not line.startswith(">From ")


def is_forward_mark(line: str) -> bool:
    """The line that a mail program puts over a forwarded mail."""
    return len(line) < 200 and bool(_FORWARD.match(line))


def is_forward_subject(subject: str) -> bool:
    """A subject as mail programs give it to forwards."""
    return bool(_FORWARD_SUBJECT.match(subject))


def is_device_line(line: str) -> bool:
    """``Sent from my iPhone`` and its like."""
    return len(line) < 160 and bool(_DEVICE.match(line.strip()))


def is_ruled_mark(line: str) -> bool:
    """``-----Original Message-----`` and its like."""
    return len(line) < 200 and bool(_RULED.match(line))


def attribution_length(lines: list[str], place: int) -> int:
    """Number of lines (0 to 4) that say who wrote what follows: ``On ... wrote:``, folded or not."""
    if not any(line.rstrip()[-1:] in _COLONS for line in lines[place : place + 4]):
        return 0
    first = lines[place].strip()
    if not first:
        return 0
    if not _WROTE_START.match(first[:200]):
        return 1 if len(first) < 300 and _DATED_ADDRESS.match(first) else 0
    joined = ""
    for count in range(1, 5):
        if place + count > len(lines):
            return 0
        line = lines[place + count - 1].strip()
        if count > 1 and not line:
            return 0
        joined = f"{joined} {line}".strip()
        if len(joined) > 400:
            return 0
        if line[-1:] in _COLONS:
            wrote = _WROTE_END.search(joined[-100:]) and _plausible_attribution(joined)
            return count if wrote or _DATED_ADDRESS.match(joined) else 0
    return 0


def _plausible_attribution(text: str) -> bool:
    """A date or an address stands in it: 'My teacher wrote:' is a sentence."""
    return "@" in text or sum(char.isdigit() for char in text) >= 3


@lru_cache(maxsize=256)
def _label(line: str) -> str | None:
    """Which of the header labels a line starts with."""
    match = _LABEL.match(line)
    return match.lastgroup if match else None


def header_block_length(lines: list[str], place: int) -> int:
    """Number of lines of a block of From, Sent, To, Subject that starts here; 0 when there is none."""
    if len(lines[place]) > 500 or not _LABEL_FROM.match(lines[place]):
        return 0
    seen, last = set(), place
    for offset, line in enumerate(lines[place + 1 : place + 14], 1):
        found = _label(line[:80])
        if found:
            seen.add(found)
            last = place + offset
        elif offset - (last - place) > 3 or (not line.strip() and len(seen) >= 3):
            break
    return last - place + 1 if len(seen) >= 2 else 0


def hard_cut(lines: list[str]) -> tuple[int | None, bool]:
    """First line from which everything is an earlier mail, and whether that mail was forwarded.

    Marks in front of the quoted lines (``>``) are no cut: an answer may follow them.
    """
    for place, line in enumerate(lines):
        if not line.strip() or quoted_by_mark(line):
            continue
        if is_forward_mark(line) and _is_quote_head(lines, place):
            return place, True
        if is_ruled_mark(line):
            return place, False
        if header_block_length(lines, place):
            return _with_rule(lines, place), False
        length = attribution_length(lines, place)
        if length and not _marked_after(lines, place + length):
            return place, False
    return None, False


def _is_quote_head(lines: list[str], place: int) -> bool:
    """A sentence may start like a forward's mark; the mark is ruled, or headers or a colon follow."""
    line = lines[place].strip()
    return (
        line[:1] in "-_=*>"
        or line.endswith((":", "："))
        or any(header_block_length(lines, number) for number in range(place, min(place + 4, len(lines))))
    )


def _with_rule(lines: list[str], place: int) -> int:
    """The cut includes a line of dashes right above it."""
    before = place - 1
    while before > 0 and before > place - 3 and not lines[before].strip():
        before -= 1
    return before if before >= 0 and _RULE.match(lines[before][:210]) else place


def _marked_after(lines: list[str], place: int) -> bool:
    """Whether marked lines follow within the next few lines."""
    for line in lines[place : place + 3]:
        if line.strip():
            return quoted_by_mark(line)
    return False
