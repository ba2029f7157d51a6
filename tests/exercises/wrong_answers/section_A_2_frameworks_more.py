"""Wrong answers to the exercises of page A.2: each must be recognised. Without PyTorch the functions raise an error."""


def gradients(loss, params, x, y):
    """All gradients of each example, found one by one."""
    import torch

    one_by_one = [torch.func.grad(loss)(params, x[n], y[n]) for n in range(len(x))]
    return {name: torch.stack([g[name] for g in one_by_one]) for name in params}


def squares(G):
    return [(g.flatten(1) ** 2).sum(1) for g in G.values()]


WRONG = {
    "A.2.a": [
        lambda loss, params, x, y: sum(squares(gradients(loss, params, x, y))),
        lambda loss, params, x, y: sum(s.sqrt() for s in squares(gradients(loss, params, x, y))),
        lambda loss, params, x, y: squares(gradients(loss, params, x, y))[0].sqrt(),
        lambda loss, params, x, y: squares(gradients(loss, params, x, y))[1].sqrt(),
        lambda loss, params, x, y: sum(squares(gradients(loss, params, x, y))).sqrt().mean(),
        lambda loss, params, x, y: x[:, 0],
    ],
    "A.2.b": [(16, 2048), (64, 2048), (32, 4096), (32, 1024), (32, 32768), (2048, 32), (5, 11), 32],
    "A.2.c": [
        ((1000, 3), (25450, 1)), ((3, 1000), (1, 25450)), ((1000, 3), (1, 25450)), ((3, 1000), (1, 1)),
        ((1, 1000), (25450, 1)), (3, 25450),
    ],
}  # fmt: skip

RIGHT = {"A.2.a": [lambda loss, params, x, y: sum(squares(gradients(loss, params, x, y))).sqrt()]}

NAMED = {
    "A.2.c": {"camera: one backward pass starts from one output": ((3, 1), (25450, 1))},
}
