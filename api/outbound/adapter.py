"""`requests`, on connections that a `FetchBudget` makes.

The hook is urllib3's `_new_conn`, the one place where it opens a socket. The URL, the Host header
and the TLS name stay those of the real host.
"""

import socket
import ssl
from functools import partial
from typing import Any, cast

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.ssl_ import create_urllib3_context

from api.outbound.budgeted_socket import BudgetedSocket, FetchBudget, Unreachable


class _TLSSocket(BudgetedSocket, ssl.SSLSocket):
    pass


class _Connection(HTTPConnection):
    def __init__(self, host: str, *args: Any, budget: FetchBudget, **kwargs: Any) -> None:
        super().__init__(host, *args, **kwargs)
        self._asked = host  # `self.host` is without the dot at its end, for TLS
        self._budget = budget

    def _new_conn(self) -> socket.socket:
        return self._budget.connect(self._asked, self.port)


class _TLSConnection(_Connection, HTTPSConnection):
    def connect(self) -> None:
        try:
            super().connect()
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(
                "tls", f"The server's certificate does not hold: {error.verify_message}."
            ) from error
        except ssl.SSLError as error:
            raise Unreachable("tls", "No secure connection could be agreed on.") from error
        except TimeoutError:
            raise self._budget.timeout_error() from None
        cast(_TLSSocket, self.sock).budget = self._budget


class Adapter(HTTPAdapter):
    """The transport of `requests` with connections that a `FetchBudget` makes."""

    def __init__(self, budget: FetchBudget) -> None:
        self._budget = budget
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = create_urllib3_context()
        context.sslsocket_class = _TLSSocket
        if self._budget.policy.ca_file:
            context.load_verify_locations(self._budget.policy.ca_file)
        super().init_poolmanager(*args, ssl_context=context, **kwargs)

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        kind = _TLSConnection if pool.scheme == "https" else _Connection
        pool.ConnectionCls = partial(kind, budget=self._budget)
        return pool

    def build_response(self, req: Any, resp: Any) -> requests.Response:
        """The answer without its cookies: nobody wants them, and `http.cookiejar` takes a time
        that grows with the square of their lines, which the budget's clock cannot stop.
        """
        response = requests.Response()
        response.status_code, response.reason = resp.status, resp.reason
        response.headers = CaseInsensitiveDict(resp.headers)
        response.raw, response.url, response.request = resp, req.url, req
        return response
