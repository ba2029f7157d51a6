"""The attention lab in Python and in script: the package's attention, and gradients that a nudge confirms."""

import itertools
import json
import math

import numpy as np
import pytest
from harness import run_node
from traitlets import TraitError

from backprop.examples.small_gpt import ids_of, mean_loss, score_gradients, shares, small_gpt
from backprop.functions import softmax
from backprop.gradcheck import numerical_gradient
from backprop.layers import transformer
from backprop.widgets.attention_lab import KEYS, TEXTS, VALUES, AttentionLab, Heads

LOOK_UP = "const result = data.settings.map((setting) => widget.lookUp(setting, data.keys, data.values));"
READ_BACK = "const result = data.map((setting) => widget.readBack(...setting));"
QUERIES = [[0.0, 1.0], [0.0, 0.0], [3.0, -3.0], [-1.25, 0.4], [2.0, 2.0]]
SETTINGS = [(query, loudness, 5.0) for query in QUERIES for loudness in (0.1, 1.0, 10.0)] + [([1.0, 1.0], 3.0, 1.0)]


def lab_of(query, loudness, target):
    return AttentionLab(query=query, loudness=loudness, target=target)


def test_the_script_looks_up_what_python_looks_up(tmp_path):
    asked = [{"query": q, "loudness": s, "target": t} for q, s, t in SETTINGS]
    found = run_node(AttentionLab, tmp_path, LOOK_UP, {"settings": asked, "keys": KEYS, "values": VALUES})
    names = {"z": "scores", "p": "shares", "y": "answer", "loss": "loss", "dz": "dz", "dq": "dq", "dk": "dk"}
    for setting, script in zip(SETTINGS, found, strict=True):
        python = lab_of(*setting).look_up
        for ours, theirs in names.items():
            want = getattr(python, theirs)
            np.testing.assert_allclose(script[ours], want, rtol=1e-9, atol=1e-13, err_msg=f"{theirs} at {setting}")


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("text", TEXTS)
def test_the_script_reads_back_what_python_reads_back(text, causal, tmp_path):
    louds = (0.1, 1, 2.5, 10)
    found = run_node(AttentionLab, tmp_path, READ_BACK, [(text, loudness, causal) for loudness in louds])
    for loudness, script in zip(louds, found, strict=True):
        python = AttentionLab(text=text, causal=causal, loudness=loudness).read_back
        for ours, theirs in (("p", "shares"), ("dz", "dz"), ("losses", "losses")):
            np.testing.assert_allclose(script[ours], getattr(python, theirs), rtol=1e-9, atol=1e-13)


def test_an_answer_is_right_to_a_twentieth_and_a_look_up_is_hard_from_99_per_cent_on(tmp_path):
    asked = {
        "hit": [([0.6, 0.4], 3.04), ([0.5, 0.5], 2.96)],
        "soft": [([0.6, 0.4], 3.06), ([0.989, 0.011], 9.0), ([0.51, 0.49], 2.94)],
        "hard": [([0.99, 0.01], 3.0)],
        "flat": [([0.504, 0.496], 9.0)],
    }
    script = "const result = data.map((each) => each.map(([p, y]) => widget.verdict({ p, y }, 3)));"
    found = run_node(AttentionLab, tmp_path, script, list(asked.values()))
    assert found == [[what] * len(each) for what, each in asked.items()]


def test_the_first_screen_is_the_toy_of_the_page():
    """Scores 0, 1 and −1: e⁰, e¹ and e⁻¹ over their sum, by hand."""
    raised = np.exp([0.0, 1.0, -1.0])
    found = AttentionLab().look_up
    np.testing.assert_allclose(found.shares, raised / raised.sum(), rtol=1e-14)
    assert found.answer == pytest.approx((raised @ VALUES) / raised.sum())


@pytest.mark.parametrize("loudness", [0.5, 1.0, 4.0])
def test_the_gradient_of_the_query_is_the_answer_to_a_nudge(loudness):
    query = [0.3, -0.8]
    nudged = numerical_gradient(lambda q: lab_of(q.tolist(), loudness, 2.5).look_up.loss, np.array(query))
    np.testing.assert_allclose(lab_of(query, loudness, 2.5).look_up.dq, nudged, rtol=1e-7)


