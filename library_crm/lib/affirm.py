"""Reads a short reply to "is this what you need?": a plain yes, or words to be taken as a correction."""

import re
import unicodedata

_YES = re.compile(
    r"^(dear\s+\w+[,.]?\s*|hi[,.]?\s*|hello[,.]?\s*|您好[,,。!!]?\s*|你好[,,。!!]?\s*)?"
    r"(yes|yep|yeah|correct|right|exactly|confirmed?|i confirm|that is (right|correct|it)|that'?s (right|correct|it)|"
    r"sounds good|perfect|ok|okay|oui|ja|si|sí|"
    r"是的?|对的?|對的?|没错|沒錯|正确|正確|确认|確認|可以|没问题|沒問題|好的?|就是这样|就是這樣|同意)"
    r"([\s,,.。!!;;~～]*(thanks?|thank you|many thanks|please go ahead|go ahead|谢谢您?你?|謝謝您?你?|感谢|感謝|"
    r"的|就是这样|就是這樣|没错|沒錯|that is it|that's it|it is|exactly|so))*"
    r"[\s,,.。!!;;~～:)]*$",
    re.IGNORECASE,
)
_LONGEST_YES = 80


def reads_as_yes(text: str) -> bool:
    """Whether ``text`` (without quote and signature) says yes and nothing else.

    Whatever is longer or says more is a correction that a librarian has to
    read: a wrong yes would send people off to search for the wrong thing.
    """
    plain = unicodedata.normalize("NFKC", text or "").strip()
    first = plain.split("\n\n")[0].strip() if len(plain) > _LONGEST_YES else plain
    if not first or len(plain) > 2 * _LONGEST_YES or len(first) > _LONGEST_YES:
        return False
    return bool(_YES.match(" ".join(first.split())))
