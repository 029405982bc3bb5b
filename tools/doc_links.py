"""Links of the documentation: what a page points to is there. Nothing is fetched, except by `fetch`."""

import re
import urllib.error
import urllib.request
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

PICTURE = re.compile(r"^\s*\.\. (?:\|[^|]+\| )?(?:image|figure):: (\S+)[ \t]*\n((?:[ \t]+\S.*\n?)*)", re.MULTILINE)
INCLUDED = re.compile(r"^\s*\.\. (?:include|literalinclude):: (\S+)", re.MULTILINE)
# a file of the repository that a text names: ``lib/text_tokens.py``, ``docs/staff.rst``
NAMED = re.compile(r"``([\w.-]+(?:/[\w.-]+)+\.(?:py|rst|md|txt|xml|csv|js|json|yaml|toml))``")
WRITTEN_URL = re.compile(r"https?://[^\s`'\"<>|)]+")
FETCH_SECONDS = 20


class _Page(HTMLParser):
    """The anchors of a page and what it points to."""

    def __init__(self):
        super().__init__()
        self.anchors = set()
        self.targets = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.anchors.update(values[name] for name in ("id", "name") if values.get(name))
        self.targets += [values[name] for name in ("href", "src") if values.get(name)]


def sources(repository):
    """Every page that a person wrote."""
    return sorted([*(repository / "docs").rglob("*.rst"), *repository.glob("*.rst")])


def broken_in_sources(repository):
    """Sentences about pictures and files that pages name and that are not there, and addresses that are none."""
    found = []
    for page in sources(repository):
        text = page.read_text(encoding="utf-8")
        name = page.relative_to(repository)
        for target, options in PICTURE.findall(text):
            if not (page.parent / target).is_file():
                found.append(f"{name}: there is no picture {target}")
            if ":alt:" not in options:
                found.append(f"{name}: the picture {target} has no words for those who cannot see it (:alt:)")
        found += [f"{name}: there is no file {target}" for target in INCLUDED.findall(text)
                  if not (page.parent / target).is_file()]
        found += [f"{name}: there is no file {target}" for target in dict.fromkeys(NAMED.findall(text))
                  if not _is_there(repository, page, target)]
        found += [f"{name}: {url} is no address" for url in dict.fromkeys(WRITTEN_URL.findall(text))
                  if not is_well_formed(url)]
    return found


def _is_there(repository, page, target):
    """Texts name files from the root, from the addon, or from where they stand."""
    return any((folder / target).exists() for folder in (repository, repository / "library_crm", page.parent))


def is_well_formed(url):
    """Whether this can be an address at all."""
    try:
        parts = urlsplit(url)
        return bool(parts.scheme in ("http", "https") and parts.hostname and (parts.port or 80) > 0)
    except ValueError:
        return False


def broken_in_html(folder):
    """Sentences about links between built pages that lead nowhere, to the word behind the #."""
    pages = {path: _read(path) for path in folder.rglob("*.html")}
    found = []
    for path, page in pages.items():
        for target in dict.fromkeys(page.targets):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                if parts.scheme in ("http", "https") and not is_well_formed(target):
                    found.append(f"{path.relative_to(folder)}: {target} is no address")
                continue
            goal = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not goal.exists():
                found.append(f"{path.relative_to(folder)}: {target} is not there")
            elif parts.fragment and goal in pages and unquote(parts.fragment) not in pages[goal].anchors:
                found.append(f"{path.relative_to(folder)}: {target} leads to no such place on that page")
    return found


def _read(path):
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def outside(folder):
    """The addresses outside that built pages lead to, each once."""
    targets = {target for path in folder.rglob("*.html") for target in _read(path).targets}
    return sorted(target for target in targets if urlsplit(target).scheme in ("http", "https"))


def fetch(url, opener=urllib.request.urlopen):
    """What is wrong with an address outside, or an empty string."""
    request = urllib.request.Request(url, headers={"User-Agent": "library-crm-docs"})
    try:
        with opener(request, timeout=FETCH_SECONDS) as answer:
            answer.read(1)
    except urllib.error.HTTPError as error:
        return f"it answers {error.code}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error)) or type(error).__name__
    return ""
