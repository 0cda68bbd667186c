# `make demo` shows it, `make test` and `make test-all` prove it. Everything lands in .venv and var/.
PYTHON ?= python3
PORT ?= 8000
DATA ?= var/demo
export UV_PYTHON_DOWNLOADS = never
export PORT DATA LIVE

.PHONY: demo test test-all soak bench setup browser pooler eval-candidates eval-matching eval-extraction eval-stances

setup: .venv/.ready

.venv/.ready: uv.lock pyproject.toml uv.txt
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r uv.txt
	.venv/bin/uv sync --quiet --locked --compile-bytecode
	.venv/bin/python -m compileall -q api migrations wsgi.py
	touch $@

demo: setup
	@exec .venv/bin/flask --app wsgi demo

# Debian's Chromium, which tests the pages, where it can be installed.
browser:
	@command -v chromium >/dev/null \
	  || { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
	  || echo "No Chromium, and none can be installed: the pages will not be tested in a browser." >&2

# Debian's pgbouncer, through which servers may reach PostgreSQL, where it can be installed.
pooler:
	@command -v pgbouncer >/dev/null || test -x /usr/sbin/pgbouncer \
	  || { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq pgbouncer >/dev/null; } \
	  || echo "No pgbouncer, and none can be installed: DATABASE_POOLED will not be tested." >&2

# `test` is quick: what is not slow, on SQLite, and on PostgreSQL what depends on the database.
# `test-all` is the rest: what is slow, and the other tests on PostgreSQL.
# They start this code a hundred times over: what is compiled is kept, whoever asks otherwise.
test test-all: export PYTHONDONTWRITEBYTECODE =
test test-all: setup browser pooler
	.venv/bin/python -m compileall -q api migrations verifier wsgi.py
	.venv/bin/pytest -n auto --dist load --maxschedchunk 2 --database both --only $(if $(filter test,$@),fast,rest)

# Kills server, worker and PostgreSQL ROUNDS times under load, on either database; SEED chooses when.
soak: setup
	ROUNDS=$${ROUNDS:-50} .venv/bin/pytest --database sqlite tests/database/test_kills.py
	ROUNDS=$${ROUNDS:-50} .venv/bin/pytest --database postgresql tests/database/test_kills.py

# What requests cost, beside a bare Flask route: needs wrk. BENCH="--claims 1000 1000000 --database postgresql"
bench: setup
	.venv/bin/python -m tests.benchmarks.bench_http $(BENCH)

# Measuring, on data that the caller brings: DATA=<folder>.
eval-candidates: setup
	.venv/bin/python -m tests.measuring.eval_candidates $(DATA)

eval-matching: setup
	.venv/bin/python -m tests.measuring.eval_matching $(DATA)

eval-extraction: setup
	.venv/bin/python -m tests.measuring.eval_extraction $(DATA)

eval-stances: setup
	.venv/bin/python -m tests.measuring.eval_stances $(DATA)
