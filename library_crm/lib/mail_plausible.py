"""How likely a reading of unlabelled bytes is; made for Chinese text of a few characters.

General detectors need a paragraph. A subject has eight characters, and read in the wrong Chinese code
they are all legal and all rare. So the share of everyday characters decides.
"""

import codecs
import functools

import charset_normalizer

_SIMPLIFIED = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去"
    "法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点"
    "正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿"
    "原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资"
    "命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万"
    "取拉格望觉术领共确传师观清今切院让识候带导争运笔馆图借阅读者您请问谢邮箱附复已收文献检索期刊论数据库续还预约证号登录咨询老师您好贵"
    "我是学生研究需要帮助找到没有怎么办能否麻烦感谢祝顺颂时祺此致敬礼星期周日早晚午间休假外自动回复不在办公室尽快联系电话紧急件送达退信"
    "失败系统无法投递地址错误查收核实内容标题主题发写转答寄件者版权页码卷篇章节作译印刷社售价购推荐荐购下载全访校网远开通密码户账帐卡办"
    "理丢补逾期罚款座位预订空间讨室自习展览讲座培训活参加报名课程图情服务部门值班台总分采编参考特藏古籍缩微善本民方志谱档案旧近代史"
)
_TRADITIONAL = (
    "這個們來為國說時會對著過發後裡裏種經麼學當沒動還進樣開從實軍無與長機學關點業將兩間問並應戰頭體見產己製話給門東聲員論處義幾認條"
    "係系氣題爾別變總電數報結務場計資許統區隊決馬書則聽卻達強難權設記類據邊張該規萬覺術領確傳師觀讓識帶導爭運筆館圖閱讀請謝郵複復獻檢"
    "論庫續約證號錄諮詢師貴麻煩頌禮週間動復辦盡聯繫緊急達敗統遞誤內標題寫轉版權頁篇節譯購薦載訪網遠碼戶帳賬補逾罰預訂討習覽講課"
    "參編縮檔舊近從麼臺台灣來嗎吧呢於妳您僅只雖然據稱願歡樂歲歷廳處術語請於此電郵信箱寄件主旨寫道附檔圖館員讀者諮詢館藏期刊碩博士論文"
)
_HANGUL = set(
    "이다는의에을를가은한고지하기도사로시어대으서자리인정아나그수부일안요니습해있들면보전주제관과여원라만상동구스공장성비우소게신경까내"
    "적용오세생마것모학도서관답변메일않없감합드립문의자동회신외출재중연락휴가입니까했려할되된"
)
_COMMON = set(_SIMPLIFIED) | set(_TRADITIONAL)


def _plane(codec: str, leads: range, trails: tuple[range, ...]) -> set[str]:
    """Characters of the everyday plane of a double-byte code."""
    return {bytes((lead, trail)).decode(codec, "ignore") for lead in leads for block in trails for trail in block} - {
        ""
    }


@functools.cache
def _frequent() -> set[str]:
    """The first levels of GB 2312 and Big5: characters sorted by sound or stroke, but all in use."""
    return _plane("gb2312", range(0xB0, 0xD8), (range(0xA1, 0xFF),)) | _plane(
        "big5", range(0xA4, 0xC7), (range(0x40, 0x7F), range(0xA1, 0xFF))
    )


_SAMPLE_BYTES = 6000
_SAMPLE_CHARACTERS = 2000
_EAST_ASIAN = ("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949")
_ONE_BYTE = (
    "cp1252",
    "cp1251",
    "koi8_r",
    "cp1250",
    "iso8859_2",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp874",
    "mac_roman",
    "cp850",
    "iso8859_5",
    "iso8859_15",
)


def plausibility(text: str) -> float:
    """Return how everyday the characters above ASCII are: 1 is running text, below 0.3 is a misreading."""
    total, count, before = 0.0, 0, ""
    frequent = _frequent()
    for char in text:
        if char > "\x7f":
            total += _weight(char, before, frequent)
            count += 1
            if count >= _SAMPLE_CHARACTERS:
                break
        before = char
    return total / count if count else 1.0


