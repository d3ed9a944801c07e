"""A request to the engine ends when its time is over, whatever comes meanwhile.

The time limits of the library hold for each read: an engine, or something before it, that sends a byte now and then
would keep a page waiting for ever. Here a watch cuts the connection, which the reading side takes for a broken one.
"""

import socket
import threading
from contextlib import suppress
from typing import Any

from elastic_transport import NodeConfig, Urllib3HttpNode
from elastic_transport.client_utils import DEFAULT

_local = threading.local()


class _Watch:
    """Cuts the connection it was told of, unless the request has ended before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Any = None

    def begin(self, connection: Any) -> None:
        with self._lock:
            self._connection = connection

    def end(self) -> None:
        with self._lock:
            self._connection = None

    def cut(self) -> None:
        with self._lock:
            held = getattr(self._connection, "sock", None)
            if held is not None:
                # Past the encryption, if there is any: it would want to say good-bye first.
                with suppress(OSError):
                    socket.socket.shutdown(held, socket.SHUT_RDWR)


class DeadlineNode(Urllib3HttpNode):
    """The node class of the library, with the time limit of a request over all its reads together."""

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self.pool.ConnectionCls = _watched(self.pool.ConnectionCls)

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Any = None,
        request_timeout: Any = DEFAULT,
    ) -> Any:
        seconds = self.config.request_timeout if request_timeout is DEFAULT else request_timeout
        watch = _local.watch = _Watch()
        timer = threading.Timer(seconds or 0, watch.cut)
        timer.daemon = True
        if seconds:
            timer.start()
        try:
            return super().perform_request(method, target, body, headers, request_timeout)
        finally:
            watch.end()
            timer.cancel()
            _local.watch = None


def _watched(connection_class: Any) -> Any:
    class Watched(connection_class):
        def request(self, *arguments: Any, **options: Any) -> None:
            watch = getattr(_local, "watch", None)
            if watch is not None:
                watch.begin(self)
            super().request(*arguments, **options)

    return Watched
