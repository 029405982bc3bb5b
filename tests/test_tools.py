"""The machine: what `make` does is said in tools/; these tests hold the parts that can go wrong quietly."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools import database, debian, odoo_run, odoo_source, pack, people, places, results, serve, shell

ROOT = Path(__file__).resolve().parent.parent


def tools(*arguments, **environ):
    """Run `python -m tools` as make does; return the finished process."""
    return subprocess.run([sys.executable, "-m", "tools", *arguments], cwd=ROOT, text=True, capture_output=True,
                          env={**os.environ, **environ}, check=False)


# Counting and judging --------------------------------------------------------------------------------------------

PREFIX = "2026-01-02 03:04:05,678 99"


def test_odoo_log_is_counted():
    log = "\n".join([
        f"{PREFIX} INFO db odoo.addons.library_crm.tests.test_a: skipped TestA.test_two : no printer ",
        f"{PREFIX} ERROR db odoo.addons.library_crm.tests.test_a: FAIL: TestA.test_three",
        "Traceback (most recent call last):",
        f"{PREFIX} ERROR db odoo.tests.result: 1 failed, 1 error(s) of 9 tests when loading database 'db' ",
    ])
    counts = results.odoo_tests(log)
    assert (counts.passed, counts.failed, counts.skipped) == (6, 2, 1)
    assert counts.failures == ["FAIL: TestA.test_three"]
    assert "no printer" in counts.skips[0]


def test_failures_are_shown_with_their_tracebacks():
    log = "\n".join([
        f"{PREFIX} INFO db x: quiet ", f"{PREFIX} ERROR db y: FAIL: TestA.test_three", "Traceback",
        "AssertionError: no", f"{PREFIX} INFO db x: quiet again ", "noise"])
    assert results.failures_text(log) == "FAIL: TestA.test_three\nTraceback\nAssertionError: no"


@pytest.mark.parametrize("log", [
    "", f"{PREFIX} INFO db odoo.tests.result: 0 failed, 0 error(s) of 0 tests when loading database 'db' "])
def test_no_test_is_a_failure(log):
    assert results.odoo_tests(log).failed == 1


def test_junit_is_counted(tmp_path):
    path = tmp_path / "junit.xml"
    path.write_text(
        '<testsuites><testsuite><testcase classname="a" name="good"/>'
        '<testcase classname="a" name="bad"><failure message="no"/></testcase>'
        '<testcase classname="a" name="broken"><error message="no"/></testcase>'
        '<testcase classname="a" name="later"><skipped message="why"/></testcase></testsuite></testsuites>')
    counts = results.pytest_tests(path)
    assert counts.line == "1 passed, 2 failed, 1 skipped"
    assert counts.failures == ["a.bad", "a.broken"]
    assert counts.skips == ["a.later: why"]


@pytest.mark.parametrize("text", [None, "", "<testsuites/>"])
def test_missing_junit_is_a_failure(tmp_path, text):
    path = tmp_path / "junit.xml"
    if text is not None:
        path.write_text(text)
    assert results.pytest_tests(path).failed == 1


@pytest.mark.parametrize(("line", "any_of_them", "ours"), [
    (f"{PREFIX} INFO db odoo.addons.library_crm.hooks: done", False, False),
    (f"{PREFIX} WARNING db odoo.addons.library_crm.hooks: odd", True, True),
    (f"{PREFIX} ERROR db odoo.models: model library.case has no rule", True, True),
    (f"{PREFIX} WARNING db py.warnings: /x/library_crm/models/a.py:3: DeprecationWarning: old", True, True),
    (f"{PREFIX} CRITICAL db odoo.modules: Module library_crm: invalid manifest", True, True),
    (f"{PREFIX} WARNING db odoo.addons.mail.models: public.library is not library_crmx", True, False),
    ("<string>:38: (ERROR/3) Unexpected indentation.", True, False),
    ("Traceback (most recent call last):", False, False),
])
def test_complaints_of_a_log(line, any_of_them, ours):
    assert bool(results.complaints(line)) is any_of_them
    assert bool(results.complaints(line, "library_crm")) is ours


def test_reason_is_the_last_error():
    log = "\n".join([
        f"{PREFIX} ERROR db odoo.registry: first ", f"{PREFIX} INFO db x: between ",
        f"{PREFIX} CRITICAL db odoo.modules: second ", "Traceback (most recent call last):", "ValueError: why",
        f"{PREFIX} INFO db odoo.service.server: Initiating shutdown ", "noise"])
    assert odoo_run.reason(log).splitlines()[1:] == ["Traceback (most recent call last):", "ValueError: why"]
    assert odoo_run.reason("a\nb") == "a\nb"


# Debian ----------------------------------------------------------------------------------------------------------

@pytest.fixture
def apt(tmp_path, monkeypatch):
    """An apt-get that answers what a test wrote into the two files."""
    program = tmp_path / "apt-get"
    program.write_text(
        '#!/bin/sh\ncase "$1" in indextargets) cat "$0.targets";; --print-uris) cat "$0.uris";; *) exit 1;; esac\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    def answer(targets, uris=""):
        Path(f"{program}.targets").write_text(targets)
        Path(f"{program}.uris").write_text(uris)

    return answer


def test_mirror_is_the_one_labelled_debian(apt):
    apt("nodesource|Node|https://other.example/node/\nDebian|Debian-Security|http://m.example/debian-security/\n"
        "Debian|Debian|http://m.example/a/path/debian/\nDebian|Debian|http://m.example/a/path/debian/\n")
    assert debian.mirrors() == ["http://m.example/a/path/debian"]


def test_mirror_without_any_list(apt):
    """On a new machine apt knows addresses but no labels; the archive of security updates comes last."""
    apt("", "'http://m.example/debian-security/dists/x-security/InRelease' a 0 \n"
            "'http://m.example/debian/dists/x/InRelease' a 0 \n"
            "'http://m.example/debian/dists/x/main/binary-amd64/Packages.xz' a 0 \n")
    assert debian.mirrors() == ["http://m.example/debian", "http://m.example/debian-security"]


def test_no_mirror_says_what_to_do(apt, tmp_path):
    apt("")
    with pytest.raises(shell.Problem, match="ODOO_HOME"):
        debian.PrivateApt(tmp_path / "private", ["sid"]).update()


# Odoo ------------------------------------------------------------------------------------------------------------

def test_links_are_repaired(tmp_path):
    addons = tmp_path / odoo_source.INSIDE / "odoo/addons"
    fonts = addons / "web/static/lib/fontawesome/fonts"
    shipped = tmp_path / "usr/share/fonts-font-awesome/fonts"
    weights = tmp_path / "usr/share/fonts/opentype/inconsolata"
    for folder in (fonts, shipped, weights, addons / "mail/static/lib", addons / "point_of_sale"):
        folder.mkdir(parents=True)
    for name in ("fontawesome-webfont.woff", "fontawesome-webfont.woff2", "FontAwesome.otf"):
        (shipped / name).write_text(name)
    (weights / "Inconsolata-Regular.otf").write_text("regular")
    (fonts / "fontawesome-webfont.woff").symlink_to("/usr/share/x/fontawesome-webfont.woff2")
    (fonts / "FontAwesome.otf").symlink_to("../../nowhere/FontAwesome.otf")
    (addons / "point_of_sale/Inconsolata.otf").symlink_to("../nowhere/Inconsolata.otf")

    odoo_source.repair(tmp_path)

    assert (fonts / "fontawesome-webfont.woff").read_text() == "fontawesome-webfont.woff"
    assert (fonts / "FontAwesome.otf").read_text() == "FontAwesome.otf"
    assert (addons / "point_of_sale/Inconsolata.otf").read_text() == "regular"
    assert (addons / "mail/static/lib/selfie_segmentation/selfie_segmentation.js").read_text() == ""


@pytest.mark.parametrize("release", [None, "version_info = (18, 0, 0, FINAL, 0, '')"])
def test_wrong_odoo_home(tmp_path, monkeypatch, release):
    if release:
        (tmp_path / "odoo").mkdir()
        (tmp_path / "odoo/release.py").write_text(release)
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(shell.Problem, match="holds no Odoo 19"):
        odoo_source.locate()


def test_odoo_home_may_be_a_checkout(tmp_path, monkeypatch):
    home = tmp_path / "home"
    (home / "odoo").mkdir(parents=True)
    (home / "addons/web").mkdir(parents=True)
    (home / "odoo/release.py").write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")
    (home / "shadow.py").write_text("")
    monkeypatch.setenv("ODOO_HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    source = odoo_source.locate()
    assert (source.parent / "odoo/release.py").exists()
    assert not (source.parent / "shadow.py").exists(), "what lies beside Odoo must not be importable"
    assert home / "addons" in source.addons_path


# Places, names, failures -----------------------------------------------------------------------------------------

def test_folder_digest_sees_names_and_contents(tmp_path):
    (tmp_path / "a").write_text("1")
    first = places.folder_digest(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__/a.pyc").write_text("x")
    assert places.folder_digest(tmp_path) == first
    (tmp_path / "a").write_text("2")
    second = places.folder_digest(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    assert len({first, second, places.folder_digest(tmp_path)}) == 3


def test_second_run_waits_for_the_lock(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    code = "from tools.places import locked\nwith locked('x'): print('in')"
    with places.locked("x"):
        other = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert "waiting" in other.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(0.5)
    assert other.communicate(timeout=30)[0] == "in\n"


@pytest.mark.parametrize("name", ["", "a b", "1st", 'x"; DROP', "x" * 64, "../x"])
def test_database_name_is_checked(name):
    with pytest.raises(shell.Problem):
        database.check_name(name)


@pytest.mark.parametrize("value", ["abc", "0", "70000", "-1"])
def test_port_is_checked(monkeypatch, value):
    monkeypatch.setenv("PORT", value)
    with pytest.raises(shell.Problem, match="no port"):
        serve.port()


def test_taken_port_is_named(monkeypatch):
    with serve.socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(shell.Problem, match="taken by another"):
            serve._check_free(other.getsockname()[1])


@pytest.mark.parametrize(("command", "environ", "said"), [
    ("run", {"PORT": "abc"}, "make run PORT=8070"),
    ("run", {"DB": "a b"}, "make run DB=library"),
    ("run", {"XDG_CACHE_HOME": "/proc/nowhere"}, "set XDG_CACHE_HOME"),
    ("shell", {"PGHOST": "/nowhere", "PGPORT": "1"}, "see whether PostgreSQL runs"),
])
def test_failure_says_what_to_do(command, environ, said):
    done = tools(command, **environ)
    assert done.returncode == 1
    assert said in done.stderr
    assert "What to do:" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_failing_program_is_quoted():
    with pytest.raises(shell.Problem) as caught:
        shell.run(["sh", "-c", "echo the reason; exit 3"], what="Counting", advice="count again")
    assert str(caught.value) == "Counting failed.\n    the reason\nWhat to do: count again"


def test_help_names_each_target():
    text = subprocess.run(["make", "help"], cwd=ROOT, text=True, capture_output=True, check=True).stdout
    targets = set(re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M)[1].split())
    assert targets <= set(re.findall(r"^  make ([a-z-]+) ", text, re.M))


def test_people_can_be_read():
    logins = [login for _role, login in people.PEOPLE]
    assert len(set(logins)) == len(logins)
    assert all(any(login in line for line in people.table()) for login in logins)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_requirements_are_exact(name):
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith("#")]
    assert len(lines) > 10
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+(; python_version .*)?", line)] == []


# Packages --------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """The wheel and the zip of the addon."""
    target = tmp_path_factory.mktemp("dist")
    return pack.build_wheel(Path(sys.executable), target), pack.build_zip(target)


def test_wheel_is_an_addon_of_odoo(packages, tmp_path):
    wheel, _archive = packages
    assert wheel.name.startswith("odoo_addon_library_crm-19.0.")
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", tmp_path,
                    wheel], check=True)
    code = ("import odoo.addons.library_crm.const as found; print(found.__file__);"
            "import odoo.modules.module as m; print(m.Manifest.for_addon('library_crm').path)")
    # from elsewhere, so that it is not the repository that is found
    path = f"{os.environ['LIBRARY_CRM_ODOO']}:{tmp_path}"
    said = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, text=True,
                          capture_output=True, check=True).stdout.split()
    assert said == [str(tmp_path / "odoo/addons/library_crm/const.py"), str(tmp_path / "odoo/addons/library_crm")]


def test_packages_hold_every_file(packages):
    wanted = {str(path.relative_to(ROOT)) for path in (ROOT / "library_crm").rglob("*")
              if path.is_file() and "__pycache__" not in path.parts}
    wheel, archive = packages
    assert wanted <= set(zipfile.ZipFile(archive).namelist())
    # the description of the package is not part of what it installs
    inside = {name.removeprefix("odoo/addons/") for name in zipfile.ZipFile(wheel).namelist()}
    assert wanted - inside <= {"library_crm/pyproject.toml"}
