"""PostgreSQL: the server that $PGHOST names, or a private cluster on a unix socket.

The private cluster serves `make run` and the tests alike. It keeps fsync on, since people may keep what they typed into
the demo library, and turns synchronous_commit off, which gives the tests most of the speed: after a power cut the
last half second may be missing, the database is never damaged.
"""

import contextlib
import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path

from . import debian
from .places import cache, digest
from .shell import Problem, find_program, run, say, step, succeeds

ROLE = "odoo"  # Odoo refuses to work as the role `postgres`
OLDEST = 13
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "synchronous_commit": "off",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "log_min_messages": "warning",
    "timezone": "'UTC'",
}


class Server:
    """How to reach a PostgreSQL server.

    :param environ: the PG* variables for it
    :param private: True if it is ours to start and stop
    """

    def __init__(self, environ, private):
        self.environ = environ
        self.private = private

    @property
    def full_environ(self):
        """The environment for programs of PostgreSQL."""
        return {**os.environ, **self.environ}

    def psql(self, sql, database="postgres"):
        """Run statements, each in its own transaction; the rows come as lines, columns parted by `|`."""
        return run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", "-"], stdin=sql,
                   env=self.full_environ, what=f"SQL in database {database}",
                   advice="see whether PostgreSQL runs and the user may do this.")


def server(start=True):
    """The server to use, running.

    :param start: False gives None when it is ours and does not run
    :raises Problem: it cannot be reached, started or is too old
    """
    if os.environ.get("PGHOST"):
        found = Server({name: os.environ[name] for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
                        if name in os.environ}, private=False)
        if not find_program("psql"):
            debian.install(["postgresql-client"], "the client of PostgreSQL")
        _check_version(found)
        return found
    cluster = _Cluster()
    found = Server({"PGHOST": str(cluster.socket), "PGPORT": "5432", "PGUSER": ROLE}, private=True)
    if not cluster.is_running():
        if not start:
            return None
        cluster.start()
        _check_version(found)
    return found


def stop_if_idle(found):
    """Stop the private cluster unless somebody, from this clone or another, is connected to it."""
    if not found or not found.private:
        return
    sql = ("SELECT count(*) FROM pg_stat_activity"
           " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")
    with contextlib.suppress(Problem):
        if found.psql(sql).strip() == "0":
            _Cluster().stop()


def remove():
    """Stop the private cluster and delete all its databases."""
    cluster = _Cluster()
    if cluster.is_running():
        cluster.stop()
    cluster.delete()


def _check_version(found):
    number = int(found.psql("SHOW server_version_num").strip())
    if number < OLDEST * 10000:
        raise Problem(f"PostgreSQL {number // 10000} is too old.",
                      f"use PostgreSQL {OLDEST} or newer, or unset PGHOST.")


