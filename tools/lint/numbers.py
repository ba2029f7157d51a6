"""Numbers in prose are those of the ledger: a quote names its source, and is compared with it."""

import re

from backprop.results.ledger import load

QUOTE = re.compile(
    r"(?<![\d.])(-?\d[\d,]*(?:\.\d+)?)(?: ± (\d+(?:\.\d+)?))?[^\d<±]{0,20}"  # 97.98 ± 0.07 %
    r"<!-- ledger: (\w+) ([\w.]+)(?:, (.+?))? -->"
)


def check_prose(text: str) -> list[str]:
    """Complaints about the numbers quoted in a text as ``97.98 ± 0.07 %<!-- ledger: mnist_mlp test_accuracy -->``.

    A row's label follows after a comma: ``<!-- ledger: NAME METRIC, LABEL -->``. The spread may be left out; as
    many digits are compared as the text gives. A number with ± and without such a comment is a complaint too.
    """
    complaints = []
    for match in QUOTE.finditer(text):
        mean, sd, name, metric, label = match.groups()
        value = load(name).value(metric, label)
        for quoted, true in ((mean, value.mean), (sd, value.sd)):
            digits = len(quoted.partition(".")[2]) if quoted else 0
            if quoted and quoted.replace(",", "") != f"{true:.{digits}f}":
                complaints.append(f"{match[0]!r}: the ledger has {true:.{digits}f}, not {quoted}")
    for number in re.findall(r"\d ± \d[\d.]*", QUOTE.sub("", text)):
        complaints.append(f"'{number}' stands without <!-- ledger: NAME METRIC -->")
    broken = text.count("<!-- ledger:") - len(QUOTE.findall(text))
    return complaints + ["a ledger comment follows no number"] * broken
