"""A browser without a screen: keeps cookies, fills in the form token of the last page, follows nothing."""

import asyncio
import re
from typing import Any

import httpx
from fastapi import FastAPI

_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')


class Browser:
    """One visitor of the console; answers are httpx's."""

    def __init__(
        self, app: FastAPI, runner: asyncio.Runner, *, base_url: str, address: str = "127.0.0.1"
    ) -> None:
        # Failures come as pages: one that is not caught by the console itself fails the test.
        transport = httpx.ASGITransport(app, client=(address, 40_000))
        self._client = httpx.AsyncClient(transport=transport, base_url=base_url)
        self._runner = runner
        self.token = ""

    @property
    def cookies(self) -> httpx.Cookies:
        """What the browser holds."""
        return self._client.cookies

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Open an address."""
        return self._seen(self._runner.run(self._client.get(path, **options)))

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> httpx.Response:
        """Send a form of the last page, with its token unless `data` brings another."""
        form = {"csrf_token": self.token, **(data or {})}
        return self._seen(self._runner.run(self._client.post(path, data=form, **options)))

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send anything, with nothing added."""
        return self._seen(self._runner.run(self._client.request(method, path, **options)))

    def follow(self, answer: httpx.Response) -> httpx.Response:
        """Go where an answer sends the browser."""
        assert answer.status_code == 303, answer.text
        return self.get(answer.headers["location"])

    def log_in(self, name: str, password: str, next_path: str = "") -> httpx.Response:
        """Fill in the login page."""
        self.get("/login", params={"next": next_path})
        answer = self.post("/login", {"name": name, "password": password, "next": next_path})
        if answer.status_code == 303:
            # Its forms are bound to the session now.
            self.get(answer.headers["location"])
        return answer

    def close(self) -> None:
        """Leave."""
        self._runner.run(self._client.aclose())

    def _seen(self, answer: httpx.Response) -> httpx.Response:
        found = _TOKEN.search(answer.text)
        if found:
            self.token = found[1]
        return answer
