"""The ledger holds what its runs give, refuses anything else, and the book quotes it faithfully."""

import copy
import json
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.data.sources import SOURCES
from backprop.results import ledger
from experiments import runner
from tools.lint.numbers import check_prose

ROOT = Path(__file__).resolve().parents[2]


def run(seed, accuracy):
    return {"seed": seed, "seconds": 3.0, "metrics": {"accuracy": accuracy}, "curves": {"loss": [2.0, 1.0 + seed]}}


def row(label, *accuracies):
    return {
        "label": label,
        "configuration": {"lr": 0.1},
        "runs": [run(seed, accuracy) for seed, accuracy in enumerate(accuracies)],
        "published": {},
    }


@pytest.fixture
def record():
    """Hand-worked: 96, 97, 98 have mean 97 and sample sd 1."""
    return {
        "name": "toy",
        "title": "A toy",
        "command": "python -m experiments.toy",
        "created": "2026-01-31",
        "versions": {"python": "3.11"},
        "data": {},
        "units": {"accuracy": "%"},
        "rows": [row("plain", 96.0, 97.0, 98.0)],
    }


@pytest.fixture
def results(record, tmp_path, monkeypatch):
    monkeypatch.setattr(ledger, "folder", lambda: tmp_path)
    (tmp_path / "toy.json").write_text(json.dumps(record), "utf-8")
    return tmp_path


def test_a_value_has_mean_sample_sd_and_number_of_seeds(results):
    value = ledger.load("toy").value("accuracy")
    assert value == (97.0, 1.0, 3)
    assert f"{value:.1f}" == "97.0 ± 1.0"
    assert str(value) == f"{value}" == "97.00 ± 1.00"


def test_a_table_says_the_same_as_text_and_as_html(record):
    record["rows"].append(row("<wide net>", 90.0, 91.0))
    record["rows"][1]["published"] = {"accuracy": {"value": 95.3, "source": "lecun1998"}}
    table = ledger.Result(record).table()
    assert repr(table).splitlines() == [
        "configuration  accuracy (%)  published accuracy  seeds  CPU s per run",
        "plain          97.00 ± 1.00                      3      3",
        "<wide net>     90.50 ± 0.71  95.3                2      3",
    ]
    spread = "90.50 ± 0.71".replace(" ", "\N{NO-BREAK SPACE}")  # kept in one line
    assert f"<td>&lt;wide net&gt;</td><td>{spread}</td><td>95.3</td>" in table._repr_html_()
    assert table._repr_html_().count("<tr>") == 3


def test_a_table_has_two_digits_for_per_cent_four_for_others_and_the_mean_time(record):
    record["units"] = {"accuracy": "nats"}
    record["rows"][0]["runs"][0]["seconds"] = 9.0  # and 3 and 3
    assert record["rows"][0]["runs"][1]["seconds"] == 3.0
    heading, line = repr(ledger.Result(record).table()).splitlines()
    assert heading.split("  ")[1] == "accuracy (nats)"
    assert line.split() == ["plain", "97.0000", "±", "1.0000", "3", "5"]
    record["units"] = {"accuracy": ""}
    assert repr(ledger.Result(record).table()).startswith("configuration  accuracy   ")


def test_names_come_in_alphabetical_order(results, monkeypatch):
    monkeypatch.setattr(type(results), "glob", lambda folder, pattern: [folder / "toy.json", folder / "best.json"])
    assert ledger.names() == ["best", "toy"]


def test_curves_are_one_line_per_seed(results):
    assert ledger.load("toy").curves("loss").tolist() == [[2, 1], [2, 2], [2, 3]]


def test_rows_are_named_when_there_are_several(record):
    record["rows"].append(row("wide", 90.0, 91.0))
    result = ledger.Result(record)
    assert result.value("accuracy", "wide").mean == 90.5
    for label in (None, "deep"):
        with pytest.raises(KeyError, match="has the rows"):
            result.value("accuracy", label)
    with pytest.raises(KeyError, match=r"toy has the metrics \['accuracy'\], not 'speed'"):
        result.value("speed", "wide")


def test_unknown_metrics_and_curves_are_answered_with_those_there_are(record):
    result = ledger.Result(record)
    with pytest.raises(KeyError, match=r"toy has the metrics \['accuracy'\], not 'speed'"):
        result.table("accuracy", "speed")
    with pytest.raises(KeyError, match=r"toy has the curves \['loss'\], not 'accuracy'"):
        result.curves("accuracy")


def test_an_unknown_name_lists_those_there_are(results):
    with pytest.raises(FileNotFoundError, match=r"no results/tyo\.json; the ledger has toy"):
        ledger.load("tyo")


def test_a_file_under_another_name_or_broken_in_the_middle_is_refused(results):
    (results / "copy.json").write_bytes((results / "toy.json").read_bytes())
    with pytest.raises(ValueError, match="calls itself 'toy'"):
        ledger.load("copy")
    (results / "list.json").write_text("[]", "utf-8")
    with pytest.raises(ValueError, match="calls itself None"):
        ledger.load("list")
    (results / "toy.json").write_bytes((results / "toy.json").read_bytes()[:-20])
    with pytest.raises(ValueError, match=r"results/toy\.json: "):
        ledger.load("toy")


