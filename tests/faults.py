"""A proxy on this machine that stands before a search engine and misbehaves on demand. Standard library only.

`with FaultProxy("http://127.0.0.1:9200") as proxy:` — give `proxy.url` to the client and call `proxy.switch(Fault.HANG)`
at any moment; connections that are already open follow as well. Never part of the product.
"""

from __future__ import annotations

import http.client
import json
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

JSON = "application/vnd.elasticsearch+json;compatible-with=8"
PRODUCT = ("X-Elastic-Product", "Elasticsearch")
_HOP = {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "content-length", "host"}


class Fault(StrEnum):
    """What the proxy does instead of passing on. The last two lose half of an exchange."""

    PASS = "pass"
    REFUSE = "refuse"
    HANG = "hang"
    SLOW = "slow"
    DRIP = "drip"
    HALF_CLOSE = "half_close"
    GARBAGE = "garbage"
    TOO_MANY = "429"
    UNAVAILABLE = "503"
    WRONG_PRODUCT = "wrong_product"
    CORRUPT_JSON = "corrupt_json"
    WRONG_SHAPE = "wrong_shape"
    READ_ONLY = "read_only"
    MISSING_INDEX = "missing_index"
    DROP_ANSWER = "drop_answer"
    CUT_REQUEST = "cut_request"


