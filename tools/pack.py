"""`make dist`: a wheel that pip installs into an Odoo, and a zip to drop into an addons path."""

import shutil
import tempfile
import zipfile
from pathlib import Path

from . import environment
from .odoo_run import manifest_value
from .places import ADDON, REPOSITORY, locked
from .shell import Problem, run, say, step

LEFT_OUT = ("__pycache__", ".pytest_cache", ".ruff_cache")
BESIDE = ("README.rst", "requirements.txt")  # kept at the root of the repository, wanted inside a package
EPOCH = (2025, 1, 1, 0, 0, 0)  # the same sources give the same zip


def dist():
    """Write both to dist/."""
    with locked():
        python = environment.environment(tests=True)
    target = REPOSITORY / "dist"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    wheel = build_wheel(python, target)
    archive = build_zip(target)
    for path in (wheel, archive):
        say(f"{path.relative_to(REPOSITORY)}  {path.stat().st_size >> 10} kB")
    say("Into an Odoo that pip installed: pip install the wheel. Into another: unpack the zip in a folder of its")
    say("addons path and pip install library_crm/requirements.txt. Then update the list of apps in Odoo.")


def build_wheel(python, target):
    """Build the wheel and return its path."""
    step("building the wheel")
    # in a copy: the builder writes beside its sources, and takes everything it finds there
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / ADDON
        shutil.copytree(REPOSITORY / ADDON, copy, ignore=shutil.ignore_patterns(*LEFT_OUT, "*.pyc"))
        shutil.copy(REPOSITORY / "README.rst", copy)
        # the backend is in the environment already, so nothing is fetched
        run([python, "-m", "build", "--wheel", "--no-isolation", "--outdir", target, copy], what="Building the wheel",
            advice=f"read library_crm/pyproject.toml and the message of {ADDON}'s builder above.")
    wheels = sorted(target.glob("odoo_addon_library_crm-*.whl"))
    if not wheels:
        raise Problem("The builder made no wheel named odoo-addon-library_crm.", "see library_crm/pyproject.toml.")
    return wheels[0]


def build_zip(target):
    """Pack the addon and the list of what it requires; return the path."""
    step("packing the zip")
    path = target / f"{ADDON}-{manifest_value('version')}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted((REPOSITORY / ADDON).rglob("*")):
            if file.is_file() and file.suffix != ".pyc" and not set(file.parts) & set(LEFT_OUT):
                _write(archive, str(file.relative_to(REPOSITORY)), file)
        for name in BESIDE:
            _write(archive, f"{ADDON}/{name}", REPOSITORY / name)
    return path


def _write(archive, name, file):
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, file.read_bytes())