FAULTS = {
    "a summary besides the runs": lambda r: r["rows"][0].update(summary={"accuracy": {"mean": 97.0, "sd": 1.0}}),
    "one seed": lambda r: r["rows"][0].update(runs=[run(0, 96.0)]),
    "a seed twice": lambda r: r["rows"][0]["runs"][1].update(seed=0),
    "a metric is not a number": lambda r: r["rows"][0]["runs"][0]["metrics"].update(accuracy=float("nan")),
    "a metric is missing in one run": lambda r: r["rows"][0]["runs"][1].update(metrics={}),
    "a metric is a text": lambda r: r["rows"][0]["runs"][0]["metrics"].update(accuracy="97"),
    "no rows": lambda r: r.update(rows=[]),
    "labels agree": lambda r: r["rows"].append(r["rows"][0]),
    "a key is missing": lambda r: r.pop("command"),
    "a key is unknown": lambda r: r.update(note="best of ten"),
    "a unit is missing": lambda r: r.update(units={}),
    "published without a source": lambda r: r["rows"][0].update(published={"accuracy": {"value": 98}}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_validation_finds(fault, record):
    runner.validate(copy.deepcopy(record))
    FAULTS[fault](record)
    with pytest.raises(ValueError, match="want"):
        runner.validate(record)


def places(node, path=()):
    """Every place in a record, as the keys that lead to it."""
    yield path
    for key, child in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from places(child, (*path, key))


@given(data=st.data())
def test_junk_in_any_place_is_a_value_error_or_still_a_valid_record(data):
    record = {"name": "toy", "title": "t", "command": "c", "created": "d", "versions": {}, "data": {}}
    record |= {"units": {"accuracy": "%"}, "rows": [row("plain", 96.0, 97.0)]}
    path = data.draw(st.sampled_from([path for path in places(record) if path]))
    node = record
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = data.draw(st.sampled_from([None, True, -1, 1e400, "junk", [], {}, [1], {"seed": 1}, [[]], [None]]))
    try:
        runner.validate(record)
    except ValueError:
        return
    repr(ledger.Result(record))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("It reaches 97.00 ± 1.00 %<!-- ledger: toy accuracy -->.", ""),
        ("It reaches **97.0 %**<!-- ledger: toy accuracy -->.", ""),
        ("It reaches 97 ± 1<!-- ledger: toy accuracy, plain -->.", ""),
        ("Here z = 3, and 5 % more.", ""),
        ("It reaches 97.10 ± 1.00 %<!-- ledger: toy accuracy -->.", "the ledger has 97.00, not 97.10"),
        ("It reaches 97.00 ± 0.10 %<!-- ledger: toy accuracy -->.", "the ledger has 1.00, not 0.10"),
        ("It reaches 97.00 ± 1.00 %.", "stands without"),
        ("It reaches a lot.<!-- ledger: toy accuracy -->", "follows no number"),
    ],
)
def test_quoted_numbers_are_compared_with_the_ledger(results, text, complaint):
    complaints = check_prose(text)
    assert len(complaints) == bool(complaint)
    assert complaint in "".join(complaints)


def test_a_quoted_number_may_have_commas_between_its_thousands(record, results):
    record["rows"].append(row("big", 1024.0, 1025.0))
    (results / "toy.json").write_text(json.dumps(record), "utf-8")
    for number in ("1,024.5 ± 0.7", "1024.5", "1,024.50 %"):
        assert check_prose(f"It reaches {number}<!-- ledger: toy accuracy, big -->.") == []
    (complaint,) = check_prose("It reaches 1,025.5<!-- ledger: toy accuracy, big -->.")
    assert "the ledger has 1024.5, not 1,025.5" in complaint


def test_a_quote_of_an_unknown_result_metric_or_row_is_an_error(results):
    for reference in ("nothing accuracy", "toy speed", "toy accuracy, deep"):
        with pytest.raises((FileNotFoundError, KeyError)):
            check_prose(f"It reaches 97 %<!-- ledger: {reference} -->.")


def pages():
    for path in sorted((ROOT / "book").rglob("*")):
        if path.suffix == ".md":
            yield path, path.read_text("utf-8")
        elif path.suffix == ".ipynb" and ".ipynb_checkpoints" not in path.parts:
            cells = nbformat.read(path, as_version=4)["cells"]
            yield path, "\n\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")


def test_every_number_that_the_book_quotes_is_the_ledgers():
    assert [f"{path.name}: {complaint}" for path, text in pages() for complaint in check_prose(text)] == []


@pytest.mark.parametrize("name", ledger.names())
def test_every_file_of_results_is_valid_and_names_its_experiment_and_its_data(name):
    result = ledger.load(name)
    record = result.record
    runner.validate(record)
    (package,) = (folder for folder in ("experiments", "benchmarks") if (ROOT / folder / f"{name}.py").is_file())
    assert record["command"] == f"python -m {package}.{name}"
    known = {file.path: file.sha256 for source in SOURCES.values() for file in source.files + source.raw}
    assert record["data"].items() <= known.items()
    for row in record["rows"]:
        metrics = {metric: [run["metrics"][metric] for run in row["runs"]] for metric in record["units"]}
        for metric, values in metrics.items():
            n, mean = len(values), sum(values) / len(values)
            sd = (sum((value - mean) ** 2 for value in values) / (n - 1)) ** 0.5
            assert result.value(metric, row["label"]) == pytest.approx((mean, sd, n), rel=1e-9)


def test_all_digits_are_learnt_to_97_8_percent_and_more_over_three_seeds():
    accuracy = ledger.load("mnist_mlp").value("test_accuracy")
    assert accuracy.n >= 3
    assert accuracy.mean >= 97.8


@pytest.mark.parametrize(("name", "label"), [("mnist_mlp", None), ("lenet", "Fashion-MNIST, 16 and 32 channels")])
def test_what_all_training_images_were_trained_with_was_the_best_on_held_out_ones(name, label):
    selection = ledger.load(f"{name}_selection")
    best = max(selection.labels, key=lambda label: selection.value("validation_accuracy", label).mean)
    assert ledger.load(name).row(label)["configuration"] == selection.row(best)["configuration"]
