FROM python:3.13-slim

# Nobody in particular, owner of the folders for data and backups alone.
RUN useradd --create-home --uid 10001 claimledger \
    && mkdir -p /srv/claimledger/var/blobs /srv/claimledger/var/keys /srv/claimledger/var/metrics /backups \
    && chown -R claimledger /srv/claimledger/var /backups
WORKDIR /srv/claimledger

# SENTRY_DSN, TRACING and SEMANTIC_MODEL need others: `--extra redis --extra sentry`, say.
ARG EXTRAS="--extra redis"
COPY uv.txt pyproject.toml uv.lock ./
RUN pip install --no-cache-dir --require-hashes -r uv.txt \
    && uv sync --locked --no-dev $EXTRAS --no-cache --compile-bytecode
COPY alembic.ini wsgi.py ./
COPY migrations migrations
COPY api api
# Who runs it may not write here, and would compile it anew at each start.
RUN .venv/bin/python -m compileall -q api migrations wsgi.py

USER claimledger
ENV PATH="/srv/claimledger/.venv/bin:$PATH" FLASK_APP=wsgi \
    LOG_FORMAT=json PROMETHEUS_MULTIPROC_DIR=/srv/claimledger/var/metrics
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--respawn-failed-workers", "--blocking-threads", "4", "--backpressure", "64", "--no-ws", "--workers-kill-timeout", "30", "wsgi:app"]