def _weight(char: str, before: str, frequent: set[str]) -> float:
    if char in _COMMON or char in _HANGUL:
        return 1.0
    if "\u4e00" <= char <= "\u9fff":
        return 0.45 if char in frequent else 0.05
    if "\u3041" <= char <= "\u30ff" or char in "\uff01\uff0c\uff1a\uff1b\uff1f\uff08\uff09\uff0e\uff5e\u3000":
        return 0.9
    if "\u3001" <= char <= "\u3011" or char in "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u2022\xa0":
        return 0.8
    if "\uac00" <= char <= "\ud7a3":
        return 0.4
    if "\uff61" <= char <= "\uff9f" or "\u3400" <= char <= "\u4dbf":
        return 0.0
    if "\xc0" <= char <= "\u024f":
        return _weight_latin(before)
    if "\u0370" <= char <= "\u0e7f":
        # other alphabets do not mix with plain letters, and have no capital after a small letter
        mixed = before.isascii() and before.isalpha() or char.isupper() and before.islower()
        return 0.1 if mixed else 0.7
    if char == "\ufffd" or "\x80" <= char <= "\x9f" or "\ue000" <= char <= "\uf8ff" or char > "\uffff":
        return -0.8
    return 0.15


def _weight_latin(before: str) -> float:
    """An accented letter stands alone among plain ones; a row of them is something else misread."""
    return 0.25 if "\xa1" <= before <= "\u024f" else 0.75


def guess(data: bytes, declared: str | None) -> tuple[str, str]:
    """Return the most plausible reading of bytes above ASCII and its codec; never raises.

    :param data: bytes without a believable label
    :param declared: codec that the label named, preferred when readings are about equal
    """
    if (text := _utf8(data)) is not None and not _utf8_by_chance(data, text):
        return text, "utf-8"
    sample = _sample(data)
    best, best_score = "", -2.0
    for codec in dict.fromkeys(filter(None, (declared, *_EAST_ASIAN, "cp1252", "cp1251", "koi8_r"))):
        score = plausibility(_read(sample, codec)) + (0.3 if codec == declared else 0.0)
        if score > best_score:
            best, best_score = codec, score
    if best_score < 0.6 or best == "cp1252":
        best = _detect_one_byte(sample, best, best_score)
    return _read(data, best), best


def _read(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec, "replace")
    except (ValueError, LookupError, OverflowError):
        return data.decode("latin-1")


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = data.decode("utf-8", "replace")
        damaged = text.count("\ufffd")
        whole = sum(1 for char in text if char > "\x7f") - damaged
        # a message cut in a character, or one stray byte in a long text
        cut = damaged == 1 and error.start >= len(data) - 3
        return text if whole and (cut and whole > 1 or damaged * 10 <= whole) else None


def _utf8_by_chance(data: bytes, text: str) -> bool:
    """A word or two of GBK can be legal UTF-8: the bytes of 'xiexie' (thanks) read as two Cyrillic letters."""
    high = [char for char in text if char > "\x7f"]
    return 0 < len(high) <= 8 and max(high) < "\u0800" and plausibility(_read(data, "gb18030")) > 0.95


def _sample(data: bytes) -> bytes:
    """The part of ``data`` that holds its first bytes above ASCII."""
    if len(data) <= _SAMPLE_BYTES:
        return data
    start = next((place for place, byte in enumerate(data) if byte > 127), 0)
    start = max(0, start - 40)
    return data[start : start + _SAMPLE_BYTES]


@functools.lru_cache(maxsize=64)
def _detect_one_byte(sample: bytes, best: str, best_score: float) -> str:
    """Ask the general detector between the alphabets of one byte."""
    if sum(1 for byte in sample if byte > 127) < 6:
        return best
    match = charset_normalizer.from_bytes(sample, cp_isolation=list(_ONE_BYTE)).best()
    if match is None:
        return best
    codec = codecs.lookup(match.encoding).name.replace("-", "_")
    return codec if plausibility(_read(sample, codec)) > best_score - 0.05 else best
