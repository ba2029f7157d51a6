"""Rules for the code of a notebook and what it printed; tests/pages applies and tries each one.

A rule takes a `Page` and yields one sentence for each fault. A cell is named by its place, counted from 0.
"""

import ast
import re
from collections.abc import Callable, Iterator

from tools.lint.page import Page
from tools.normal_form import SVG, VIEW
from tools.same import MEASURED
from web.extensions.minutes import reading

LONGEST_CELL = 15
LONGEST_READ = 20  # minutes
IMPORT = re.compile(r"^(?:from|import) .*(?:(?<=\()(?:\n    \w+,)+\n\))?$", re.MULTILINE)  # wrapped or not
RANDOM_NAMES = {"default_rng", "Generator"}
LIVE_ONLY = {"interact", "interactive", "interactive_output", "Output", "clear_output"}
BANNED_TAGS = {"nbval-skip", "skip-execution", "remove-cell", "remove-input", "remove-output", "remove-stderr",
               "hide-cell", "hide-output"}  # fmt: skip


def imports_come_first(page: Page) -> Iterator[str]:
    for i, tree in page.trees():
        if i != 1 and any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(tree)):
            yield f"cell {i} imports: all imports belong into cell 1"


def imports_are_folded(page: Page) -> Iterator[str]:
    """What a page imports is for those who run it; whoever reads wants the idea."""
    for i, cell in page.code():
        if i == 1 and "hide-input" not in cell["metadata"].get("tags", []):
            yield "cell 1, the imports, is not folded (tag hide-input)"


def chance_has_one_seeded_source(page: Page) -> Iterator[str]:
    made_in, used = [], False
    for i, tree in page.trees():
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=names) if any(name.name == "random" for name in names):
                    yield f"cell {i} imports the global generator `random`"
                case ast.Attribute(value=ast.Attribute(attr="random"), attr=name) if name not in RANDOM_NAMES:
                    yield f"cell {i} uses numpy's global generator (random.{name})"
                case ast.Call(func=ast.Attribute(attr="default_rng"), args=[], keywords=[]):
                    yield f"cell {i} makes a generator without a seed"
                case ast.Name(id="rng", ctx=ast.Store()):
                    made_in.append(i)
                case ast.Name(id="rng"):
                    used = True
    if used and 1 not in made_in:
        yield "`rng` is used, but cell 1 does not make it"


def no_magics(page: Page) -> Iterator[str]:
    for i, cell in page.code():
        if re.search(r"^\s*[%!?]|get_ipython", cell["source"], re.MULTILINE):
            yield f"cell {i} uses a magic or a shell command"
            continue
        try:
            ast.parse(cell["source"])
        except SyntaxError:
            yield f"cell {i} is not Python"


def no_path_tricks(page: Page) -> Iterator[str]:
    for i, cell in page.code():
        if re.search(r"\bsys\.path\b|\bos\.chdir\b", cell["source"]):
            yield f"cell {i} changes the import path or the folder"


def cells_are_short(page: Page) -> Iterator[str]:
    for i, cell in page.code():
        lines = cell["source"].splitlines()
        if i == 1:  # its list of imports is not an idea to follow
            lines = [line for line in IMPORT.sub("", cell["source"]).splitlines() if line]
        if len(lines) > LONGEST_CELL:
            yield f"cell {i} has {len(lines)} lines, more than {LONGEST_CELL}"


def cells_ran_in_order(page: Page) -> Iterator[str]:
    counts = [cell["execution_count"] for _, cell in page.code()]
    if counts != list(range(1, len(counts) + 1)):
        yield f"the cells did not run from top to bottom: {counts}"


def errors_are_announced(page: Page) -> Iterator[str]:
    for i, cell in page.code():
        announced = "raises-exception" in cell["metadata"].get("tags", [])
        kinds = {output["output_type"] for output in cell["outputs"]}
        if ("error" in kinds) != announced:
            yield f"cell {i}: an error and the tag raises-exception come together or not at all"
        if any(output.get("name") == "stderr" for output in cell["outputs"]):
            yield f"cell {i} printed a warning (stderr)"


