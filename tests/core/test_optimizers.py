"""The optimizers: two steps of each by hand, fifty beside torch.optim, memory, saving, what they refuse."""

import copy
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optimizing import every_optimizer, params_of, walk

from backprop.contract import Param
from backprop.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    Optimizer,
    RMSProp,
    below_one,
    clip_gradients,
    descend,
)
from backprop.schedules import constant, linear


@pytest.mark.parametrize(
    ("optimizer", "gradients", "path"),
    [
        # 1 − 0.1·2 = 0.8, 0.8 + 0.1·1 = 0.9
        (SGD(0.1), [2, -1], [0.8, 0.9]),
        # shrunk by 1 − 0.1·0.5 = 0.95 first: 0.95 − 0.2 = 0.75, 0.7125 + 0.1 = 0.8125
        (SGD(0.1, decay=0.5), [2, -1], [0.75, 0.8125]),
        # v = 1, 2.5: 1 − 0.1 = 0.9, 0.9 − 0.25 = 0.65
        (Momentum(0.1, beta=0.5), [1, 2], [0.9, 0.65]),
        # v = 1, 2.5; g + v/2 = 1.5, 3.25: 1 − 0.15 = 0.85, 0.85 − 0.325 = 0.525
        (Nesterov(0.1, beta=0.5), [1, 2], [0.85, 0.525]),
        # v = 9, 25; 3/(3 + 1) = 0.75, 4/(5 + 1) = 2/3: 1 − 0.075 = 0.925, 0.925 − 0.2/3
        (AdaGrad(0.1, eps=1.0), [3, 4], [0.925, 0.925 - 0.2 / 3]),
        # v = ¼·4 = 1, ¾·1 + ¼·1 = 1; 2/(1 + 1) = 1, 1/(1 + 1) = ½: 1 − 0.1 = 0.9, 0.9 − 0.05 = 0.85
        (RMSProp(0.1, beta=0.75, eps=1.0), [2, 1], [0.9, 0.85]),
        # m = 1, v = 1, m̂ = 1/½ = 2, v̂ = 1/¼ = 4: 1 − 0.1·2/(2 + 1) = 14/15
        # m = ½·1 + ½·5 = 3, v = ¾·1 + ¼·25 = 7, m̂ = 3/¾ = 4, v̂ = 7/(7/16) = 16: less 0.1·4/(4 + 1) = 0.08
        (Adam(0.1, beta1=0.5, beta2=0.75, eps=1.0), [2, 5], [14 / 15, 14 / 15 - 0.08]),
        # the same steps, each after shrinking by 1 − 0.1·0.5: 0.95 − 1/15 = 53/60, 0.95·53/60 − 0.08
        (AdamW(0.1, beta1=0.5, beta2=0.75, eps=1.0, decay=0.5), [2, 5], [53 / 60, 0.95 * 53 / 60 - 0.08]),
    ],
    ids=["SGD", "SGD decay", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam", "AdamW"],
)
def test_two_steps_worked_by_hand(optimizer, gradients, path):
    np.testing.assert_allclose(walk(copy.deepcopy(optimizer), gradients), path, rtol=1e-14)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (SGD, {"decay": 0.0}),
        (Momentum, {"beta": 0.9}),
        (Nesterov, {"beta": 0.9}),
        (AdaGrad, {"eps": 1e-8}),
        (RMSProp, {"beta": 0.9, "eps": 1e-8}),
        (Adam, {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}),
        (AdamW, {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "decay": 0.01}),
    ],
)
def test_the_defaults_are_those_of_the_text(kind, settings):
    optimizer = kind(0.1)
    assert {name: getattr(optimizer, name) for name in settings} == settings


def test_the_first_step_of_adam_has_the_length_of_the_rate_whatever_the_gradient():
    for g in (1e-4, 1.0, -1e6):
        assert walk(Adam(0.1, eps=1e-12), [g])[0] == pytest.approx(1 - 0.1 * np.sign(g), rel=1e-7)


