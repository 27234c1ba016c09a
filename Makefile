# `make lab` to read, `make test` to check. Each command does all its own set-up, in .venv; the lectures, the site and
# the older places where notebooks run have environments of their own beside it, since their tools do not mix.

PYTHON ?= python3
VENV ?= .venv
EXTRAS ?= notebooks,test
ARGS ?=
CHAPTER ?=
SEED ?=
STUDENTS ?=
FOLDER ?=

IN_VENV := $(VENV)/bin/python -m
FLOOR := $(shell sed -n 's/^requires-python = ">=\(.*\)"/\1/p' pyproject.toml)
ADDRESS := $(shell sed -n 's/^Repository = "\(.*\)"/\1/p' pyproject.toml)

.PHONY: help lab test environments slides handouts sheet site classroom refresh pictures address exam mistakes

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1: \2/p' Makefile

lab: $(VENV)/.has-notebooks  ## open the first notebook in JupyterLab
	$(IN_VENV) jupyterlab $(ARGS) notebooks/00-start-here.ipynb

test: $(VENV)/.has-$(EXTRAS) $(if $(ARGS),,environments)  ## check everything; EXTRAS=notebooks,test,oracles adds PyTorch and Keras
	$(IN_VENV) ruff check
	$(IN_VENV) ruff format --check
	$(IN_VENV) mypy
	$(IN_VENV) pytest -n auto --dist loadfile $(ARGS)

# All that the tests use, before tests that run side by side ask for the same one.
environments: $(VENV)-slides/.ready $(VENV)-site/.ready $(VENV)-classroom/.ready $(VENV)-hosts/.ready

slides: $(VENV)-slides/.ready  ## the chapters as lectures; CHAPTER=2 is the one to begin with; ARGS=--help
	@$(VENV)-slides/bin/python notebooks/teaching/slides.py '$(CHAPTER)' $(ARGS)

handouts: $(VENV)/.has-notebooks  ## every chapter on paper, in build/handouts; or one: CHAPTER=2
	@$(VENV)/bin/python notebooks/teaching/handouts.py '$(CHAPTER)' $(ARGS)

sheet: $(VENV)/.has-notebooks  ## every formula on one page, in build/handouts, for A4 and for Letter
	@$(VENV)/bin/python notebooks/teaching/sheet.py $(ARGS)

exam: $(VENV)/.has-notebooks  ## an examination with its answers, in build/exam; SEED=2027, and STUDENTS=30 for a sheet each
	@$(VENV)/bin/python notebooks/teaching/exam.py --seed '$(SEED)' --students '$(STUDENTS)' $(ARGS)

mistakes: $(VENV)/.has-notebooks  ## what a class got wrong, in build/mistakes, from the answers in FOLDER=answers
	@$(VENV)/bin/python notebooks/teaching/mistakes.py '$(FOLDER)' --chapter '$(CHAPTER)' $(ARGS)

site: $(VENV)-site/.ready  ## the chapters as a web site that needs no server, in build/site
	@$(VENV)-site/bin/python notebooks/teaching/website.py $(ARGS)

classroom: $(VENV)-classroom/.ready $(VENV)-slides/.ready  ## how many readers at once this machine bears; ARGS=--help
	@$(VENV)-classroom/bin/python tests/benchmarks/classroom.py $(ARGS)

refresh: $(VENV)/.has-$(EXTRAS)  ## run every notebook anew and store its outputs
	$(VENV)/bin/python tests/refresh_notebooks.py $(ARGS)

pictures: $(VENV)/.has-$(EXTRAS)  ## draw every stored picture anew and store it
	$(VENV)/bin/python tests/store_pictures.py $(ARGS)

address:  ## say where the project lives, in every link: URL=https://github.com/someone/something
	@echo '$(URL)' | grep -Eq '^https://github\.com/[^/ ]+/[^/ ]+$$' || \
	  { echo 'Give the address: make address URL=https://github.com/someone/something'; exit 1; }
	@perl -pi -e 's#\Q$(ADDRESS:https://github.com/%=%)\E\b#$(URL:https://github.com/%=%)#g' pyproject.toml CITATION.cff \
	  $(wildcard *.md binder/*.md notebooks/*.ipynb notebooks/*/*.ipynb notebooks/*/*.md .github/*.yml .github/*/*.yml)

INSTALL = echo 'Installing what is needed into $(@D). This happens once and takes a few minutes ...' && \
  $(@D)/bin/python -m pip install --quiet --disable-pip-version-check --editable

# One mark for each set of extras. It is older than pyproject.toml when that has changed.
$(VENV)/.has-%: pyproject.toml binder/overrides.json binder/jupyter_server_config.py | $(VENV)/bin/pip
	@$(INSTALL) '.[$*]'
	@mkdir -p $(VENV)/share/jupyter/lab/settings $(VENV)/etc/jupyter
	@cp binder/overrides.json $(VENV)/share/jupyter/lab/settings/
	@cp binder/jupyter_server_config.py $(VENV)/etc/jupyter/
	@touch '$@'

$(VENV)-%/.ready: pyproject.toml | $(VENV)-%/bin/pip
	@$(INSTALL) '.[notebooks,$*]'
	@touch '$@'

# Older than what the notebooks ask for, so it comes after them.
$(VENV)-hosts/.ready: pyproject.toml | $(VENV)-hosts/bin/pip
	@$(INSTALL) '.[notebooks]'
	@$(INSTALL) '.[hosts]'
	@touch '$@'

$(VENV)/bin/pip $(VENV)-slides/bin/pip $(VENV)-site/bin/pip $(VENV)-classroom/bin/pip $(VENV)-hosts/bin/pip:
	@command -v $(PYTHON) >/dev/null || \
	  { echo 'There is no $(PYTHON) here. Install Python $(FLOOR) or newer.'; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < tuple(map(int, "$(FLOOR)".split("."))))' || \
	  { echo 'paramcount needs Python $(FLOOR) or newer; $(PYTHON) is older. To name another one:'; \
	    echo '  make lab PYTHON=python3.12'; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo '$(PYTHON) cannot make an environment: its venv part is not installed. On Debian and Ubuntu:'; \
	    echo '  sudo apt-get install python3-venv'; exit 1; }
	@$(PYTHON) -m venv $(@:/bin/pip=)
