"""What is missing, stale or different in a translated page: formulas, links, code, numbers, emphasis; and its style."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from backprop.exercises.translation import HAN
from web.translation.units import CHINESE, Key, bare, digest, pairs, translation, translation_of, units

MARKDOWN = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, double_inline=True).use(myst_role_plugin)
WORDS_IN_MATH = re.compile(r"\\(?:text|mathrm|operatorname)\{[^}]*\}")
LEFT_AS_THEY_ARE = ("strong_open", "em_open", "list_item_open", "tr_open", "hr", "image")
WHOLE_ARGUMENT = ("image", "figure", "include", "literalinclude", "bibliography", "used-in", "rst-class")
LINT = {
    rf"[{HAN}][,;:?!]|[{HAN}]\.(?=\s|$)": "half-width punctuation after Chinese",
    rf"[{HAN}][A-Za-z0-9$`]|[A-Za-z0-9%`$][{HAN}]": "no space between Chinese and Latin, digits, code or a formula",
    rf"[，。；：？！、）”》] +[{HAN}A-Za-z0-9$`]": "a space after full-width punctuation",
    rf"[{HAN}A-Za-z0-9$`] +[，。；：？！、）”》]": "a space before full-width punctuation",
    rf"[{HAN}] +[{HAN}]": "a space inside Chinese",
    r"\d +%": "a space before the per cent sign",
    rf"[{HAN}，。；：、]\n[{HAN}]": "a line that breaks inside a paragraph: the page would show a space",
    rf"[\"'](?=[{HAN}])|(?<=[{HAN}])[\"']": "straight quotes in Chinese",
    r"您|当[^，。]{1,20}的时候|对[^，。]{1,12}进行": "style: 您, 当…的时候, 对…进行",
    r"的[^，。\n]{0,3}的[^，。\n]{0,3}的[^，。\n]{0,3}的": "style: four 的 in a row",
    r"显然|容易看出|众所周知|不难看出": "style: nothing is obvious",
}
INSTEAD = {
    "激励函数": "激活函数", "后向传播|逆传播": "反向传播", "正向传播": "前向传播", "学习速率": "学习率",
    "偏差项": "偏置", "黑塞": "海森", "推动量": "轻推量", "(?<!对抗)扰动": "轻推", "代价函数|成本函数": "损失函数",
    "隐层": "隐藏层", "鲁棒": "稳健", "批次": "批量", "权值": "权重", "样例": "样本", "暂退法": "随机失活",
    "(?<!随机)失活": "死亡", "读者": "你", "大家": "你",
}  # fmt: skip
ENGLISH_PHRASE = re.compile(r"[A-Za-z]{4,}(?: [A-Za-z]{2,}){3,}")
QUOTED = re.compile(r"`[^`]*`|\$[^$]*\$|《[^》]*》|“[A-Za-z][^”]*”|<[^>]*>")


def kept(text: str) -> Counter:
    """What a translation keeps: formulas, links, roles, code, headings, directives with their options, emphasis."""
    parts: Counter = Counter(("label", name) for name in re.findall(r"^\([\w-]+\)=$", text, re.MULTILINE))
    for token in MARKDOWN.parse(text):
        for part in [token, *(token.children or [])]:
            kind = part.type
            if kind.startswith("math"):
                parts["formula", WORDS_IN_MATH.sub(r"\\text{}", "".join(part.content.split())), part.info] += 1
            elif kind == "link_open":
                parts["link", part.attrs["href"]] += 1
            elif kind == "myst_role":
                parts["role", part.meta["name"], part.content] += 1
            elif kind == "code_inline":
                parts["code", part.content] += 1
            elif kind in ("html_inline", "html_block") and part.content.lstrip().startswith("<!--"):
                parts["remark", part.content.strip()] += 1
            elif kind in LEFT_AS_THEY_ARE:
                parts[kind.removesuffix("_open")] += 1
            elif kind == "heading_open":
                parts["heading", part.tag] += 1
            elif kind == "fence":
                parts += kept_of_fence(part.info.strip(), part.content)
    return parts


def kept_of_fence(info: str, content: str) -> Counter:
    head = re.match(r"\{(.*?)\}\s*(.*)", info)
    if head is None:
        told = {"python": bare, "bash": without_remarks}.get(info, str)
        return Counter([("block", info, told(content))])
    options = re.findall(r"^:[\w-]+:.*$", content, re.MULTILINE)
    number = re.match(r"[A\d]\.\d[.\w]*|", head[2])[0] if head[1] == "exercise" else ""
    argument = head[2] if head[1] in WHOLE_ARGUMENT else number
    parts = Counter([("directive", head[1], argument, *(option for option in options if ":alt:" not in option))])
    inside = re.sub(r"^:[\w-]+:.*\n?", "", content, flags=re.MULTILINE)
    if head[1] == "dropdown" and (sign := inside.lstrip()[:1]) in ("✓", "✗"):
        parts["sign", sign] += 1
    return parts + kept(inside) + kept(head[2])


def without_remarks(commands: str) -> str:
    return re.sub(r"[ ]*#.*", "", commands)


def visible(text: str) -> str:
    """The text without code blocks, display formulas, targets of links, roles and the lines of directives."""
    text = re.sub(r"^(`{3,})(?:\w+)?\n.*?^\1[ ]*$", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^(?:`{3,}|:{3,})(?:\{.*?\})?(.*)$", r"\n\1\n", text, flags=re.MULTILINE)  # a title stands alone
    text = re.sub(r"^:[\w-]+:.*$|^\([\w-]+\)=$|<!--.*?-->", "", text, flags=re.MULTILINE)
    text = re.sub(r"\$\$.*?\$\$ *(\([\w-]+\))?", "", text, flags=re.DOTALL)
    text = re.sub(r"\{(?:num)?ref\}`[^`<]*`", "图 R", text)  # the page says 图 3, 练习 3.1.a
    text = re.sub(r"\{[\w:]+\}`[^`]*`", "R", text)
    return re.sub(r"!?\[([^\[\]]*)\]\([^)]*\)", r"\1", text).replace("**", "").replace("*", "")


def numbers(text: str) -> Counter:
    text = visible(re.sub(r"`[^`\n]*`|\$[^$\n]+\$", "", text))
    return Counter(re.findall(r"\d+(?:\.\d+)*", re.sub(r"(?<=\d),(?=\d{3})", "", text)))


def faults_of_style(words: str) -> Iterator[str]:
    seen = visible(words)
    for pattern, why in LINT.items():
        for hit in re.finditer(pattern, seen, re.MULTILINE):
            yield f"{why}: …{seen[max(0, hit.start() - 8) : hit.end() + 8]!r}…"
    for wrong, right in INSTEAD.items():
        if hit := re.search(wrong, seen):
            yield f"write {right}, not {hit[0]}: …{seen[max(0, hit.start() - 8) : hit.end() + 8]!r}…"
    if phrase := ENGLISH_PHRASE.search(QUOTED.sub("", seen)):
        yield f"an English phrase is left: {phrase[0]!r}"


def faults_of_unit(kind: str, english: str, words: str, other_numbers: bool) -> Iterator[str]:
    if kind == "code":
        found = pairs(words)
        if found.keys() != set(english.splitlines()):
            yield f"other comments than in English: {sorted(found.keys() ^ set(english.splitlines()))}"
        words = "\n\n".join(found.values())
        if empty := [remark for remark, told in found.items() if not told]:
            yield f"not translated: {empty}"
        yield from faults_of_style(words)
        return
    if kind == "figure" and len(words.split("\n\n")) != len(english.split("\n\n")):
        yield "needs the caption, an empty line and the alt text, as in English"
    before, after = kept(english), kept(words)
    for part, count in (before - after).items():
        yield f"lost {part}" + f" ({count} times)" * (count > 1)
    for part, count in (after - before).items():
        yield f"gained {part}" + f" ({count} times)" * (count > 1)
    before, after = numbers(english), numbers(words)
    if before != after and not other_numbers:
        yield f"numbers differ: lost {dict(before - after)}, gained {dict(after - before)}"
    if before == after and other_numbers:
        yield "numbers agree: the mark 'numbers' is not needed"
    yield from faults_of_style(words)


def faults(name: str) -> list[str]:
    """Everything that is wrong with the translation of a page, each with the place and what to do."""
    if not translation_of(name).exists():
        return [f"{name}: no translation; begin with: python -m web.translate draft {name}"]
    english, chinese, found = units(name), translation(name), []
    found += [f"{place(name, key)}: missing: {english[key][:60]!r}" for key in english if key not in chinese]
    found += [f"{place(name, key)}: the English page has no such unit" for key in chinese if key not in english]
    if [key for key in chinese if key in english] != [key for key in english if key in chinese]:
        found.append(f"{name}: the units stand in another order than in English")
    for key, one in chinese.items():
        if key not in english:
            continue
        here = place(name, key)
        if one.stamp != digest(english[key]):
            found.append(f"{here}: stale, the English has changed; see: python -m web.translate diff {name} {key[0]}")
        found += [f"{here}: {fault}" for fault in faults_of_unit(key[1], english[key], one.words, one.other_numbers)]
    return found


def place(name: str, key: Key) -> str:
    return f"{name} {' '.join(key).strip()}"


@cache
def glossary() -> list[tuple[re.Pattern, list[str]]]:
    """English terms, and what each may be called, from the table of glossary.md."""
    rows = re.findall(r"^\| (.+?) \| (.+?) \|", (CHINESE / "glossary.md").read_text("utf-8"), re.MULTILINE)[1:]
    return [
        (
            re.compile(
                r"\b(?:" + "|".join(re.escape(term) + "s?" for term in re.split(r" / |, ", english)) + r")\b", re.I
            ),
            re.split(r"\s*[/；，（）]\s*", chinese),
        )
        for english, chinese in rows
        if not chinese.isascii()
    ]


def missed_terms(name: str) -> Iterator[str]:
    """Units where a term of the glossary goes by another name: to be looked at, not always wrong."""
    chinese = translation(name)
    for key, words in units(name).items():
        if key[1] == "code" or key not in chinese:
            continue
        seen = visible(words)
        for term, names in glossary():
            hit = term.search(seen)
            if hit and not any(one and one in chinese[key].words for one in names):
                yield f"{place(name, key)}: {hit[0]} is not {' or '.join(filter(None, names))} there"