def test_momentum_without_beta_is_plain_descent():
    gradients = [1, -2, 3, 0.5]
    want = walk(SGD(0.1), gradients)
    for kind in (Momentum, Nesterov):
        np.testing.assert_allclose(walk(kind(0.1, beta=0.0), gradients), want, rtol=1e-15)


def test_constant_gradient_brings_momentum_to_a_stride_of_one_over_one_minus_beta():
    path = walk(Momentum(0.01, beta=0.9), [1.0] * 400)
    assert path[-2] - path[-1] == pytest.approx(0.01 / (1 - 0.9), rel=1e-9)


@pytest.mark.parametrize("kind", [SGD, AdamW], ids=lambda kind: kind.__name__)
def test_decay_shrinks_weights_and_leaves_biases_and_gains_alone(kind):
    assert walk(kind(0.1, decay=0.5), [0, 0], shape=(2, 2)) == pytest.approx([0.95, 0.9025])
    assert walk(kind(0.1, decay=0.5), [0, 0], shape=(1, 1, 1)) == pytest.approx([0.95, 0.9025])
    assert walk(kind(0.1, decay=0.5), [0, 0], shape=(3,)) == [1.0, 1.0]
    np.testing.assert_array_equal(walk(kind(0.1, decay=0.5), [1, 2], (3,)), walk(kind(0.1, decay=0.0), [1, 2], (3,)))


@every_optimizer
def test_the_arrays_are_updated_in_place_and_the_gradients_left_alone(kind):
    w, g = np.ones((2, 3)), np.full((2, 3), 0.5)
    g.flags.writeable = False
    alias = w
    kind(0.1).step(iter([Param("W", w, g)]))
    assert (alias != 1).all()


@every_optimizer
def test_every_rule_goes_downhill_on_a_surface_of_two_dimensions(kind):
    # ½ (w₁² + 4 w₂²), any point: a plain vector works as well as a layer's parameters
    w, optimizer = np.array([1.0, -1.0]), kind(linear(0.1, 0.01, 300))
    for _ in range(300):
        optimizer.step([Param("w", w, w * [1, 4])])
    assert np.abs(w).max() < 0.1


@every_optimizer
def test_parameters_do_not_mix_and_their_order_does_not_matter(kind):
    def run(order):
        rng = np.random.default_rng(0)
        arrays = {name: np.ones((2, 2)) for name in "abc"}
        optimizer = kind(0.1)
        for _ in range(5):
            grads = {name: rng.standard_normal((2, 2)) for name in "abc"}
            optimizer.step([Param(name, arrays[name], grads[name]) for name in order])
        return arrays

    one, other = run("abc"), run("cab")
    for name in "abc":
        np.testing.assert_array_equal(one[name], other[name])
    assert not np.allclose(one["a"], one["b"])


@every_optimizer
def test_float32_parameters_stay_float32_and_so_do_the_memories(kind):
    w, optimizer = np.ones((2, 2), np.float32), kind(0.1)
    for _ in range(3):
        optimizer.step([Param("W", w, np.full((2, 2), 0.5, np.float32))])
    assert w.dtype == np.float32
    assert {array.dtype for key, array in optimizer.state().items() if "/" in key} <= {np.dtype(np.float32)}


@every_optimizer
def test_a_rate_from_a_numpy_grid_gives_the_same_steps_as_a_python_number(kind):
    g = np.random.default_rng(0).standard_normal((20, 20)).astype(np.float32)
    mine, theirs = np.ones((20, 20), np.float32), np.ones((20, 20), np.float32)
    one, other, scheduled = kind(0.3), kind(np.float64(0.3)), kind(lambda step: np.float64(0.3))
    assert type(one.rate) is type(other.rate) is type(scheduled.rate) is float
    for _ in range(3):
        one.step([Param("W", mine, g)])
        other.step([Param("W", theirs, g)])
    np.testing.assert_array_equal(mine, theirs)


