"""Sort the lines of a mail into new text, quotes and signatures."""

from . import mail_quote as quote

FRESH, QUOTED, SIGNATURE = "fresh", "quoted", "signature"
_LONGEST_SIGNATURE = 25


def sort_lines(lines: list[tuple[str | None, str]]) -> tuple[list[str], int | None, bool]:
    """Return the kind of each line, the place from which everything is quoted, and whether that is a forward.

    :param lines: lines with the kind that HTML told, or None
    """
    cut, forwarded = quote.hard_cut([f"> {line}" if kind == QUOTED and line else line for kind, line in lines])
    kinds = _classify(lines, cut)
    _mark_signatures(lines, kinds)
    return kinds, cut, forwarded


def _classify(lines: list[tuple[str | None, str]], cut: int | None) -> list[str]:
    texts = [line for _kind, line in lines]
    kinds = [kind or FRESH for kind, _line in lines]
    end = len(lines) if cut is None else cut
    for place in range(end, len(lines)):
        kinds[place] = QUOTED
    for place in range(end):
        if quote.quoted_by_mark(texts[place]):
            kinds[place] = QUOTED
    for place in range(end):
        if kinds[place] == QUOTED or not texts[place].strip():
            continue
        length = quote.attribution_length(texts, place)
        if length and _quoted_next(texts, kinds, place + length):
            kinds[place : place + length] = [QUOTED] * length
    _join_blank_lines(texts, kinds)
    return kinds


def _quoted_next(texts: list[str], kinds: list[str], place: int) -> bool:
    for number in range(place, min(place + 4, len(texts))):
        if texts[number].strip():
            return kinds[number] == QUOTED
    return False


def _join_blank_lines(texts: list[str], kinds: list[str]) -> None:
    """An empty line between quoted lines is quoted too."""
    for place in range(1, len(texts) - 1):
        if not texts[place].strip() and kinds[place - 1] == QUOTED and kinds[place + 1] == QUOTED:
            kinds[place] = QUOTED


def _mark_signatures(lines: list[tuple[str | None, str]], kinds: list[str]) -> None:
    """Signatures end a run of fresh lines: after ``-- `` or as lines about the device."""
    place = 0
    while place < len(lines):
        if kinds[place] != FRESH:
            place += 1
            continue
        end = place
        while end < len(lines) and kinds[end] == FRESH:
            end += 1
        start = _signature_start([line for _kind, line in lines[place:end]])
        for number in range(place + start, end):
            kinds[number] = SIGNATURE
        place = end


def _signature_start(run: list[str]) -> int:
    """Place in a run of fresh lines where its signature starts, its length when there is none."""
    end = len(run)
    for place in range(len(run) - 1, -1, -1):
        if (
            quote.SEPARATOR.match(run[place])
            and len([line for line in run[place:] if line.strip()]) <= _LONGEST_SIGNATURE
        ):
            # a dialogue or a list may hold several rules: the last one that leaves text before it
            end = place
            break
    last = end - 1
    while last >= 0:
        if run[last].strip():
            if not quote.is_device_line(run[last]):
                break
            end = last
        last -= 1
    return end
