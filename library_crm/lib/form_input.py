"""What a public form sends, made safe to store: text, file names, ids, dates, secrets.

Everything a visitor types may be hostile or broken. These functions never
raise on it; they return a value that can be stored, or nothing.
"""

import datetime
import hmac
import re
import unicodedata

LARGEST_ID = 2**31 - 1
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_DIRECTIONS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


class FormRefused(Exception):
    """A form that cannot be taken as it is.

    :ivar errors: {name of the field, or "form" for the whole: sentence for the visitor}
    :ivar status: HTTP status of the answer
    """

    def __init__(self, errors, status=422):
        super().__init__("; ".join(map(str, errors.values())))
        self.errors = errors
        self.status = status


def clean_text(value, limit):
    """Return `value` as text without control characters, at most `limit` characters long."""
    if not isinstance(value, str):
        return ""
    text = value[: 4 * limit].replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", text).strip()[:limit].rstrip()


def clean_line(value, limit):
    """Return `value` as one line of text."""
    return " ".join(clean_text(value, limit).split())


def headline(text, limit=120):
    """Return the first line of `text`, cut between words."""
    line = next((" ".join(line.split()) for line in text.split("\n") if line.strip()), "")
    if len(line) <= limit:
        return line
    cut = line[:limit]
    at_space = cut.rfind(" ")
    return (cut[:at_space] if at_space > limit // 2 else cut).rstrip(" ,;:") + "…"


def clean_filename(name, limit=120):
    """Return a file name without path, control or direction characters; it keeps its ending."""
    name = unicodedata.normalize("NFC", clean_line(str(name or "").replace("\x00", ""), 2000))
    name = _DIRECTIONS.sub("", re.split(r"[/\\]", name)[-1]).strip(" .")
    name = re.sub(r'[<>:"|?*]', "_", name)
    if len(name) > limit:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: limit - len(ending) - 1]}.{ending}" if dot and len(ending) <= 12 else name[:limit]
    return name or "file"


def as_id(value):
    """Return `value` as the id of a stored record, or 0."""
    text = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"[0-9]{1,10}", text, re.ASCII):
        return 0
    number = int(text)
    return number if 0 < number <= LARGEST_ID else 0


def as_date(value):
    """Return the date of an ISO text, or None."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value or "").strip(), re.ASCII):
        return None
    try:
        return datetime.date.fromisoformat(value.strip())
    except ValueError:
        return None


def same_secret(given, kept):
    """Whether a visitor's `given` text is the secret we `kept`; short or empty secrets never are."""
    if not isinstance(given, str) or not isinstance(kept, str) or len(kept) < 16:
        return False
    return hmac.compare_digest(given.encode("utf-8", "replace"), kept.encode("utf-8"))
