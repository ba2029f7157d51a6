"""Appendix A.2: what the page says of many gradients at once, of compiling, of inference mode and of float16 holds."""

import warnings

import numpy as np
import pytest
from test_frameworks import optional

from backprop.data import mnist_sample
from backprop.gradcheck import relative_error


def mean_loss_of(torch, net):
    """The loss as a function of the parameters, as the page has it, and the same for one example."""

    def mean_loss(params, x, y):
        return torch.nn.functional.cross_entropy(torch.func.functional_call(net, params, (x,)), y)

    return mean_loss, lambda params, x, y: mean_loss(params, x[None], y[None])


def test_a_function_for_one_example_makes_a_batch_of_one_where_flatten_wants_a_batch():
    torch = optional("torch")
    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(12, 3))
    params = {name: w.detach().clone() for name, w in net.named_parameters()}
    x, y = torch.randn(7, 1, 3, 4), torch.arange(7) % 3
    mean_loss, one_loss = mean_loss_of(torch, net)
    in_dims, whole = (None, 0, 0), torch.func.grad(mean_loss)(params, x, y)
    rows = torch.func.vmap(torch.func.grad(one_loss), in_dims)(params, x, y)
    for name in params:
        torch.testing.assert_close(rows[name].mean(0), whole[name])
    with pytest.raises(ValueError, match="batch_size"):
        torch.func.vmap(torch.func.grad(mean_loss), in_dims)(params, x, y)


@pytest.mark.parametrize(
    ("norm", "sizes", "statistics", "mode", "right"),
    [
        ("BatchNorm2d", (4,), {}, "train", None),  # an error
        ("BatchNorm2d", (4,), {}, "eval", True),
        ("BatchNorm2d", (4,), {"track_running_stats": False}, "train", False),
        ("BatchNorm2d", (4,), {"track_running_stats": False}, "eval", False),
        ("GroupNorm", (2, 4), {}, "train", True),
    ],
)
def test_rows_of_batch_norm_fail_aloud_or_silently_and_a_layer_that_sees_one_example_is_right(
    norm, sizes, statistics, mode, right
):
    torch = optional("torch")
    torch.manual_seed(0)
    nn = torch.nn
    middle = getattr(nn, norm)(*sizes, **statistics)
    net = nn.Sequential(nn.Conv2d(1, 4, 3), middle, nn.ReLU(), nn.Flatten(), nn.Linear(144, 10))
    getattr(net, mode)()
    params = {name: w.detach().clone() for name, w in net.named_parameters()}
    x, y = torch.randn(20, 1, 8, 8), torch.randint(10, (20,))
    mean_loss, one_loss = mean_loss_of(torch, net)
    rows = torch.func.vmap(torch.func.grad(one_loss), (None, 0, 0))
    if right is None:
        with pytest.raises(RuntimeError, match="in-place"):
            rows(params, x, y)
        return
    mean, whole = rows(params, x, y)["0.weight"].mean(0), torch.func.grad(mean_loss)(params, x, y)["0.weight"]
    assert (relative_error(mean.numpy(), whole.numpy()) < 1e-4) == right


def test_what_inference_mode_computed_can_be_saved_once_it_is_copied_outside():
    torch = optional("torch")
    w = torch.ones(3, requires_grad=True)
    with torch.inference_mode():
        p = torch.ones(3) * 2
        inside = p.clone()
    (p.clone() * w).sum().backward()
    assert w.grad.tolist() == [2, 2, 2]
    with pytest.raises(RuntimeError, match="Inference tensors cannot be saved"):
        (inside * w).sum().backward()


def test_a_compiled_print_runs_at_each_call_in_pytorch_and_only_while_it_is_recorded_in_jax(capsys):
    torch, jax = optional("torch"), optional("jax")

    def twice(x):
        y = 2 * x
        print("computed", y)
        return y + 1

    compiled = torch.compile(twice, backend="eager"), jax.jit(twice)
    for f, one, times in zip(compiled, (torch.ones(2), jax.numpy.ones(2)), (3, 1), strict=True):
        for _ in range(3):
            f(one)
        assert capsys.readouterr().out.count("computed") == times
    with pytest.raises(Exception, match="print"):  # of a lambda, for which no program has been kept
        torch.compile(lambda x: twice(x), backend="eager", fullgraph=True)(torch.ones(2))


