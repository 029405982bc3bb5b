"""Public texts that Debian distributes and the benchmarks measure on, unpacked in the cache."""

import shutil

from . import debian
from .places import cache, locked
from .shell import Problem, step

SUITE = "bookworm"
FAQ_PACKAGES = ("debian-faq", "debian-faq-zh-cn", "python3.11-doc")


def faq():
    """Folder with the Debian FAQ in English and Chinese and the Python FAQ; fetched the first time.

    :raises Problem: they are not there and cannot be fetched
    """
    folder = cache() / "public-data" / "faq"
    with locked("public-data"):
        if not folder.is_dir():
            _fetch(folder)
    return folder


def _fetch(folder):
    work = folder.parent / "faq-in-work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    step(f"fetching {', '.join(FAQ_PACKAGES)} from Debian {SUITE} (about 13 MB, signatures checked by apt)")
    try:
        apt = debian.PrivateApt(work / "apt", (SUITE,))
        apt.update()
        debian.unpack(apt.download(FAQ_PACKAGES, work / "archives"), work / "tree")
    except Problem as problem:
        raise Problem(
            "The questions that retrieval is measured on are not in the cache, and could not be fetched.",
            "run `make bench-retrieval` once with a network; afterwards it needs none.",
            str(problem)) from problem
    (work / "tree").rename(folder)
    shutil.rmtree(work)
