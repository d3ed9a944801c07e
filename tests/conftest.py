"""What every test shares: a data folder per worker, database care, and a browser that watches what a page does.

Markers: `journey` (browser), `postgres` / `sqlite` (left out on other databases), `elasticsearch` (live engine).
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection, connections
from django.db.backends.sqlite3.base import DatabaseOperations as SqliteOperations
from django.test import Client
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

from tests import engine, migrated

ROOT = Path(__file__).resolve().parent.parent
SCREENSHOTS = ROOT / "docs" / "screenshots"
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
NO_CHROMIUM = f"no browser at {CHROMIUM}: apt-get install chromium fonts-noto-cjk, or name one in CHROMIUM"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
TEMPLATE_VARIABLE = "CHENGYAN_TEST_TEMPLATE"
WIDTHS = {"": 1280, "-390": 390}
DATA_FOLDER = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Move everything the project writes into a folder of this worker, before any test database exists."""
    folder = Path(tempfile.mkdtemp(prefix="chengyan-test-"))
    config.stash[DATA_FOLDER] = folder
    settings.DATA_DIR = folder
    settings.CHENGYAN_SEALED_DIR = folder / "sealed"
    settings.STATIC_ROOT = folder / "static"
    settings.STATIC_ROOT.mkdir()
    # Finding every static file again for each test client takes longer than most tests.
    settings.WHITENOISE_USE_FINDERS = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if connection.vendor == "sqlite":
        # A file, not memory: the threads of a live server need connections of their own.
        connections.databases["default"].setdefault("TEST", {})["NAME"] = str(folder / "test.sqlite3")
    elif TEMPLATE_VARIABLE in os.environ:
        connections.databases["default"].setdefault("TEST", {})["TEMPLATE"] = os.environ[TEMPLATE_VARIABLE]
    # New examples on a desk, the same ones each time where a failure would stop somebody else's change.
    hypothesis_settings.register_profile("chengyan", deadline=None, derandomize="CI" in os.environ)
    hypothesis_settings.load_profile("chengyan")


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[DATA_FOLDER], ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to another database, and let tests that really commit come last.

    A committing test empties all tables afterwards. What `post_migrate` puts there (permissions, rule sets) comes back;
    rows written by a migration would not, so none writes any. What needs an engine is skipped and so named at the end.
    """
    other = "sqlite" if connection.vendor == "postgresql" else "postgres"
    left_out = [item for item in items if item.get_closest_marker(other)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    if not os.environ.get(engine.URL_VARIABLE):
        for item in items:
            if item.get_closest_marker("elasticsearch"):
                item.add_marker(pytest.mark.skip(reason=engine.NOT_NAMED))
    items.sort(key=_commits)


def _commits(item: pytest.Item) -> bool:
    names = set(getattr(item, "fixturenames", ()))
    marker = item.get_closest_marker("django_db")
    return bool({"transactional_db", "live_server"} & names) or bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Let an SQLite worker begin with a copy of a migrated file."""
    if connection.vendor != "sqlite":
        return False
    migrated.copy_to(Path(connections.databases["default"]["TEST"]["NAME"]))
    return True


