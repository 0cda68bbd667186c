"""The signal to stop: SIGINT or SIGTERM, whatever the process does and whichever thread the system
gives the signal to.
"""

import select
import signal
import socket
from collections.abc import Callable


class ShutdownSignal:
    """Receives the signals from when it is made, which must be in the main thread; the first one
    calls `on_first` there.
    """

    def __init__(self, on_first: Callable[[], None] = lambda: None) -> None:
        self.on_first = on_first
        self.is_set = False
        # An event cannot be set by a handler that interrupts the one who waits for it; and who
        # waits is not woken by a signal that another thread was given. A socket does for both.
        self.receiver, sender = socket.socketpair()
        sender.setblocking(False)
        self.sender = sender
        signal.set_wakeup_fd(sender.fileno())
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, self._handle)

    def wait(self, seconds: float) -> bool:
        """Wait for the signal, so many seconds at most. Whether it came, now or before."""
        return bool(select.select([self.receiver], [], [], seconds)[0])

    def _handle(self, *_: object) -> None:
        if not self.is_set:
            self.is_set = True
            self.on_first()