def test_the_gradient_of_a_key_lies_along_the_query():
    query = [1.5, -0.5]
    found = lab_of(query, 2.0, 5.0).look_up
    np.testing.assert_allclose(found.dk, 2 * np.outer(found.dz, query), rtol=1e-12)
    assert found.dz.sum() == pytest.approx(0, abs=1e-14)


def test_a_loud_query_has_one_share_and_no_gradient_but_not_where_two_keys_fit_alike():
    hard, torn = lab_of([0.0, 1.0], 10.0, 5.0).look_up, lab_of([0.5, 1.0], 10.0, 5.0).look_up
    assert hard.shares.max() > 0.9999
    assert np.linalg.norm(hard.dq) < 0.004
    assert np.linalg.norm(torn.dq) > 12


def test_descent_finds_the_target_from_a_soft_start_and_stays_where_it_is_from_a_hard_one():
    ends = {}
    for loudness in (1.0, 10.0):
        lab = AttentionLab(loudness=loudness)
        for _ in range(12):
            lab.query = [float(v) for v in np.clip(np.array(lab.query) - 0.5 * lab.look_up.dq, -3, 3)]
        ends[loudness] = lab.look_up.answer
    assert ends[1.0] == pytest.approx(5, abs=0.01)
    assert ends[10.0] == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_of_the_future_has_a_share_or_a_gradient(text):
    found = AttentionLab(text=text, loudness=3).read_back
    future = np.triu(np.ones(found.shares.shape, bool), 1)
    assert not found.shares[future].any()
    assert not found.dz[future].any()
    np.testing.assert_allclose(found.shares.sum(axis=1), 1)
    np.testing.assert_allclose(found.dz.sum(axis=1), 0, atol=1e-15)


@pytest.mark.parametrize("text", TEXTS)
def test_whoever_sees_the_future_foretells_it(text):
    seen, hidden = (AttentionLab(text=text, loudness=10, causal=causal).read_back.losses.sum() for causal in (0, 1))
    assert seen < 0.4 * hidden


@pytest.mark.parametrize(
    "setting",
    [{"query": [3.1, 0]}, {"query": [0]}, {"loudness": 0}, {"target": 7}, {"key": "4"}, {"text": "apple"}, {"row": 10}],
)
def test_nonsense_is_refused_and_leaves_the_lab_as_it_was(setting):
    lab = AttentionLab()
    before = repr(lab)
    ((name, value),) = setting.items()
    with pytest.raises(TraitError):
        setattr(lab, name, value)
    assert repr(lab) == before


ROW = ids_of("gauss")
UNFOLD = "const result = Object.fromEntries(Object.entries(data).map(([name, head]) => [name, widget.unfolded(head)]));"


def gpt(n_blocks=2, n_heads=2):
    """A small GPT in float64 whose weights are large enough for its heads to differ."""
    net = small_gpt(27, 8, 12, n_heads, n_blocks, np.random.default_rng(5), dtype=np.float64)
    for param in net.params():
        param.value[...] = 0.7 * np.random.default_rng(param.value.size).standard_normal(param.value.shape)
    return net


def heads_of(net):
    return Heads("·gauss", shares(net, ROW[:-1]), score_gradients(net, ROW))


def with_one_score_nudged(place, size, n_blocks):
    """``attend`` for a model of so many blocks whose score at the place (block, head, row, column) is another."""
    calls = itertools.count()

    def attend(q, k, v, causal):
        z = q @ k.swapaxes(1, 2) / math.sqrt(q.shape[2])
        if next(calls) % n_blocks == place[0]:
            z[place[1:]] += size
        z[:, np.triu(np.ones(z.shape[1:], bool), 1)] = -np.inf
        p = softmax(z)
        return p @ v, p

    return attend


