"""The commands of README and CONTRIBUTING: what `make` offers, what it refuses, and what `make serve` serves."""

import http.client
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import nbformat
import pytest

from tools import install, kernels
from web import assets
from web.serve import open_server

ROOT = Path(__file__).resolve().parents[2]
README, CONTRIBUTING = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md"))
no_make = shutil.which("make") is None or os.name == "nt"  # where there is one, its recipes find no Unix
needs_make = pytest.mark.skipif(no_make, reason="make is not installed")


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess:
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@needs_make
def test_make_alone_lists_every_target_that_the_readme_and_contributing_name():
    listed = set(re.findall(r"^  make ([\w-]+)  ", make().stdout, re.MULTILINE))
    pages = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")]
    named = {name for page in pages for name in re.findall(r"(?:^|`)make ([\w-]+)", page, re.MULTILINE)}
    assert {"serve", "test"} <= named <= listed


def test_the_program_of_the_readme_does_what_its_comments_say():
    (program,) = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", cwd=ROOT)
    assert run.returncode == 0, run.stderr
    *epochs, error = run.stdout.splitlines()
    over, less = re.search(r"# in the end over (\d+)%.*# less than (\S+)", program, re.DOTALL).groups()
    assert int(re.fullmatch(r"epoch 5: (\d+)% of .*", epochs[-1])[1]) > int(over)
    assert 0 < float(re.search(r"wrong by (\S+)", error)[1]) < float(less)
    assert f"{784 * 32 + 32 + 32 * 10 + 10:,}" in program


def shell(text: str) -> list[str]:
    """The lines of the shell fences of a page, without their comments."""
    fences = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [line.split(" #")[0].strip() for fence in fences for line in fence.splitlines()]


