"""A text in which what somebody could be recognised by is marked."""

from markupsafe import Markup, escape


def marked_text(text, finds):
    """`text`, escaped, with each find of `lib.redact.find_identity` in <mark>; line ends become <br/>."""
    out, position = [], 0
    for find in finds:
        out += [escape(text[position : find.start]), Markup("<mark>%s</mark>") % text[find.start : find.end]]
        position = find.end
    out.append(escape(text[position:]))
    return Markup("").join(out).replace("\n", Markup("<br/>"))
