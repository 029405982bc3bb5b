"""How long people stay: the share that is still there after so many months, also when most have not left yet."""

from collections.abc import Iterable


def survival(spans: Iterable[tuple[float, bool]], fewest: int = 5) -> list[tuple[float, float, int]]:
    """The product-limit estimate of Kaplan and Meier (1958).

    :param spans: (time, ended) of each person; ended False: still there when we last looked
    :param fewest: the curve stops where fewer persons than this are left to watch
    :return: (time, share still there, persons watched until then), first (0, 1.0, everybody)

    >>> survival([(1, True), (2, True), (2, False), (3, True)], fewest=1)
    [(0, 1.0, 4), (1, 0.75, 4), (2, 0.5, 3), (3, 0.0, 1)]
    """
    ordered = sorted(spans)
    curve, share, index = [(0, 1.0, len(ordered))], 1.0, 0
    while index < len(ordered):
        time, watched, ended = ordered[index][0], len(ordered) - index, 0
        if watched < fewest:
            break
        while index < len(ordered) and ordered[index][0] == time:
            ended += bool(ordered[index][1])
            index += 1
        share *= 1 - ended / watched
        curve.append((time, share, watched))
    return curve