@every_optimizer
def test_a_schedule_is_asked_for_step_0_first_and_counts_steps_not_parameters(kind):
    asked = []

    def spy(step):
        asked.append(step)
        return 0.1 / (1 + step)

    w, b = np.ones((1, 1)), np.ones(1)
    optimizer = kind(spy)
    for _ in range(3):
        optimizer.step([Param("W", w, w.copy()), Param("b", b, b.copy())])
    assert asked == [0, 1, 2]
    assert optimizer.rate == pytest.approx(0.025)
    assert optimizer.t == 3


def test_a_scheduled_rate_is_the_rate_of_its_step():
    # rates 0.4, 0.3, 0.2
    assert walk(SGD(linear(0.4, 0.0, 4)), [1, 1, 1]) == pytest.approx([0.6, 0.3, 0.1])


@every_optimizer
def test_without_a_gradient_nothing_moves_and_the_parameter_is_named(kind):
    w, optimizer = np.ones((1, 1)), kind(0.1)
    with pytest.raises(RuntimeError, match=r"'2.b' has no gradient yet"):
        optimizer.step([Param("2.W", w, np.ones((1, 1))), Param("2.b", np.ones(1), None)])
    assert w[0, 0] == 1
    assert optimizer.t == 0


@every_optimizer
def test_a_used_up_generator_is_refused_not_taken_for_a_step(kind):
    w, optimizer = np.ones((1, 1)), kind(0.1)
    params = (param for param in [Param("W", w, np.ones((1, 1)))])
    optimizer.step(params)
    moved = w.copy()
    with pytest.raises(ValueError, match=r"step wants one parameter or more, got none: is this a used-up generator"):
        optimizer.step(params)
    np.testing.assert_array_equal(w, moved)
    assert optimizer.t == 1


@every_optimizer
def test_one_array_twice_in_a_step_is_refused(kind):
    w = np.ones((2, 2))
    with pytest.raises(ValueError, match=rf"^{kind.__name__}.step wants every parameter once, got \['W', 'V'\]"):
        kind(0.1).step([Param("W", w, np.ones((2, 2))), Param("V", w, np.ones((2, 2)))])


@every_optimizer
@pytest.mark.parametrize(
    ("w", "g", "words"),
    [
        (np.ones(3), np.array(6.0), r"'b' shape \(3,\) of float64 and shape \(\) of float64"),  # db = dy.sum()
        (np.ones((3, 1)), np.ones(3), r"shape \(3, 1\) of float64 and shape \(3,\)"),
        (np.ones(3), np.ones((1, 3)), r"shape \(3,\) of float64 and shape \(1, 3\)"),
        (1.0, 0.5, "a float and a float"),
        (np.float64(1.0), np.array(0.5), "a float64 and"),
        (np.ones(3), [1.0, 2.0, 3.0], "and a list"),
        ([1.0], np.ones(1), "a list and"),
        (np.ones(3), 0.5, "and a float"),
        (np.ones(3, int), np.ones(3), "of int64 and"),
        (np.ones(3), np.ones(3, int), "and shape .3,. of int64"),
        (np.ones(3), np.ones(3, complex), "of complex128"),
        (np.ones(3, np.float16), np.zeros(3, np.float16), "of float16 and shape .3,. of float16"),
        (np.ones(3, np.float32), np.zeros(3, np.float16), "of float32 and shape .3,. of float16"),
    ],
)
def test_a_gradient_that_is_not_of_its_parameters_kind_moves_nothing(kind, w, g, words):
    first, optimizer = np.ones((2, 2)), kind(0.1)
    said = rf"^{kind.__name__}.step wants a parameter and its gradient as two arrays of one shape, .*{words}"
    with pytest.raises(ValueError, match=said):
        optimizer.step([Param("W", first, np.ones((2, 2))), Param("b", w, g)])
    np.testing.assert_array_equal(first, np.ones((2, 2)))
    np.testing.assert_array_equal(w, np.ones_like(w))
    assert optimizer.t == 0


