"""The data sets of the book from the command line: ``python -m backprop.data`` lists them, ``fetch NAME`` downloads."""

from __future__ import annotations

import argparse
import sys

from backprop.data.downloads import data_folders, fetch, table
from backprop.data.sources import SOURCES


def main(arguments: list[str] | None = None) -> int:
    """List the data sets of the book, or fetch some."""
    places = "BACKPROP_DATA=FOLDER has data already, BACKPROP_CACHE=FOLDER is where downloads go."
    parser = argparse.ArgumentParser(prog="python -m backprop.data", description=main.__doc__, epilog=places)
    commands = parser.add_subparsers(dest="command")
    command = commands.add_parser("fetch", help="download into the cache folder, verified by SHA-256")
    command.add_argument("names", nargs="+", choices=[*SOURCES, "all"], metavar="NAME", help=", ".join(SOURCES))
    options = parser.parse_args(arguments)
    sys.stdout.reconfigure(errors="backslashreplace")  # a folder's name may have letters that the output has not
    if options.command != "fetch":
        print(table())
        print("\nTo download: python -m backprop.data fetch NAME ... (or: fetch all)")
        print("Looked in:", ", ".join(map(str, data_folders())))
        return 0
    for name in SOURCES if "all" in options.names else options.names:
        try:
            fetch(name)
        except (OSError, ImportError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print(f"{name}: interrupted; only whole files were kept", file=sys.stderr)
            return 130
        print(f"{name}: ready")
    return 0


if __name__ == "__main__":
    sys.exit(main())
