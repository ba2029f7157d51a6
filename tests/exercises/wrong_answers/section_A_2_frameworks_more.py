"""Wrong answers to the exercises of page A.2: each must be recognised. Without PyTorch the functions raise an error."""


def gradients(loss, params, x, y):
    """All gradients of each example, found one by one."""
    import torch

    one_by_one = [torch.func.grad(loss)(params, x[n], y[n]) for n in range(len(x))]
    return {name: torch.stack([g[name] for g in one_by_one]) for name in params}


def squares(G):
    return [(g.flatten(1) ** 2).sum(1) for g in G.values()]


def in_chunks(loss, params, x, y):
    """The lengths, with the gradients of all examples of a chunk and no more."""
    import torch

    def chunk(start):
        many = torch.func.vmap(torch.func.grad(loss), in_dims=(None, 0, 0))
        return sum(squares(many(params, x[start : start + 50], y[start : start + 50]))).sqrt()

    return torch.cat([chunk(start) for start in range(0, len(x), 50)])


WRONG = {
    "A.2.a": [
        lambda loss, params, x, y: sum(squares(gradients(loss, params, x, y))),
        lambda loss, params, x, y: sum(s.sqrt() for s in squares(gradients(loss, params, x, y))),
        lambda loss, params, x, y: squares(gradients(loss, params, x, y))[0].sqrt(),
        lambda loss, params, x, y: squares(gradients(loss, params, x, y))[1].sqrt(),
        lambda loss, params, x, y: sum(squares(gradients(loss, params, x, y))).sqrt().mean(),
        lambda loss, params, x, y: x[:, 0],
        lambda loss, params, x, y: in_chunks(loss, params, x[:50], y[:50]),
    ],
    "A.2.b": [(16, 2048), (64, 2048), (32, 4096), (32, 1024), (32, 32768), (2048, 32), (5, 11), 32],
    "A.2.c": [
        ((1000, 3), (25450, 1)), ((3, 1000), (1, 25450)), ((1000, 3), (1, 25450)), ((3, 1000), (1, 1)),
        ((1, 1000), (25450, 1)), (3, 25450),
    ],
}  # fmt: skip

RIGHT = {"A.2.a": [lambda loss, params, x, y: sum(squares(gradients(loss, params, x, y))).sqrt(), in_chunks]}

NAMED = {
    "A.2.c": {"camera: one backward pass starts from one output": ((3, 1), (25450, 1))},
}
