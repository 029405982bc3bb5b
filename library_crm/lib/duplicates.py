"""The duplicate radar: which records are the same person's, how sure that is, and why.

Pairs are weighed as in Fellegi and Sunter's record linkage: each agreement adds the binary logarithm of how much
likelier it is between records of one person than between two people. How common a name is, or a birth date, is counted
in the data itself: two rare names with one birth date are one person, two 王伟 born on one day need not be.

Only records that share a block are compared: an address, a telephone, a card, a name, a birth date with an initial. A
block over the cap is cut again by finer keys, and what is still too large is walked in a window of neighbours, so that
a name that three thousand people bear costs three thousand steps and not nine million.

What never counts: different birth dates (beyond a slip), different names, two cards that both were verified. One mail
address with two names is told as what it is, a mailbox that people share.
"""

import re
from collections import Counter
from datetime import date
from math import log2
from typing import NamedTuple

from .person_names import ORDER, OTHER, PART, SAME, TYPO, UNKNOWN, compare_names, name_form, name_key, name_parts

THRESHOLD = 0.8
BLOCK_CAP = 40
WINDOW = 8
MAILBOX_CAP = 6

SAME_PERSON, SHARED_MAILBOX = "same_person", "shared_mailbox"

# Agreement of a kind, in bits; names and birth dates are weighed by how common they are.
WEIGHTS = {
    "same_email": 13.0,
    "near_email": 5.0,
    "same_phone": 9.0,
    "near_phone": 2.0,
    "same_card": 16.0,
    "near_card": 3.0,
    "same_address": 5.0,
}
NAME_CODES = {
    SAME: "same_name", ORDER: "name_order", TYPO: "name_typo", PART: "name_part", UNKNOWN: "name_other_script",
}
NAME_PENALTY = {SAME: 0.0, ORDER: 1.0, TYPO: 1.5, PART: 2.5}
MOST_NAME_BITS = 17.0
# A slip of one word leaves this much of what the word would tell
NEAR_WORD_BITS_LOST = 4.0
# Chinese names of one surname differ by one character all too often
SIBLING_BITS = 3.0
# How often the birth date of one person is written alike, with day and month swapped, with one wrong digit
BIRTH_SHARES = {"same_birth": 0.9, "birth_swapped": 0.03, "birth_digit": 0.04}
BIRTH_NEIGHBOURS = {"same_birth": 1, "birth_swapped": 1, "birth_digit": 25}
# Records with a twin, as a share of all: where the scale begins
TWIN_SHARE = 0.06


class Person(NamedTuple):
    """What the radar looks at. Everything but the id may be empty.

    :param int id: number of the record
    :param str name: as written
    :param date born: birth date
    :param emails, phones, cards: normalised strings
    :param verified_cards: those of `cards` that the person proved to own
    :param str address: street and postal code
    """

    id: int
    name: str = ""
    born: date | None = None
    emails: tuple = ()
    phones: tuple = ()
    cards: tuple = ()
    verified_cards: tuple = ()
    address: str = ""


class Pair(NamedTuple):
    """Two records, the smaller id first. `reasons`: codes of NAME_CODES, BIRTH_SHARES, WEIGHTS and `shared_mailbox`."""

    left: int
    right: int
    kind: str
    score: float
    reasons: tuple


def find_pairs(people, threshold=THRESHOLD):
    """Pairs of records that are probably one person's, and people who share a mailbox.

    :param people: iterable of Person; ids are unique
    :param float threshold: least score of a pair
    :return: list of Pair in the order of their ids; the same for the same people in any order
    """
    people = sorted(people, key=lambda person: person.id)
    if len(people) < 2:
        return []
    radar = _Radar(people)
    found = {}
    for left, right in radar.candidates():
        pair = radar.weigh(left, right)
        if pair and pair.score >= threshold:
            found[left, right] = pair
    for left, right in radar.shared_mailboxes():
        if (left, right) not in found:
            ids = radar.people[left].id, radar.people[right].id
            found[left, right] = Pair(*ids, SHARED_MAILBOX, 0.0, (SHARED_MAILBOX,))
    return [found[key] for key in sorted(found)]


def normal_phone(phone):
    """The last nine digits: a country code or a leading zero is written by some and not by others."""
    digits = re.sub(r"\D", "", phone or "")
    return digits[-9:] if len(digits) >= 7 else ""


def normal_address(*parts):
    """Street and postal code without blanks, points and case."""
    return re.sub(r"[\W_]+", "", "".join(part or "" for part in parts)).casefold()


