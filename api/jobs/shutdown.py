"""Being told to stop: SIGINT or SIGTERM, whatever the process is at and whichever thread the system
gives the signal to.
"""

import select
import signal
import socket
from collections.abc import Callable


class Told:
    """Hears the signals from when it is made, which must be in the main thread; at the first one
    it calls `then` there. Asking twice changes nothing.
    """

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self.then = then
        self.already = False
        # An event cannot be set by a handler that interrupts the one who waits for it; and who
        # waits is not woken by a signal that another thread was given. A socket does for both.
        self.heard, written = socket.socketpair()
        written.setblocking(False)
        self.written = written
        signal.set_wakeup_fd(written.fileno())
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, self._heed)

    def within(self, seconds: float) -> bool:
        """Whether it has been told, or is told within so many seconds."""
        return bool(select.select([self.heard], [], [], seconds)[0])

    def _heed(self, *_: object) -> None:
        if not self.already:
            self.already = True
            self.then()
