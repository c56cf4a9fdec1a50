"""The page's server over a record: what it serves, to whom, and with which headers."""

import asyncio
import base64
import gzip
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Semaphore

import pytest
import requests

from folkmoot.errors import ConfigError
from folkmoot.page import server
from folkmoot.page.access import Access
from folkmoot.page.asking import BUSY, NO_JSON, NO_REQUEST, NOT_LET_THROUGH, Asked
from folkmoot.page.record import RecordSource
from folkmoot.page.server import MAX_BODY, PageServer
from folkmoot.page.subject import Answer
from tests.support.pages import INDEX, Browser, built, document, request, serving

PASSWORD = "correct: hörse"  # noqa: S105 - opens nothing but these tests' pages
SOURCE = RecordSource.of(document())


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return built(tmp_path / "files")


@pytest.fixture
def browser(files: Path) -> Iterator[Browser]:
    with serving(SOURCE, files) as url:
        yield Browser(url)


def test_it_serves_the_built_files(browser: Browser) -> None:
    for name in ("", "index.html"):
        answer = browser.get(name)
        assert (answer.status_code, answer.text) == (200, INDEX)
        assert answer.headers["Content-Type"].startswith("text/html")
    assert browser.get("app.js").headers["Content-Type"].startswith(("text/javascript", "application/javascript"))


