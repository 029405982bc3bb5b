"""Where the names of known people stand in a text, in the forms in which they are written.

Latin names: both orders, initials, "Ms Surname", joined and hyphenated given names. Chinese names: simplified
or traditional, with blanks, surname with a title, given name alone. Two characters in the middle of a run may
belong to other words (林伟 in 森林伟大); such finds are told apart.
"""

import re

from .text_tokens import CJK_RUN, fold

TITLES = (
    r"(?:mr|mrs|ms|miss|mx|sir|madam|dr|prof|professor|doctor|herr|frau|monsieur|madame|m|mme|sr|sra|señor|señora)"
)
CHINESE_TITLES = (
    "老师|先生|女士|小姐|太太|同学|教授|副教授|博士|硕士|医生|大夫|院长|系主任|主任|馆长|处长|科长|校长|研究员|工程师|"
    "同志|阿姨|叔叔|爷爷|奶奶|师傅|师兄|师姐|学长|学姐|馆员|某"
)
SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜"
    "倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游"
    "阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚"
    "廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟"
    "栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺"
)
COMPOUND_SURNAMES = frozenset(
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 "
    "公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 令狐 轩辕 百里 呼延 东郭 南门 西门".split()
)
# Characters that stand beside a name rather than inside a word with it
_BEFORE = frozenset("是叫给对和与跟由向为请问被让者户员生我友师兄弟姐妹姓名帮替代找告诉致寄送谢感人即如像比从于在有以按据经的了")
_AFTER = frozenset("的了在是说问要想需来去给提写把将向对和与跟同等先女教博您你他她也都已曾正能可会请借还查找读学研看用做发寄收因从就又并则及或之所被有上下老")
# Names that are words, too: alone they are left, beside another part of the name they go
_WORDS = frozenset(
    "will may mark grant rose hope art bill page reading young long king brown white green black church hall park river "
    "lake stone wood woods field case day love law rice price june april august summer winter bishop baker cook carter "
    "smith miller archer mason hunter fisher forest hill banks brooks bush cross ford fox gray grey read said song gold "
    "rich moon star sky sun sunny joy faith grace iris ivy jade lily olive pearl ruby violet dawn eve frank gene guy jack "
    "max miles pat ray rob sue victor wade west north south east china paris london berlin sydney the and for not you are".split()
)


def name_spans(text, names):
    """[(start, end, is_certain)] of the people called `names` in `text`."""
    folded = fold(text)
    spans = []
    for name in filter(None, (re.sub(r"\s+", " ", name or "").strip() for name in names)):
        simplified = fold(name)
        for run in CJK_RUN.findall(simplified.replace(" ", "")):
            spans += _chinese_spans(folded, run)
        parts = _latin_parts(simplified)
        if parts:
            spans += _latin_spans(text, folded, parts)
    return spans


# Latin


def _latin_parts(name):
    """Words of a folded Latin name without titles, blanks of ideographs removed."""
    words = re.findall(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", CJK_RUN.sub(" ", name))
    return [word for word in words if not re.fullmatch(TITLES, word)]


def _part_pattern(part):
    """Pattern of one part: the parts of Xiao-Ming may be joined or apart."""
    return r"[- '’]?".join(re.escape(piece) for piece in re.split(r"[-'’]", part))


def _latin_spans(text, folded, parts):
    """Spans of a Latin name, given as folded parts in any order."""
    spans = []
    if len(parts) > 1:
        full = [_part_pattern(part) for part in parts]
        initials = [rf"{re.escape(part[0])}(?![^\W\d_])\.?" for part in parts]
        gap = r"[^\S\n]?[,.\-]?[^\S\n]?"
        orders = [full, full[::-1], [full[-1], *full[:-1]], [*full[1:], full[0]]]
        orders += [[full[0], full[-1]], [full[-1], full[0]]]
        for at in (0, -1):
            others = initials[1:] if at == 0 else initials[:-1]
            orders += [[*others, full[at]], [full[at], *others], [others[0], full[at]], [full[at], others[0]]]
        alternatives = sorted({gap.join(order) for order in orders}, key=len, reverse=True)
        spans += _matches(folded, rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)")
    for part in parts:
        if len(part) > 1:
            spans += _matches(folded, rf"(?<!\w){TITLES}\b\.?[^\S\n]{{0,2}}{_part_pattern(part)}(?!\w)")
        if len(part) > 2 and part not in _WORDS:
            spans += [
                span for span in _matches(folded, rf"(?<!\w){_part_pattern(part)}(?!\w)") if text[span[0]].isupper()
            ]
    return spans


def _matches(folded, pattern):
    return [(match.start(), match.end(), True) for match in re.finditer(pattern, folded)]


# Chinese


def split_chinese(name):
    """(surname, given name) of a Chinese name."""
    length = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    return name[:length], name[length:]


def _chinese_spans(folded, name):
    """Spans of a Chinese name given in simplified characters."""
    if len(name) < 2:
        return []
    spans = _run_spans(folded, name)
    surname, given = split_chinese(name)
    if surname in SURNAMES | COMPOUND_SURNAMES:
        spans += _matches(folded, f"{surname}(?:{CHINESE_TITLES})")
        spans += [
            (match.start(), match.end(), _stands_alone(folded, match.start(), match.end()))
            for match in re.finditer(f"[小老阿]{surname}", folded)
        ]
    if len(given) > 1:
        spans += _run_spans(folded, given)
    return spans


def _run_spans(folded, name):
    """Spans of `name`, blanks between its characters allowed."""
    pattern = r"[^\S\n]{0,2}".join(map(re.escape, name))
    return [
        (match.start(), match.end(), len(name) > 2 or _stands_alone(folded, match.start(), match.end()))
        for match in re.finditer(pattern, folded)
    ]


def _stands_alone(folded, start, end):
    """Whether something beside these characters tells that they are a word of their own."""
    before, after = folded[start - 1 : start] if start else "", folded[end : end + 1]
    return (
        not CJK_RUN.match(before)
        or not CJK_RUN.match(after)
        or before in _BEFORE
        or after in _AFTER
    )
