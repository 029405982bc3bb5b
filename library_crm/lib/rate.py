"""How often somebody may ask: a brake in memory for what changes nothing and must stay quick."""

from collections import OrderedDict

MOST_KEYS = 10000


class RateLimit:
    """At most `most` times in `seconds` for each key, counted in windows; each server process counts for itself."""

    def __init__(self, most, seconds):
        self.most, self.seconds = most, seconds
        self._counts = OrderedDict()

    def allows(self, key, now):
        """Count a visit of `key` at `now` (seconds) and tell whether it is one of those allowed."""
        window = int(now // self.seconds)
        last, count = self._counts.pop(key, (window, 0))
        count = count + 1 if last == window else 1
        self._counts[key] = (window, count)
        while len(self._counts) > MOST_KEYS:
            self._counts.popitem(last=False)
        return count <= self.most
