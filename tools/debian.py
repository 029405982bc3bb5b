"""Debian packages: installed with apt where the machine needs the program, or only unpacked in the cache."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from .shell import Problem, find_program, run, say, succeeds

KEYRINGS = ("/usr/share/keyrings/debian-archive-keyring.gpg", "/usr/share/keyrings/debian-archive-keyring.pgp")


# Programs of the machine -------------------------------------------------------------------------------------------

def as_root(command):
    """`command` with sudo in front where this is not root.

    :raises Problem: neither root nor sudo
    """
    if os.geteuid() == 0:
        return command
    if not find_program("sudo"):
        raise Problem("This needs root to install Debian packages, and there is no sudo.",
                      f"run as root: {' '.join(command)}")
    return ["sudo", *command]


def install(packages, reason):
    """Install Debian packages with apt, without starting the services they bring.

    :param reason: what they are for, in the words of the progress line
    :raises Problem: apt is missing or could not install them
    """
    if not find_program("apt-get"):
        raise Problem(f"{' '.join(packages)} missing ({reason}), and this machine has no apt-get.",
                      "install them with the package manager of this machine and start again.")
    say(f"-> installing with apt: {' '.join(packages)} ({reason})")
    # RUNLEVEL=1 keeps invoke-rc.d from starting what a package ships as a service
    command = as_root(["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get", "-y", "-q",
                       "-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=300",
                       "--no-install-recommends", "install", *packages])
    before = _enabled_services()
    update = as_root(["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", "update"])
    if not succeeds(command):
        # lists may be empty on a new machine, or older than the mirror
        run(update, what="apt-get update", advice="check the network and /etc/apt/sources.list*.")
        run(command, what=f"Installing {' '.join(packages)}",
            advice=f"run by hand and read its message: {' '.join(command)}")
    _disable_services(_enabled_services() - before)


def is_known(package):
    """True if apt could install this package; its lists are fetched when there are none."""
    if not _has_candidate(package):
        succeeds(as_root(["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", "update"]))
    return _has_candidate(package)


def _has_candidate(package):
    said = _output(["apt-cache", "policy", package])
    return "Candidate:" in said and "Candidate: (none)" not in said


def _enabled_services():
    if not Path("/run/systemd/system").is_dir():
        return set()
    listed = subprocess.run(
        ["systemctl", "list-unit-files", "--state=enabled", "--no-legend", "--plain", "--type=service"],
        capture_output=True, text=True, check=False).stdout
    return {line.split()[0] for line in listed.splitlines() if line.strip()}


def _disable_services(units):
    """A mail server or database that we installed for tests must not run as a service of the machine."""
    wanted = sorted(unit for unit in units if re.match(r"(postfix|dovecot|postgresql)", unit))
    if wanted:
        succeeds(as_root(["systemctl", "disable", "--now", *wanted]))


# Packages unpacked in the cache ------------------------------------------------------------------------------------

def mirrors():
    """Addresses of Debian mirrors that this machine is configured for, likeliest first.

    `apt-get indextargets` tells origin and label where apt has lists already; on a machine that never ran
    `apt-get update` it tells nothing, and the addresses apt would fetch from have to do. Which of those is Debian's
    shows when its signature fits Debian's keyring.
    """
    targets = _output(["apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)"])
    found = [line.split("|", 2)[2] for line in targets.splitlines() if line.startswith("Debian|Debian|")]
    if not found:
        planned = _output(["apt-get", "--print-uris", "update"])
        found = re.findall(r"'(\S+?)/dists/[^/']+/InRelease'", planned)
    cleaned = [uri.rstrip("/") for uri in found]
    return list(dict.fromkeys(sorted(cleaned, key=lambda uri: "security" in uri)))


def _output(command):
    # in English, whatever language the machine speaks
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
                          env={**os.environ, "LC_ALL": "C"}).stdout


def keyring():
    """Debian's own signing keys.

    :raises Problem: they are not installed
    """
    for path in KEYRINGS:
        if Path(path).exists():
            return path
    raise Problem("Debian's signing keys are not installed.", "install the package debian-archive-keyring.")


class PrivateApt:
    """apt with sources, lists and archives of its own; it never touches those of the machine.

    :param folder: where they are kept
    :param suites: suites of Debian to draw from
    """

    def __init__(self, folder, suites):
        self.folder = folder
        self.suites = suites
        self.options = [
            "-o", f"Dir::Etc::SourceList={folder}/sources.list", "-o", "Dir::Etc::SourceParts=/dev/null",
            "-o", "Dir::Etc::Preferences=/dev/null", "-o", "Dir::Etc::PreferencesParts=/dev/null",
            "-o", f"Dir::State::Lists={folder}/lists", "-o", f"Dir::State::status={folder}/status",
            "-o", f"Dir::Cache={folder}/cache", "-o", "Acquire::Languages=none", "-o", "APT::Install-Recommends=0",
            # the cache folder belongs to whoever runs this, the user _apt may not reach it
            "-o", "APT::Sandbox::User=root",
        ]

    def update(self):
        """Fetch the lists from the first mirror whose signature is Debian's.

        :raises Problem: no configured mirror answers with a good signature
        """
        for name in ("lists/partial", "cache/archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "status").write_text("")
        tried = mirrors()
        said = "no mirror is configured"
        for mirror in tried:
            (self.folder / "sources.list").write_text("".join(
                f"deb [signed-by={keyring()}] {mirror} {suite} main\n" for suite in self.suites))
            said = self._try_update()
            if said and "is expired" in said:
                # a frozen or forgotten mirror: what it has is still signed by Debian, only not the newest
                say("   the mirror's lists are past their date; going on with them, their signature is good")
                self.options += ["-o", "Acquire::Check-Valid-Until=false"]
                said = self._try_update()
            if not said:
                return
        raise Problem(f"None of the Debian mirrors that apt is configured for ({', '.join(tried) or 'none'}) answers "
                      f"for {' and '.join(self.suites)}.",
                      "check the network and /etc/apt/sources.list*, or set ODOO_HOME to a source checkout of Odoo 19.",
                      said)

    def _try_update(self):
        """Fetch the lists; what apt complained about, or nothing."""
        try:
            run(["apt-get", "-q", *self.options, "-o", "APT::Update::Error-Mode=any", "update"], what="apt")
        except Problem as problem:
            return problem.detail
        return ""

    def closure(self, package):
        """Names of the package and of everything it needs, as on a machine that has nothing."""
        said = run(["apt-get", "-q", *self.options, "-s", "install", package], what=f"Looking up {package}",
                   advice="check the network and start again.")
        return re.findall(r"^Inst (\S+)", said, re.M)

    def download(self, packages, target):
        """Download packages, each as `name` or `name/suite`, into the folder `target`; apt checks their sums."""
        target.mkdir(parents=True, exist_ok=True)
        run(["apt-get", "-q", *self.options, "download", *packages], cwd=target,
            what=f"Downloading {' '.join(packages)}", advice="check the network and start again.")
        return sorted(target.glob("*.deb"))


def unpack(archives, target):
    """Unpack package files below `target`, installing nothing."""
    if not find_program("dpkg-deb"):
        raise Problem("dpkg is missing.", "run on Debian, or set ODOO_HOME to a source checkout of Odoo 19.")
    for archive in archives:
        run(["dpkg-deb", "-x", archive, target], what=f"Unpacking {archive.name}",
            advice=f"see whether the disk of {target} is full ({shutil.disk_usage(target.parent).free >> 20} MB free).")
