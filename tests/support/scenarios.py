"""What takes long to build by requests is built once, and copied for each test."""

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

from api.config.settings import Settings
from tests.support.applications import disconnect_apps, start_app
from tests.support.callers import Callers
from tests.support.fake_internet import Outside

#: The folders beside the database, in the folder of the test.
FOLDERS = ("blobs", "keys")


def settings_in(folder, database_url, outside):
    """Every host of the outside world is read from the test's own server."""
    return Settings(
        database_url=database_url,
        blob_store=str(folder / "blobs"),
        fetch_connect_to=(f"*:80=127.0.0.1:{outside.port}",),
        log_keys=str(folder / "keys"),
    )


@dataclass
class Scenario:
    """A database to be copied, the folders and pages that belong to it, its people, and `rows`:
    what the function that built it returned.
    """

    template: str
    folder: Path | None = None
    pages: dict = field(default_factory=dict)
    callers: Callers | None = None
    rows: object = None

    def copy_folders(self, folder):
        for name in FOLDERS:
            if self.folder and (self.folder / name).exists():
                shutil.copytree(self.folder / name, folder / name)

    def callers_of(self, app):
        return self.callers.move_to(app) if self.callers else Callers(app)


def build_scenario(build, databases, folder, changes):
    """Call `build(api, outside)` on a database of its own, with `changes` of the settings."""
    url = databases.copy(databases.migrated, folder)
    with Outside().served() as outside:
        app = start_app(replace(settings_in(folder, url, outside), **changes))
        callers = Callers(app)
        rows = build(callers, outside)
        disconnect_apps()
    return Scenario(databases.save_as_template(url), folder, outside.pages, callers, rows)