@every_optimizer
def test_a_gradient_that_is_the_weight_itself_does_not_shrink_with_it(kind):
    # the gradient of ½ ‖W‖² is W
    optimizers = [kind(0.1, decay=0.5) if "decay" in vars(kind(0.1)) else kind(0.1) for _ in range(3)]
    arrays = [np.arange(1.0, 5.0).reshape(2, 2) for _ in range(3)]
    for _ in range(3):
        for optimizer, w, of in zip(optimizers, arrays, (np.copy, np.asarray, lambda w: w[:]), strict=True):
            optimizer.step([Param("W", w, of(w))])
    np.testing.assert_array_equal(arrays[1], arrays[0])
    np.testing.assert_array_equal(arrays[2], arrays[0])


@every_optimizer
@pytest.mark.parametrize("lr", [-1.0, float("nan"), float("inf"), "0.5", None, np.ones(2), constant])
def test_a_rate_that_went_wrong_later_is_refused_before_anything_moves(kind, lr):
    schedules = [lambda step: lr] if lr is not constant else [lr]
    for optimizer in (kind(0.1), *map(kind, schedules)):
        w = np.ones((1, 1))
        if not callable(optimizer.lr):
            optimizer.lr = lr
        with pytest.raises(ValueError, match=f"^{kind.__name__} wants a finite rate ≥ 0 for step 0, got "):
            optimizer.step(params_of(W=w))
        assert w == 1
        assert optimizer.t == 0


@every_optimizer
def test_a_rate_of_zero_is_a_rate(kind):
    w = np.ones((1, 1))
    kind(0).step(params_of(W=w))
    kind(lambda step: 0.0).step(params_of(W=w))
    assert w == 1
    assert type(kind(0).rate) is float


@every_optimizer
@pytest.mark.parametrize("lr", [-0.1, float("nan"), float("inf"), "0.1", None, np.array([0.1])])
def test_a_rate_below_zero_or_without_end_is_refused(kind, lr):
    with pytest.raises(ValueError, match=f"^{kind.__name__} wants a finite lr ≥ 0 or a schedule"):
        kind(lr)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [(kind, {name: bad}) for kind, name in [(Momentum, "beta"), (Nesterov, "beta"), (RMSProp, "beta"), (Adam, "beta1"),
     (Adam, "beta2"), (AdamW, "beta1"), (AdamW, "beta2")] for bad in (-0.1, 1.0, float("nan"), "0.9")]
    + [(kind, {"eps": bad}) for kind in (AdaGrad, RMSProp, Adam, AdamW) for bad in (0.0, -1e-8, float("nan"), np.inf)]
    + [(kind, {"decay": bad}) for kind in (SGD, AdamW) for bad in (-0.1, float("nan"), np.inf, None)],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused_by_name(kind, settings):
    (name,) = settings
    with pytest.raises(ValueError, match=f"^{kind.__name__} wants .*{name}"):
        kind(0.1, **settings)


@every_optimizer
def test_settings_from_a_numpy_grid_give_the_same_steps_as_python_numbers(kind):
    g = np.random.default_rng(0).standard_normal((20, 20)).astype(np.float32)
    settings = {
        name: value for name, value in vars(kind(0.1)).items() if name in ("beta", "beta1", "beta2", "eps", "decay")
    }
    one, other = kind(0.1, **settings), kind(0.1, **{name: np.float64(value) for name, value in settings.items()})
    mine, theirs = np.ones((20, 20), np.float32), np.ones((20, 20), np.float32)
    for _ in range(3):
        one.step([Param("W", mine, g)])
        other.step([Param("W", theirs, g)])
    np.testing.assert_array_equal(mine, theirs)
    assert repr(one) == repr(other)


@pytest.mark.parametrize("kind", [SGD, AdamW], ids=lambda kind: kind.__name__)
def test_decay_has_to_be_named_since_elsewhere_the_second_number_is_momentum(kind):
    with pytest.raises(TypeError, match="positional argument"):
        kind(0.1, *[0.9] * (len(vars(kind(0.1))) - 3))


