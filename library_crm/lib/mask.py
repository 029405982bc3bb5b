"""Secrets taken out of a text that people read."""

from urllib.parse import quote, quote_plus

SHORTEST = 4
STARS = "•••"


def mask(text, secrets):
    """`text` with each of `secrets` hidden, also where it was encoded for an address.

    :param str text: an error message, say
    :param secrets: what must not be seen; what is empty or as short as a word of every day is passed over
    """
    text = text or ""
    for secret in sorted({secret for secret in secrets if secret and len(secret) >= SHORTEST}, key=len, reverse=True):
        for form in {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}:
            text = text.replace(form, STARS)
    return text