class _Radar:
    """One run over a list of people; positions in the list stand for the people."""

    def __init__(self, people):
        self.people = people
        self.forms = [name_form(person.name) for person in people]
        self.keys = [name_key(form) for form in self.forms]
        self.phones = [tuple(filter(None, map(normal_phone, person.phones))) for person in people]
        self.births = [person.born.strftime("%Y%m%d") if person.born else "" for person in people]
        self.name_counts = Counter(self.keys)
        self.part_counts = Counter(part for form in self.forms for part in set(name_parts(form)))
        self.count = len(people)
        self.start = -log2(max(self.count, 2000) / (2 * TWIN_SHARE))
        self.birth_years = Counter(birth[:4] for birth in self.births if birth)
        self.births_known = self.birth_years.total()

    # Blocks

    def candidates(self):
        """Pairs of positions that share a block and whose birth dates do not exclude each other."""
        import numpy as np  # noqa: PLC0415

        blocks = _pairs_of_blocks(*self._arrays(self._first_keys), BLOCK_CAP)
        pairs, large = blocks
        if large:
            finer = ((position, key) for block in large for position in block for key in self._finer_keys(position))
            more, still_large = _pairs_of_blocks(*_as_arrays(finer), BLOCK_CAP)
            pairs = np.concatenate([pairs, more, self._neighbours(still_large)])
        pairs = np.unique(pairs)
        left, right = pairs >> 32, pairs & 0xFFFFFFFF
        keep = self._births_agree(left, right)
        return zip(left[keep].tolist(), right[keep].tolist(), strict=True)

    def _arrays(self, keys_of):
        return _as_arrays((position, key) for position in range(self.count) for key in keys_of(position))

    def _first_keys(self, position):
        person, form, birth = self.people[position], self.forms[position], self.births[position]
        for address in person.emails:
            yield "e", address
            local = address.partition("@")[0]
            if len(local) > 5:
                yield "l", local
        for phone in self.phones[position]:
            yield "p", phone
        for card in person.cards:
            yield "c", card
            yield "c", "".join(sorted(card))
        if self.keys[position]:
            yield "n", self.keys[position]
        if birth:
            for initial in {part[0] for part in name_parts(form)}:
                yield "b", birth, initial
            if not self.keys[position]:
                yield "b", birth

    def _finer_keys(self, position):
        """Keys for people of a common name (or a large family of a day): what else they may share."""
        key, birth = self.keys[position], self.births[position]
        if birth:
            year, month, day = birth[:4], birth[4:6], birth[6:]
            yield "nym", key, year, month
            yield "nyd", key, year, day
            yield "nmd", key, month, day
            yield "nys", key, year, *sorted((month, day))
            for part in name_parts(self.forms[position]):
                yield "bp", birth, part
        for address in self.people[position].emails:
            yield "ne", key, address.partition("@")[0]
        for phone in self.phones[position]:
            yield "np", key, phone
        if self.people[position].address:
            yield "na", key, self.people[position].address

    def _neighbours(self, blocks):
        """Pairs within a window of blocks that no key cuts any further."""
        import numpy as np  # noqa: PLC0415

        found = []
        for block in blocks:
            ordered = sorted(block, key=lambda at: (self.births[at], self.keys[at], self.people[at].emails, at))
            for index, left in enumerate(ordered):
                found += [_code(left, right) for right in ordered[index + 1 : index + WINDOW]]
        return np.array(found, dtype=np.int64)

    def _births_agree(self, left, right):
        """Mask of the pairs whose birth dates are alike, nearly alike, or not both known."""
        import numpy as np  # noqa: PLC0415

        digits = np.zeros((self.count, 8), dtype=np.uint8)
        for position, birth in enumerate(self.births):
            if birth:
                digits[position] = np.frombuffer(birth.encode(), dtype=np.uint8)
        known = digits[:, 0] > 0
        one, two = digits[left], digits[right]
        swapped = (one[:, :4] == two[:, :4]).all(1) & (one[:, 4:6] == two[:, 6:]).all(1) & (
            one[:, 6:] == two[:, 4:6]).all(1)
        return ~(known[left] & known[right]) | ((one != two).sum(1) <= 1) | swapped

    def shared_mailboxes(self):
        """Pairs of people with one mail address and names that are not alike."""
        boxes = {}
        for position, person in enumerate(self.people):
            for address in person.emails:
                boxes.setdefault(address, []).append(position)
        for members in boxes.values():
            for index, left in enumerate(members[:MAILBOX_CAP]):
                for right in members[index + 1 : MAILBOX_CAP]:
                    if left != right and compare_names(self.forms[left], self.forms[right]).kind == OTHER:
                        yield left, right

    # Weights

    def weigh(self, left, right):
        """The Pair of two positions, or None when something excludes it."""
        match = compare_names(self.forms[left], self.forms[right])
        one, two = self.people[left], self.people[right]
        birth = _birth_agreement(self.births[left], self.births[right])
        if match.kind == OTHER or _cards_exclude(one, two) or (not birth and self._like_siblings(match, left)):
            return None
        bits, reasons = self.start + self._name_bits(match, left, right), [NAME_CODES[match.kind]]
        if birth:
            bits += self._birth_bits(birth, left)
            reasons.append(birth)
        for code in self._contacts(left, right):
            bits += WEIGHTS[code]
            reasons.append(code)
        if len(reasons) == 1:
            return None
        return Pair(one.id, two.id, SAME_PERSON, round(1 / (1 + 2 ** -bits), 4), tuple(reasons))

    def _name_bits(self, match, left, right):
        """How much the names' agreement tells: little for a name that many bear."""
        if match.kind == UNKNOWN:
            return 0.0
        whole = self._rarity(max(self.name_counts[self.keys[left]], self.name_counts[self.keys[right]]) - 1)
        if match.kind in (SAME, ORDER):
            return min(whole, MOST_NAME_BITS) - NAME_PENALTY[match.kind]
        parts = sum(self._rarity(self.part_counts[part]) for part in match.equal)
        parts += sum(max(self._rarity(self.part_counts[part]) - NEAR_WORD_BITS_LOST, 0) for part in match.near)
        bits = min(parts, MOST_NAME_BITS) - NAME_PENALTY[match.kind]
        return bits - SIBLING_BITS if self._like_siblings(match, left) else bits

    def _birth_bits(self, birth, position):
        """How much the birth dates' agreement tells: less for those born in a year like half a university."""
        born_that_year = self.birth_years[self.births[position][:4]]
        # smoothed by a city's eighty years, so that a handful of people do not pass for all
        share = (born_that_year + 25) / ((self.births_known + 2000) * 365)
        return log2(BIRTH_SHARES[birth] / (share * BIRTH_NEIGHBOURS[birth]))

    def _like_siblings(self, match, left):
        """Whether two Chinese names share all but one character, as those of brothers and sisters do."""
        return match.kind == TYPO and bool(self.forms[left].chinese)

    def _rarity(self, count):
        return log2((self.count + 3000) / (count + 0.5))

    def _contacts(self, left, right):
        """Codes of what two records share beside name and birth date."""
        one, two = self.people[left], self.people[right]
        if set(one.emails) & set(two.emails):
            yield "same_email"
        elif _share_local_part(one.emails, two.emails):
            yield "near_email"
        if set(self.phones[left]) & set(self.phones[right]):
            yield "same_phone"
        elif _any_slip(self.phones[left], self.phones[right]):
            yield "near_phone"
        if set(one.cards) & set(two.cards):
            yield "same_card"
        elif _any_slip(one.cards, two.cards):
            yield "near_card"
        if one.address and one.address == two.address:
            yield "same_address"


