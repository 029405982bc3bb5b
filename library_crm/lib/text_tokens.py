"""One tokeniser for both scripts: the words that the search index knows.

A text becomes tokens in five steps: Unicode NFKC (full-width letters become plain ones), lower case,
traditional Chinese characters to simplified ones (OpenCC's table), Snowball stems for words of
alphabets, and single characters plus pairs of neighbours for runs of Chinese, Japanese and Korean.
There is no list of stop words: frequent words carry little weight in BM25 anyway, and questions of
patrons are recognised by them.

Folding character by character makes query and text meet whichever script either was written in, and
keeps the length of a text, so that a hit can be marked in the original (see `fold`).
"""

import re
import unicodedata
from functools import cache, lru_cache

TOKEN_LIMIT = 64
"""Longer "words" are encoded data, not language; they are cut."""

_CJK = (
    "\u3005\u3007"  # 々 〇
    "\u3041-\u3096\u309d\u309e"  # Hiragana
    "\u30a1-\u30fa\u30fc-\u30fe"  # Katakana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
    "\uac00-\ud7a3"  # Hangul
    "\U00020000-\U0003ffff"  # Han, supplementary planes
)
CJK_RUN = re.compile(f"[{_CJK}]+")
# Runs of ideographs, or words; `c++` and `c#` are names that readers ask for.
_PIECE = re.compile(rf"([{_CJK}]+)|c\+\+|[cf]#|(?:(?![{_CJK}_])\w)+(?:['’](?:(?![{_CJK}_])\w)+)*")
_ASCII_PIECE = re.compile(r"c\+\+|[cf]#|[a-z0-9]+(?:'[a-z0-9]+)*")

_STEMMER_OF_SCRIPT = (
    (re.compile("[a-z]"), "english"),
    (re.compile("[\u0400-\u04ff]"), "russian"),
    (re.compile("[\u0370-\u03ff]"), "greek"),
)


@cache
def _stemmer(language):
    import Stemmer  # noqa: PLC0415 - a compiled library that only a worker which searches needs

    return Stemmer.Stemmer(language)


@cache
def fold_table():
    """Table for `str.translate`: traditional to simplified, full-width to plain, upper to lower case.

    Every entry maps one character to one character, so folding keeps positions.
    """
    from opencc import OpenCC  # noqa: PLC0415 - reads its dictionaries when created

    table = {ord(" ") + 0xFEE0 + i: ord(" ") + i for i in range(1, 95)}
    table |= {0x3000: ord(" "), ord("İ"): ord("i")}
    for code in range(0x30000):
        lower = chr(code).lower()
        if len(lower) == 1 and ord(lower) != code:
            table[code] = ord(lower)
    for code in range(0xFF21, 0xFF3B):
        table[code] = code - 0xFEE0 + 32
    for _longest, _shortest, entries in OpenCC("t2s").dict_cache.values():
        for traditional, simplified in entries.items():
            # the first of several candidates is the usual one
            if len(traditional) == 1 and len(first := simplified.split(" ")[0]) == 1:
                table[ord(traditional)] = ord(first)
    return table


def fold(text):
    """`text` in lower case, simplified characters and plain letters; as long as before."""
    return text.lower() if text.isascii() else text.translate(fold_table())


@lru_cache(maxsize=65536)
def stem(word):
    """Stem of one folded word by the Snowball rules of its script."""
    word = word[:TOKEN_LIMIT]
    if not word.isascii():
        word = _without_accents(word)
    for script, language in _STEMMER_OF_SCRIPT:
        if script.search(word):
            return _stemmer(language).stemWord(word.replace("’", "'")).replace("'", "")
    return word.replace("'", "").replace("’", "")


def _without_accents(word):
    """Latin letters without their accents; other alphabets keep them, there they are letters."""
    letters = unicodedata.normalize("NFD", word)
    if not re.search("[a-z]", letters):
        return word
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def grams(run):
    """Single characters and pairs of neighbours of a run of ideographs."""
    return [*run, *(run[i : i + 2] for i in range(len(run) - 1))]


def tokens(text):
    """The tokens of `text`, with repetitions.

    The words of alphabets keep their order; the pairs of a run of ideographs follow its characters.

    :param str text: plain text in any script
    :return: list of str; none holds a blank or one of ``: ' "`` and control characters
    """
    if text.isascii():
        return [found for word in _ASCII_PIECE.findall(text.lower()) if (found := stem(word))]
    text = unicodedata.normalize("NFKC", text).translate(fold_table())
    found = []
    for match in _PIECE.finditer(text):
        if match[1]:
            found.extend(grams(match[1]))
        elif token := stem(match[0]):
            found.append(token)
    return found


def words(text):
    """(start, end) of each word of an alphabet in a folded text."""
    return ((match.start(), match.end()) for match in _PIECE.finditer(text) if not match[1])