def nothing_is_hidden_from_comparison(page: Page) -> Iterator[str]:
    code = page.code()
    for place, (i, cell) in enumerate(code):
        tags = set(cell["metadata"].get("tags", []))
        for tag in sorted(tags & BANNED_TAGS):
            yield f"cell {i} has the tag {tag}"
        if mark := re.search("NBVAL_[A-Z_]+", cell["source"]):
            yield f"cell {i} says {mark[0]}: a mark of the tests is a tag of the cell ({MEASURED})"
        draws = any({SVG, VIEW} & output.get("data", {}).keys() for output in cell["outputs"])
        if "hide-input" in tags and not draws and i != 1:
            yield f"cell {i} is folded, but it neither draws nor is the list of imports"
        if MEASURED in tags:
            nearby = cell["source"] + "\n" + (code[place + 1][1]["source"] if place + 1 < len(code) else "")
            if not re.search(r"^\s*assert\b", nearby, re.MULTILINE):
                yield f"cell {i} ignores its output, and neither it nor the next cell asserts anything"


def outputs_can_be_compared(page: Page) -> Iterator[str]:
    for i, tree in page.trees():
        names = {getattr(node, "id", getattr(node, "attr", getattr(node, "name", None))) for node in ast.walk(tree)}
        for name in sorted(names & LIVE_ONLY, key=str):
            yield f"cell {i} uses {name}; `observe` and an HTML widget can be compared"


def figures_are_described(page: Page) -> Iterator[str]:
    for i, cell in page.code():
        pictures = [output for output in cell["outputs"] if {SVG, VIEW} & output.get("data", {}).keys()]
        if not pictures:
            continue
        drawn = SVG in pictures[0]["data"]
        settings = cell["metadata"].get("mystnb", {})
        figure, alt = settings.get("figure", {}), settings.get("image", {}).get("alt", "")
        if len(pictures) > 1:
            yield f"cell {i} draws {len(pictures)} figures; one is enough for a caption"
        if drawn and not cell["source"].rstrip().endswith("plt.show()"):
            yield f"cell {i} draws, but does not end in plt.show()"
        if not figure.get("name", "").startswith("fig-"):
            yield f"cell {i}: its figure has no name (mystnb.figure.name: fig-…)"
        if not figure.get("caption", "").rstrip().endswith("."):
            yield f"cell {i}: its figure has no caption that is a sentence (mystnb.figure.caption)"
        plain = len(alt.split()) >= 8 and not re.search(
            r"[$\\{}]|^(image|figure|picture|plot) of\b", alt, re.IGNORECASE
        )
        if drawn and not plain:
            yield f"cell {i}: mystnb.image.alt does not say in plain words (8 or more) what is seen"


# What the second edition asks of a page. The pages that keep it are listed; the list only grows.
RETOLD = {
    "index", "1_1_overview", "1_2_forward_propagation", "1_3_activation_functions", "1_4_how_a_network_learns",
    "2_1_principle", "2_2_computation_flow", "2_3_1_chain_rule", "2_3_2_forks", "2_3_3_matrices_and_batches",
    "2_3_4_softmax_and_cross_entropy", "2_3_5_general_form", "2_4_1_cost_and_memory", "2_4_2_vanishing_and_exploding",
    "2_4_3_loss_surface", "2_5_1_gradient_checking", "2_5_2_bug_zoo", "2_6_1_scalars", "2_6_2_arrays", "3_1_principle",
    "3_2_1_batch_size", "3_2_2_momentum", "3_2_3_adaptive_methods", "3_2_4_regularisation",
    "3_2_5_initialisation_and_normalisation", "3_3_1_schedules", "3_3_2_search", "4_1_data_and_baselines",
    "4_2_network_from_scratch", "4_3_1_lost_digits", "4_3_2_compare_with_print", "4_4_debugging_clinic",
    "4_5_draw_a_digit", "5_1_convolution", "5_2_pooling_and_shortcuts", "5_3_convolutional_network",
    "5_4_gradients_of_pixels", "5_5_residual_network", "6_1_embeddings", "6_2_sentiment", "6_3_recurrent_networks",
    "6_4_lstm", "6_5_character_model", "6_6_attention", "6_7_small_gpt", "frameworks", "frameworks_differences",
    "frameworks_more", "frameworks_parallel",
}  # fmt: skip


