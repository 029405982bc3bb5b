"""Who is asked: a sample that comes out the same however often it is drawn."""

from hashlib import sha256

PARTS = 1_000_000


def is_drawn(key, share):
    """Whether `key` belongs to a sample of `share` percent.

    The answer hangs on the key alone, so that a run that was killed and starts again asks the same people.

    :param str key: what is drawn, e.g. ``csat:case:77``
    :param float share: 0 to 100

    >>> is_drawn("csat:case:77", 100), is_drawn("csat:case:77", 0)
    (True, False)
    >>> 4700 < sum(is_drawn(f"nps:{number}", 50) for number in range(10000)) < 5300
    True
    """
    number = int.from_bytes(sha256(key.encode()).digest()[:8], "big") % PARTS
    return number < share / 100 * PARTS