def test_a_draw_from_numpy_is_frozen_into_a_program_of_jit():
    jax, rng = optional("jax"), np.random.default_rng(0)
    noisy = jax.jit(lambda x: x + rng.normal())
    assert len({float(noisy(np.float32(0))) for _ in range(3)}) == 1


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    ("activation", "depth", "scale", "low", "high"),
    [
        ("Sigmoid", 4, 1, 0.1, 0.2),
        ("Sigmoid", 4, 512, 0, 0.002),
        ("Sigmoid", 8, 512, 0.5, 0.8),
        ("Tanh", 4, 1, 0, 0.002),
    ],
)
def test_float16_fails_where_the_mean_and_the_sigmoids_make_numbers_small(seed, activation, depth, scale, low, high):
    torch = optional("torch")
    data = mnist_sample()
    x, y = torch.tensor(data.x_train[:500]), torch.tensor(data.y_train[:500])
    torch.manual_seed(seed)
    f = getattr(torch.nn, activation)
    layers = [layer for n in (784, *[32] * (depth - 1)) for layer in (torch.nn.Linear(n, 32), f())]
    net, found = torch.nn.Sequential(*layers, torch.nn.Linear(32, 10)), []
    for dtype, factor in ((torch.float32, 1), (torch.float16, scale)):
        z = net[0].to(dtype)(x.to(dtype))
        loss = factor * torch.nn.functional.cross_entropy(net[1:].to(dtype)(z), y)
        delta, dW = torch.autograd.grad(loss, (z, net[0].weight))
        found.append(dW.float().numpy() / factor)
        if (activation, depth, dtype) == ("Sigmoid", 4, torch.float32):
            assert delta.abs().max() < 5e-7 < 8.5 * 2**-24  # eight steps of float16
    assert low <= relative_error(*found) < high


@pytest.mark.parametrize(("step", "lowest"), [(0, -0.85), (10, -0.25), (30, -0.07), (60, -0.05)])
def test_on_the_way_the_hessian_has_negative_eigenvalues(step, lowest):
    torch, linalg = optional("torch"), pytest.importorskip("scipy.sparse.linalg")
    torch.manual_seed(0)
    data = mnist_sample()
    x, y = torch.tensor(data.x_train[:500]), torch.tensor(data.y_train[:500])
    net = torch.nn.Sequential(torch.nn.Linear(784, 32), torch.nn.Tanh(), torch.nn.Linear(32, 10))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
    for _ in range(step):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(x), y).backward()
        optimizer.step()
    params, x = [w.detach().double() for w in net.parameters()], x.double()
    sizes, n = [w.numel() for w in params], sum(w.numel() for w in params)

    def loss(w):
        W1, b1, W2, b2 = (part.reshape(p.shape) for part, p in zip(w.split(sizes), params, strict=True))
        return torch.nn.functional.cross_entropy(torch.tanh(x @ W1.T + b1) @ W2.T + b2, y)

    w = torch.cat([p.flatten() for p in params]).requires_grad_()
    (dw,) = torch.autograd.grad(loss(w), w, create_graph=True)

    def times(v):
        return torch.autograd.grad(dw, w, torch.tensor(v.ravel()), retain_graph=True)[0].numpy()

    start = np.random.default_rng(0).normal(size=n)
    H = linalg.LinearOperator((n, n), matvec=times, dtype=float)
    found = linalg.eigsh(H, 1, which="SA", tol=1e-3, v0=start, return_eigenvectors=False)
    assert found[0] == pytest.approx(lowest, abs=0.005)


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize(
    ("way", "warns"), [({}, True), ({"use_reentrant": True}, True), ({"use_reentrant": False}, False)]
)
def test_the_older_checkpointing_is_the_default_and_warns_without_a_tape_too(way, warns, recorded):
    torch = optional("torch")
    net = torch.nn.Linear(4, 3)
    with warnings.catch_warnings(record=True, action="always") as caught, torch.set_grad_enabled(recorded):
        y = torch.utils.checkpoint.checkpoint(net, torch.ones(2, 4), **way)
    assert any("None of the inputs" in str(warning.message) for warning in caught) == warns
    assert y.requires_grad == (recorded and not warns)


def test_checkpointing_updates_the_averages_of_batch_norm_twice():
    torch = optional("torch")
    norm = torch.nn.BatchNorm1d(4)
    x = torch.arange(32.0).reshape(8, 4).requires_grad_()
    torch.utils.checkpoint.checkpoint(norm, x, use_reentrant=False).sum().backward()
    assert norm.num_batches_tracked == 2


@pytest.mark.parametrize("only_length", [False, True])
def test_chunks_of_examples_save_memory_only_if_no_row_is_returned(only_length):
    torch = optional("torch")
    from backprop.examples.peak_memory import PeakMemory

    x, y, w = torch.randn(500, 2500), torch.randn(500, 10), torch.zeros(2500, 10)
    row = torch.func.grad(lambda w, x, y: ((x @ w - y) ** 2).sum())
    each = (lambda w, x, y: row(w, x, y).norm()) if only_length else row
    with PeakMemory() as memory:
        torch.func.vmap(each, in_dims=(None, 0, 0), chunk_size=10)(w, x, y)
    assert memory.most < 10e6 if only_length else memory.most > 50e6  # all rows together are 50 MB


@pytest.mark.parametrize(("scale", "back"), [(32, 1.86e-9), (2048, 0.99e-9)])
def test_what_float16_does_not_round_to_zero_may_still_be_wrong(scale, back):
    assert np.float32(np.float16(scale * 1e-9)) / scale == pytest.approx(back, rel=0.01)


def test_jax_multiplies_bfloat16_and_float32_in_float32():
    jax = optional("jax")
    narrow, wide = jax.numpy.ones((2, 2), "bfloat16"), jax.numpy.ones((2, 2), "float32")
    assert [(narrow @ other).dtype for other in (narrow, wide)] == ["bfloat16", "float32"]
