"""Wrong answers to the exercises on page 2.3.2: each must be recognised."""

import numpy as np

from backprop.functions import sigmoid


def slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


def zeroes_the_price(dy, x, w):
    dx = dy + dy * slope(w * x) * w
    dy *= 0
    return dx


def by_two_loops(z, W, delta):
    return [sum(float(W[j, k] * delta[k]) for k in range(len(delta))) * float(slope(z[j])) for j in range(len(z))]


def path_v_uses_v(x):
    u, v = (np.sin(x), np.exp(x))
    return (v + 2 * u) * np.cos(x) + v * u * 0 + v * v


def du_sin(x):
    u, v = (np.sin(x), np.exp(x))
    return (v + 2 * u) * np.sin(x) + u * v


def forgot_e_x_slope_u_only(x):
    u, v = (np.sin(x), np.exp(x))
    return (v + 2 * u) * np.cos(x) + u


def slope_at_x_not_wx(dy, x, w):
    a = sigmoid(x)
    return dy + dy * a * (1 - a) * w


def product_of_the_two(w, x):
    a1 = np.tanh(w * x)
    a2 = np.tanh(w * a1)
    return (1 - a2**2) * a1 * (1 - a1**2) * x


def forgets_last_tanh_and_second(w, x):
    a1 = np.tanh(w * x)
    return (1 - a1**2) * x


WRONG = {
    "2.3.2.a": [
        lambda x: (np.exp(x) + 2 * np.sin(x)) * np.cos(x),
        lambda x: np.sin(x) * np.exp(x),
        lambda x: (np.exp(x) + 2 * np.sin(x)) * np.cos(x) * np.sin(x) * np.exp(x),
        lambda x: np.exp(x) * np.cos(x) + np.sin(x) * np.exp(x),
        lambda x: np.exp(x) + 3 * np.sin(x),
        lambda x: np.sin(x) * np.exp(x) + np.sin(x) ** 2,
        lambda x: -(np.exp(x) + 2 * np.sin(x)) * np.cos(x) + np.sin(x) * np.exp(x),
        lambda x: np.cos(x) * np.exp(x),
        lambda x: (np.exp(x) + np.sin(x)) * np.cos(x) + np.sin(x) * np.exp(x),
    ],
    "2.3.2.b": [
        lambda z, W, delta: slope(z) * W[:, 0] * delta[0],
        lambda z, W, delta: W @ delta,
        lambda z, W, delta: slope(z) * (W @ delta) / len(delta),
        lambda z, W, delta: slope(z) * (W.T @ delta),
        lambda z, W, delta: slope(W @ delta),
        lambda z, W, delta: slope(z) * (W.sum(axis=1) * delta.sum()),
        lambda z, W, delta: slope(z)[:, None] * W * delta,
        lambda z, W, delta: z * (1 - z) * (W @ delta),
        lambda z, W, delta: sigmoid(z) * (W @ delta),
        lambda z, W, delta: slope(z) * delta.sum(),
    ],
    "2.3.2.c": [
        lambda dy, x, w: dy * slope(w * x) * w,
        lambda dy, x, w: dy,
        lambda dy, x, w: 1 + dy * slope(w * x) * w,
        lambda dy, x, w: dy * x + dy * slope(w * x) * w,
        lambda dy, x, w: dy + dy * slope(w * x),
        lambda dy, x, w: dy - dy * slope(w * x) * w,
        zeroes_the_price,
        lambda dy, x, w: dy + dy * sigmoid(w * x) * w,
        lambda dy, x, w: dy * (dy * slope(w * x) * w),
        lambda dy, x, w: 2 * dy + dy * slope(w * x) * w,
    ],
    "2.3.2.d": [
        lambda w, x: (1 - np.tanh(w * np.tanh(w * x)) ** 2) * np.tanh(w * x),
        lambda w, x: (1 - np.tanh(w * np.tanh(w * x)) ** 2) * w * (1 - np.tanh(w * x) ** 2) * x,
        lambda w, x: (1 - np.tanh(w * np.tanh(w * x)) ** 2) * (np.tanh(w * x) + (1 - np.tanh(w * x) ** 2) * x),
        lambda w, x: (1 - np.tanh(w * np.tanh(w * x)) ** 2) * (np.tanh(w * x) + w * x),
        lambda w, x: np.tanh(w * x) + w * (1 - np.tanh(w * x) ** 2) * x,
        lambda w, x: 2 * (1 - np.tanh(w * np.tanh(w * x)) ** 2) * np.tanh(w * x),
        lambda w, x: np.tanh(w * np.tanh(w * x)),
        lambda w, x: (1 - np.tanh(w * np.tanh(w * x)) ** 2) * (np.tanh(w * x) + w * (1 - np.tanh(w * x) ** 2)),
        lambda w, x: 2 * (1 - np.tanh(w * np.tanh(w * x)) ** 2) * w * (1 - np.tanh(w * x) ** 2) * x,
    ],
    "2.3.2.e": [
        (3 + 17**0.5, 3 - 17**0.5),
        (10.0, 10.0),
        (6.0, 6.0),
        (2.0, 4.0),
        (3 - 17**0.5,),
        3.0,
    ],
}

RIGHT = {
    "2.3.2.b": [by_two_loops],
    "2.3.2.c": [lambda dy, x, w: dy * (1 + w * slope(w * x))],
}


def two_u_alone(x):
    u, v = np.sin(x), np.exp(x)
    return v * np.cos(x) + 2 * u + u * v


NAMED = {
    "2.3.2.a": {
        "2u is the slope of u² at u": two_u_alone,
        "The path through v carries ∂L/∂v = u, not v.": path_v_uses_v,
        "The slope of sin is cos; that multiplies by sin itself.": du_sin,
        "The path through v lacks its slope eˣ: u eˣ, not u alone.": forgot_e_x_slope_u_only,
    },
    "2.3.2.b": {
        "The slope of the sigmoid is a (1 − a); that is the slope of": lambda z, W, delta: (
            W @ delta * (1 - np.tanh(z) ** 2)
        ),
    },
    "2.3.2.c": {
        "The direct way hands back dy, not x:": lambda dy, x, w: x + dy * sigmoid(w * x) * (1 - sigmoid(w * x)) * w,
        "The slope of the sigmoid is taken at x; w x arrives there.": slope_at_x_not_wx,
    },
    "2.3.2.d": {
        "The slopes of both uses are multiplied there; find the": product_of_the_two,
        "That is the slope of the first tanh alone; the second use": forgets_last_tanh_and_second,
    },
}