def test_the_gradient_of_every_score_of_a_model_is_the_answer_to_a_nudge(monkeypatch):
    net = gpt()
    found = score_gradients(net, ROW)
    assert np.abs(found).max() > 0.01
    for place in np.ndindex(found.shape):
        losses = []
        for size in (1e-5, -1e-5):
            monkeypatch.setattr(transformer, "attend", with_one_score_nudged(place, size, 2))
            losses.append(mean_loss(net, [ROW]))
        assert found[place] == pytest.approx((losses[0] - losses[1]) / 2e-5, abs=1e-8), place


@pytest.mark.parametrize("sign", [1, -1])  # the largest may be a rise or a fall
def test_a_model_s_heads_reach_the_script_with_the_digits_that_are_shown(tmp_path, sign):
    heads = heads_of(gpt())
    heads = heads._replace(dz=sign * heads.dz)
    lab = AttentionLab(heads=heads)
    given = json.loads(lab._facts)["given"]
    assert (lab.mode, given["text"]) == ("text", "·gauss")
    script = run_node(AttentionLab, tmp_path, UNFOLD, given["heads"])
    assert list(script) == ["1.1", "1.2", "2.1", "2.2"]
    most = np.abs(heads.dz).max()
    for (b, h), found in zip(np.ndindex(2, 2), script.values(), strict=True):
        np.testing.assert_allclose(found["p"], heads.shares[b, h], atol=5.01e-5)
        np.testing.assert_allclose(found["dz"], heads.dz[b, h], atol=1e-4 * most)
        assert found["weak"] == pytest.approx(np.abs(heads.dz[b, h]).max() / 50, abs=1e-5 * most)
    assert len(lab._facts) < 2000


def test_heads_may_be_plain_lists_and_one_that_is_not_given_is_refused():
    text, p, dz = heads_of(gpt(n_blocks=1, n_heads=3))
    lab = AttentionLab(heads=(text, p.tolist(), dz.tolist()), head="1.3")
    with pytest.raises(TraitError, match=r"head must be one of 1.1, 1.2, 1.3, got '2.1'"):
        lab.head = "2.1"
    assert lab.head == "1.3"
    with pytest.raises(TraitError, match=r"head must be one of 1.1, got '1.2'"):
        AttentionLab(head="1.2")


def bent(part, change):
    """Heads that are right but for one change of their shares or their dz."""
    heads = heads_of(gpt())
    change(getattr(heads, part))
    return heads


FAULTS = {
    "a text, the shares": ["abc", 3, ("ab", [[1]]), ("ab", [[[["x"]]]], []), ("ab", [[1], [1, 2]], [])],
    "2 to 10 letters, got ''": [("", [], [])],
    "2 to 10 letters, got 7": [(7, [], [])],
    r"shape \(blocks, heads, 3, 3\), up to 4 of each, got \(2, 2, 6, 6\)": [heads_of(gpt())._replace(text="abc")],
    r"got \(1, 1, 2, 3\)": [("abc", np.ones((1, 1, 2, 3)), [])],
    r"got \(5, 1, 2, 2\)": [("ab", np.ones((5, 1, 2, 2)), [])],
    r"got \(0, 1, 2, 2\)": [("ab", np.ones((0, 1, 2, 2)), [])],
    r"dz must have the shape of the shares, \(2, 2, 6, 6\), got \(6,\)": [heads_of(gpt())._replace(dz=[0] * 6)],
    "must be finite": [bent("shares", lambda p: p.fill(np.nan)), bent("dz", lambda dz: dz.fill(np.inf))],
    "a letter looks back": [heads_of(gpt())._replace(shares=np.full((2, 2, 6, 6), 1 / 6))],
    "add up to 1": [heads_of(gpt())._replace(shares=np.zeros((2, 2, 6, 6))), bent("shares", lambda p: p.__imul__(1.1))],
    "add up to 0 in each row": [bent("dz", lambda dz: dz.__iadd__(np.tri(6)))],
}


@pytest.mark.parametrize(("why", "heads"), [(why, heads) for why, several in FAULTS.items() for heads in several])
def test_heads_that_are_none_are_refused_by_a_sentence(why, heads):
    with pytest.raises(TraitError, match=rf"^heads.*{why}"):
        AttentionLab(heads=heads)
