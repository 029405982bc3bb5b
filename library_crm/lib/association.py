"""What goes together: association rules among what persons used, asked for and were given.

A rule says: of those who have A (or A and B), so many have C as well, which is so many times as often as among all.
Item sets are counted level by level (Agrawal and Srikant 1994: a set can be frequent only if its parts are), each level
as one product of sparse matrices. A rule is told only when no cell of the table behind it, which somebody could work
out from the rules, is about one to four persons, and when chance is an unlikely reason (binomial test, corrected
for the number of rules looked at by Benjamini and Hochberg).
"""

from collections import namedtuple
from itertools import combinations

K = 5
MOST_PAIRS = 500
"""The most frequent pairs that are looked at together with a third item."""

Rule = namedtuple("Rule", "antecedent consequent count antecedent_count consequent_count total confidence lift p")
# the share of all persons who have everything in the rule
Rule.support = property(lambda rule: rule.count / rule.total)


def find_rules(persons, items, fewest=K, most_items=3, least_lift=1.2, most_p=0.05, total=None):
    """Rules among the items of persons, the strongest first.

    :param persons, items: two lists of the same size: who has what; the same pair twice counts once
    :param fewest: persons that a rule is about at least
    :param most_items: items in a rule at most, 2 or 3
    :param least_lift: rules whose consequence is hardly more frequent than without are left out
    :param most_p: the largest corrected p value that is told; 1 tells all
    :param total: persons looked at, also those without any item; by default those who have one
    :return: list of Rule; the antecedent is a tuple of items in sorted order
    """
    import numpy as np
    from scipy import sparse

    if not len(persons):
        return []
    who, what = np.unique(np.asarray(persons), return_inverse=True), np.unique(np.asarray(items), return_inverse=True)
    table = sparse.csr_matrix(
        (np.ones(len(who[1]), dtype=np.int64), (who[1], what[1])), shape=(len(who[0]), len(what[0]))
    )
    table.data[:] = 1
    total = max(total or 0, table.shape[0])
    counts = _counts(table, fewest, most_items)
    found = [
        rule for together in counts if len(together) > 1 and counts[together] >= fewest
        for rule in _rules(together, counts, total, fewest)
    ]  # fmt: skip
    names = what[0].tolist()
    rules = [
        rule._replace(antecedent=tuple(names[one] for one in rule.antecedent), consequent=names[rule.consequent])
        for rule in _corrected(found, most_p) if rule.lift >= least_lift
    ]  # fmt: skip
    return sorted(rules, key=lambda rule: (-rule.lift, -rule.count, rule.antecedent, rule.consequent))


def _counts(table, fewest, most_items):
    """{items: persons who have them all}, for every set that a frequent set holds, and the frequent ones."""
    from scipy import sparse

    single = table.sum(axis=0).A1
    counts = {(item,): int(count) for item, count in enumerate(single)}
    pairs = sparse.triu(table.T @ table, k=1).tocoo()
    counts |= {
        (int(a), int(b)): int(count) for a, b, count in zip(pairs.row, pairs.col, pairs.data, strict=True)
    }
    if most_items < 3:
        return counts
    frequent = sorted(
        (pair for pair, count in counts.items() if len(pair) == 2 and count >= fewest),
        key=lambda pair: (-counts[pair], pair),
    )[:MOST_PAIRS]
    if frequent:
        columns = table.tocsc()
        first, second = (columns[:, [pair[place] for pair in frequent]] for place in (0, 1))
        triples = (first.multiply(second).T @ table).tocoo()
        for number, item, count in zip(triples.row, triples.col, triples.data, strict=True):
            pair = frequent[number]
            if item > pair[1] and count >= fewest:
                counts[(*pair, int(item))] = int(count)
    return counts


def _rules(together, counts, total, fewest):
    """The rules within one set of items, each item in turn as the consequence; none if a cell is too small."""
    if not _may_tell(together, counts, total, fewest):
        return
    for place, consequent in enumerate(together):
        antecedent = together[:place] + together[place + 1:]
        count, before, alone = counts[together], counts[antecedent], counts[consequent,]
        confidence = count / before
        yield Rule(antecedent, consequent, count, before, alone, total, confidence, confidence / (alone / total), None)


def _may_tell(together, counts, total, fewest):
    """Whether every cell (has these items, has not those) is empty or about enough persons."""
    sums = {(): total}
    for size in range(1, len(together) + 1):
        for chosen in combinations(together, size):
            sums[chosen] = counts.get(chosen, 0)
    for size in range(len(together) + 1):
        for had in combinations(together, size):
            cell = sum(
                (-1) ** (len(more) - len(had)) * count for more, count in sums.items() if set(had) <= set(more)
            )
            if 0 < cell < fewest:
                return False
    return True


def _corrected(rules, most_p):
    """Rules that chance does not explain, with the p value corrected for how many were looked at."""
    import numpy as np
    from scipy.stats import binom, false_discovery_control

    if not rules:
        return []
    count, before, alone, total = np.array(
        [(rule.count, rule.antecedent_count, rule.consequent_count, rule.total) for rule in rules]
    ).T
    p_values = false_discovery_control(np.clip(binom.sf(count - 1, before, alone / total), 0, 1))
    return [rule._replace(p=float(p)) for rule, p in zip(rules, p_values, strict=True) if p <= most_p]
