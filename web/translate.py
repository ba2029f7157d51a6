"""Translate the book: `python -m web.translate COMMAND`.

draft PAGE            write or complete the file to translate: what is missing stands there in English
check [PAGE …]        say what is missing, stale or different; in all pages if none is named
terms PAGE …          units where a term of the glossary is called something else
diff PAGE ID          the English of a unit, when it was translated and now
fresh PAGE ID …       take these units as translated from the English of today
lay FOLDER            write the source of the Chinese book, if nothing is

A page is named by its path below book/, such as 3_gradient_descent/3_1_principle.ipynb.
"""

import difflib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from web.translation import book, checks, units


def draft(name: str) -> None:
    path = units.translation_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(units.written(units.drafted(name)), "utf-8")
    print(f"{path}: {len(units.units(name))} units")


def check(*names: str) -> bool:
    names = names or tuple(units.pages())
    found = [fault for name in names for fault in checks.faults(name)]
    print("\n".join(found) or f"{len(names)} pages agree with the English")
    return bool(found)


def terms(*names: str) -> None:
    for name in names:
        print("\n".join(checks.missed_terms(name)) or f"{name}: every term by its name")


def english_then(name: str, unit: str, stamp: str) -> str | None:
    """The English words from which the unit was translated, out of the history of the page."""
    path = f"book/{name}"
    for commit in git("log", "--diff-filter=AM", "--format=%H", "--", path).split():
        for (known, _), words in units.units_of(name, git("show", f"{commit}:{path}")).items():
            if known == unit and units.digest(words) == stamp:
                return words
    return None


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True, cwd=units.ROOT)
    return done.stdout


def diff(name: str, unit: str) -> Iterator[str]:
    now = units.units(name)
    for key, one in units.translation(name).items():
        if key[0] == unit and key in now:
            then = english_then(name, unit, one.stamp)
            before = then.splitlines() if then else ["(not in the history: it was never committed)"]
            yield from difflib.unified_diff(before, now[key].splitlines(), "translated", "now", lineterm="")


def fresh(name: str, *ids: str) -> None:
    if not ids:
        sys.exit("name the units: each is stamped only when its translation has been looked at")
    english, page = units.units(name), units.translation(name)
    if unknown := set(ids) - {unit for unit, _ in english}:
        sys.exit(f"{name} has no unit {', '.join(sorted(unknown))}")
    for key, one in page.items():
        if key[0] in ids and key in english:
            page[key] = replace(one, stamp=units.digest(english[key]))
    units.translation_of(name).write_text(units.written(page), "utf-8")


def main(command: str = "", *rest: str) -> int:
    names = [name.removeprefix("book/") for name in rest]
    for name in names[: None if command in ("check", "terms") else 1]:
        if command != "lay" and name not in units.pages():
            sys.exit(f"the book has no page {name!r}; name it by its path below book/")
    match command, names:
        case "check", _:
            return check(*names)
        case "draft" | "terms", [_, *_]:
            for name in names:
                (draft if command == "draft" else terms)(name)
        case "diff", [name, unit]:
            print("\n".join(diff(name, unit)))
        case "fresh", [name, *ids]:
            fresh(name, *ids)
        case "lay", [folder]:
            if check():
                return 1
            book.lay(Path(folder))
        case _:
            sys.exit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
