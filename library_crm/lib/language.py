"""Guesses the language of a short text among those in which the library answers."""

import re
from functools import lru_cache

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
# Letters that are only used, or mostly used, in one of the two ways of writing.
_TRADITIONAL = frozenset("請問謝這個學們說圖書館沒關於資料語論文與為對還時間過來後續從開發現應該國際會議電話經濟醫藥歷館間嗎麼樣點證號據區網頁機師無讓給實驗覺調類專業處參閱複印單編輯")
_SIMPLIFIED = frozenset("请问谢这个学们说图书馆没关于资料语论文与为对还时间过来后续从开发现应该国际会议电话经济医药历馆间吗么样点证号据区网页机师无让给实验觉调类专业处参阅复印单编辑")


@lru_cache(maxsize=1)
def _telling() -> tuple[frozenset[str], frozenset[str]]:
    return _TRADITIONAL - _SIMPLIFIED, _SIMPLIFIED - _TRADITIONAL


def guess_language(text: str) -> str | None:
    """Return ``zh_CN``, ``zh_TW``, ``en_US`` or None when the text says too little.

    :param text: words of the patron, without quotes
    """
    sample = (text or "")[:5000]
    han = len(_HAN.findall(sample))
    words = len(_LATIN_WORD.findall(sample))
    if _KANA.search(sample):
        return None
    if han >= 2 and han >= words:
        traditional, simplified = _telling()
        score = sum((char in simplified) - (char in traditional) for char in sample)
        return "zh_TW" if score < 0 else "zh_CN"
    if words >= 3:
        return "en_US"
    return None