def test_a_file_is_sent_again_only_if_it_changed(browser: Browser) -> None:
    first = browser.get("app.js")
    assert first.headers["Cache-Control"] == "no-cache"
    assert browser.get("app.js", **{"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_a_compressed_file_is_sent_to_who_takes_it(browser: Browser, files: Path) -> None:
    (files / "app.js.gz").write_bytes(gzip.compress(b"'compressed';\n"))
    assert browser.get("app.js", **{"Accept-Encoding": "gzip"}).text == "'compressed';\n"
    assert browser.get("app.js", **{"Accept-Encoding": "identity"}).text == "'use strict';\n"


@pytest.mark.parametrize("name", ["app.js", "settings.json", "rpc"])
@pytest.mark.parametrize("is_near", [True, False])
def test_what_goes_to_other_machines_is_compressed(
    browser: Browser, name: str, monkeypatch: pytest.MonkeyPatch, *, is_near: bool
) -> None:
    monkeypatch.setattr(server, "is_loopback", lambda _: is_near)
    answer = browser.post(request("eth_chainId")) if name == "rpc" else browser.get(name)
    assert answer.headers.get("Content-Encoding") in ({None} if is_near else {"deflate", "gzip"})
    assert answer.text


@pytest.mark.parametrize("name", ["files", "..", "../page.py", "%2e%2e/server.py", "..%2fserver.py", ".hidden", "a//b"])
def test_it_serves_nothing_else(browser: Browser, files: Path, name: str) -> None:
    (files / ".hidden").write_text("secret")
    (files / "files").mkdir()
    prepared = requests.Request("GET", browser.url).prepare()
    prepared.url = f"{browser.url}/{name}"
    answer = requests.Session().send(prepared, timeout=60)
    assert answer.status_code == 404


def test_every_answer_has_the_headers_that_keep_a_page_to_itself(browser: Browser) -> None:
    answers = [
        browser.get(""),
        browser.get("settings.json"),
        browser.get("audit.json"),
        browser.get("nothing"),
        browser.post(request("eth_chainId")),
        browser.get("rpc"),
        browser.get("", Host="evil.example"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 404, 200, 404, 403]
    for answer in answers:
        headers = answer.headers
        assert headers["Content-Security-Policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Server"] == "folkmoot"
        assert not [name for name in headers if name.startswith("Access-Control-")]
        assert headers["Cache-Control"] in {"no-cache", "no-store"}


def test_settings_and_audit_are_json_whatever_names_say(browser: Browser) -> None:
    answer = browser.get("settings.json")
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json() == {"rpc": "rpc", "audit": True, **document()["settings"]}
    assert browser.get("audit.json").json() == {"found": False}


# ----------------------------------------------------------------------- rpc


def test_a_request_and_a_batch_are_answered(browser: Browser) -> None:
    assert browser.ask("eth_chainId") == "0x7"
    batch = [request("eth_blockNumber", number=5), {**request("web3_clientVersion"), "id": "six"}]
    told = browser.post(batch).json()
    assert told == [
        {"jsonrpc": "2.0", "id": 5, "result": "0x7"},
        {"jsonrpc": "2.0", "id": "six", "result": "a node"},
    ]


def test_a_refusal_in_a_batch_leaves_the_others_answered(browser: Browser) -> None:
    told = browser.post([request("eth_accounts", number=1), request("eth_chainId", number=2)]).json()
    assert told[0]["error"] == {
        "code": NOT_LET_THROUGH,
        "message": "this page only looks: eth_accounts is not let through",
    }
    assert told[1]["result"] == "0x7"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", NO_JSON),
        (b"{", NO_JSON),
        (b"[" * 100_000, NO_JSON),
        (b"\xff", NO_JSON),
        (b"[]", NO_REQUEST),
        (b"7", NO_REQUEST),
        (b"null", NO_REQUEST),
        (b'{"method": "eth_chainId"}', NO_REQUEST),
        (b'{"id": null, "method": "eth_chainId"}', NO_REQUEST),
        (b'{"id": true, "method": "eth_chainId"}', NO_REQUEST),
    ],
)
def test_what_is_no_request_is_told_so(browser: Browser, body: bytes, code: int) -> None:
    headers = {"Content-Type": "application/json"}
    answer = requests.post(f"{browser.url}/rpc", data=body, headers=headers, timeout=60).json()
    assert (answer["id"], answer["error"]["code"]) == (None, code)


def test_a_batch_and_a_body_have_a_largest_size(browser: Browser) -> None:
    assert len(browser.post([request("eth_chainId")] * 200).json()) == 200
    assert browser.post([request("eth_chainId")] * 201).json()["error"]["code"] == NO_REQUEST
    assert browser.post(request("eth_chainId", "x" * MAX_BODY)).status_code == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_what_says_that_it_is_json_is_read(browser: Browser, kind: str) -> None:
    answer = requests.post(
        f"{browser.url}/rpc", data=b'{"id":1,"method":"eth_chainId"}', headers={"Content-Type": kind}, timeout=60
    )
    assert answer.status_code == 415


# --------------------------------------------------------------------- access


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "[::1"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_other_names_and_other_pages_are_refused(browser: Browser, headers: dict[str, str]) -> None:
    assert browser.post(request("eth_chainId"), **headers).status_code == 403
    assert browser.get("settings.json", **headers).status_code == 403


def test_a_preflight_of_another_page_is_refused(browser: Browser) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Origin": "http://localhost"}
    assert requests.options(f"{browser.url}/rpc", headers=asked, timeout=60).status_code == 405


def test_all_of_it_is_behind_the_password(files: Path) -> None:
    with serving(SOURCE, files, Access(password=PASSWORD)) as url:
        stranger = Browser(url)
        answers = [stranger.get(name) for name in ("", "app.js", "settings.json", "audit.json", "nothing")]
        assert {answer.status_code for answer in (*answers, stranger.post(request("eth_chainId")))} == {401}
        assert answers[0].headers["WWW-Authenticate"].startswith("Basic ")
        known = base64.b64encode(f"anybody:{PASSWORD}".encode()).decode()
        member = Browser(url, Authorization=f"Basic {known}", Host="page.example")
        assert (member.get("").status_code, member.ask("eth_chainId")) == (200, "0x7")


@pytest.mark.parametrize(
    "given",
    [
        "",
        "Basic",
        "Basic !",
        "Basic ä",
        f"Bearer {PASSWORD}",
        "Basic YW55Ym9keQ==",
        "Basic YW55Ym9keTo=",
        "Basic " + "A" * 64,
    ],
)
def test_a_wrong_password_opens_nothing(files: Path, given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "GUESS_S", 0.01)
    with serving(SOURCE, files, Access(password=PASSWORD)) as url:
        headers = {"Authorization": given.encode()}
        assert requests.get(f"{url}/settings.json", headers=headers, timeout=60).status_code == 401


def test_who_guesses_passwords_has_to_wait(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(server.asyncio, "sleep", wait)
    with serving(SOURCE, files, Access(password=PASSWORD)) as url:
        assert Browser(url).get("").status_code == 401  # who asks for the first time does not guess
        assert waits == []
        assert Browser(url, Authorization="Basic YTpi").get("").status_code == 401
    assert waits[:1] == [server.GUESS_S]  # aiohttp waits, too, at its end


def test_too_many_requests_at_once_are_refused_and_not_kept(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_WAITING", 2)
    entered, gate = Semaphore(0), Event()

    class Slow(RecordSource):
        def answer(self, asked: Sequence[Asked]) -> list[Answer]:
            entered.release()
            gate.wait(60)
            return RecordSource.answer(self, asked)

    with serving(Slow.of(document()), files) as url, ThreadPoolExecutor() as pool:
        waiting = [pool.submit(Browser(url).ask, "eth_chainId") for _ in range(2)]
        for _ in waiting:
            assert entered.acquire(timeout=60)
        assert Browser(url).refused("eth_chainId") == (BUSY, "too many requests at once: try again in a moment")
        assert Browser(url).post([request("eth_chainId"), request("eth_accounts")]).status_code == 503
        gate.set()
        assert [one.result() for one in waiting] == ["0x7", "0x7"]
        assert Browser(url).ask("eth_chainId") == "0x7"


def test_who_went_away_is_not_waited_for(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_WAITING", 1)
    entered, gate = Semaphore(0), Event()

    class Slow(RecordSource):
        def answer(self, asked: Sequence[Asked]) -> list[Answer]:
            entered.release()
            gate.wait(60)
            return RecordSource.answer(self, asked)

    with serving(Slow.of(document()), files) as url:
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as line:
            body = b'{"id":1,"method":"eth_chainId"}'
            head = f"POST /rpc HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
            line.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n" + body)
            assert entered.acquire(timeout=60)
            assert Browser(url).refused("eth_chainId")[0] == BUSY
        with ThreadPoolExecutor() as pool:
            answers = []
            while not entered.acquire(timeout=0.05):  # until it is seen that the line was closed
                answers.append(pool.submit(Browser(url).post, request("eth_chainId")))
            gate.set()
            assert "0x7" in {one.result().json().get("result") for one in answers}


@pytest.mark.parametrize("body", [b"abcde", gzip.compress(b'{"id":1,"method":"eth_chainId"}')])
def test_a_compressed_body_is_no_json(browser: Browser, body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = requests.post(f"{browser.url}/rpc", data=body, headers=headers, timeout=60)
    assert answer.json()["error"]["code"] == NO_JSON
    assert "Traceback" not in caplog.text


def test_a_fault_of_the_server_tells_nothing_of_it(files: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(RecordSource):
        def answer(self, asked: Sequence[Asked]) -> list[Answer]:
            raise RuntimeError(f"secret of {asked}")

    with serving(Broken.of(document()), files) as url:
        answer = Browser(url).post(request("eth_chainId"))
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "secret of" in caplog.text


def test_a_page_that_was_not_built_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the page was not built") as error:
        PageServer(SOURCE, Access(), tmp_path)
    assert error.value.hint == "in a checkout: make page"


def test_a_taken_port_names_another(files: Path) -> None:
    with serving(SOURCE, files) as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(ConfigError, match=f"port {port} is taken") as error:
            asyncio.run(PageServer(SOURCE, Access(), files).serve("127.0.0.1", port, lambda _: None))
    assert "--port " in error.value.hint