def test_an_optimizer_without_a_rule_says_so():
    with pytest.raises(NotImplementedError, match="Optimizer has no rule"):
        walk(Optimizer(0.1), [1])


@every_optimizer
def test_fifty_steps_beside_pytorch(kind):
    torch = pytest.importorskip("torch", reason="PyTorch is an optional referee")
    optim = torch.optim
    # Settings away from the defaults, so that none can be ignored.
    mine, theirs, settings = {
        SGD: (SGD(0.02, decay=0.3), optim.SGD, {}),
        Momentum: (Momentum(0.02, beta=0.8), optim.SGD, {"momentum": 0.8}),
        Nesterov: (Nesterov(0.02, beta=0.8), optim.SGD, {"momentum": 0.8, "nesterov": True}),
        AdaGrad: (AdaGrad(0.02, eps=1e-3), optim.Adagrad, {"eps": 1e-3}),
        RMSProp: (RMSProp(0.02, beta=0.7, eps=1e-3), optim.RMSprop, {"alpha": 0.7, "eps": 1e-3}),
        Adam: (Adam(0.02, 0.7, 0.95, eps=1e-3), optim.Adam, {"betas": (0.7, 0.95), "eps": 1e-3}),
        AdamW: (AdamW(0.02, 0.7, 0.95, 1e-3, decay=0.3), optim.AdamW, {"betas": (0.7, 0.95), "eps": 1e-3}),
    }[kind]
    rng = np.random.default_rng(0)
    arrays = {"W": rng.standard_normal((3, 4)), "b": rng.standard_normal(4)}
    tensors = {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}
    decay = {"W": getattr(mine, "decay", 0.0), "b": 0.0}
    groups = [{"params": [tensors[name]], "weight_decay": decay[name]} for name in "Wb"]
    theirs = theirs(groups, lr=0.02, **settings)
    for _ in range(50):
        scale = {name: rng.standard_normal(array.shape) for name, array in arrays.items()}
        mine.step([Param(name, arrays[name], scale[name] * np.sin(arrays[name])) for name in "Wb"])
        for name, tensor in tensors.items():
            tensor.grad = torch.tensor(scale[name]) * torch.sin(tensor.detach())
        theirs.step()
        for name, tensor in tensors.items():
            np.testing.assert_allclose(arrays[name], tensor.detach().numpy(), rtol=0, atol=1e-10)


def gradients(*arrays):
    return [Param(str(index), np.zeros_like(g), g) for index, g in enumerate(arrays)]


def test_clipping_worked_by_hand():
    params = gradients(np.array([[3.0, 0.0]]), np.array([4.0]))
    # √(9 + 16) = 5, scaled to 1
    assert clip_gradients(params, 1.0) == 5.0
    np.testing.assert_allclose(params[0].grad, [[0.6, 0.0]], rtol=1e-15)
    np.testing.assert_allclose(params[1].grad, [0.8], rtol=1e-15)


def test_clipping_leaves_short_gradients_bit_for_bit():
    params = gradients(np.array([[3.0, 0.0]]), np.array([4.0]))
    assert clip_gradients(iter(params), 5.0) == 5.0
    assert clip_gradients(gradients(np.zeros(3)), 1.0) == 0.0
    np.testing.assert_array_equal(params[0].grad, [[3, 0]])


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6), st.floats(0.01, 100))
def test_after_clipping_the_joint_norm_is_the_smaller_of_the_two_and_the_direction_is_kept(numbers, max_norm):
    before = np.array(numbers)
    params = gradients(before.copy(), np.array([[2.0]]))
    norm = clip_gradients(params, max_norm)
    after = np.append(params[0].grad, params[1].grad)
    assert norm == pytest.approx(np.sqrt((before**2).sum() + 4), rel=1e-12)
    assert np.sqrt((after**2).sum()) == pytest.approx(min(norm, max_norm), rel=1e-12)
    np.testing.assert_allclose(after * norm, np.append(before, 2.0) * min(norm, max_norm), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("max_norm", [0.0, -1.0, float("nan")])
def test_clipping_refuses_a_norm_that_is_not_above_zero(max_norm):
    with pytest.raises(ValueError, match="clip_gradients wants max_norm > 0"):
        clip_gradients(gradients(np.ones(2)), max_norm)


def test_clipping_without_gradients_names_the_parameter_and_changes_nothing():
    first = Param("0.W", np.zeros(2), np.array([30.0, 40.0]))
    with pytest.raises(RuntimeError, match=r"'0.b' has no gradient yet"):
        clip_gradients([first, Param("0.b", np.zeros(2), None)], 1.0)
    np.testing.assert_array_equal(first.grad, [30, 40])


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan, 1e200])
def test_gradients_without_a_length_cannot_be_clipped_and_stay_as_they_are(bad):
    params = gradients(np.array([30.0, 40.0]), np.array([1.0, bad]))
    with pytest.raises(ValueError, match=r"gradients of finite length, got one of (inf|nan): no factor can mend that"):
        clip_gradients(params, 1.0)
    np.testing.assert_array_equal(params[0].grad, [30, 40])
    np.testing.assert_array_equal(params[1].grad, [1, bad])


