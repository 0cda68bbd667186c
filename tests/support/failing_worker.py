"""A worker with a job that fails at first, and that does not put it off for long:
`python -m tests.support.failing_worker`.
"""

from pathlib import Path

from api.app import create_app
from api.jobs import worker
from api.jobs.backoff import Backoff

worker.RETRY_BACKOFF = Backoff((0.1,))


def fail_at_first(file, times):
    """Note each run in the file; give up so many times."""
    with Path(file).open("a") as runs:
        runs.write("run\n")
    if len(Path(file).read_text().splitlines()) <= int(times):
        raise LookupError("The stubborn job gives up.")


if __name__ == "__main__":
    app = create_app()
    queue = app.extensions["jobs"]
    queue.handlers = queue.handlers | {"test.stubborn": fail_at_first}
    worker.work(app, app.extensions["settings"])