@dataclass(frozen=True, slots=True)
class _Mode:
    fault: Fault
    only: str = ""
    left: int | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class FaultProxy:
    """Listens on a port of its own. `seen` holds method and path of each request, whatever became of it."""

    def __init__(self, upstream: str, *, delay: float = 30.0) -> None:
        parts = urlsplit(upstream)
        self.upstream = (parts.hostname or "127.0.0.1", parts.port or 80)
        self.delay = delay
        self.seen: list[tuple[str, str]] = []
        self._mode = _Mode(Fault.PASS)
        self._changed = threading.Condition()
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self._port = 0

    def __enter__(self) -> FaultProxy:
        self._listen()
        return self

    def __exit__(self, *_problem: object) -> None:
        self.switch(Fault.REFUSE)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def switch(self, fault: Fault, *, only: str = "", times: int | None = None) -> None:
        """Misbehave from now on: `only` for addresses that contain this text, `times` for so many requests at most."""
        with self._changed:
            before, self._mode = self._mode, _Mode(fault, only, times)
            self._changed.notify_all()
        if fault == Fault.REFUSE:
            self._close()
        elif before.fault == Fault.REFUSE:
            self._listen()

    # What the handler of one connection asks.

    def take(self, method: str, path: str) -> Fault:
        """Note a request and say what happens to it."""
        with self._changed:
            self.seen.append((method, path))
            mode = self._mode
            if mode.only not in path or mode.left == 0:
                return Fault.PASS
            if mode.left is not None:
                self._mode = _Mode(mode.fault, mode.only, mode.left - 1)
            return mode.fault

    def wait(self, seconds: float) -> None:
        """Stand still that long, or until somebody switches."""
        with self._changed:
            self._changed.wait(seconds)

    def _listen(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._port))
        listener.listen(64)
        self._port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True, name="fault-proxy").start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, address = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client, address), daemon=True, name="fault-proxy").start()

    def _serve(self, client: socket.socket, address: Any) -> None:
        with self._changed:
            self._open.add(client)
        try:
            with suppress(OSError):
                _Handler(client, address, self)  # type: ignore[arg-type]
        finally:
            with self._changed:
                self._open.discard(client)
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
            client.close()

    def _close(self) -> None:
        """A closed port, and no connection left over from before."""
        listener, self._listener = self._listener, None
        if listener is not None:
            # Closing alone would leave the thread in accept(), and with it the port.
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._changed:
            held = list(self._open)
        for client in held:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """One connection of the client. `server` is the proxy."""

    protocol_version = "HTTP/1.1"
    server: FaultProxy  # type: ignore[assignment]

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.take(self.command, self.path)
        if fault in _MADE_UP:
            self._say(_MADE_UP[fault])
        elif fault == Fault.READ_ONLY:
            self._say(_all_items_refused(body) if "_bulk" in self.path else self._forward(body))
        elif fault in {Fault.PASS, Fault.SLOW, Fault.DRIP, Fault.HALF_CLOSE, Fault.DROP_ANSWER}:
            self._pass_on(body, fault)
        elif fault == Fault.HANG:
            self.server.wait(self.server.delay)
            self.close_connection = True
        elif fault == Fault.GARBAGE:
            self._raw(bytes(range(256)) * 4)
        elif fault == Fault.CUT_REQUEST:
            self._send_half(body)
            self.close_connection = True
        else:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        """Nothing on the screen of a test."""

    def _pass_on(self, body: bytes, fault: Fault) -> None:
        if fault == Fault.SLOW:
            self.server.wait(self.server.delay)
        answer = self._forward(body)
        if fault == Fault.DROP_ANSWER:
            self.close_connection = True
        elif fault == Fault.HALF_CLOSE:
            whole = _as_bytes(answer)
            self._raw(whole[: len(whole) - len(answer.body) // 2 - 1])
        elif fault == Fault.DRIP:
            self._drip(_as_bytes(answer))
        else:
            self._say(answer)

    def _forward(self, body: bytes) -> _Answer:
        connection = http.client.HTTPConnection(*self.server.upstream, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
        try:
            connection.request(self.command, self.path, body or None, headers)
            response = connection.getresponse()
            kept = tuple((name, value) for name, value in response.getheaders() if name.lower() not in _HOP)
            return _Answer(response.status, kept, response.read())
        except OSError as problem:
            return _fault_answer(502, "bad_gateway", str(problem))
        finally:
            connection.close()

    def _send_half(self, body: bytes) -> None:
        """The engine is promised the whole request and gets half of it."""
        kept = [f"{name}: {value}" for name, value in self.headers.items() if name.lower() not in _HOP]
        head = [f"{self.command} {self.path} HTTP/1.1", "Host: engine", f"Content-Length: {len(body)}", *kept]
        with suppress(OSError), socket.create_connection(self.server.upstream, timeout=5) as engine:
            engine.sendall("\r\n".join([*head, "", ""]).encode("latin-1") + body[: len(body) // 2])

    def _say(self, answer: _Answer) -> None:
        self.wfile.write(_as_bytes(answer, is_head=self.command == "HEAD"))

    def _raw(self, content: bytes) -> None:
        self.wfile.write(content)
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_WR)
        self.close_connection = True

    def _drip(self, content: bytes) -> None:
        """A byte now and then: no single wait is long, all together never end."""
        pace = self.server.delay / max(1, len(content))
        for place in range(len(content)):
            self.wfile.write(content[place : place + 1])
            self.server.wait(pace)
            if self.server._mode.fault != Fault.DRIP:
                break
        self.close_connection = True


def _as_bytes(answer: _Answer, *, is_head: bool = False) -> bytes:
    reason = http.client.responses.get(answer.status, "")
    lines = [f"HTTP/1.1 {answer.status} {reason}", *(f"{name}: {value}" for name, value in answer.headers)]
    head = "\r\n".join([*lines, f"Content-Length: {len(answer.body)}", "", ""]).encode("latin-1")
    return head if is_head else head + answer.body


def _json_answer(status: int, value: Any, *, is_ours: bool = True) -> _Answer:
    headers = (("Content-Type", JSON), *((PRODUCT,) if is_ours else ()))
    return _Answer(status, headers, json.dumps(value).encode())


def _fault_answer(status: int, type_: str, reason: str) -> _Answer:
    return _json_answer(status, {"error": {"type": type_, "reason": reason}, "status": status})


def _all_items_refused(body: bytes) -> _Answer:
    """What a node with a full disk says to a bulk request: 200 for the request, 403 for each item."""
    problem = {
        "type": "cluster_block_exception",
        "reason": "index blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark]",
    }
    items = []
    lines = iter(body.splitlines())
    for line in lines:
        if not line.strip():
            continue
        ((action, told),) = json.loads(line).items()
        if action != "delete":
            next(lines, None)
        items.append(
            {action: {"_index": told.get("_index", ""), "_id": told.get("_id"), "status": 403, "error": problem}}
        )
    return _json_answer(200, {"took": 1, "errors": True, "items": items})


_MADE_UP = {
    Fault.TOO_MANY: _fault_answer(
        429, "es_rejected_execution_exception", "rejected execution of coordinating operation"
    ),
    Fault.UNAVAILABLE: _fault_answer(503, "no_shard_available_action_exception", "all shards failed"),
    Fault.WRONG_PRODUCT: _json_answer(200, {"tagline": "another product"}, is_ours=False),
    Fault.CORRUPT_JSON: _Answer(200, (("Content-Type", JSON), PRODUCT), b'{"took": 1, "hits": {"total": {"val'),
    Fault.WRONG_SHAPE: _json_answer(200, [{"took": "soon"}]),
    Fault.MISSING_INDEX: _fault_answer(404, "index_not_found_exception", "no such index"),
}
