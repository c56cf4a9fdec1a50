"""The page's server: the built files, `settings.json`, `audit.json`, and what the page asks of the chain."""

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from aiohttp import web

from folkmoot.errors import ConfigError, reason
from folkmoot.page.access import Access, is_loopback
from folkmoot.page.asking import AWAY, BUSY, Asked, Fault, Inquiry, Logs, read
from folkmoot.page.subject import Answer, Source, as_json

FILES = Path(__file__).parent / "files"
INDEX = "index.html"
PORT = 8321
MAX_BODY = 1 << 20  # bytes
MOST_WAITING = 64  # requests at once, beyond which more are refused
READING_S = 20.0  # for a request's body
_MOST_PHRASE = 300  # characters
GUESS_S = 1.0  # that a wrong password takes

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "folkmoot",
}
_PASSING = {AWAY: HTTPStatus.BAD_GATEWAY, BUSY: HTTPStatus.SERVICE_UNAVAILABLE}  # by which browsers know to ask again
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class PageServer:
    """Shows what a source answers to those that have access. Raises `ConfigError` where the page was not built."""

    source: Source
    access: Access
    files: Path
    _quick: ThreadPoolExecutor = field(init=False)
    _long: ThreadPoolExecutor = field(init=False)  # for what may take minutes
    _waiting: int = 0

    def __post_init__(self) -> None:
        if not (self.files / INDEX).is_file():
            raise ConfigError("the page was not built", "in a checkout: make page")
        self._quick, self._long = ThreadPoolExecutor(4, "page"), ThreadPoolExecutor(4, "page-logs")

    def application(self) -> web.Application:
        """What aiohttp serves."""
        app = web.Application(middlewares=[self._guard], client_max_size=MAX_BODY)
        app.router.add_get("/", self._index)
        app.router.add_get("/settings.json", self._settings)
        app.router.add_get("/audit.json", self._audit)
        app.router.add_post("/rpc", self._rpc)
        app.router.add_get("/{name:[A-Za-z0-9][A-Za-z0-9._-]*}", self._file)
        app.on_response_prepare.append(_finish)
        return app

    async def serve(self, host: str, port: int, ready: Callable[[int], None], end: asyncio.Event | None = None) -> None:
        """Serve until `end`; `ready` is told the port. Raises `ConfigError` where the port cannot be had."""
        app = self.application()  # whoever goes away is not waited for
        runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=1.0, handler_cancellation=True, auto_decompress=False
        )
        await runner.setup()
        try:
            bound = _bound(host, port)
            await web.SockSite(runner, bound).start()
            ready(bound.getsockname()[1])
            await (end or asyncio.Event()).wait()
        finally:
            await runner.cleanup()
            self._quick.shutdown(wait=False, cancel_futures=True)
            self._long.shutdown(wait=False, cancel_futures=True)

    # ------------------------------------------------------------- what is asked

    @web.middleware
    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        if not self.access.is_known(request.headers.get("Host"), request.headers.get("Origin")):
            return _plain(HTTPStatus.FORBIDDEN, "this server does not go by that name: see `folkmoot page --help`")
        if not self.access.is_let_in(request.headers):
            if "Authorization" in request.headers:
                await asyncio.sleep(GUESS_S)
            asked = _plain(HTTPStatus.UNAUTHORIZED, "this page asks for a password")
            asked.headers["WWW-Authenticate"] = 'Basic realm="Folkmoot", charset="UTF-8"'
            return asked
        answer = await handler(request)
        if not is_loopback(request.remote or ""):
            answer.enable_compression()
        return answer

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(self.files / INDEX)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self.files / request.match_info["name"]
        if not file.is_file():
            return _plain(HTTPStatus.NOT_FOUND, "there is no such file")
        return web.FileResponse(file)

    async def _settings(self, _request: web.Request) -> web.StreamResponse:
        return _json(as_json(dict(self.source.settings())))

    async def _audit(self, _request: web.Request) -> web.StreamResponse:
        found = await asyncio.get_running_loop().run_in_executor(self._quick, self.source.audit)
        return _json(as_json(dict(found)))

    async def _rpc(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":
            return _plain(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "a request is JSON, and says so by its Content-Type")
        try:
            async with asyncio.timeout(READING_S):
                inquiries, is_batch = read(await request.read())
        except TimeoutError:
            return _plain(HTTPStatus.REQUEST_TIMEOUT, "the request did not come in time")
        except Fault as fault:
            return _json(_told(None, fault))
        answers = await self._answers(inquiries)
        told = [_told(inquiry.id, answer) for inquiry, answer in zip(inquiries, answers, strict=True)]
        found = _json(f"[{','.join(told)}]" if is_batch else told[0])
        for one in answers:
            if isinstance(one, Fault) and (status := _PASSING.get(one.code)):
                found.set_status(status, _phrase(one.message))
        return found

    async def _answers(self, inquiries: list[Inquiry]) -> list[Answer]:
        asked = [one.asked for one in inquiries if not isinstance(one.asked, Fault)]
        answers = iter(await self._ask(asked) if asked else ())
        return [one.asked if isinstance(one.asked, Fault) else next(answers) for one in inquiries]

    async def _ask(self, asked: list[Asked]) -> list[Answer]:
        if self._waiting >= MOST_WAITING:
            return [Fault(BUSY, "too many requests at once: try again in a moment")] * len(asked)
        pool = self._long if any(isinstance(one, Logs) for one in asked) else self._quick
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, self.source.answer, asked)
        finally:
            self._waiting -= 1


async def _finish(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
    response.headers.setdefault("Cache-Control", "no-cache")


def _phrase(text: str) -> str:
    """A sentence as the reason of a status, which has printable ASCII alone."""
    return "".join(sign if sign.isascii() and sign.isprintable() else "?" for sign in text)[:_MOST_PHRASE]


def _told(number: int | str | None, answer: Answer) -> str:
    if isinstance(answer, Fault):
        return as_json({"jsonrpc": "2.0", "id": number, "error": {"code": answer.code, "message": answer.message}})
    return f'{{"jsonrpc":"2.0","id":{as_json(number)},"result":{answer}}}'


def _json(text: str) -> web.Response:
    return web.Response(text=text, content_type="application/json", headers={"Cache-Control": "no-store"})


def _plain(status: int, text: str) -> web.Response:
    return web.Response(text=f"{text}\n", status=status, headers={"Cache-Control": "no-store"})


def _bound(host: str, port: int) -> socket.socket:
    """A socket at an address. Raises `ConfigError`."""
    try:
        (family, *_, address), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ConfigError(
                f"port {port} is taken", f"name another: --port {_free(host)}, or --port 0 for any"
            ) from error
        raise ConfigError(
            f"cannot serve at {host}, port {port}: {reason(error)}", "name an address of this machine"
        ) from error


def _free(host: str) -> int:
    with _bound(host, 0) as probe:
        port: int = probe.getsockname()[1]
        return port
