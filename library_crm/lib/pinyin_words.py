"""Chinese words by their sound: `tushuguan` for 图书馆, and 图书管 for what sounds the same.

A word is put together from pairs of neighbouring characters that the index knows, so that no dictionary is needed.
Without pypinyin there is nothing to look up, and nothing is found.
"""

import math
import re
from collections import defaultdict

MOST_LETTERS = 40
_BEAM = 40
_NEW_WORD = 3.0
"""What it costs when two pairs do not share a character."""
_LETTERS = re.compile("[a-z]+")


def sounds(text):
    """The syllables of `text`, one a character; empty without pypinyin."""
    try:
        from pypinyin import lazy_pinyin  # noqa: PLC0415 - may be missing
    except ImportError:
        return []
    return lazy_pinyin(text, v_to_u=False)


class SoundTable:
    """Pairs of characters by their sound.

    :param pairs: (pair of characters, number of documents)
    """

    def __init__(self, pairs):
        self.by_sound, self.by_first = defaultdict(list), defaultdict(list)
        for pair, count in pairs:
            syllables = sounds(pair)
            if len(syllables) == 2 and all(map(_LETTERS.fullmatch, syllables)):
                weight = math.log(1 + count)
                self.by_sound["".join(syllables)].append((pair, weight))
                self.by_first[pair[0]].append((pair[1], syllables[1], weight))

    def words(self, letters, limit=5):
        """The words that sound like `letters`, likeliest first."""
        if not self.by_sound or len(letters) > MOST_LETTERS or not _LETTERS.fullmatch(letters):
            return []
        reached = defaultdict(dict)
        reached[0][""] = 0.0
        for place in range(len(letters)):
            best = sorted(reached.pop(place, {}).items(), key=lambda item: -item[1])[:_BEAM]
            for word, worth in best:
                self._go_on(letters, place, word, worth, reached)
        ends = sorted(reached[len(letters)].items(), key=lambda item: (len(item[0]), -item[1]))
        return [word for word, _worth in ends[:limit]]

    def _go_on(self, letters, place, word, worth, reached):
        """Every word that is `word` and one or two characters more."""
        if word:
            for character, syllable, weight in self.by_first[word[-1]]:
                if letters.startswith(syllable, place):
                    self._reach(reached, place + len(syllable), word + character, worth + weight)
        cost = _NEW_WORD if word else 0
        for end in range(place + 2, min(len(letters), place + 12) + 1):
            for pair, weight in self.by_sound.get(letters[place:end], ()):
                self._reach(reached, end, word + pair, worth + weight - cost)

    @staticmethod
    def _reach(reached, place, word, worth):
        if worth > reached[place].get(word, -math.inf):
            reached[place][word] = worth

    def same_sound(self, run):
        """Words as long as `run` of ideographs that sound the same."""
        return [word for word in self.words("".join(sounds(run))) if len(word) == len(run) and word != run]
