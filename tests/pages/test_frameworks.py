"""Appendix A: its pages are skipped with a reason where the frameworks are missing, and its claims hold."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest

from backprop.contract import Param
from backprop.gradcheck import relative_error
from backprop.losses import SoftmaxCrossEntropy
from backprop.optimizers import Adam
from tools import notebooks

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "book/appendices").glob("frameworks*.ipynb"))
WITHOUT = """
import importlib.util, sys
import pytest
real = importlib.util.find_spec
missing = ("torch", "jax", "keras", "optax", "flax")
importlib.util.find_spec = lambda name, *more: None if name in missing else real(name, *more)
sys.exit(pytest.main(sys.argv[1:]))
"""


def optional(name: str):
    return pytest.importorskip(name, reason=f"{name} is optional: make frameworks")


def optional_keras(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")  # read when Keras is imported
    keras = optional("keras")
    keras.config.set_floatx("float32")  # as it begins; a page that ran in this process has said otherwise
    return keras


# The optional environment


def test_only_the_pages_on_frameworks_import_one():
    importing = [
        path for path in (ROOT / "book").rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts and notebooks.IMPORTS_FRAMEWORK.search(path.read_text("utf-8"))
    ]  # fmt: skip
    assert len(PAGES) == 5
    assert sorted(importing) == PAGES


@pytest.mark.parametrize(
    ("installed", "missing"), [((), ["jax", "torch"]), (("torch",), ["jax"]), (("torch", "jax"), [])]
)
def test_a_page_names_the_frameworks_that_it_lacks(tmp_path, monkeypatch, installed, missing):
    source = "import numpy as np\nimport torch\nfrom jax import grad\n# import keras is only mentioned"
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    path = tmp_path / "page.ipynb"
    path.write_text(nbformat.writes(page), encoding="utf-8")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name in installed or None)
    assert notebooks.missing_frameworks(path) == missing


def test_without_the_frameworks_the_pages_are_skipped_and_the_reason_is_told():
    command = [sys.executable, "-c", WITHOUT, "-rs", "-p", "no:xdist", "--nbval", "--nbval-current-env", PAGES[0]]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"\d+ skipped in", result.stdout)
    assert "passed" not in result.stdout
    assert "jax, keras, torch not installed (make frameworks)" in result.stdout


def test_without_the_frameworks_a_page_is_left_as_it_is(tmp_path, monkeypatch, capsys):
    path = tmp_path / "page.ipynb"
    path.write_text('"import torch\\n"', encoding="utf-8")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    notebooks.main(["run", str(path)])
    assert path.read_text(encoding="utf-8") == '"import torch\\n"'
    assert "left as it is: torch not installed (make frameworks)" in capsys.readouterr().out


def test_the_frameworks_have_exact_versions():
    lines = (ROOT / "requirements/frameworks.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.split("#")[0].split(";")[0].strip() for line in lines]
    assert {pin.split("==")[0] for pin in pins if pin} >= {"torch", "jax", "jaxlib", "keras"}
    assert [pin for pin in pins if pin and not re.fullmatch(r"[a-z]+==[\d.]+(\+cpu)?", pin)] == []


def test_the_page_of_messages_names_the_versions_that_are_installed():
    page = (ROOT / "book/appendices/frameworks_questions.ipynb").read_text(encoding="utf-8")
    pins = (ROOT / "requirements/frameworks.txt").read_text(encoding="utf-8")
    torch, jax = re.search(r"messages are those of PyTorch (\S+) and JAX (\S+),", page).groups()
    assert set(re.findall(r"^torch==(\d+\.\d+)", pins, re.M)) == {torch}
    assert set(re.findall(r"^jax==(\d+\.\d+)", pins, re.M)) == {jax}


# What the pages say of a node whose backward pass leaves PyTorch


def test_a_second_derivative_that_lacks_a_part_is_off_by_9_to_108_percent():
    torch = optional("torch")
    grad = torch.autograd.grad

    class Fused(torch.autograd.Function):
        @staticmethod
        def forward(ctx, z, labels):
            ctx.loss = SoftmaxCrossEntropy()
            return z.new_tensor(ctx.loss.forward(z.detach().numpy(), labels.numpy()))

        @staticmethod
        def backward(ctx, dy):
            return dy * torch.tensor(ctx.loss.backward()), None

    def penalty_gradient(loss_of):
        (dx,) = grad(loss_of(x @ W, y), x, create_graph=True)
        return grad((dx**2).sum(), W)[0]

    errors = []
    for seed in range(1000, 1200):
        rng = np.random.default_rng(seed)
        x = torch.tensor(rng.normal(size=(5, 3)), requires_grad=True)
        W = torch.tensor(rng.normal(size=(3, 4)), requires_grad=True)
        y = torch.tensor(rng.integers(4, size=5))
        right = penalty_gradient(torch.nn.functional.cross_entropy)
        errors.append(relative_error(penalty_gradient(Fused.apply), right))
    assert (round(min(errors), 2), round(max(errors), 2)) == (0.09, 1.08)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda torch: (torch.ones(4), torch.ones(4)), "incorrect number of gradients"),
        (lambda torch: torch.ones(4, device="meta"), "expected device cpu"),
        (lambda torch: torch.ones(3), "invalid gradient"),
        (lambda torch: torch.ones(5, 4), None),
    ],
    ids=["two answers", "another device", "three numbers", "five rows"],
)
def test_pytorch_checks_how_many_answers_come_on_which_device_and_whether_they_fit(answer, said):
    torch = optional("torch")

    class Sum(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.sum()

        @staticmethod
        def backward(ctx, dy):
            return answer(torch)

    x = torch.ones(4, requires_grad=True)
    if said:
        with pytest.raises(RuntimeError, match=said):
            Sum.apply(x).backward()
        return
    Sum.apply(x).backward()
    assert x.grad.tolist() == [5, 5, 5, 5]


@pytest.mark.parametrize(("last", "silent"), [(True, True), (False, False)])
def test_once_differentiable_is_silent_behind_a_last_node(last, silent):
    """`dy` is 1 there, and the mark looks at `dy` alone; where another node follows, it raises."""
    torch = optional("torch")

    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.x = x.detach().numpy()
            return x.new_tensor((ctx.x**2).sum())

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx, dy):
            return dy * torch.tensor(2 * ctx.x)

    x = torch.tensor([1.0, 2.0], requires_grad=True)
    w = torch.tensor(3.0, requires_grad=True)
    y = Square.apply(w * x)
    (dx,) = torch.autograd.grad(y if last else y**2, x, create_graph=True)
    if not silent:
        with pytest.raises(RuntimeError, match="marked with @once_differentiable"):
            (dx**2).sum().backward()
        return
    (dx**2).sum().backward()  # dx = 2w²x, so Σ dx² = 20 w⁴ and its slope 80 w³ = 2160
    assert w.grad.item() == pytest.approx(1080)  # half of it: one of the two w in w² is taken for a constant


def test_a_backward_pass_knows_whether_it_is_recorded():
    torch = optional("torch")
    recorded = []

    class Copy(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.clone()

        @staticmethod
        def backward(ctx, dy):
            recorded.append(torch.is_grad_enabled())
            return dy

    x = torch.ones(2, requires_grad=True)
    for create_graph in (False, True):
        torch.autograd.grad(Copy.apply(x).sum(), x, create_graph=create_graph)
    assert recorded == [False, True]
    recorded.clear()
    assert torch.autograd.gradcheck(Copy.apply, (torch.ones(2, dtype=torch.float64, requires_grad=True),))
    assert not any(recorded)


@pytest.mark.parametrize("with_dy", [False, True])
def test_a_constant_backward_pass_stops_only_if_nothing_else_is_on_the_tape(with_dy):
    torch = optional("torch")

    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.x = x.detach()
            return x**2

        @staticmethod
        def backward(ctx, dy):
            return dy * 2 * ctx.x

    x, dy = torch.tensor(3.0, requires_grad=True), torch.tensor(1.0, requires_grad=with_dy)
    (dx,) = torch.autograd.grad(Square.apply(x), x, dy, create_graph=True)
    if with_dy:
        dx.backward()
        assert (dy.grad.item(), x.grad) == (6, None)  # the second derivative, 2, is missing
        return
    with pytest.raises(RuntimeError, match="does not require grad"):
        dx.backward()


def test_a_factor_from_a_saved_input_is_differentiated_and_the_mark_is_no_full_guard():
    torch = optional("torch")
    grad = torch.autograd.grad

    class Saved(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**2

        @staticmethod
        def backward(ctx, dy):
            return dy * 2 * ctx.saved_tensors[0]

    class Marked(Saved):
        backward = staticmethod(torch.autograd.function.once_differentiable(Saved.backward))

    x = torch.tensor([5.0], dtype=torch.float64, requires_grad=True)

    def second(y):
        return grad(grad(y, x, create_graph=True)[0], x)[0].item()

    assert second(Saved.apply(x) ** 2) == 300
    assert torch.autograd.gradgradcheck(Saved.apply, x)
    assert second(Saved.apply(x) ** 2 + x**3) == 330
    assert second(Marked.apply(x) ** 2 + x**3) == 30
    with pytest.raises(RuntimeError):
        second(Marked.apply(x) ** 2)


def test_a_change_through_data_is_not_counted():
    torch = optional("torch")
    right, wrong = (torch.tensor([0.0, 2.0], requires_grad=True) for _ in range(2))
    (torch.sigmoid(right) * 2).sum().backward()
    a = torch.sigmoid(wrong)
    a.data *= 2
    a.sum().backward()  # a (1 - a) of the doubled a
    assert right.grad.tolist() == pytest.approx([0.5, 0.21], abs=0.005)
    assert wrong.grad.tolist() == pytest.approx([0, -1.34], abs=0.005)


def test_the_message_on_an_operation_in_place_tells_a_shape_and_two_counts():
    torch = optional("torch")
    w = torch.ones(1, 2, requires_grad=True)
    x = torch.ones(1, 2, requires_grad=True)
    y = torch.nn.functional.linear(x, w) ** 2
    with torch.no_grad():
        w *= 2
    with pytest.raises(RuntimeError, match=r"\[2, 1\]\], .* is at version 1; expected version 0 instead"):
        y.sum().backward()


@pytest.mark.parametrize("filled", [True, False])
def test_rows_that_are_filled_in_break_the_tape_and_rows_in_a_list_do_not(filled):
    torch = optional("torch")
    w = torch.ones(3, requires_grad=True)
    h, rows = torch.zeros(4, 3), [torch.zeros(3)]
    for t in range(3):
        if filled:
            h[t + 1] = torch.tanh(h[t] * w + 1)
        rows.append(torch.tanh(rows[t] * w + 1))
    if filled:
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            h.sum().backward()
    else:
        torch.stack(rows).sum().backward()
        assert w.grad.all()


# What the pages say of a tape that is walked twice


@pytest.mark.parametrize(
    ("cure", "pushed"), [("none", None), ("detach", False), ("retain_graph", True), ("one sum", True)]
)
def test_only_detach_keeps_the_loss_of_d_from_g(cure, pushed):
    torch = optional("torch")
    g, d = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    fake = g**2
    loss_d = (d * (fake.detach() if cure == "detach" else fake)).sum()
    loss_g = -(d.detach() * fake).sum()  # its gradient is -2
    if cure == "one sum":
        (loss_d + loss_g).backward()
    else:
        loss_d.backward(retain_graph=cure == "retain_graph")
        if cure == "none":
            with pytest.raises(RuntimeError, match="a second time"):
                loss_g.backward()
            return
        loss_g.backward()
    assert torch.equal(g.grad, torch.tensor([-2.0, -2.0])) == (not pushed)


def test_a_loss_that_is_added_up_is_walked_again_in_the_next_batch():
    torch = optional("torch")
    w, total = torch.ones(1, requires_grad=True), 0.0
    total = total + (w**2).sum()
    total.backward()
    total = total + (w**2).sum()
    with pytest.raises(RuntimeError, match="a second time"):
        total.backward()


# What the pages say of a .grad that is None


def test_a_leaf_that_nobody_asked_a_gradient_for_comes_of_a_step_out_of_place():
    torch = optional("torch")
    w = torch.ones(2, requires_grad=True)
    (w**2).sum().backward()
    with torch.no_grad():
        new = w - 0.1 * w.grad
        w -= 0.1 * w.grad
    assert (new.is_leaf, new.requires_grad, new.grad) == (True, False, None)
    assert (w.is_leaf, w.requires_grad) == (True, True)
    assert w.grad is not None


def test_a_custom_vjp_can_be_differentiated_twice_in_reverse_and_not_in_forward_mode():
    jax = optional("jax")

    def twice(kept):
        f = jax.custom_vjp(lambda x: x**2)
        f.defvjp(lambda x: (x**2, kept(x)), lambda x, dy: (dy * 2 * x,))
        return jax.grad(jax.grad(f))(3.0), f

    right, f = twice(lambda x: x)
    silent, _ = twice(jax.lax.stop_gradient)
    assert (right, silent) == (2, 0)
    with pytest.raises(TypeError, match="forward-mode"):
        jax.jvp(f, (3.0,), (1.0,))
    assert jax.hessian(f)(3.0) == 2
    f.defvjp(lambda x: (f(x), x), lambda x, dy: (dy * 2 * x,))  # as in JAX's documentation
    assert jax.grad(jax.grad(f))(3.0) == 2
    with pytest.raises(TypeError, match="forward-mode"):
        jax.hessian(f)(3.0)


def test_a_custom_jvp_can_be_differentiated_in_both_directions():
    jax = optional("jax")
    f = jax.custom_jvp(lambda x: x**2)
    f.defjvp(lambda at, along: (f(*at), 2 * at[0] * along[0]))
    assert (jax.grad(f)(3.0), jax.jvp(f, (3.0,), (1.0,))[1], jax.hessian(f)(3.0)) == (6, 6, 2)


# What the pages say of mistakes that raise no error


@pytest.mark.parametrize(("size", "dtype", "runs"), [(4, np.float32, 1), (5, np.float32, 2), (4, np.int32, 2)])
def test_under_jit_python_runs_a_step_once_for_each_shape_and_type(size, dtype, runs):
    jax = optional("jax")
    ran = []

    def loss(w, x):
        ran.append(w)
        return (w * x).sum() ** 2

    step = jax.jit(lambda w, x: w - 0.1 * jax.grad(loss)(w, x))
    for x in (np.ones(4, np.float32), np.zeros(4, np.float32), np.ones(size, dtype)):
        step(1.0, x)
    assert len(ran) == runs


def test_jax_hands_dicts_back_sorted_by_their_keys():
    jax = optional("jax")
    params = {"b": 1.0, "a": 2.0, "2.W": 3.0, "10.W": 4.0}
    assert list(jax.jit(lambda params: params)(params)) == ["10.W", "2.W", "a", "b"]


def test_keras_turns_float64_into_float32_without_a_word(monkeypatch):
    keras = optional_keras(monkeypatch)
    layer = keras.layers.Dense(2, use_bias=False)
    layer.build((None, 3))
    layer.set_weights([np.ones((3, 2))])
    assert layer(np.ones((1, 3))).dtype == "float32"


def test_jit_takes_a_global_for_a_constant():
    jax = optional("jax")
    batch = {"x": 2.0}
    step = jax.jit(lambda w: w * batch["x"])
    first = step(1.0)
    batch["x"] = 5.0
    assert (first, step(1.0)) == (2, 2)


@pytest.mark.parametrize(("once", "runs"), [(True, 1), (False, 3)])
def test_a_new_gradient_in_every_step_is_compiled_in_every_step(once, runs):
    jax = optional("jax")
    ran = []

    def loss(w):
        ran.append(w)
        return w**2

    compiled = jax.jit(jax.grad(loss))
    for _ in range(3):
        (compiled if once else jax.jit(jax.grad(loss)))(1.0)
    assert len(ran) == runs


def test_a_cross_entropy_of_keras_takes_sure_logits_for_probabilities_and_learns_nothing(monkeypatch):
    jax, keras = optional("jax"), optional_keras(monkeypatch)
    loss = keras.losses.SparseCategoricalCrossentropy()
    value, slope = jax.value_and_grad(lambda z: loss(np.array([0]), z))(jax.numpy.array([[4.0, 0.0, 0.0]]))
    assert value == pytest.approx(1e-7, rel=0.5)
    assert not np.any(slope)


def test_apply_if_finite_lets_the_next_bad_step_through():
    optax = optional("optax")
    optimizer, w = optax.apply_if_finite(optax.sgd(1.0), 2), np.float32(0)
    state, weights = optimizer.init(w), []
    for _ in range(3):
        update, state = optimizer.update(np.float32(np.nan), state, w)
        w = optax.apply_updates(w, update)
        weights.append(float(w))
    np.testing.assert_equal(weights, [0, 0, np.nan])


# What the pages say of Adam: an ε beside the uncorrected √v acts like one that is 1 / √(1 − β₂ᵗ) as large


@pytest.mark.parametrize("t", [1, 10, 1000])
def test_the_other_form_of_adam_is_ours_with_a_larger_epsilon(t):
    g, lr, eps_hat = 1e-6, 0.1, 1e-7
    ours = Adam(lr, eps=eps_hat / np.sqrt(1 - 0.999**t))
    w = np.zeros(1)
    for _ in range(t):
        before = w.copy()
        ours.step([Param("w", w, np.array([g]))])
    m, v = g * (1 - 0.9**t), g * g * (1 - 0.999**t)
    rate = lr * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    np.testing.assert_allclose(before - w, rate * m / (np.sqrt(v) + eps_hat), rtol=1e-9)
