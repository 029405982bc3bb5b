"""What a printed page needs to know of its language."""

TRADITIONAL = ("zh-TW", "zh-HK", "zh-MO")


def print_style(lang: str | None) -> dict[str, str]:
    """The code of a language for HTML, and the faces for its letters.

    A character that Chinese and Japanese write differently comes out right only when both are named. In Chinese the
    Chinese face comes first, or quotation marks and dashes would be those of Latin letters. The faces are the
    machine's own: what the print program loads from the web comes out as shapes without letters.

    :param lang: code of a language as Odoo writes it; None for English

    >>> print_style("zh_TW")["faces"].split(",")[0]
    "'Noto Sans CJK TC'"
    >>> print_style(None)["lang"]
    'en-US'
    """
    code = (lang or "en_US").replace("_", "-")
    chinese = "'Noto Sans CJK TC'" if code in TRADITIONAL else "'Noto Sans CJK SC'"
    latin = "'Noto Sans', 'Liberation Sans', 'DejaVu Sans'"
    faces = f"{chinese}, {latin}" if code.startswith("zh") else f"{latin}, {chinese}"
    return {"lang": code, "faces": f"{faces}, sans-serif"}
