"""An experiment runs from its data to the ledger, goes on after an interruption, and forgets runs of other code."""

from dataclasses import replace

import numpy as np
import pytest

from backprop.batches import minibatches
from backprop.data import Split, Texts
from backprop.gradcheck import numerical_gradient
from backprop.losses import SigmoidCrossEntropy
from backprop.optimizers import SGD
from backprop.penalties import l2
from backprop.results import ledger
from backprop.training import train_step
from backprop.widgets.digit_pad import unpacked
from experiments import (
    best_mlp,
    best_mlp_selection,
    character_model,
    digit_pad,
    lecun,
    lenet,
    lenet_d2l,
    lenet_selection,
    lost_digits,
    mnist_baselines,
    mnist_mlp,
    mnist_mlp_selection,
    nielsen,
    nielsen_penalty,
    runner,
    text_cnn,
    text_cnn_selection,
)

SMALL = {"sizes": [4, 8, 3], "lr": 0.1, "beta": 0.9, "batch_size": 20, "epochs": 3}


def three_clouds():
    rng = np.random.default_rng(7)
    y = np.arange(90) % 3
    x = (np.eye(4)[y] * 3 + rng.standard_normal((90, 4))).astype(np.float32)
    return Split(x[:60], y[:60], x[60:], y[60:])


