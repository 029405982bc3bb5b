"""`python3 -m tools <command>`: what the Makefile calls."""

import os
import sys

from .shell import Problem

COMMANDS = {
    "run": ("serve", "run"),
    "stop": ("serve", "stop"),
    "shell": ("serve", "shell"),
    "psql": ("serve", "psql"),
    "test": ("check", "test"),
    "lint": ("check", "lint"),
    "bench": ("check", "bench"),
    "bench-mining": ("check", "bench_mining"),
    "bench-retrieval": ("check", "bench_retrieval"),
    "screenshots": ("check", "screenshots"),
    "docs": ("docs", "docs"),
    "docs-links": ("docs", "docs_links"),
    "dashboards": ("dashboards", "dashboards"),
    "dist": ("pack", "dist"),
    "clean": ("clean", "clean"),
}


def main(arguments):
    """Run one command; return its exit code."""
    if not arguments or arguments[0] not in COMMANDS:
        print(f"Usage: python3 -m tools {'|'.join(COMMANDS)}", file=sys.stderr)
        return 2
    module, function = COMMANDS[arguments[0]]
    try:
        found = __import__(f"tools.{module}", fromlist=[function])
        return getattr(found, function)(*arguments[1:]) or 0
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # whoever read our output, such as `head`, has seen enough; a flush at exit must not complain again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
