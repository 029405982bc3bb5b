"""Progress lines, problems that say what to do, and running other programs."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path


class Problem(Exception):
    """Something the person at the keyboard has to know about.

    :param what: one sentence that says what failed
    :param advice: what to do about it
    :param detail: the end of what the failing program printed
    """

    def __init__(self, what, advice="", detail=""):
        super().__init__(what)
        self.what = what
        self.advice = advice
        self.detail = detail

    def __str__(self):
        parts = [self.what]
        if self.detail:
            parts.append("\n".join(f"    {line}" for line in self.detail.strip().splitlines()[-15:]))
        if self.advice:
            parts.append(f"What to do: {self.advice}")
        return "\n".join(parts)


def say(text):
    """Print one line of progress at once, also into a pipe."""
    print(text, flush=True)


def step(text):
    """Announce a step that takes time."""
    say(f"-> {text}")


def run(command, *, what, advice="", env=None, cwd=None, stdin=None):
    """Run `command` quietly and return what it printed.

    :param what: what the command is for, named when it fails
    :raises Problem: the command is missing or ended with an error
    """
    try:
        done = subprocess.run(
            [str(part) for part in command], env=env, cwd=cwd, text=True, errors="replace", input=stdin or "",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    except OSError as error:
        raise Problem(f"{what} failed: {error.strerror or error}", advice, str(command[0])) from error
    if done.returncode:
        raise Problem(f"{what} failed.", advice, done.stdout)
    return done.stdout


def succeeds(command, env=None):
    """True if `command` exists and ends without an error."""
    try:
        return not subprocess.run(
            [str(part) for part in command], env=env, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode
    except OSError:
        return False


def run_logged(command, log, *, env=None, cwd=None, stdin=None, echo=False):
    """Run `command` with everything it prints in the file `log`; return its exit code.

    :param stdin: text for it to read
    :param echo: print the lines as they come, too
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as out, tempfile.TemporaryFile("w+") as given:
        given.write(stdin or "")
        given.seek(0)
        child = subprocess.Popen(
            [str(part) for part in command], env=env, cwd=cwd, text=True, errors="replace",
            stdin=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            for line in child.stdout:
                out.write(line)
                if echo:
                    sys.stdout.write(line)
                    sys.stdout.flush()
            return child.wait()
        finally:
            if child.poll() is None:
                child.terminate()
                child.wait()


def tail(path, lines=15):
    """The last lines of a text file, or nothing when there is none."""
    try:
        return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def find_program(*names):
    """The first of `names` that can be run, looked for in PATH and where Debian keeps servers, or None."""
    folders = [*os.environ.get("PATH", "").split(os.pathsep), "/usr/sbin", "/sbin"]
    for name in names:
        for folder in filter(None, folders):
            path = Path(folder) / name
            if os.access(path, os.X_OK) and os.path.isfile(path):
                return path
    return None
