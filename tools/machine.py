"""A machine made ready: Odoo, Python, PostgreSQL and the programs of Debian, in the order in which they are needed."""

import importlib.util
import sys
from concurrent.futures import ThreadPoolExecutor

from . import database, debian, environment, odoo_source, pdf, postgres
from .odoo_run import Odoo
from .places import cache, locked
from .shell import Problem, find_program, say, succeeds

BROWSER = ("chromium", "chromium", "the browser for tests and pictures")
MAIL = (("postfix", "postfix", "SMTP for the tests"), ("dovecot", "dovecot-imapd", "IMAP for the tests"))
WORKBOOKS = (
    ("soffice", "libreoffice-calc-nogui", "workbooks opened as people do"),
    ("pdftoppm", "poppler-utils", "printed pages as pictures"),
)  # fmt: skip
MAIL_PARTS = {
    "dovecot-lmtpd": "/usr/lib/dovecot/lmtp",
    "dovecot-sieve": "/usr/lib/dovecot/modules/lib90_sieve_plugin.so",
}


class Machine:
    """What every command needs.

    :param tests: with what tests, linters and pictures need beside
    """

    def __init__(self, tests=False):
        self.tests = tests
        with locked():
            # packages of the machine first: they may ask for a password, the rest may take its time
            self._programs()
            self.server = postgres.server()
            self.source = odoo_source.locate()
            self.python = environment.environment(tests)
        self.odoo = Odoo(self.source, self.python, self.server)

    def _programs(self):
        wanted = [BROWSER, *MAIL, *WORKBOOKS] if self.tests else []
        missing = [package for program, package, _reason in wanted if not find_program(program)]
        reasons = [reason for program, _package, reason in wanted if not find_program(program)]
        if self.tests:
            missing += [package for package, file in MAIL_PARTS.items() if not succeeds(["test", "-e", file])]
            missing += _python_mails()
        if not _has_cjk_fonts():
            missing.append("fonts-noto-cjk")
            reasons.append("Chinese type")
        if not pdf.is_there() and debian.is_known(pdf.PROGRAM):
            missing.append(pdf.PROGRAM)
            reasons.append("PDF files")
        if missing:
            debian.install(missing, ", ".join(reasons) or "mail for the tests")
        if not pdf.is_there():
            self._pdf_of_another_debian()

    def _pdf_of_another_debian(self):
        """All but printing works without it, so a failure is told and not the end."""
        try:
            pdf.unpack()
        except Problem as problem:
            say(f"{problem}\n   Going on without it: everything works but PDF files.")

    def environ(self):
        """The environment for tests/ and benchmarks/; see the top of this package for the names."""
        found = self.odoo.environ
        found["LIBRARY_CRM_ODOO"] = str(self.source.parent)
        found["LIBRARY_CRM_ADDONS_PATH"] = self.odoo.addons_path
        found["LIBRARY_CRM_PYTHON"] = str(self.python)
        found["LIBRARY_CRM_CACHE"] = str(cache())
        with ThreadPoolExecutor() as both:
            bare, demo = both.map(lambda demo: database.template(self.odoo, demo), (False, True))
        found["LIBRARY_CRM_TEMPLATE_DB"] = bare
        found["LIBRARY_CRM_DEMO_TEMPLATE_DB"] = demo
        browser = find_program("chromium", "chromium-browser", "google-chrome")
        if not browser:
            raise Problem("No browser is found.", "install the package chromium.")
        found["CHROMIUM"] = str(browser)
        return found


def _python_mails():
    """The Debian package with the mails on which Python tests its own mail library, unless they are here."""
    try:
        found = importlib.util.find_spec("test.test_email")
    except ModuleNotFoundError:
        found = None
    package = f"libpython{sys.version_info.major}.{sys.version_info.minor}-testsuite"
    return [] if found or not debian.is_known(package) else [package]


def _has_cjk_fonts():
    """True if some font of the machine can set Chinese."""
    return succeeds(["sh", "-c", "fc-list :lang=zh-cn | grep -q ."]) or \
        succeeds(["sh", "-c", "ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null"])
