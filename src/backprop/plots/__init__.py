"""Figures with the book's one look: every function takes an `Axes` first and returns it.

`style.figure` makes styled axes on a transparent ground; `palette` names the colours; the other modules draw:
`curves`, `images`, `matrices`, `diagrams`, `regions`, `contours`, `distributions`. Nothing here calls `show`
or edits matplotlib's global settings.
"""