class _Cluster:
    """The private cluster of this cache folder."""

    def __init__(self):
        self.link = cache() / "postgres"
        self.owner = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.getuid()).pw_name

    @property
    def socket(self):
        """The folder of the socket: the one the running server uses, else the one the next will."""
        with contextlib.suppress(OSError, IndexError, ValueError):
            lines = (self.home / "data" / "postmaster.pid").read_text().splitlines()
            if lines[4] and os.path.exists(f"/proc/{int(lines[0])}"):
                return Path(lines[4])
        folder = self.home / "socket"
        # the path of a unix socket may have 107 characters, a cache folder more
        if len(str(folder)) > 90:
            folder = Path("/tmp") / f"library-crm-pg-{os.getuid()}-{digest(str(cache()))[:8]}"
        return folder

    @property
    def home(self):
        """Where the files are.

        PostgreSQL refuses to run as root, and the user postgres cannot reach a cache below /root, which is closed to
        others. As root the files are therefore kept in the home of that user, under the key of the cache folder; the
        cache holds a link to them and `make clean` removes both.
        """
        if os.geteuid() != 0:
            return self.link
        return Path("/var/lib/postgresql") / f"library-crm-{digest(str(cache()))}"

    @property
    def log(self):
        """What the server says."""
        return self.home / "log"

    def _as_owner(self, *command):
        if os.geteuid() != 0:
            return list(command)
        return ["runuser", "-u", self.owner, "--", *command]

    def is_running(self):
        """True if the server answers on its socket."""
        programs = _programs()
        if not programs or not (self.socket / ".s.PGSQL.5432").exists():
            return False
        return succeeds([programs / "pg_isready", "-q", "-h", self.socket, "-p", "5432"])

    def start(self):
        """Make the cluster when there is none, and start it."""
        programs = _programs(self._major())
        if not programs:
            if self._major():
                raise Problem(f"The private cluster is of PostgreSQL {self._major()}, which is not installed any more.",
                              f"install postgresql-{self._major()}, or run `make clean` and start again.")
            _install()
            programs = _programs()
        if not programs:
            raise Problem("PostgreSQL's programs are not found.", "install the package postgresql.")
        self._make_home()
        self._make_socket_folder()
        if not (self.home / "data" / "PG_VERSION").exists():
            self._create(programs)
        step("starting the private PostgreSQL")
        run(self._as_owner(str(programs / "pg_ctl"), "start", "-w", "-t", "60", "-s", "-D", str(self.home / "data"),
                           "-l", str(self.log), "-o", f"-k {self.socket} -p 5432"),
            what="Starting PostgreSQL", cwd="/", advice=f"read {self.log}; `make clean` starts afresh.")

    def stop(self):
        """Stop the server, breaking off what still runs."""
        programs = _programs(self._major())
        run(self._as_owner(str(programs / "pg_ctl"), "stop", "-s", "-m", "fast", "-w", "-D", str(self.home / "data")),
            what="Stopping PostgreSQL", cwd="/", advice=f"read {self.log}")
        say("   the private PostgreSQL is stopped")

    def delete(self):
        """Remove all its files."""
        shutil.rmtree(self.socket, ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)
        if self.link.is_symlink():
            self.link.unlink()

    def _major(self):
        try:
            return (self.home / "data" / "PG_VERSION").read_text().strip()
        except OSError:
            return None

    def _make_socket_folder(self):
        """A folder that only the server's user can enter: whoever reaches the socket is let in without a password."""
        with contextlib.suppress(FileExistsError):
            self.socket.mkdir(mode=0o700)
            if os.geteuid() == 0:
                shutil.chown(self.socket, self.owner)
        found = self.socket.lstat()
        if not self.socket.is_dir() or self.socket.is_symlink() or found.st_uid != pwd.getpwnam(self.owner).pw_uid:
            raise Problem(f"{self.socket} belongs to somebody else.", "remove it and start again.")

    def _make_home(self):
        try:
            pwd.getpwnam(self.owner)
        except KeyError as error:
            raise Problem("PostgreSQL refuses to run as root, and there is no user postgres for it.",
                          "install Debian's package postgresql, or set PGHOST to a server that runs.") from error
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(self.home, self.owner)
            if self.link.is_symlink():
                self.link.unlink()
            self.link.symlink_to(self.home)

    def _create(self, programs):
        step("making the private PostgreSQL cluster")
        data = self.home / "data"
        shutil.rmtree(data, ignore_errors=True)
        run(self._as_owner(str(programs / "initdb"), "-D", str(data), "-U", ROLE, "--auth=trust", "--encoding=UTF8",
                           "--locale=C.UTF-8", "--lc-collate=C"),
            what="Making the PostgreSQL cluster", cwd="/", advice="see whether the disk is full.")
        with (data / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())


def _programs(major=None):
    """The folder with initdb and pg_ctl: of version `major`, else of the newest one that is installed."""
    found = {}
    for folder in Path("/usr/lib/postgresql").glob("*/bin"):
        if (folder / "initdb").exists() and folder.parent.name.isdigit():
            found[int(folder.parent.name)] = folder
    on_path = find_program("initdb")
    if on_path:
        text = subprocess.run([str(on_path), "--version"], capture_output=True, text=True, check=False).stdout
        match = re.search(r"(\d+)", text)
        if match:
            found.setdefault(int(match[1]), on_path.resolve().parent)
    if major:
        return found.get(int(major))
    return found[max(found)] if found and max(found) >= OLDEST else None


def _install():
    """Debian's PostgreSQL, without the cluster `main` that it would make and start for the whole machine."""
    conf = "/etc/postgresql-common/createcluster.d/library-crm.conf"
    run(debian.as_root(["sh", "-c", f"mkdir -p {Path(conf).parent} && echo 'create_main_cluster = false' > {conf}"]),
        what=f"Writing {conf}", advice="run as root or with sudo.")
    debian.install(["postgresql", "postgresql-contrib"], "the database")
