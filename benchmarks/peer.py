"""Brings the peer: OCA helpdesk_mgmt from its wheel, into the cache, never into the repository."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

DISTRIBUTION = "odoo-addon-helpdesk_mgmt"
VERSION = "19.0.1.3.2"


@dataclass(frozen=True)
class Peer:
    """The unpacked peer."""

    addons: Path
    version: str = VERSION
    module: str = "helpdesk_mgmt"

    @property
    def label(self):
        """How the report names it."""
        return f"{self.module} {self.version}"


def bring(settings):
    """Unpack the peer's wheel below the cache, unless it is there already.

    :return: a :class:`Peer`
    :raise subprocess.CalledProcessError: if pip cannot fetch it; its own words are on screen by then
    """
    target = settings.cache / f"{DISTRIBUTION}-{VERSION}"
    peer = Peer(addons=target / "odoo" / "addons")
    if not (peer.addons / peer.module / "__manifest__.py").is_file():
        # no dependencies: the wheel asks for an `odoo` distribution, which is here already under another name
        subprocess.run(
            [
                settings.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                "--no-deps", "--no-compile", "--target", str(target), f"{DISTRIBUTION}=={VERSION}",
            ],
            check=True,
        )
    return peer
