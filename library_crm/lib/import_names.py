"""What stands in cells about people, made comparable: names, addresses, numbers, languages, yes and no."""

import csv
import functools
import json
import re

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff·・]+")
_EMAIL = re.compile(r"[^@\s,;<>()\[\]\\\":|]+@(?:[\w-]+\.)+\w[\w-]*\w")
_EMAIL_SPLIT = re.compile(r"[\s,;|<>()\"]+")
_YES = frozenset({"1", "true", "yes", "y", "t", "on", "x", "ja", "j", "是", "有"})
_NO = frozenset({"0", "false", "no", "n", "f", "off", "nein", "否", "无", "無", "-"})
_GENDERS = {
    "f": "female", "female": "female", "w": "female", "weiblich": "female", "女": "female",
    "m": "male", "male": "male", "männlich": "male", "男": "male",
    "o": "other", "other": "other", "x": "other", "d": "other", "divers": "other", "其他": "other",
}
_LANGS = {
    "en": "en_US", "zh": "zh_CN", "zh_hans": "zh_CN", "zh_hans_cn": "zh_CN", "zh_hant": "zh_TW", "zh_hant_tw": "zh_TW",
    "zh_hant_hk": "zh_HK", "de": "de_DE", "fr": "fr_FR", "es": "es_ES", "it": "it_IT", "pt": "pt_PT", "nl": "nl_NL",
    "ru": "ru_RU", "ja": "ja_JP", "ja_jpan_jp": "ja_JP", "ko": "ko_KR", "ko_kore_kp": "ko_KR", "pl": "pl_PL",
}
STAGES = ("school", "bachelor", "master", "doctoral", "postdoc", "staff", "alumni", "none")


def full_name(first, middle, last):
    """A name as it is written: 王小明 without a blank, Jane Q. Doe with the family name last."""
    if last and first and _CJK.fullmatch(last) and _CJK.fullmatch(first):
        return last + first
    return " ".join(part for part in (first, middle, last) if part)


def addresses(text):
    """Mail addresses in a cell, in lower case, and what is none.

    :return: (list of addresses, the cell when it holds something else than addresses, else None)
    """
    if _EMAIL.fullmatch(text) and len(text) <= 254:
        return [text.lower()], None
    pieces = [piece for piece in _EMAIL_SPLIT.split(text.removeprefix("mailto:")[:2000]) if piece]
    found = [piece.lower() for piece in pieces if _EMAIL.fullmatch(piece) and len(piece) <= 254]
    return found, None if found else text


def phone_digits(text):
    """The digits by which two spellings of a telephone number are the same."""
    return re.sub(r"[^\d+]", "", text)


@functools.lru_cache(maxsize=1024)
def yes_or_no(text):
    """True, False, or None for anything else."""
    text = text.lower()
    return True if text in _YES else False if text in _NO else None


@functools.lru_cache(maxsize=1024)
def gender(text):
    """A gender of library.patron, or None."""
    return _GENDERS.get(text.lower())


@functools.lru_cache(maxsize=1024)
def language(text):
    """A language code as Odoo spells it, or None for none or the library's default."""
    code = text.replace("-", "_")
    if not re.fullmatch(r"[A-Za-z]{2,3}(_\w+)*", code) or code.lower() == "default":
        return None
    if code.lower() in _LANGS:
        return _LANGS[code.lower()]
    parts = code.split("_")
    return f"{parts[0].lower()}_{parts[-1].upper()}" if len(parts[-1]) == 2 and len(parts) > 1 else parts[0].lower()


@functools.lru_cache(maxsize=4096)
def attributes(text):
    """Koha's attributes of a patron as JSON text {code: value, or list of values}; None when they cannot be read.

    Both spellings of the CSV (`CODE:value,CODE:value`, or each pair in double quotes) and the records of the REST API.
    """
    if text.startswith("["):
        return _dumped(_attribute_records(text))
    if text.startswith('"'):
        try:
            pieces = next(csv.reader([text], skipinitialspace=True), [])
        except csv.Error:
            return None
    else:
        pieces = []
        for piece in text.split(","):
            # a comma within a value: what follows names no code
            if pieces and not re.match(r"\s*[\w.-]{1,64}:", piece):
                pieces[-1] += "," + piece
            else:
                pieces.append(piece)
    pairs = [piece.partition(":") for piece in pieces if piece.strip()]
    if not all(code.strip() and colon for code, colon, _value in pairs):
        return None
    return _dumped([(code, value) for code, _colon, value in pairs])


def _attribute_records(text):
    try:
        records = json.loads(text)
        return [(str(each["type"]), str(each["value"] if each["value"] is not None else "")) for each in records]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _dumped(pairs):
    if pairs is None:
        return None
    found = {}
    for code, value in pairs:
        code, value = code.strip(), value.strip()
        if value and value not in found.setdefault(code, []):
            found[code].append(value)
    plain = {code: values[0] if len(values) == 1 else values for code, values in sorted(found.items()) if values}
    return json.dumps(plain, ensure_ascii=False) if plain else None
