"""The HTTP side of the sandbox shop: routes, tokens, headers and status codes."""

import base64
import threading
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import orjson

from connector.sandbox.clock import SandboxClock
from connector.sandbox.exchange import Request, Response
from connector.sandbox.faults import Fault, FaultKind
from connector.sandbox.shopify.access import TOKEN_LIFE, Token
from connector.sandbox.shopify.cost import MUTATION_POINTS
from connector.sandbox.shopify.engine import Answer, Engine, internal_error, throttled
from connector.sandbox.shopify.versions import NEWEST, served_version
from connector.sandbox.shopify.world import ShopifyWorld

_JSON = (b"content-type", b"application/json; charset=utf-8")
_TOKEN_PATH = "/admin/oauth/access_token"
_API = "/admin/api/"
_ENDPOINT = "/graphql.json"
_BULK = "/sandbox-bulk/"
_SHOP_MESSAGES = {402: "Unavailable Shop", 403: "Shop is inactive", 423: "Unavailable Shop"}


class ShopifyService:
    """One shop behind the wire; see `connector.sandbox.exchange.Service`."""

    clock: SandboxClock
    lock: threading.RLock

    def __init__(self, world: ShopifyWorld) -> None:
        self.world = world
        self.clock = world.clock
        self.lock = world.lock
        self.engine = Engine(world)

    def operation(self, request: Request) -> str:
        """The first root field (`orderCreate`, `orders`, …), `oauth.token`, `bulk.download` or `invalid`."""
        if request.path == _TOKEN_PATH:
            return "oauth.token"
        if request.path.startswith(_BULK):
            return "bulk.download"
        body = _body(request)
        if body is None or not isinstance(body.get("query"), str):
            return "invalid"
        return self.engine.documents.read(body["query"], _operation_name(body)).root_field

    def answer(self, request: Request) -> Response:
        """Carry a request out."""
        self.world.settle()
        if self.world.shop_status in _SHOP_MESSAGES:
            return _plain(self.world.shop_status, _SHOP_MESSAGES[self.world.shop_status])
        if request.path == _TOKEN_PATH:
            return self._token(request)
        if request.path.startswith(_BULK):
            return self._download(request)
        if request.path.startswith(_API) and request.path.endswith(_ENDPOINT):
            return self._graphql(request, request.path[len(_API) : -len(_ENDPOINT)])
        return _plain(404, "Not Found")

    def failure(self, request: Request, fault: Fault) -> Response:
        """The shop's own way of failing."""
        version = self._version(request) or NEWEST
        if fault.kind is FaultKind.THROTTLED:
            status = {**self.world.bucket(self.world.app).status(), "currentlyAvailable": 0}
            code = self.world.switches.throttled_status
            return self._write(throttled(MUTATION_POINTS, status), version, code)
        if fault.kind is FaultKind.INTERNAL_ERROR:
            return self._write(internal_error(), version)
        error = {"message": fault.message or fault.code, "extensions": {"code": fault.code}}
        return self._write({"errors": [error]}, version, fault.status)

    def _graphql(self, request: Request, asked: str) -> Response:
        if request.method != "POST":
            return _plain(405, "Method Not Allowed")
        version = served_version(asked, self.clock.now())
        if version is None:
            return _plain(404, "Not Found")
        token = self.world.access.recognise(request.header("x-shopify-access-token"), self.clock.now())
        if token is None:
            return _plain(401, "[API] Invalid API key or access token (unrecognized login or wrong password)")
        if not request.header("content-type").startswith("application/json"):
            return _plain(400, "Required parameter missing or invalid")
        body = _body(request)
        if body is None:
            return _plain(400, "Bad Request")
        return self._execute(body, token, version)

    def _execute(self, body: dict[str, Any], token: Token, version: str) -> Response:
        text, variables = body.get("query"), body.get("variables") or {}
        if not isinstance(text, str) or not isinstance(variables, dict):
            return _plain(400, "Required parameter missing or invalid: query")
        document = self.engine.documents.read(text, _operation_name(body))
        answer = self.engine.run(self.engine.call(token, version), document, variables)
        return self._write(answer, version, self._status(answer))

    def _status(self, answer: Answer) -> int:
        if "data" in answer or self.world.switches.throttled_status == 200:
            return 200
        codes = {error.get("extensions", {}).get("code") for error in answer["errors"]}
        return self.world.switches.throttled_status if "THROTTLED" in codes else 200

    def _token(self, request: Request) -> Response:
        given = _form(request)
        app = self.world.access.apps.get(given.get("client_id", ""))
        if given.get("grant_type") != "client_credentials":
            return _oauth_error("unsupported_grant_type", "The grant type is not supported")
        if app is None or given.get("client_secret") != app.client_secret:
            return _oauth_error("invalid_client", "Client authentication failed")
        token = self.world.access.issue(app, self.clock.now() + TOKEN_LIFE)
        scope = ",".join(sorted(app.scopes))
        life = int(TOKEN_LIFE / timedelta(seconds=1))
        body = {"access_token": token.text, "scope": scope, "expires_in": life}
        return Response(200, orjson.dumps(body), (_JSON, _request_id()))

    def _download(self, request: Request) -> Response:
        name = request.path.removeprefix(_BULK)
        for operation in self.world.bulk_operations.values():
            if operation.file_name == name:
                return Response(200, operation.rows, ((b"content-type", b"application/jsonl"),))
        return _plain(404, "Not Found")

    def _version(self, request: Request) -> str | None:
        return served_version(request.path[len(_API) : -len(_ENDPOINT)], self.clock.now())

    def _write(self, answer: Answer, version: str, status: int = 200) -> Response:
        headers = (_JSON, (b"x-shopify-api-version", version.encode()), _request_id())
        return Response(status, orjson.dumps(answer), headers)


def _body(request: Request) -> dict[str, Any] | None:
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None


def _operation_name(body: dict[str, Any]) -> str | None:
    name = body.get("operationName")
    return name if isinstance(name, str) and name else None


def _form(request: Request) -> dict[str, str]:
    if request.header("content-type").startswith("application/json"):
        return {key: str(value) for key, value in (_body(request) or {}).items()}
    return dict(parse_qsl(request.body.decode("utf-8", "replace")))


def _plain(status: int, message: str) -> Response:
    return Response(status, orjson.dumps({"errors": message}), (_JSON, _request_id()))


def _oauth_error(code: str, message: str) -> Response:
    body = {"error": code, "error_description": message}
    return Response(400 if code != "invalid_client" else 401, orjson.dumps(body), (_JSON, _request_id()))


def _request_id() -> tuple[bytes, bytes]:
    return b"x-request-id", base64.b16encode(uuid.uuid4().bytes).lower()