def before_the_exercises(page: Page) -> Iterator[tuple[int, dict, ast.Module]]:
    """The code cells of a retold page that tell its story, with their trees."""
    if page.path.stem in RETOLD:
        end = next((i for i, c in enumerate(page.cells) if c["source"].startswith("## Exercises")), len(page.cells))
        trees = dict(page.trees())
        yield from ((i, cell, trees[i]) for i, cell in page.code() if 1 < i < end and i in trees)


def numbers_instead_of_truth_values(page: Page) -> Iterator[str]:
    """True says that something holds and not how well: `agree(a, b)` says within what."""
    for i, cell, _ in before_the_exercises(page):
        for output in cell["outputs"]:
            data = output.get("data", {})
            text = output.get("text", "" if VIEW in data else data.get("text/plain", ""))  # a widget shows its own
            if re.search(r"\b(True|False)\b", text):
                yield f"cell {i} prints a truth value: show the number, or agree(a, b)"


def one_claim_a_cell(page: Page) -> Iterator[str]:
    for i, _, tree in before_the_exercises(page):
        if (count := sum(isinstance(node, ast.Assert) for node in ast.walk(tree))) > 1:
            yield f"cell {i} asserts {count} things: one claim a cell"


def calls_fit_one_line(page: Page) -> Iterator[str]:
    for i, _, tree in before_the_exercises(page):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.end_lineno > node.lineno:
                yield f"cell {i}: {ast.unparse(node.func)}(…) takes several lines: give its arguments names first"


def read_in_twenty_minutes(page: Page) -> Iterator[str]:
    if page.path.stem in RETOLD and round(minutes := reading(page.cells)) > LONGEST_READ:
        yield f"a learner reads {minutes:.1f} minutes, more than {LONGEST_READ}"


RULES: tuple[Callable[[Page], Iterator[str]], ...] = (
    imports_come_first,
    imports_are_folded,
    chance_has_one_seeded_source,
    no_magics,
    no_path_tricks,
    cells_are_short,
    cells_ran_in_order,
    errors_are_announced,
    nothing_is_hidden_from_comparison,
    outputs_can_be_compared,
    figures_are_described,
    numbers_instead_of_truth_values,
    one_claim_a_cell,
    calls_fit_one_line,
    read_in_twenty_minutes,
)


def repeated_helpers(pages: list[Page]) -> Iterator[str]:
    """A function or class with the name, or the body, of another notebook's belongs into the package."""
    first: dict[str, str] = {}
    for page in pages:
        own: dict[str, str] = {}
        for i, tree in page.trees():
            for node in tree.body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    body = [n for n in node.body if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))]
                    own[f"the name {node.name}"] = f"{page.path.name} cell {i}"
                    if body and not all(isinstance(statement, ast.Pass) for statement in body):
                        own["the body " + ast.dump(ast.Module(body, []))] = f"{page.path.name} cell {i} ({node.name})"
        for key in own.keys() & first.keys():
            yield f"{own[key]} repeats {key.split('Module')[0].strip()} of {first[key]}"
        first |= own


def repeated_figure_names(pages: list[Page]) -> Iterator[str]:
    first: dict[str, str] = {}
    for page in pages:
        for i, cell in page.code():
            name = cell["metadata"].get("mystnb", {}).get("figure", {}).get("name")
            if name in first:
                yield f"{page.path.name} cell {i} reuses the figure name {name} of {first[name]}"
            elif name:
                first[name] = f"{page.path.name} cell {i}"