def test_clipping_a_used_up_generator_or_one_gradient_twice_is_refused():
    params = gradients(np.array([30.0, 40.0]))
    generator = iter(params)
    assert clip_gradients(generator, 100.0) == 50
    with pytest.raises(ValueError, match=r"^clip_gradients wants one parameter or more, .* clip_gradients\(net.params"):
        clip_gradients(generator, 1.0)
    with pytest.raises(ValueError, match=r"^clip_gradients wants every parameter once, got \['0', '0'\]"):
        clip_gradients(params * 2, 1.0)
    np.testing.assert_array_equal(params[0].grad, [30, 40])


def test_the_gradients_of_two_networks_are_clipped_together():
    one, other = gradients(np.array([3.0])), gradients(np.array([4.0]))
    assert clip_gradients([*one, *other], 1.0) == 5
    assert [*one[0].grad, *other[0].grad] == pytest.approx([0.6, 0.8])


def test_gradients_whose_squares_overflow_float32_are_clipped_and_not_lost():
    params = gradients(np.array([3e25, 4e25], np.float32))
    assert clip_gradients(params, 1.0) == pytest.approx(5e25, rel=1e-6)
    np.testing.assert_allclose(params[0].grad, [0.6, 0.8], rtol=1e-6)
    assert params[0].grad.dtype == np.float32


def test_a_path_holds_the_start_and_every_point_after_it():
    start = np.array([1.0, -2.0])
    path = descend(lambda w: w * [1, 4], start, Momentum(0.1, 0.5), 2)
    # first w: v = 1, 1.4; second: v = -8, -8.8: -2 + 0.8 = -1.2, g = -4.8, v = -8.8, -1.2 + 0.88 = -0.32
    np.testing.assert_allclose(path, [[1, -2], [0.9, -1.2], [0.76, -0.32]], rtol=1e-14)
    np.testing.assert_array_equal(start, [1, -2])  # and leaves the caller's start alone


def test_a_path_ends_before_it_passes_a_given_distance():
    path = descend(lambda w: w, [1], SGD(3.0), 50, far=64)  # the factor is -2
    np.testing.assert_array_equal(path[:, 0], [1, -2, 4, -8, 16, -32, 64])
    assert path.dtype == np.float64


def test_a_rule_of_your_own_says_the_range_of_its_number_once():
    """Made inside the test: the package's rules are made while it is imported."""

    @dataclass
    class Shrinking(Optimizer):
        factor: float = below_one(default=0.5, kw_only=True)

    assert Shrinking(0.1).factor == 0.5
    assert Shrinking(0.1, factor=0.9).factor == 0.9
    with pytest.raises(TypeError, match="positional"):
        Shrinking(0.1, 0.9)
    with pytest.raises(ValueError, match=r"Shrinking wants 0 ≤ factor < 1, got 1.5"):
        Shrinking(0.1, factor=1.5)
