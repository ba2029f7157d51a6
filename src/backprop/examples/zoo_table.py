"""The table of page 2.5.2: what became of every specimen of the bug zoo, from the results ledger."""

from backprop.examples.bug_zoo import BUGS, RIGHT, WRONG_FUNCTION
from backprop.results.ledger import Result, Table

ARRAYS = ("W1", "b1", "W2", "b2", "W3", "b3", "x")
FATES = (
    ("RIGHT", RIGHT.values(), 0, 101),
    ("WRONG, above 90 %", BUGS, 90, 101),
    ("WRONG, 50 to 90 %", BUGS, 50, 90),
    ("WRONG, below 20 %", BUGS, 0, 50),
    ("RIGHT gradient of a wrong loss", (WRONG_FUNCTION,), 0, 101),
)


def zoo_table(results: Result) -> Table:
    """Accuracy, gradient error and wrong arrays of each specimen, grouped by fate, the most accurate first."""
    rows = []
    for fate, specimens, low, high in FATES:
        mean = {s.name: results.value("test_accuracy", s.name).mean for s in specimens}
        group = sorted((name for name in mean if low <= mean[name] < high), key=mean.get, reverse=True)
        rows.append((f"{fate}: {len(group)}", "", "", ""))
        for name in group:
            wrong = [a for a in ARRAYS if results.value(f"error_{a}", name).mean > 1e-3]
            accuracy, error = results.value("test_accuracy", name), results.value("error", name).mean
            rows.append((name, f"{accuracy:.1f}", f"{error:.0f}", " ".join(wrong)))
    return Table(("network", "accuracy (%)", "gradient error (%)", "wrong arrays"), tuple(rows))
