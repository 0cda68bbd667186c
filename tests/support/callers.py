"""Who calls the API in tests, and the jobs and periodic tasks that tests run at once."""

from api.auth.roles import Role
from api.contributors import keys
from api.contributors import service as contributors
from api.database.session import transaction
from api.jobs import queue as jobs


class Callers:
    """Requests as somebody: `api.reviewer.post(...)`; `api.anyone` has no key."""

    def __init__(self, app):
        self.app = app
        self.anyone = Caller(app, {})

    def __getattr__(self, name):
        caller = self.enrol(Role(name.rstrip("_2")), name)
        setattr(self, name, caller)
        return caller

    def enrol(self, role, name):
        with self.app.app_context(), transaction():
            person = contributors.enrol_contributor(name=name.capitalize(), role=role)
            key = keys.issue_key(person)[1]
        return Caller(self.app, {"Authorization": f"Bearer {key}"}, person.id, key)

    def enrolled(self):
        """Those who have made requests so far, by name."""
        return {name: each for name, each in vars(self).items() if isinstance(each, Caller)}

    def move_to(self, app):
        """The same callers of another application, on a copy of the database."""
        moved = Callers(app)
        for name, each in self.enrolled().items():
            setattr(moved, name, Caller(app, each.headers, each.id, each.key))
        return moved

    def work(self):
        """Do the jobs that are due, and those they lead to, here and now; count them."""
        done = 0
        while due := self.due():
            done += sum(map(self.do, due))
        return done

    def heartbeat(self):
        """Run each periodic task of a worker once, in order."""
        with self.app.app_context():
            for task in self.app.extensions["jobs"].periodic_tasks:
                task.run()

    def due(self):
        return self.app.extensions["jobs"].client.list_workflows(status="ENQUEUED")

    def waiting(self):
        """The names of the jobs that are due later."""
        return [
            job.name for job in self.app.extensions["jobs"].client.list_workflows(status="DELAYED")
        ]

    def hurry(self):
        """Do the jobs that are due later as if it were later."""
        for job in self.app.extensions["jobs"].client.list_workflows(status="DELAYED"):
            self.do(job)
        self.work()

    def do(self, job):
        with self.app.app_context():
            jobs.run_job(job.name, **job.input["kwargs"])
        self.app.extensions["jobs"].client.delete_workflow(job.workflow_id)
        return 1


class Caller:
    def __init__(self, app, headers, id=None, key=None):
        self.client, self.headers, self.id, self.key = app.test_client(), headers, id, key

    def open(self, method, path, *, expect=None, headers=None, **options):
        path = path if path.startswith(("/v1", "/health", "/ready", "/openapi")) else f"/v1{path}"
        answer = self.client.open(
            path, method=method, headers=self.headers | (headers or {}), **options
        )
        if expect is not None:
            assert answer.status_code == expect, answer.get_data(as_text=True)
        return answer

    def get(self, path, expect=200, **options):
        return self.open("GET", path, expect=expect, **options)

    def post(self, path, json=None, expect=None, **options):
        return self.open(
            "POST", path, json=json if json is not None else {}, expect=expect, **options
        )

    def patch(self, path, json, expect=None, **options):
        return self.open("PATCH", path, json=json, expect=expect, **options)