@pytest.mark.parametrize("line", dict.fromkeys(shell(README) + shell(CONTRIBUTING)))
def test_what_a_command_of_the_readme_and_contributing_names_is_there(line):
    program, *words = line.split()
    if not (named := re.fullmatch(r"NB=(\S+)", program)):
        program = program.removeprefix(".venv/bin/")
        assert shutil.which(program, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    for module in re.findall(r"-m (\S+)", line):
        assert importlib.util.find_spec(module)
    words = [named[1]] if named else [word.split("=")[-1] for word in words if word != "draft.md"]
    paths = [word for word in words if "/" in word or re.fullmatch(r".*\.(txt|cfg|ipynb)", word)]
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_each_week_windows_runs_the_commands_for_those_without_make():
    workflow = (ROOT / ".github/workflows/book.yml").read_text(encoding="utf-8")
    run = re.search(r"os: windows-latest\n +commands: \|\n((?: {14}.*\n)+)", workflow)[1]
    told = shell(README)
    told = told[told.index("pip install -r requirements.txt") :]
    assert [line.strip() for line in run.splitlines()] == [line for line in told[:5] if line != "jupyter lab"]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_the_files_that_the_prose_names_are_there(page):
    text = re.sub(
        r"^(\s*)(`{3,}).*?^\1\2$", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    named = set(re.findall(r"(?<![`\w])`([\w.]+(?:/[\w.]*)+)`", text)) | set(re.findall(r"\]\(([\w./]+)\)", text))
    made = re.compile(
        r"_build|\.venv|.*NAME|book/N_|book/index|\.\./4_mnist"
    )  # built, or a pattern, or as seen from a page
    assert len(named) > 3
    assert sorted(path for path in named if not made.match(path) and not (ROOT / path).exists()) == []


DRAFT = """\
# Nudge a number

```{code-cell} ipython3
print(1 + 1)
```
"""


@needs_make
def test_a_page_is_made_as_contributing_says(tmp_path):
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("tools", "tests", "web"):
        (tmp_path / name).symlink_to(ROOT / name)
    programs = tmp_path / ".venv/bin"
    programs.mkdir(parents=True)
    for name, command in {"python": "", "jupytext": "-m jupytext", "pytest": "-m pytest --collect-only"}.items():
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {command} "$@"\n')
        (programs / name).chmod(0o755)
    (tmp_path / ".venv/.installed").touch()
    (tmp_path / "draft.md").write_text(DRAFT, encoding="utf-8")
    (tmp_path / "book/1_neural_networks").mkdir(parents=True)

    commands = "\n".join(shell(CONTRIBUTING))
    run = subprocess.run(["bash", "-e", "-c", commands], cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert run.returncode == 0, run.stdout + run.stderr
    page = tmp_path / "book/1_neural_networks/1_2_forward_propagation.ipynb"
    text, code = nbformat.read(page, as_version=4).cells
    assert (text.source, code.outputs[0].text) == ("# Nudge a number", "2\n")
    assert "# Nudge a number" in (tmp_path / "draft.md").read_text(encoding="utf-8")


@needs_make
def test_an_interpreter_that_is_too_old_is_refused_before_anything_is_made(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").touch()
    old = tmp_path / "python-old"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    result = make("setup", f"PYTHON={old}", folder=tmp_path)
    assert result.returncode != 0
    assert "needs Python 3.11 or newer" in result.stdout
    assert not (tmp_path / ".venv").exists()


@needs_make
@pytest.mark.parametrize("wrong", ["abc", "99999", "-1", "", "8000.5"])
def test_a_port_that_is_none_is_refused_before_anything_is_made(tmp_path, wrong):
    shutil.copy(ROOT / "Makefile", tmp_path)
    result = make("serve", f"PORT={wrong}", folder=tmp_path)
    assert result.returncode != 0
    assert result.stdout == f"PORT wants a whole number from 0 (any free port) to 65535, got '{wrong}'\n"


@needs_make
@pytest.mark.parametrize("right", ["0", "080", "8000", "65535"])
def test_a_port_may_be_any_that_there_is(right):
    assert make("port", f"PORT={right}").returncode == 0


@pytest.fixture
def set_up(tmp_path):
    """A folder where nothing is left but to build, with a program of its own in the place of jupyter-book."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    sources = re.search(r"^SITE_SOURCES := (.*?)\\", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for name in ("requirements.txt", *sources[1].split(), ".venv/bin/jupyter-book", ".venv/.installed"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    def builder(program: str) -> Path:
        (tmp_path / ".venv/bin/jupyter-book").write_text(f"#!/bin/bash\n{program}\n")
        (tmp_path / ".venv/bin/jupyter-book").chmod(0o755)
        return tmp_path

    return builder


@needs_make
def test_a_build_that_fails_points_at_the_reason_above(set_up):
    result = make("book", "EDITION=en", folder=set_up("echo the reason; exit 1"))
    assert result.returncode != 0
    assert result.stdout == "the reason\nstopped: the build printed the warnings or errors above\n"


@needs_make
def test_where_nothing_can_be_built_the_reason_is_told(set_up):
    folder = set_up("echo built")
    (folder / "_build").touch()  # a file: not even root can make a folder of it
    result = make("book", "EDITION=en", folder=folder)
    assert result.returncode != 0
    assert re.fullmatch(r"stopped: \S+/_build cannot be written; copy the book to a folder .*\n", result.stdout)


def test_the_tests_run_in_a_checkout_that_is_not_writable(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "test_one.py").write_text("def test_one():\n    pass\n")
    options = ["-p", "no:xdist", "-c", ROOT / "pyproject.toml", "-o", f"cache_dir={tmp_path / 'file' / 'cache'}"]
    command = [sys.executable, "-m", "pytest", *options, tmp_path / "test_one.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


@needs_make
def test_an_interrupted_build_says_so_and_is_begun_again(set_up):
    # jupyter-book ends an interruption as it ends an error, with 1.
    folder = set_up("mkdir -p _build/.doctrees; trap 'exit 1' INT; echo building; sleep 30 & wait")
    start = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True, "start_new_session": True}
    with subprocess.Popen(["make", "--no-print-directory", "book", "EDITION=en"], cwd=folder, **start) as build:
        assert build.stdout.readline() == "building\n"
        os.killpg(build.pid, signal.SIGINT)  # as Ctrl-C does: to make and to all that it runs
        assert build.stdout.read() == "interrupted: the next make book begins the build again\n"
    assert build.returncode != 0
    assert not (folder / "_build/.doctrees").exists()
    assert make("book", "EDITION=en", folder=set_up("echo built")).stdout == "built\n"


@needs_make
def test_both_editions_are_built_and_again_only_what_changed(set_up):
    folder = set_up('echo "built $2"; mkdir -p _build/html _build/zh/_build/html; touch _build/mark')
    (folder / ".venv/bin/python").write_text("#!/bin/bash\necho laid out\n")
    (folder / ".venv/bin/python").chmod(0o755)
    page, style = folder / "translations" / "zh" / "page.md", folder / "web" / "book.css"
    for path in (page, style):
        path.parent.mkdir(parents=True)
        path.touch()

    def built(changed: Path | None = None) -> list[str]:
        for path in folder.rglob("*"):
            os.utime(path, (1, 1))  # all of one age, but what has changed
        if changed:
            changed.touch()
        return make("book", folder=folder).stdout.splitlines()

    assert built() == ["built .", "laid out", "built _build/zh"]
    assert (folder / "_build" / "html" / "zh").is_dir()
    assert built()[0].endswith("Nothing to be done for 'book'.")
    assert built(page) == ["laid out", "built _build/zh"]
    assert built(style) == ["built .", "laid out", "built _build/zh"]


@needs_make
def test_what_is_saved_while_the_site_is_built_belongs_to_the_next_build(set_up):
    saved = set_up("echo built; sleep 0.1; touch _toc.yml")
    assert make("book", "EDITION=en", folder=saved).stdout == "built\n"
    assert make("book", "EDITION=en", folder=set_up("echo built")).stdout == "built\n"
    assert "Nothing to be done" in make("book", "EDITION=en", folder=saved).stdout


def test_where_the_environment_cannot_be_made_the_reason_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").touch()  # nobody can make a folder in it, not even root
    monkeypatch.setattr(install, "VENV", tmp_path / "file" / ".venv")
    with pytest.raises(SystemExit, match=r"Could not create .*\.venv: Not a directory\. Copy the book to a folder"):
        install.create_environment()


@pytest.mark.skipif(os.name == "nt", reason="npm is another kind of program there")
def test_what_keeps_npm_from_its_packages_is_told(tmp_path, monkeypatch):
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho npm error code ECONNREFUSED >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(SystemExit, match=r"could not fetch KaTeX.*\nnpm error code ECONNREFUSED$"):
        assets.install_packages()


@needs_make
@pytest.mark.parametrize("name", ["", "runner", "__init__", "nope", "../Makefile"])
def test_results_of_no_experiment_are_refused_with_the_names_that_there_are(tmp_path, name):
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / "experiments", tmp_path / "experiments")
    (tmp_path / "requirements.txt").touch()
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / ".installed").touch()
    result = make("results", f"NAME={name}", folder=tmp_path)
    assert result.returncode != 0
    scripts = [path.stem for path in (ROOT / "experiments").glob("*.py") if "main(" in path.read_text(encoding="utf-8")]
    first, *listed = result.stdout.splitlines()
    assert first.startswith(f"no experiment '{name}'")
    assert {line.strip() for line in listed} == set(scripts) - {"runner"}
    assert "Traceback" not in result.stderr


def test_the_locked_requirements_are_exact_and_name_no_place():
    *pins, last = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert last == "-e ."
    assert [pin for pin in pins if not re.fullmatch(r"[a-z0-9.-]+==[\w.]+( ; [\w.'<>=!() -]+)?", pin)] == []


WHO = """
import numpy, threadpoolctl
(blas,) = (pool for pool in threadpoolctl.threadpool_info() if pool["internal_api"] == "openblas")
print("computes", blas["architecture"], *numpy.show_config(mode="dicts")["SIMD Extensions"].get("found", []))
"""


@pytest.mark.skipif("this processor" in kernels.settings(), reason="this processor can stand in for no other")
def test_numpy_computes_as_each_processor_that_this_one_can_stand_in_for(capfd):
    kernels.main([sys.executable, "-W", "error", "-c", WHO])
    told = [line.split()[1:] for line in capfd.readouterr().out.splitlines() if line.startswith("computes ")]
    assert [name for name, *_ in told] == list(kernels.settings())
    loops = {name: found for name, *found in told}
    assert loops["Nehalem"] == []
    assert loops.get("Haswell", ["X86_V3"]) == ["X86_V3"]
    assert "X86_V4" in loops.get("SkylakeX", ["X86_V4"])


def test_a_command_is_tried_under_all_kernels_before_one_is_said_to_fail(capfd):
    with pytest.raises(SystemExit, match=f"failed under the kernels of {', '.join(kernels.settings())}"):
        kernels.main([sys.executable, "-c", "import sys; sys.exit(1)"])


@pytest.fixture
def server(tmp_path):
    (tmp_path / "index.html").write_text("the book")
    (tmp_path / "404.html").write_text("the book's own page")
    with open_server(str(tmp_path), 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(server, path: str) -> tuple[int, bytes, str | None]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    result = answer.status, answer.read(), answer.getheader("Cache-Control")
    connection.close()
    return result


def test_the_site_is_served_fresh_and_on_this_machine_only(server):
    assert server.server_address[0] == "127.0.0.1"
    assert ask(server, "/") == (200, b"the book", "no-cache")


def test_a_wrong_address_shows_the_book_s_own_page(server):
    assert ask(server, "/gone.html")[:2] == (404, b"the book's own page")


def test_where_the_port_is_taken_another_is_used(server, tmp_path):
    with open_server(str(tmp_path), server.server_port) as second:
        assert second.server_port != server.server_port
