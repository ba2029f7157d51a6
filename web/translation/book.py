"""Lay out the source of the Chinese book: its pages, list of contents and settings, made from the English ones.

A cell's code, outputs and pictures are those of the English page, and one line is added to the first: it makes what the
package says Chinese. A page whose translation is missing or stale stops it all.
"""

import html
import json
from pathlib import Path
from typing import Any

import yaml

from backprop.exercises.translation import table
from web.translation.units import (
    CHINESE,
    ENGLISH,
    ROOT,
    bare,
    comments,
    common,
    pages,
    pairs,
    translation,
)

SPEAK = "import backprop.zh  # 让检查结果和控件说中文\n"
FROM_BOOK = ("html_static_path", "templates_path", "locale_dirs")  # Sphinx takes them from where _config.yml lies


def notebook(name: str) -> dict[str, Any]:
    """The Chinese notebook; KeyError if a cell has no translation."""
    found = json.loads((ENGLISH / name).read_text("utf-8"))
    words = {key: one.words for key, one in translation(name).items()}
    speaks = False
    for cell in found["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = words[cell["id"], ""].splitlines(keepends=True)
            continue
        if drawn := cell["metadata"].get("mystnb", {}).get("figure"):
            texts = words[cell["id"], "figure"].split("\n\n")
            if "caption" in drawn:
                drawn["caption"] = texts.pop(0)
            if texts:
                cell["metadata"]["mystnb"]["image"]["alt"] = texts[0]
        code = with_comments("".join(cell["source"]), words.get((cell["id"], "code"), ""))
        cell["source"] = (code if speaks else SPEAK + code).splitlines(keepends=True)
        speaks = True
        for output in cell["outputs"]:
            say_verdict(output.get("data", {}))
    return found


def say_verdict(data: dict[str, Any]) -> None:
    """An exercise that is not solved yet is printed below its cell: as the Chinese notebook would say it."""
    say = table("zh", "checking").say
    if 'class="verdict' in "".join(data.get("text/html", "")):
        for line in "".join(data["text/plain"]).splitlines():
            for kind, form in (("text/html", html.escape), ("text/plain", str)):
                data[kind] = "".join(data[kind]).replace(form(line), form(say(line))).splitlines(keepends=True)


def with_comments(code: str, lines: str) -> str:
    """The code with its comments and docstrings translated, and nothing else changed."""
    known = common() | pairs(lines)
    changed = code
    for start, end, remark in reversed(comments(code)):
        told = changed[start:end]
        changed = changed[:start] + told.replace(told.strip(), known[remark]) + changed[end:]
    if bare(changed) != bare(code):
        raise ValueError(f"a translated comment changes what the code does:\n{changed}")
    return changed


def page(name: str) -> str:
    """The text of a page of the Chinese book."""
    if name.endswith(".md"):
        return "\n\n".join(one.words for one in translation(name).values()) + "\n"
    return json.dumps(notebook(name), indent=1, ensure_ascii=False) + "\n"


def settings(folder: Path) -> dict[str, Any]:
    """`_config.yml` for the folder: the English one with what options.yml has in Chinese."""
    found = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    sphinx = found["sphinx"]["config"]
    to_root = Path(*[".."] * len(folder.resolve().relative_to(ROOT).parts))
    for option in FROM_BOOK:
        sphinx[option] = [(to_root / path).as_posix() for path in sphinx[option]]
    extensions = found["sphinx"]["local_extensions"]
    found["sphinx"]["local_extensions"] = {name: (to_root / path).as_posix() for name, path in extensions.items()}
    found["html"]["favicon"] = (to_root / found["html"]["favicon"]).as_posix()
    return merged(found, yaml.safe_load((CHINESE / "options.yml").read_text("utf-8"))["config"])


def merged(settings: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    for name, value in others.items():
        settings[name] = merged(settings[name], value) if isinstance(settings.get(name), dict) else value
    return settings


def contents() -> dict[str, Any]:
    """`_toc.yml` with Chinese titles; KeyError for a title that options.yml does not have."""
    titles = yaml.safe_load((CHINESE / "options.yml").read_text("utf-8"))["contents"]

    def translated(entry: Any) -> Any:
        if isinstance(entry, list):
            return [translated(one) for one in entry]
        if not isinstance(entry, dict):
            return entry
        return {
            key: titles[value] if key in ("title", "caption") else translated(value) for key, value in entry.items()
        }

    return translated(yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8")))


def lay(folder: Path) -> None:
    """Write the book into the folder; what stays as it was keeps its time, so that a build reads only the rest."""
    texts = {Path("book", name): page(name) for name in pages()}
    texts[Path("_config.yml")] = yaml.safe_dump(settings(folder), allow_unicode=True, sort_keys=False)
    texts[Path("_toc.yml")] = yaml.safe_dump(contents(), allow_unicode=True, sort_keys=False)
    texts[Path("book", "references.bib")] = (ENGLISH / "references.bib").read_text("utf-8")
    for path in (folder / "book").rglob("*"):
        if path.is_file() and path.relative_to(folder) not in texts:
            path.unlink()
    for name, text in texts.items():
        path = folder / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