@pytest.fixture(scope="session", autouse=True)
def _emptying_passes_append_only_triggers() -> Iterator[None]:
    """Emptying an SQLite database deletes row by row, which the triggers on the event tables refuse: lift them for it.

    PostgreSQL truncates and does not ask row triggers.
    """
    original = SqliteOperations.execute_sql_flush

    def execute_sql_flush(self: SqliteOperations, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(%'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            original(self, sql_list)
            for _name, sql in triggers:
                cursor.execute(sql)

    SqliteOperations.execute_sql_flush = execute_sql_flush
    yield
    SqliteOperations.execute_sql_flush = original


# Search engine


@pytest.fixture(scope="session")
def engine_url() -> str:
    """The node that `make test` started, or that somebody named. Only tests marked `elasticsearch` may ask for it."""
    return os.environ[engine.URL_VARIABLE].rstrip("/")


@pytest.fixture(scope="session")
def engine_prefix(engine_url: str) -> Iterator[str]:
    """What every index name of this worker begins with. Others use the same node, so only these are removed at the end."""
    prefix = f"chengyan-test-{uuid.uuid4().hex[:12]}"
    yield prefix
    engine.delete_indexes(engine_url, prefix)


# Browser


class Watch:
    """What one page did that no page of ours may do: outside addresses, console errors, broken policy, failures."""

    def __init__(self, page: Page) -> None:
        self.faults: list[str] = []
        self._messages: list[ConsoleMessage] = []
        self._refusals: set[str] = set()
        page.on("console", lambda message: self._messages.append(message))
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("request", lambda request: self._note_address(request.url))
        page.on("response", self._note_response)

    def _note_address(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
            self.faults.append(f"outside address: {url}")

    def _note_response(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status}: {response.url}")
        elif response.status >= 400 and response.request.resource_type == "document":
            self._refusals.add(response.url)

    def found(self) -> list[str]:
        """All faults. A page that was refused on purpose (403, 404 …) is none, though the console mentions it."""
        errors = [
            f"console: {message.text}"
            for message in self._messages
            if message.type == "error" and message.location.get("url") not in self._refusals
        ]
        return self.faults + errors


@pytest.fixture
def index_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Index each change at once: the transaction around a test never commits, so nothing would be found."""
    monkeypatch.setattr("search.receivers.on_commit", lambda follow, robust: follow())


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium per worker. The browser library keeps an event loop in this thread, which Django must tolerate."""
    if not CHROMIUM.exists():
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=CHROMIUM_ARGUMENTS,
        )
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """`open_page(**context_options) -> Page`: one more person at their own browser, e.g. `java_script_enabled=False`.

    Relative addresses work (`page.goto("/report/")`). At the end nothing may have gone wrong on any of the pages.
    """
    watches: list[Watch] = []
    contexts = []

    def open_one(**options: Any) -> Page:
        options = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": _viewport(1280)} | options
        context = browser.new_context(base_url=live_server.url, service_workers="block", **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        watches.append(Watch(page))
        return page

    yield open_one

    # A last look at each page lets messages arrive that are still on their way.
    for context in contexts:
        for page in context.pages:
            page.wait_for_load_state()
        context.close()
    faults = [fault for watch in watches for fault in watch.found()]
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page of a visitor who has not signed in."""
    return open_page()


@pytest.fixture
def sign_in(live_server: Any) -> Callable[..., None]:
    """`sign_in(page, user, **session)`: signed in without the form; `session` holds more values, e.g. `otp_device_id`.

    The way through the form itself is a journey of its own.
    """

    def sign_in_one(page: Page, user: Any, **values: Any) -> None:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session.update(values)
        session.save()
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live_server.url}
        page.context.add_cookies([cookie])

    return sign_in_one


@pytest.fixture
def shoot(tmp_path: Path) -> Callable[[Page, str], list[Path]]:
    """`shoot(page, name)`: pictures of the whole page, 1280 and 390 wide.

    With CHENGYAN_SCREENSHOTS=1 they are written to docs/screenshots, otherwise to a folder of this test.
    """
    folder = SCREENSHOTS if os.environ.get("CHENGYAN_SCREENSHOTS") == "1" else tmp_path
    folder.mkdir(parents=True, exist_ok=True)

    def shoot_one(page: Page, name: str) -> list[Path]:
        pictures = []
        for suffix, width in WIDTHS.items():
            page.set_viewport_size(_viewport(width))
            picture = folder / f"{name}{suffix}.png"
            page.screenshot(path=picture, full_page=True, animations="disabled", caret="hide")
            pictures.append(picture)
        page.set_viewport_size(_viewport(1280))
        return pictures

    return shoot_one


@pytest.fixture
def check_page() -> Callable[[Page], None]:
    """`check_page(page)`: no accessibility fault, and no sideways scrolling on a telephone 390 wide."""

    def check_one(page: Page) -> None:
        results = Axe().run(page)
        assert not results.violations_count, results.generate_report()
        page.set_viewport_size(_viewport(390))
        wide = page.evaluate("document.documentElement.scrollWidth")
        page.set_viewport_size(_viewport(1280))
        assert wide <= 390, f"{page.url} is {wide} wide on a telephone"

    return check_one


def _viewport(width: int) -> Any:
    return {"width": width, "height": 844 if width < 600 else 900}