@pytest.fixture
def experiment(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKPROP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(ledger, "folder", lambda: tmp_path)
    return replace(mnist_mlp.EXPERIMENT, load=three_clouds, configurations={"small": SMALL})


def interrupted_after(experiment, runs):
    """The experiment, stopped as by Ctrl-C when it has finished some runs; and the list of seeds it ran."""
    seeds = []

    def run(configuration, seed, data):
        if len(seeds) == runs:
            raise KeyboardInterrupt
        seeds.append(seed)
        return experiment.run(configuration, seed, data)

    return replace(experiment, run=run), seeds


def without_times(path):
    lines = path.read_text("utf-8").splitlines()
    return [line for line in lines if '"seconds"' not in line]


def test_an_experiment_goes_from_data_to_a_valid_result(experiment, tmp_path, capsys):
    assert runner.main(experiment) == 0
    result = ledger.load("mnist_mlp")
    assert [run["seed"] for run in result.row()["runs"]] == [0, 1, 2]
    assert result.value("test_accuracy").mean > 80
    assert result.curves("loss").shape == (3, 3)
    assert result.record["data"].keys() == {file.path for file in runner.SOURCES["mnist"].files}
    assert "test accuracy (%)" in capsys.readouterr().out
    assert not list((tmp_path / "cache").rglob("*.json"))


def test_an_interrupted_experiment_goes_on_where_it_stopped_and_ends_the_same(experiment, tmp_path, capsys):
    whole = runner.perform(experiment, tmp_path)
    expected = without_times(whole)
    whole.unlink()
    stopped, first = interrupted_after(experiment, 2)
    assert runner.main(stopped) == 130
    assert "goes on" in capsys.readouterr().err
    assert not whole.exists()
    assert len(list((tmp_path / "cache").rglob("*.json"))) == 2
    going_on, second = interrupted_after(experiment, 9)
    assert without_times(runner.perform(going_on, tmp_path)) == expected
    assert (first, second) == ([0, 1], [2])
    assert not list((tmp_path / "cache").rglob("*.json"))


@pytest.mark.parametrize(
    "change",
    [
        lambda e, patch: replace(e, configurations={"small": SMALL | {"lr": 0.2}}),
        lambda e, patch: replace(e, data=("fashion_mnist",)),
        lambda e, patch: patch.setattr(np, "__version__", "0") or e,
        lambda e, patch: patch.setattr(runner.inspect, "getsourcefile", lambda run: __file__) or e,
    ],
    ids=["configuration", "data", "version", "code"],
)
def test_a_run_of_another_kind_is_not_used_again(experiment, tmp_path, monkeypatch, change):
    monkeypatch.setattr(runner.inspect, "getsourcefile", lambda run: mnist_mlp.__file__)
    with pytest.raises(KeyboardInterrupt):
        runner.perform(interrupted_after(experiment, 2)[0], tmp_path)
    again, seeds = interrupted_after(change(experiment, monkeypatch), 9)
    runner.perform(again, tmp_path)
    assert seeds == [0, 1, 2]


def test_a_run_that_diverges_never_reaches_the_ledger(experiment, tmp_path):
    diverging = replace(experiment, run=lambda *arguments: ({"test_accuracy": 10.0, "test_loss": float("nan")}, {}))
    with pytest.raises(ValueError, match=r"nan|JSON compliant"):
        runner.perform(diverging, tmp_path)
    assert not list(tmp_path.glob("*.json"))


def test_a_metric_without_a_unit_never_reaches_the_ledger(experiment, tmp_path):
    with pytest.raises(ValueError, match="'metrics' wants exactly the keys"):
        runner.perform(replace(experiment, run=lambda *arguments: ({"speed": 1.0}, {})), tmp_path)
    assert not list(tmp_path.glob("*.json"))


@pytest.mark.parametrize(
    ("change", "complaint", "after"),
    [
        ({"units": {"test_accuracy": "%"}}, "small, seed 0, 'metrics' wants exactly the keys", [0]),
        ({"published": {"large": {}}}, "wants labels of configurations, got 'large'", []),
        ({"published": {"small": {"accuracy": {"value": 98, "source": "x"}}}}, "some of the metrics", []),
    ],
)
def test_what_the_ledger_will_refuse_is_refused_before_the_other_runs(experiment, tmp_path, change, complaint, after):
    careless, seeds = interrupted_after(experiment, 9)
    with pytest.raises(ValueError, match=complaint):
        runner.perform(replace(careless, **change), tmp_path)
    assert seeds == after


def test_without_the_data_the_command_says_how_to_get_them(experiment, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("BACKPROP_DATA", str(tmp_path / "nothing"))
    assert runner.main(replace(experiment, load=mnist_mlp.EXPERIMENT.load)) == 1
    assert "python -m backprop.data fetch mnist" in capsys.readouterr().err


def test_lists_of_numbers_stay_on_one_line():
    text = runner.to_json({"curve": [1.5, -2e-7, 3], "empty": [], "texts": ["a [1, 2]", "ü"]}).decode()
    assert '"curve": [1.5, -2e-07, 3]' in text
    assert '"texts": [\n' in text
    assert '"a [1, 2]"' in text


def test_weights_as_bytes_are_off_by_at_most_half_a_level():
    net = mnist_mlp.mlp([784, 12, 10], np.random.default_rng(5))
    packed = unpacked(digit_pad.packed(net))
    for old, new in zip(net.params(), packed.params(), strict=True):
        half = np.abs(old.value).max(axis=0) / 254
        assert (np.abs(old.value - new.value) <= 1.0001 * half).all(), old.name


def test_moved_training_digits_are_new_each_time_and_the_test_digits_stay():
    rng = np.random.default_rng(5)
    x = np.zeros((50, 784), np.float32)
    x[:, 14 * 28 + 14] = 1
    data = Split(x, np.zeros(50, int), x, np.zeros(50, int))
    first, second = (digit_pad.moved(data, 2, rng).x_train.argmax(axis=1) for _ in range(2))
    assert (first != second).any()
    assert set(first // 28) == set(first % 28) == set(range(12, 17))
    assert digit_pad.moved(data, 2, rng).x_test is x


def ten_clouds(n=400):
    """Ten classes around ten points of the unit cube, with as many images as the experiments of section 4.3 want."""
    rng = np.random.default_rng(7)
    y = np.arange(n) % 10
    x = (rng.random((10, 12))[y] + 0.1 * rng.standard_normal((n, 12))).astype(np.float32)
    return Split(x, y, x[:100], y[:100])


CLASSICS = {
    nielsen: [{"sizes": [12, 8, 10]}, {"sizes": [12, 8, 8, 10], "lambda": 5.0, "init": "scaled"}],
    lost_digits: [{"sizes": [12, 8, 10]}],
    lecun: [{"sizes": [12, 10]}, {"sizes": [12, 16, 10], "activation": "ReLU", "dropout": 0.2}],
}


@pytest.mark.parametrize(
    ("module", "label", "change"),
    [(m, label, change) for m in CLASSICS for label in m.EXPERIMENT.configurations for change in CLASSICS[m]],
)
def test_every_setting_of_section_4_3_runs_and_measures_what_it_promises(module, label, change, monkeypatch):
    monkeypatch.setattr(nielsen, "N", 300)
    monkeypatch.setattr(lost_digits, "N", 300)
    configuration = module.EXPERIMENT.configurations[label] | change | {"epochs": 2}
    metrics, curves = module.run(configuration, 0, ten_clouds())
    assert metrics.keys() == module.EXPERIMENT.units.keys()
    assert all(np.isfinite(value) for value in metrics.values())
    assert len(curves["recall"]) == 10
    assert len(curves.get("start_z", range(10))) == 10
    right = metrics["test_accuracy"]  # as many images of each class, so the mean recall is the accuracy
    assert np.mean(curves["recall"]) == pytest.approx(right)
    if "best_test_error" in metrics:
        assert metrics["best_test_error"] == min(curves["test_error"]) <= metrics["test_error"] == 100 - right
    if "best_test_accuracy" in metrics:
        assert metrics["best_test_accuracy"] == max(curves["test_accuracy"])


def test_runs_of_section_4_3_learn_a_task_that_can_be_learnt(monkeypatch):
    monkeypatch.setattr(nielsen, "N", 300)
    small = {"sizes": [12, 16, 10], "init": "scaled", "epochs": 30}
    metrics, _ = nielsen.run(nielsen.CROSS_ENTROPY | small, 0, ten_clouds())
    assert metrics["validation_accuracy"] > 95
    metrics, _ = lecun.run(lecun.CROSS_ENTROPY | {"sizes": [12, 16, 10], "batch_size": 10}, 0, ten_clouds())
    assert metrics["test_error"] < 5


def test_nielsens_penalty_is_the_l2_of_the_package(monkeypatch):
    monkeypatch.setattr(nielsen, "N", 300)
    data, settings = ten_clouds(), nielsen.CROSS_ENTROPY | {"sizes": [12, 8, 10], "lambda": 5.0, "epochs": 1}
    seen = []
    monkeypatch.setattr(nielsen, "with_loss", lambda net, loss: seen.append(net) or (net, SigmoidCrossEntropy()))
    nielsen.run(settings, 3, data)
    rng = np.random.default_rng(3)
    net, optimizer = nielsen.network([12, 8, 10], "large", rng), SGD(0.5)
    for x, y in minibatches(data.x_train[:300], nielsen.one_hot(data.y_train[:300]), 10, rng):
        train_step(net, SigmoidCrossEntropy(), optimizer, x, y, l2(5.0 / 300))
    for p, q in zip(seen[0].params(), net.params(), strict=True):
        assert p.value == pytest.approx(q.value, abs=1e-5)


def test_the_starts_of_nielsen_have_the_spread_that_they_are_named_for():
    rng = np.random.default_rng(0)
    for init, spread in (("large", 1.0), ("scaled", 400**-0.5)):
        first = nielsen.network([400, 300, 10], init, rng).layers[0]
        assert first.W.std() == pytest.approx(spread, rel=0.02)
        assert first.b.std() == pytest.approx(1.0, rel=0.1)


def test_recall_counts_each_digit_by_itself():
    labels = np.repeat(np.arange(10), 4)
    y_hat = nielsen.one_hot(labels)
    y_hat[0], y_hat[4:8] = nielsen.one_hot(np.array([7]))[0], nielsen.one_hot(np.full(4, 2))
    assert nielsen.recall(y_hat, labels) == [75, 0, *[100] * 8]


@pytest.mark.parametrize("label", mnist_baselines.EXPERIMENT.configurations)
def test_every_baseline_of_section_4_1_learns_what_it_can(label):
    configuration = mnist_baselines.EXPERIMENT.configurations[label]
    metrics, curves = mnist_baselines.run(configuration, 0, ten_clouds())
    weak = {"constant": 10, "darkness": 60}  # per cent; ten sums of twelve numbers in 0 to 1 overlap
    expected = weak.get(configuration["model"])
    assert metrics["test_accuracy"] > 95 if expected is None else 10 <= metrics["test_accuracy"] <= expected
    assert curves.keys() == ({"settings", "held_back_accuracy"} if "settings" in configuration else set())


def test_a_setting_is_chosen_by_the_digits_held_back_and_never_by_the_test_digits(monkeypatch):
    data, seen = ten_clouds(), []

    def answers(part, rng, setting):
        seen.append((len(part.x_train), len(part.x_test), setting))
        return part.y_test if setting == (7 if len(part.x_test) == 80 else 3) else part.y_test + 1

    monkeypatch.setitem(mnist_baselines.MODELS, "tuned", answers)
    configuration = {"model": "tuned", "training_digits": 400, "settings": [3, 7]}
    metrics, curves = mnist_baselines.run(configuration, 0, data)
    assert seen == [(320, 80, 3), (320, 80, 7), (400, 100, 7)]
    assert metrics["test_accuracy"] == 0  # 3 would have been right on the test digits
    assert curves == {"settings": [3, 7], "held_back_accuracy": [0, 100]}


def test_nielsens_penalty_gives_the_borrowed_run_all_it_reads():
    wanted = next(iter(nielsen.EXPERIMENT.configurations.values())).keys()
    assert all(settings.keys() == wanted for settings in nielsen_penalty.EXPERIMENT.configurations.values())
    assert nielsen_penalty.EXPERIMENT.published.keys() == nielsen_penalty.EXPERIMENT.configurations.keys()


@pytest.mark.parametrize("label", best_mlp_selection.EXPERIMENT.configurations)
def test_the_best_network_is_chosen_and_measured_by_one_run(label, monkeypatch):
    seen = []
    monkeypatch.setattr(digit_pad, "moved", lambda data, reach, rng: seen.append(reach) or data)
    settings = best_mlp_selection.EXPERIMENT.configurations[label] | {"sizes": [12, 32, 10], "epochs": 20}
    metrics, curves = best_mlp_selection.run(settings | {"batch_size": 10}, 0, ten_clouds())
    assert metrics.keys() == best_mlp_selection.EXPERIMENT.units.keys()
    assert seen == [settings["reach"]] * 20  # new places in every epoch
    assert metrics["validation_error"] == curves["validation_error"][-1] == 100 - metrics["validation_accuracy"] < 5
    assert metrics["best_validation_error"] == min(curves["validation_error"])


def test_the_chosen_cure_is_what_the_best_network_uses():
    (chosen,) = best_mlp.EXPERIMENT.configurations.values()
    assert chosen in best_mlp_selection.EXPERIMENT.configurations.values()


def test_the_held_back_digits_are_the_last_ten_thousand(monkeypatch):
    x, y = np.arange(60000, dtype=np.uint16)[:, None], np.arange(60000) % 10
    monkeypatch.setattr(mnist_mlp_selection, "mnist", lambda: Split(x, y, x[:1], y[:1]))
    monkeypatch.setattr(lenet_selection, "fashion_mnist", lambda: Split(x.repeat(784, axis=1), y, x[:1], y[:1]))
    clothes = lenet_selection.EXPERIMENT.load()["Fashion-MNIST"]
    digits = [mnist_mlp_selection.EXPERIMENT.load(), best_mlp_selection.EXPERIMENT.load()]
    for data, last in ((digits[0], 49999), (digits[1], 49999), (clothes, 19999)):
        assert (data.x_train.flat[-1], data.x_test.flat[0], len(data.x_test)) == (last, 50000, 10000)
        assert np.array_equal(data.y_test, y[50000:])
    assert clothes.x_train.shape == (20000, 1, 28, 28)


def ten_blobs(n=200):
    """Ten classes of 28×28 images: a bright square, each at a place of its own, in noise."""
    rng = np.random.default_rng(7)
    y = np.arange(n) % 10
    x = 0.2 * rng.random((n, 1, 28, 28), dtype=np.float32)
    for image, label in zip(x, y, strict=True):
        top, left = 9 * (label // 4), 7 * (label % 4)
        image[0, top : top + 7, left : left + 6] += 0.8
    return Split(x, y, x[:100], y[:100])


def test_lenet_has_the_shapes_and_parameters_of_its_section():
    net = lenet.lenet([8, 16], (1, 28, 28), 128, np.random.default_rng(0))
    assert net.forward(ten_blobs(10).x_train).shape == (10, 10)
    assert sum(p.value.size for p in net.params()) == 208 + 3216 + 32896 + 1290
    assert sum(p.value.size for p in lenet_d2l.network(np.random.default_rng(0)).params()) == 61706


@pytest.mark.parametrize("label", lenet.EXPERIMENT.configurations)
def test_lenet_learns_places_in_few_steps_and_keeps_what_it_promises(label):
    small = {"channels": [3, 4], "hidden": 16, "batch_size": 4, "lr": 0.01}
    configuration = lenet.EXPERIMENT.configurations[label] | small
    metrics, curves = lenet.run(configuration, 0, {configuration["data"]: ten_blobs()})
    assert metrics.keys() == lenet.EXPERIMENT.units.keys()
    assert metrics["test_accuracy"] == curves["test_accuracy"][-1] == 100 - metrics["test_error"]
    assert metrics["best_test_accuracy"] == max(curves["test_accuracy"]) > 60
    assert len(curves["loss"]) == configuration["epochs"]


def test_the_epochs_for_the_clothes_are_chosen_by_the_run_that_measures_them():
    for configuration in lenet_selection.EXPERIMENT.configurations.values():
        assert configuration | {"epochs": 0} == lenet.CLOTHES | {"epochs": 0}
    small = lenet.CLOTHES | {"channels": [2, 2], "hidden": 8, "epochs": 1}
    metrics, curves = lenet_selection.run(small, 0, {"Fashion-MNIST": ten_blobs(50)})
    assert metrics.keys() == lenet_selection.EXPERIMENT.units.keys()
    assert metrics["validation_accuracy"] == curves["validation_accuracy"][-1]


def test_the_lenet_of_d2l_runs_as_d2l_describes_it():
    configuration = lenet_d2l.EXPERIMENT.configurations["d2l's LeNet"]
    assert configuration == {"lr": 0.9, "batch_size": 256, "epochs": 10}
    metrics, curves = lenet_d2l.run(configuration | {"batch_size": 50, "epochs": 2}, 0, ten_blobs())
    assert metrics.keys() == lenet_d2l.EXPERIMENT.units.keys()
    assert len(curves["loss"]) == 2


def few_names(n=240):
    """Names of the letters a to d that alternate, a vowel after each consonant; half of test is in train too."""
    rng = np.random.default_rng(7)
    rows = [np.array([0, *np.where(np.arange(k) % 2, 1, rng.integers(2, 5, k)), 0]) for k in rng.integers(1, 6, n)]
    return character_model.Names(rows[: n // 2], rows[n // 2 : -40], rows[:20] + rows[-20:], rows[-20:])


@pytest.mark.parametrize("label", character_model.EXPERIMENT.configurations)
def test_every_model_of_names_learns_what_follows_what(label):
    configuration = character_model.EXPERIMENT.configurations[label]
    if configuration["model"] != "counts":
        configuration = configuration | {"hidden": 12, "epochs": 8, "lr": 0.02, "tokens": 64}
    data = few_names()
    metrics, curves = character_model.run(configuration, 0, data)
    assert metrics.keys() == character_model.EXPERIMENT.units.keys()
    assert metrics["train_loss"] < 1.7 < np.log(27)
    names = curves["names"]
    assert names.count(0) == 20
    assert max(names) <= 26
    if "dev_loss" in curves:
        assert metrics["dev_loss"] == pytest.approx(min(curves["dev_loss"]), rel=1e-6)


def test_counts_of_names_are_shares_of_what_came_next():
    rows = [np.array([0, 1, 2, 0]), np.array([0, 1, 1, 0])]
    log_p = character_model.counted(rows, 1, 0.5)(np.array([[0, 1]]))[0]
    # after the start twice 1; after 1 once 2, once 1, once the end
    assert np.exp(log_p[0, 1]) == pytest.approx(2.5 / 15.5)
    assert np.exp(log_p[1, [0, 1, 2, 3]]) == pytest.approx(np.array([1.5, 1.5, 1.5, 0.5]) / 16.5)
    two = character_model.counted(rows, 2, 0.5)(character_model.after_ends(np.array([[0, 1, 1]]), 1))[0]
    assert np.exp(two[2, 0]) == pytest.approx(1.5 / 14.5)  # a second 1 was followed by the end
    loss = character_model.loss_on(character_model.counted(rows, 1, 0.5), rows, 1)
    p = [2.5 / 15.5, 1.5 / 16.5, 1.5 / 14.5, 2.5 / 15.5, 1.5 / 16.5, 1.5 / 16.5]
    assert loss == pytest.approx(-np.log(p).mean())


def test_names_are_held_out_as_in_makemore(monkeypatch):
    names = [chr(97 + k % 26) + chr(97 + k // 26) for k in range(100)]
    monkeypatch.setattr(character_model, "first_names", lambda: [*names, *names[:10]])
    data = character_model.held_out()
    assert [len(part) for part in data[:3]] == [88, 11, 11]
    train = {tuple(row) for row in data.train}
    assert all(tuple(row) not in train for row in data.new)
    assert len(data.new) == sum(tuple(row) not in train for row in data.test)
    assert all(row[0] == row[-1] == 0 and len(row) == 4 for part in data for row in part)


def made_up_reviews(n=300):
    """Sentences of 2 to 9 words, of which one or two tell the class."""
    rng, texts = np.random.default_rng(7), []
    for k in range(n):
        words = [*rng.choice(["the", "film", "plot", "it", "is", "was"], rng.integers(1, 8))]
        words.insert(int(rng.integers(0, len(words) + 1)), ("bad", "good")[k % 2])
        texts.append(" ".join(words))
    return Texts(texts, np.arange(n) % 2, ("negative", "positive"))


@pytest.mark.parametrize("label", text_cnn.EXPERIMENT.configurations)
def test_sentiment_is_learnt_from_words_that_tell(label):
    data = made_up_reviews()
    quoted = [data.texts[text_cnn.folds(300)[fold][0]] for fold in (2, 3)]
    small = {"n_dim": 8, "filters": 4, "batch_size": 10, "lr": 0.01, "quoted": quoted}
    configuration = text_cnn.EXPERIMENT.configurations[label]
    metrics, curves = text_cnn.run(configuration | small, 2, data)
    assert metrics.keys() == text_cnn.EXPERIMENT.units.keys()
    assert metrics["accuracy"] > 90
    if "C" in configuration:
        assert curves == {}
        return
    assert len(curves["loss"]) == configuration["epochs"]
    assert len(curves[f"lead: {quoted[0]}"]) == 1
    assert len(curves[f"price: {quoted[0]}"]) == len(curves[f"share: {quoted[0]}"]) == len(quoted[0].split())


def test_each_sentence_is_tested_in_one_fold_and_fold_0_chooses_by_its_training_part(monkeypatch):
    parts, data, seen = text_cnn.folds(300), made_up_reviews(), []
    assert sorted(np.concatenate(parts)) == list(range(300))

    def fit(configuration, seed, data, train_on, test):
        seen.append((set(train_on), set(test)))
        return {"accuracy": 50.0}, {}

    monkeypatch.setattr(text_cnn, "fit", fit)
    text_cnn.run({}, 4, data)
    assert text_cnn_selection.run({}, 1, data)[0].keys() == text_cnn_selection.EXPERIMENT.units.keys()
    (train_on, test), (chosen_on, held_back) = seen
    assert test == set(parts[4])
    assert train_on == set(range(300)) - test
    assert chosen_on | held_back == set(range(300)) - set(parts[0])
    assert not chosen_on & held_back
    assert len(held_back) == 27


def test_words_of_the_test_sentences_are_unknown_unless_training_has_them_twice():
    words = [["a", "b", "a"], ["b", "c"], ["c", "d", "a"]]
    ids, n_tokens = text_cnn.numbered(words, np.array([0, 1]))
    assert n_tokens == 3  # a and b stand twice in the first two sentences, all other words share an id
    assert ids.tolist() == [[0, 1, 0], [1, 2, -1], [2, 2, 0]]
    assert text_cnn.trimmed(ids[1:2], 1).tolist() == [[1, 2]]
    assert text_cnn.trimmed(ids[1:2], 3).tolist() == [[1, 2, -1]]


def test_batches_hold_every_sentence_once_and_similar_lengths():
    lengths = np.random.default_rng(1).integers(1, 20, 95)
    ids = np.where(np.arange(20) < lengths[:, None], 3, -1)
    parts = text_cnn.batches(ids, np.arange(90), 10, np.random.default_rng(2))
    assert sorted(np.concatenate(parts)) == list(range(90))
    assert max(np.ptp(lengths[part]) for part in parts) <= 4


def test_the_price_of_a_word_is_what_a_nudge_of_its_row_costs():
    rng = np.random.default_rng(3)
    settings = text_cnn.RECIPE | {"n_dim": 3, "filters": 4, "scale": 1.0}
    net, ids = text_cnn.network(6, rng, settings).astype(np.float64), np.array([[0, 3, 5, 1, 2, 4, -1]])
    net.train_mode(False)
    lead, price, share = text_cnn.by_word(net, ids)
    table = net.layers[0].W

    def leads(row, token):
        kept = table[token].copy()
        table[token] = row
        z = net.forward(ids)[0]
        table[token] = kept
        return float(z[1] - z[0])

    assert lead == pytest.approx(leads(table[0].copy(), 0), rel=1e-12)
    for k, token in enumerate(ids[0, :6]):
        nudged = numerical_gradient(lambda row, token=token: leads(row, token), table[token])
        assert price[k] == pytest.approx(np.linalg.norm(nudged), rel=1e-6)
        assert share[k] == pytest.approx(table[token] @ nudged, rel=1e-6, abs=1e-9)


def test_the_settings_of_the_text_networks_are_the_best_on_held_back_sentences():
    selection = ledger.load("text_cnn_selection")
    value = {label: selection.value("validation_accuracy", label).mean for label in selection.labels}
    used = ledger.load("text_cnn")
    for kind, label in (("bag", "bag of words, logistic regression"), ("emb", "windows of 3, 4 and 5 words")):
        best = max((name for name in value if name.startswith(kind)), key=value.get)
        chosen = selection.row(best)["configuration"]
        assert chosen.items() <= used.row(label)["configuration"].items()
