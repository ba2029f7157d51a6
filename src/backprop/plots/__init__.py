"""Figures with the book's one look: every function takes an `Axes` first and returns it.

`figure` makes styled axes on a transparent ground; `palette` names the colours; the files `curves`, `images`, `grids`,
`matrices`, `products`, `diagrams`, `planes`, `heads`, `cells`, `paths`, `streams`, `number_lines`, `arrows`, `regions`,
`contours`, `dots`, `points`, `bars` and `distributions` draw. Nothing here calls `show`. In a notebook figures are
drawn as lines (SVG), also the reader's own: `style.draw_lines_in_notebooks`.
"""

from backprop.plots.arrows import unit_length_back
from backprop.plots.bars import bar_rows, signed_rows
from backprop.plots.cells import lstm_cell
from backprop.plots.contours import contour
from backprop.plots.curves import (
    accuracy_curve,
    chords,
    function_and_slope,
    gradient_norms,
    learning_curves,
    loss_curves,
    values_by_step,
)
from backprop.plots.diagrams import computation_graph, network_diagram, tape_graph
from backprop.plots.distributions import histogram
from backprop.plots.dots import dot_rows, trials_below_curve
from backprop.plots.grids import number_grid
from backprop.plots.heads import heads_diagram
from backprop.plots.images import image_grid
from backprop.plots.matrices import confusion_matrix
from backprop.plots.number_lines import nudge_on_lines
from backprop.plots.paths import paths_apart, paths_together
from backprop.plots.planes import layer_planes
from backprop.plots.points import named_points
from backprop.plots.products import bracketing
from backprop.plots.regions import decision_regions
from backprop.plots.streams import block_diagram, stream_diagram
from backprop.plots.style import draw_lines_in_notebooks, figure

__all__ = [
    "accuracy_curve", "bar_rows", "block_diagram", "bracketing", "chords", "computation_graph", "confusion_matrix",
    "contour", "decision_regions", "dot_rows", "figure", "function_and_slope", "gradient_norms", "heads_diagram",
    "histogram", "image_grid", "layer_planes", "learning_curves", "loss_curves", "lstm_cell", "named_points",
    "network_diagram", "nudge_on_lines", "number_grid", "paths_apart", "paths_together", "signed_rows",
    "stream_diagram", "tape_graph", "trials_below_curve", "unit_length_back", "values_by_step",
]  # fmt: skip

draw_lines_in_notebooks()
