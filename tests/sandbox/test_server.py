"""The sandbox over real HTTP: each kind of fault as an ordinary client sees it."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from connector.sandbox.clock import SandboxClock
from connector.sandbox.exchange import PlatformApp, Request, Response
from connector.sandbox.faults import Fault, FaultKind
from connector.sandbox.server import Mounts, RunningServer, serve


class Counter:
    """A platform that counts what it carried out."""

    def __init__(self) -> None:
        self.clock = SandboxClock(datetime(2026, 11, 1, tzinfo=UTC), frozen=True)
        self.lock = threading.RLock()
        self.done: list[str] = []

    def operation(self, request: Request) -> str:
        return request.path.strip("/")

    def answer(self, request: Request) -> Response:
        self.done.append(request.path + "?" + request.query + request.body.decode())
        return Response(200, b'{"done": true}')

    def failure(self, request: Request, fault: Fault) -> Response:
        return Response(200, f'{{"code": "{fault.code or fault.kind}"}}'.encode())


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def app(counter: Counter) -> PlatformApp:
    return PlatformApp(counter)


@pytest.fixture
def running(app: PlatformApp) -> Iterator[RunningServer]:
    mounts = Mounts()
    mounts.mount("/deep/shop", app)
    server = serve(mounts)
    yield server
    server.stop()


def post(running: RunningServer, path: str = "/add", *, timeout: float = 5) -> httpx.Response:
    with httpx.Client(base_url=running.base_url + "/deep/shop", timeout=timeout) as client:
        return client.post(path, params={"n": "1"}, content=b"body")


def test_a_mounted_platform_sees_its_own_paths_only(running: RunningServer, counter: Counter) -> None:
    assert post(running).json() == {"done": True}
    assert counter.done == ["/add?n=1body"]
    assert httpx.get(running.base_url + "/deep/shopping").status_code == 404


@pytest.mark.parametrize("committed", [False, True])
def test_a_reset_says_nothing_of_whether_it_was_carried_out(
    running: RunningServer, app: PlatformApp, counter: Counter, *, committed: bool
) -> None:
    app.faults.add("add", Fault(FaultKind.RESET, committed=committed), nth=1)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        post(running)
    assert len(counter.done) == committed
    assert post(running).status_code == 200


def test_a_hang_lasts_until_the_caller_gives_up(running: RunningServer, app: PlatformApp) -> None:
    app.faults.add("add", Fault(FaultKind.HANG), nth=1)
    with pytest.raises(httpx.ReadTimeout):
        post(running, timeout=0.05)


def test_a_late_request_is_carried_out_when_its_time_has_come(
    running: RunningServer, app: PlatformApp, counter: Counter
) -> None:
    app.faults.add("add", Fault(FaultKind.LATE, delay=60), nth=1)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        post(running)
    counter.clock.advance(timedelta(seconds=59))
    assert (app.settle(), counter.done) == (0, [])
    counter.clock.advance(timedelta(seconds=1))
    post(running, "/other")
    assert counter.done == ["/add?n=1body", "/other?n=1body"]


def test_half_an_answer_is_no_answer(running: RunningServer, app: PlatformApp, counter: Counter) -> None:
    app.faults.add("add", Fault(FaultKind.TRUNCATED), nth=1)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        post(running)
    assert len(counter.done) == 1


def test_status_garbled_and_platform_errors(running: RunningServer, app: PlatformApp) -> None:
    app.faults.add("add", Fault(FaultKind.STATUS, status=429, retry_after=7), nth=1)
    app.faults.add("add", Fault(FaultKind.GARBLED), nth=2)
    app.faults.add("add", Fault(FaultKind.THROTTLED), nth=3)
    app.faults.add("add", Fault(FaultKind.SLOW, delay=0), nth=4)
    limited = post(running)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "7")
    with pytest.raises(json.JSONDecodeError):
        post(running).json()
    assert post(running).json() == {"code": "throttled"}
    assert post(running).json() == {"done": True}


def test_a_stopped_server_refuses_connections(app: PlatformApp) -> None:
    server = serve(app)
    server.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.base_url)
