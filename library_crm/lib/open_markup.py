"""What machines read of an article: Dublin Core and schema.org in its page, and Atom."""

import json

from lxml import etree

from .oai_pmh import clean

ATOM = "http://www.w3.org/2005/Atom"


def dublin_core(elements):
    """[(name, content, language)] of meta tags for Dublin Core elements."""
    return [(f"DC.{name}", text.strip(), lang) for name, text, lang in elements if (text or "").strip()]


def json_ld(article):
    """An article as schema.org, safe inside a script element.

    A question with its answer is a FAQPage; everything else is an Article.

    :param dict article: url, title, text, lang, published and changed (ISO dates or ""), publisher, subjects, rights
    """
    common = {
        "@context": "https://schema.org",
        "url": article["url"],
        "inLanguage": article["lang"],
        "datePublished": article["published"],
        "dateModified": article["changed"],
        "publisher": {"@type": "Library", "name": article["publisher"]},
        "about": article["subjects"],
        "license": article["rights"],
        "isAccessibleForFree": True,
    }
    if article["title"].rstrip().endswith(("?", "？")):
        answer = {"@type": "Answer", "text": article["text"]}
        specific = {"@type": "FAQPage",
                    "mainEntity": [{"@type": "Question", "name": article["title"], "acceptedAnswer": answer}]}
    else:
        specific = {"@type": "Article", "headline": article["title"], "description": article["text"]}
    full = {name: value for name, value in {**common, **specific}.items() if value not in ("", [], None)}
    text = json.dumps(full, ensure_ascii=False)
    # nothing in a title ends the script
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def atom(feed, entries):
    """A feed as bytes.

    :param dict feed: title, url (of the feed), site, author, updated (ISO)
    :param entries: dicts of id, title, url, lang, summary, published, updated, subjects
    """
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _add(root, "title", feed["title"])
    _add(root, "id", feed["url"])
    _add(root, "updated", feed["updated"])
    _add(root, "link", None, rel="self", href=feed["url"], type="application/atom+xml")
    _add(root, "link", None, rel="alternate", href=feed["site"], type="text/html")
    _add(_add(root, "author"), "name", feed["author"])
    for entry in entries:
        one = _add(root, "entry")
        one.set("{http://www.w3.org/XML/1998/namespace}lang", entry["lang"])
        _add(one, "title", entry["title"])
        _add(one, "id", entry["id"])
        _add(one, "updated", entry["updated"])
        if entry["published"]:
            _add(one, "published", entry["published"])
        _add(one, "link", None, rel="alternate", href=entry["url"], type="text/html", hreflang=entry["lang"])
        for subject in entry["subjects"]:
            _add(one, "category", None, term=subject)
        _add(one, "summary", entry["summary"])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _add(node, name, text=None, **attributes):
    child = etree.SubElement(node, f"{{{ATOM}}}{name}")
    if text is not None:
        child.text = clean(text)
    for key, value in attributes.items():
        child.set(key, clean(value))
    return child
