"""The fault proxy itself: every fault is what it says, and the proxy comes back from each."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.faults import Fault, FaultProxy

BULK = b'{"index": {"_index": "a", "_id": "1"}}\n{"text": "x"}\n{"delete": {"_index": "a", "_id": "2"}}\n'


class _Engine(BaseHTTPRequestHandler):
    """Answers everything with what it got."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        wanted = int(self.headers["Content-Length"])
        body = self.rfile.read(wanted)
        self.server.bodies.append((wanted, body))
        said = json.dumps({"got": body.decode()}).encode()
        self.send_response(200)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_arguments) -> None:
        pass


@pytest.fixture(scope="module")
def engine() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Engine)
    server.bodies = []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def proxy(engine) -> Iterator[FaultProxy]:
    engine.bodies.clear()
    with FaultProxy(f"http://127.0.0.1:{engine.server_port}", delay=0.3) as one:
        yield one


def ask(proxy: FaultProxy, path: str = "/a/_bulk", body: bytes = BULK, *, timeout: float = 0.1):
    """Status, product header and body of one request on a connection of its own."""
    connection = http.client.HTTPConnection(*proxy.url.removeprefix("http://").split(":"), timeout=timeout)
    try:
        connection.request("POST", path, body)
        response = connection.getresponse()
        return response.status, response.headers.get("X-Elastic-Product"), response.read()
    finally:
        connection.close()


def passes(proxy: FaultProxy) -> bool:
    status, product, body = ask(proxy, timeout=2)
    return (status, product, json.loads(body)) == (200, "Elasticsearch", {"got": BULK.decode()})


def test_it_passes_on_and_notes_what_it_saw(proxy):
    assert passes(proxy)
    assert proxy.seen == [("POST", "/a/_bulk")]


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (Fault.REFUSE, ConnectionRefusedError),
        (Fault.HANG, TimeoutError),
        (Fault.SLOW, TimeoutError),
        (Fault.HALF_CLOSE, http.client.IncompleteRead),
        (Fault.GARBAGE, http.client.BadStatusLine),
        (Fault.DROP_ANSWER, http.client.RemoteDisconnected),
        (Fault.CUT_REQUEST, http.client.RemoteDisconnected),
    ],
)
def test_connections_fail_the_way_they_are_told_and_recover(proxy, fault, problem):
    proxy.switch(fault)
    with pytest.raises(problem):
        ask(proxy)
    proxy.switch(Fault.PASS)
    assert passes(proxy)


@pytest.mark.parametrize(
    ("fault", "status", "product"),
    [
        (Fault.TOO_MANY, 429, "Elasticsearch"),
        (Fault.UNAVAILABLE, 503, "Elasticsearch"),
        (Fault.WRONG_PRODUCT, 200, None),
        (Fault.MISSING_INDEX, 404, "Elasticsearch"),
        (Fault.WRONG_SHAPE, 200, "Elasticsearch"),
    ],
)
def test_answers_are_made_up_without_asking_the_engine(proxy, engine, fault, status, product):
    proxy.switch(fault)
    said = ask(proxy, timeout=2)
    assert said[:2] == (status, product)
    assert json.loads(said[2])
    assert engine.bodies == []


def test_corrupt_json_is_no_json(proxy):
    proxy.switch(Fault.CORRUPT_JSON)
    with pytest.raises(json.JSONDecodeError):
        json.loads(ask(proxy, timeout=2)[2])


def test_a_full_disk_refuses_each_item_of_a_bulk_and_lets_the_rest_through(proxy, engine):
    proxy.switch(Fault.READ_ONLY)
    said = json.loads(ask(proxy, timeout=2)[2])
    assert [(*item, next(iter(item.values()))["status"]) for item in said["items"]] == [("index", 403), ("delete", 403)]
    assert engine.bodies == []
    assert ask(proxy, "/a/_search", b"{}", timeout=2)[0] == 200


def test_the_lost_answer_had_its_effect_and_the_cut_request_arrived_in_half(proxy, engine):
    proxy.switch(Fault.DROP_ANSWER)
    with pytest.raises(http.client.RemoteDisconnected):
        ask(proxy, timeout=2)
    assert engine.bodies == [(len(BULK), BULK)]
    proxy.switch(Fault.CUT_REQUEST)
    with pytest.raises(http.client.RemoteDisconnected):
        ask(proxy, timeout=2)
    until = time.monotonic() + 2
    while len(engine.bodies) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert engine.bodies[1] == (len(BULK), BULK[: len(BULK) // 2])


def test_a_drip_never_lets_a_single_read_wait(proxy):
    proxy.delay = 60
    proxy.switch(Fault.DRIP)
    host, port = proxy.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=2) as client:
        client.sendall(b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
        assert client.recv(1) == b"H"


def test_a_fault_can_hold_for_one_address_and_for_so_many_requests(proxy):
    proxy.switch(Fault.UNAVAILABLE, only="_bulk", times=1)
    assert ask(proxy, "/a/_search", timeout=2)[0] == 200
    assert ask(proxy, timeout=2)[0] == 503
    assert ask(proxy, timeout=2)[0] == 200


def test_a_connection_that_is_open_follows_the_switch(proxy):
    host, port = proxy.url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=2)
    connection.request("POST", "/a", b"{}")
    assert connection.getresponse().read() == b'{"got": "{}"}'
    proxy.switch(Fault.TOO_MANY)
    connection.request("POST", "/a", b"{}")
    response = connection.getresponse()
    assert (response.status, bool(response.read())) == (429, True)
    proxy.switch(Fault.REFUSE)
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        connection.request("POST", "/a", b"{}")
        connection.getresponse()
    connection.close()
