"""What becomes of an item of a feed, and when a source that failed is asked again."""

import re

from .text_tokens import tokens

FIRST_WAIT = 1800
LONGEST_WAIT = 7 * 86400
SHORTEST_WAIT = 60


def back_off(failures, asked=None):
    """Seconds until a source that failed is asked again: half an hour, doubled with each failure, a week at most.

    :param int failures: failed attempts in a row, this one included
    :param asked: seconds that the source itself asked for; believed between a minute and a week
    """
    if asked is not None:
        return int(min(max(asked, SHORTEST_WAIT), LONGEST_WAIT))
    return min(FIRST_WAIT * 2 ** min(failures - 1, 20), LONGEST_WAIT)


def phrases(text):
    """The words and phrases that a person listed, by line or comma: {phrase as written: its tokens}."""
    parts = (part.strip() for part in re.split(r"[\n,;，；、]", text or ""))
    return {part: found for part in parts if part and (found := tokens(part))}


def first_phrase(text_tokens, wanted):
    """The first phrase whose tokens all stand in a text, or None.

    :param text_tokens: set of the text's tokens
    :param wanted: what `phrases` gave
    """
    return next((phrase for phrase, needed in wanted.items() if text_tokens.issuperset(needed)), None)


def decide(text_tokens, classes, rules):
    """What becomes of an item.

    :param text_tokens: set of tokens of its title, summary and subjects
    :param classes: set of its classes with all that is above them
    :param rules: dict of default (steward, keep or drop), keep_words and drop_words (as `phrases` gives them),
        keep_classes and drop_classes (sets)
    :return: (decision, reason): steward, keep or drop; the phrase or the class that decided, or None
    """
    for decision in ("drop", "keep"):
        phrase = first_phrase(text_tokens, rules[f"{decision}_words"])
        if phrase:
            return decision, phrase
        found = classes & rules[f"{decision}_classes"]
        if found:
            return decision, min(found)
    return rules["default"], None