def _code(left, right):
    return (min(left, right) << 32) | max(left, right)


def _as_arrays(pairs):
    """Arrays of hashed keys and of positions."""
    import numpy as np  # noqa: PLC0415

    both = np.fromiter(
        ((hash(key), position) for position, key in pairs), dtype=np.dtype([("key", np.int64), ("at", np.int64)])
    )
    return both["key"], both["at"]


def _pairs_of_blocks(keys, positions, cap):
    """All pairs within the blocks of at most `cap` members, and the larger blocks."""
    import numpy as np  # noqa: PLC0415

    order = np.lexsort((positions, keys))
    keys, positions = keys[order], positions[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.array([], dtype=np.int64)
    sizes = np.diff(np.r_[starts, len(keys)])
    found = [np.array([], dtype=np.int64)]
    for size in np.unique(sizes[(sizes > 1) & (sizes <= cap)]):
        members = positions[starts[sizes == size][:, None] + np.arange(size)]
        first, second = np.triu_indices(size, 1)
        low = np.minimum(members[:, first], members[:, second])
        high = np.maximum(members[:, first], members[:, second])
        found.append((low << 32 | high)[low != high])
    large = [positions[start : start + size].tolist() for start, size in zip(
        starts[sizes > cap].tolist(), sizes[sizes > cap].tolist(), strict=True)]
    return np.unique(np.concatenate(found)), large


def _birth_agreement(left, right):
    """Code of how two birth dates (digits) agree, None when one is unknown or they do not."""
    if not left or not right:
        return None
    if left == right:
        return "same_birth"
    if left[:4] == right[:4] and left[4:6] == right[6:] and left[6:] == right[4:6]:
        return "birth_swapped"
    return "birth_digit" if sum(one != two for one, two in zip(left, right, strict=True)) == 1 else None


def _cards_exclude(one, two):
    """Whether both proved to own a card, and not the same."""
    return bool(one.verified_cards and two.verified_cards and not set(one.verified_cards) & set(two.verified_cards))


def _share_local_part(left, right):
    """Whether two addresses differ behind the @ only: gmail.com, gmial.com."""
    locals_left = {address.partition("@")[0] for address in left}
    return any(len(local) > 5 and local in locals_left for local in (one.partition("@")[0] for one in right))


def _any_slip(left, right):
    """Whether any two numbers differ by one digit, or by two that changed places."""
    return any(_is_number_slip(one, two) for one in left for two in right)


def _is_number_slip(one, two):
    if len(one) != len(two) or len(one) < 6:
        return False
    wrong = [at for at in range(len(one)) if one[at] != two[at]]
    if len(wrong) == 2:
        first, second = wrong
        return second == first + 1 and one[first] == two[second] and one[second] == two[first]
    return len(wrong) == 1
