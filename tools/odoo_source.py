"""Where Odoo 19 comes from: $ODOO_HOME, an importable package, or Debian's package unpacked in the cache."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from . import debian
from .places import cache, digest
from .shell import Problem, step

SERIES = 19
PACKAGE = "odoo-19"
BESIDE = ("libjs-jquery", "libjs-underscore", "libjs-jquery-form", "fonts-montserrat", "fonts-roboto-unhinted",
          "fonts-inconsolata", "fonts-ocr-b")
# Odoo's styles want Font Awesome 4; sid has a later one under the same package name
FONT_AWESOME = "fonts-font-awesome/bookworm"
INSIDE = "usr/lib/python3/dist-packages"
REPAIRS = "2"  # raise when repair() learns something, so that unpacked trees are repaired again


class OdooSource:
    """An Odoo 19 that can be run.

    :param parent: the folder that contains the package `odoo`
    :param addons: folders of core addons, without those inside the package
    :param version: what tells this Odoo from another in keys
    """

    def __init__(self, parent, addons, version):
        self.parent = parent
        self.addons = addons
        self.version = version

    @property
    def addons_path(self):
        """Folders of core addons, those inside the package first."""
        return [self.parent / "odoo" / "addons", *self.addons]


def locate():
    """The Odoo 19 to use; fetched from Debian when there is none.

    :raises Problem: $ODOO_HOME is no Odoo 19, or Debian's package cannot be had
    """
    home = os.environ.get("ODOO_HOME")
    if home:
        source = _in_home(Path(home).expanduser().absolute())
        if not source:
            raise Problem(f"ODOO_HOME={home} holds no Odoo {SERIES}.",
                          f"point it at a source checkout of Odoo {SERIES}.0 (the folder with odoo-bin) or at the "
                          "folder that contains the package `odoo`, or unset it.")
        return source
    return _importable() or _unpacked() or _fetch()


def _release(package):
    """Version text of the package folder `package` if it is Odoo of our series."""
    try:
        text = (package / "release.py").read_text(encoding="utf-8")
    except OSError:
        return None
    match = re.search(r"^version_info = \((\d+), *(\d+), *(\d+)", text, re.M)
    if not match or int(match[1]) != SERIES:
        return None
    return ".".join(match.groups())


def _in_home(home):
    for parent in (home, home.parent if home.name == "odoo" else home, home / INSIDE):
        version = _release(parent / "odoo")
        if version:
            return _linked(parent, version)
    return None


def _importable():
    """An installed `odoo` of the machine's Python, or of Debian's."""
    code = "import importlib.util as u; s = u.find_spec('odoo.release'); print(s.origin if s else '')"
    for python in dict.fromkeys((sys.executable, "/usr/bin/python3")):
        try:
            # from / so that a folder `odoo` in the current one is not taken for it
            done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False, cwd="/")
        except OSError:
            continue
        origin = done.stdout.strip()
        if not done.returncode and origin:
            package = Path(origin).parent
            version = _release(package)
            if version:
                return _linked(package.parent, version)
    return None


def _linked(parent, version):
    """Put the package alone on the path: what else lies beside it must not shadow the private environment."""
    key = digest(str(parent))
    link = cache() / "odoo" / f"link-{key}" / "odoo"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(parent / "odoo")
    addons = [parent / "addons"] if (parent / "addons" / "web").is_dir() else []
    return OdooSource(link.parent, addons, f"{version}-{key}")


def _unpacked():
    """A tree that an earlier run unpacked completely, repaired to today's knowledge."""
    for tree in sorted((cache() / "odoo").glob(f"{PACKAGE}_*"), reverse=True):
        done = tree / ".repaired"
        if not done.exists():
            continue
        if done.read_text() != REPAIRS:
            repair(tree)
            done.write_text(REPAIRS)
        return OdooSource(tree / INSIDE, [], tree.name)
    return None


def _fetch():
    folder = cache() / "odoo"
    work = folder / "fetching"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    step("fetching Odoo 19 from Debian sid (about 120 MB, signatures checked by apt)")
    apt = debian.PrivateApt(work / "apt", ("sid", "bookworm"))
    apt.update()
    archives = apt.download([f"{name}/sid" for name in (PACKAGE, *BESIDE)] + [FONT_AWESOME], work / "archives")
    name = next(path.name for path in archives if path.name.startswith(PACKAGE + "_"))
    version = name.removesuffix(".deb").removesuffix("_all").replace("%3a", "-")
    step("unpacking Odoo 19")
    tree = work / "tree"
    tree.mkdir()
    debian.unpack(archives, tree)
    repair(tree)
    (tree / ".repaired").write_text(REPAIRS)
    final = folder / version
    shutil.rmtree(final, ignore_errors=True)
    tree.rename(final)
    shutil.rmtree(work, ignore_errors=True)
    return OdooSource(final / INSIDE, [], final.name)


def repair(tree):
    """Mend what unpacking without installing, and Debian's packaging itself, leave broken in `tree`.

    Links that point nowhere are pointed to a file of the same name, or of the same family, inside the tree; the web
    fonts of Font Awesome, which Debian links crosswise, are put straight; a script that every page asks for and that
    Debian left out is laid down empty.
    """
    addons = tree / INSIDE / "odoo/addons"
    fonts = addons / "web/static/lib/fontawesome/fonts"
    shipped = tree / "usr/share/fonts-font-awesome/fonts"
    for ending in ("woff", "woff2", "eot"):
        _link(fonts / f"fontawesome-webfont.{ending}", shipped / f"fontawesome-webfont.{ending}")
    for link in tree.rglob("*"):
        if link.is_symlink() and not link.exists():
            target = _substitute(link, tree)
            if target:
                _link(link, target)
    missing = addons / "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    if (addons / "mail").is_dir() and not missing.exists():
        missing.parent.mkdir(parents=True, exist_ok=True)
        missing.touch()


def _substitute(link, tree):
    """A real file of `tree` that the dangling `link` may stand for."""
    wanted = Path(os.readlink(link)).name
    stem, ending = os.path.splitext(wanted)
    # Debian's Inconsolata ships as weights, Odoo links the plain name
    for name in (wanted, f"{stem}-Regular{ending}", f"{stem}.min{ending}"):
        for path in sorted((tree / "usr/share").rglob(name)):
            if path.is_file() and not path.is_symlink():
                return path
    return None


def _link(link, target):
    """Make `link` a relative link to `target`, whatever it was."""
    if not target.exists() or not link.parent.is_dir():
        return
    if link.is_symlink() or link.exists():
        link.unlink()
    link.symlink_to(os.path.relpath(target, link.parent))
