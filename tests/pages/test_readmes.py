"""The Chinese README has the commands, links and numbers of the English one; the book has one version."""

import re
from collections import Counter

import pytest
import yaml

import backprop
from web.translation import checks, units

ENGLISH = (units.ROOT / "README.md").read_text("utf-8")
for ours, theirs in (("](README.zh-CN.md)", "](README.md)"), ("readme.png", "readme-zh.png")):
    ENGLISH = ENGLISH.replace(ours, theirs)
CHINESE = (units.ROOT / "README.zh-CN.md").read_text("utf-8")


def faults(chinese: str) -> list:
    """What the Chinese README lost or gained; it may name commands of its own edition."""
    lost, gained = told(ENGLISH) - told(chinese), told(chinese) - told(ENGLISH)
    return [*lost, *(part for part in gained if part[0] != "code")]


def told(text: str) -> Counter:
    kept = checks.kept(text.replace("```sh\n", "```bash\n"))  # whose remarks are translated
    targets = [("target", one) for one in re.findall(r"\]\((.*?)\)", text)]
    return kept + Counter([*targets, *checks.numbers(text.replace("```", "")).items()])


def test_the_chinese_readme_has_the_code_links_and_numbers_of_the_english():
    assert faults(CHINESE) == []
    assert list(checks.faults_of_style(CHINESE)) == []


@pytest.mark.parametrize(
    "before", ["make test ", "(784, 32", "25,450", "](README.md)", "readme-zh.png", "`make lite`", "**"]
)
def test_a_planted_fault_is_named(before):
    assert before in CHINESE
    assert faults(CHINESE.replace(before, before[:-3] + "x", 1))


def test_the_package_the_changelog_and_the_citation_name_one_version_and_day():
    changelog, citation = ((units.ROOT / name).read_text("utf-8") for name in ("CHANGELOG.md", "CITATION.cff"))
    cited = yaml.safe_load(citation)
    version, day = re.search(r"^## (\S+) \((\S+)\)", changelog, re.MULTILINE).groups()
    assert (version, day) == (cited["version"], str(cited["date-released"])) == (backprop.__version__, day)
