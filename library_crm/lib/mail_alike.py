"""Whether two mails say nearly the same, whatever numbers, dates and codes stand in them."""

import re

_MOST_TEXT = 3000
_LEAST_PARTS = 3
_ALIKE = 0.8
_HAN = "\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_HAN}]+|[^\W\d_{_HAN}]+")
_WITH_DIGIT = re.compile(r"[^\s]*\d[^\s]*", re.ASCII)
_CHINESE_WITH_DIGIT = re.compile(r"[A-Za-z0-9#_/:.\-]*\d[A-Za-z0-9#_/:.\-]*")


class Shape:
    """The words of a mail without what a machine changes from one to the next.

    :param str text: subject and new text
    """

    def __init__(self, text):
        text = (text or "")[:_MOST_TEXT].lower()
        # in Chinese a number stands without blanks beside words that count
        cut = _CHINESE_WITH_DIGIT if re.search(f"[{_HAN}]", text) else _WITH_DIGIT
        parts = set()
        for word in _WORD.findall(cut.sub(" ", text)):
            if re.match(f"[{_HAN}]", word):
                parts.update(word[place : place + 2] for place in range(max(1, len(word) - 1)))
            else:
                parts.add(word)
        self.parts = frozenset(parts)

    def is_like(self, other):
        """Whether most of the words are the same; texts of hardly any words are alike when they are equal."""
        if min(len(self.parts), len(other.parts)) < _LEAST_PARTS:
            return self.parts == other.parts
        both = len(self.parts & other.parts)
        return both >= _ALIKE * len(self.parts | other.parts)
