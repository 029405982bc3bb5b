"""wkhtmltopdf, which prints: from the machine's Debian, or where that has dropped it, unpacked from Debian 12.

Debian 13 has neither the program nor the libraries it stands on. They run there all the same when everything, down to
the C library, comes from Debian 12; so the whole set is unpacked in the cache, beside the system, and started with the
loader that belongs to it.
"""

import shutil

from . import debian
from .places import cache
from .shell import Problem, find_program, run, step

PROGRAM = "wkhtmltopdf"
SUITE = "bookworm"
# drawing on graphic cards, large and not needed to print
LEFT_OUT = ("libllvm", "libz3", "libgl1-mesa-dri", "iso-codes", "xkb-data", "dpkg", "tar", "debconf")
START = """#!/bin/sh
# {program} of Debian 12 with the libraries it was built for
tree={tree}
export QT_QPA_PLATFORM=offscreen QT_PLUGIN_PATH={libraries}/qt5/plugins
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE=$tree/etc/fonts/fonts.conf
exec {loader} --library-path {libraries}:{early} $tree/usr/bin/{program} "$@"
"""


def is_there():
    """True if the machine has the program, or an earlier run unpacked it."""
    return bool(find_program(PROGRAM)) or (folder() / PROGRAM).exists()


def folder():
    """Where an unpacked program can be started from; on PATH for Odoo."""
    return cache() / "bin"


def unpack():
    """Fetch the program and its libraries from Debian 12 and make it startable.

    :raises Problem: they cannot be had, or do not run
    """
    if not find_program("fc-list"):
        # it crashes where no font is configured
        debian.install(["fontconfig", "fonts-dejavu-core"], "type for PDF files")
    step("fetching wkhtmltopdf from Debian 12, this Debian has dropped it (PDF files; about 70 MB)")
    work = cache() / "pdf-fetching"
    shutil.rmtree(work, ignore_errors=True)
    apt = debian.PrivateApt(work / "apt", (SUITE,))
    apt.update()
    names = [name for name in apt.closure(PROGRAM) if not name.startswith(LEFT_OUT)]
    tree = cache() / f"{PROGRAM}-{SUITE}"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir()
    debian.unpack(apt.download(names, work / "archives"), tree)
    shutil.rmtree(work, ignore_errors=True)
    _make_startable(tree)


def _make_startable(tree):
    loader = next(iter(sorted(tree.glob("lib*/**/ld-linux*.so.*"))), None)
    libraries = next(iter(tree.glob("usr/lib/*-linux-gnu")), None)
    if not loader or not libraries:
        raise Problem(f"Debian 12's {PROGRAM} was not unpacked completely.", "run `make clean` and start again.")
    script = folder() / PROGRAM
    script.parent.mkdir(exist_ok=True)
    script.write_text(START.format(program=PROGRAM, tree=tree, loader=loader, libraries=libraries,
                                   early=tree / "lib" / libraries.name))
    script.chmod(0o755)
    try:
        run([script, "--version"], what=f"Starting {PROGRAM}")
    except Problem:
        # a program that does not run must not be found by Odoo
        script.unlink()
        raise
