# `make demo` shows it, `make test` proves it. Everything lands in .venv and var/.
PYTHON ?= python3
PORT ?= 8000
DATA ?= var/demo
export UV_PYTHON_DOWNLOADS = never
export PORT DATA LIVE

.PHONY: demo test soak setup eval-candidates eval-extraction

setup: .venv/.ready

.venv/.ready: uv.lock pyproject.toml uv.txt
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r uv.txt
	.venv/bin/uv sync --quiet --locked
	touch $@

demo: setup
	@exec .venv/bin/flask --app wsgi demo

test: setup
	.venv/bin/pytest -n auto --database sqlite
	.venv/bin/pytest -n auto --database postgresql

# Kills server, worker and PostgreSQL ROUNDS times under load, on either database; SEED chooses when.
soak: setup
	ROUNDS=$${ROUNDS:-50} .venv/bin/pytest --database sqlite tests/test_kills.py
	ROUNDS=$${ROUNDS:-50} .venv/bin/pytest --database postgresql tests/test_kills.py

# Measuring, on data that the caller brings: DATA=<folder>.
eval-candidates: setup
	.venv/bin/python -m tests.measuring.eval_candidates $(DATA)

eval-extraction: setup
	.venv/bin/python -m tests.measuring.eval_extraction $(DATA)
