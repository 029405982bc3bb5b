"""Short texts that say the same, in groups: what several people complain of in their own words."""

from .term_words import is_idle
from .text_tokens import tokens

DISTANCE = 0.72
"""Of the cosine between weighted words, on average within a group; 0 is the same text, 1 has no word in common."""
MOST_TEXTS = 1500


def groups(texts, at_least=3, distance=DISTANCE):
    """Groups of texts that are alike.

    :param texts: list of str
    :param int at_least: smaller groups are left out
    :return: list of lists of places in `texts`, each in order, the largest group first
    """
    if len(texts) < max(at_least, 2):
        return []
    from sklearn.cluster import AgglomerativeClustering  # noqa: PLC0415
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.metrics.pairwise import cosine_distances  # noqa: PLC0415

    speaking = [place for place, text in enumerate(texts) if tokens(text or "")]
    speaking = speaking[:MOST_TEXTS]
    if len(speaking) < max(at_least, 2):
        return []
    vectors = TfidfVectorizer(analyzer=_words, sublinear_tf=True).fit_transform([texts[place] for place in speaking])
    # complete distances of a few hundred texts; average linkage, so that no chain of neighbours becomes a group
    labels = AgglomerativeClustering(
        n_clusters=None, distance_threshold=distance, metric="precomputed", linkage="average"
    ).fit_predict(cosine_distances(vectors))
    found = {}
    for place, label in zip(speaking, labels, strict=True):
        found.setdefault(int(label), []).append(place)
    large = [group for group in found.values() if len(group) >= at_least]
    return sorted(large, key=lambda group: (-len(group), group[0]))


def _words(text):
    """The tokens that say what a text is about."""
    found = tokens(text)
    return [token for token in found if not is_idle(token)] or found
