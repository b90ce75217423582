"""A language model's server that does what it is told: answers well, badly, slowly, or not at all.

It speaks /v1/chat/completions on 127.0.0.1, a thread a request. What it is told for each request is a behaviour; when
none is left, it does its usual one. It keeps what it was asked.
"""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

JSON = "application/json"
HTML = "<!doctype html><html><body>Sign in to the guest network</body></html>"
WAYS = {"json_schema": "schema", "json_object": "json", None: "words"}


@dataclass
class Exchange:
    """One request, and the ways to answer it."""

    body: dict[str, Any]
    handler: BaseHTTPRequestHandler
    ending: threading.Event

    @property
    def way(self) -> str:
        """How a form was asked for: schema, json or words."""
        return WAYS[(self.body.get("response_format") or {}).get("type")]

    def send(self, status: int, body: str, kind: str = JSON, **headers: str) -> None:
        """An answer; its length is told as it is, unless the headers tell another."""
        told = body.encode()
        self.begin(status, kind, **({"Content_Length": str(len(told))} | headers))
        self.handler.wfile.write(told)

    def begin(self, status: int, kind: str, **headers: str) -> None:
        """The head of an answer."""
        self.handler.send_response(status)
        for name, value in {"Content-Type": kind, **headers}.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()

    def events(self, *events: Any) -> None:
        """Pieces of a stream."""
        for event in events:
            told = event if isinstance(event, str) else json.dumps(event)
            self.handler.wfile.write(f"data: {told}\n\n".encode())
            self.handler.wfile.flush()

    def hang_up(self) -> None:
        """Resets the connection, so that the other side sees an error and no end."""
        self.handler.wfile.flush()
        self.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.handler.connection.close()


Behaviour = Callable[[Exchange], None]


@dataclass(frozen=True)
class Asked:
    """What a request said, and when it came, in seconds of the process's clock."""

    body: dict[str, Any]
    key: str
    at: float
    path: str = ""


@dataclass
class FakeModel:
    """The server; see ``running``. ``most_at_once``: how many requests it had at the same time, at most.

    ``pages``: status and body of what is got by its path, such as ``/v1/models``; else there is nothing.
    """

    usual: Behaviour
    pages: dict[str, tuple[int, Any]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    most_at_once: int = 0
    _told: list[Behaviour] = field(default_factory=list)
    _now: int = 0
    _port: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ending: threading.Event = field(default_factory=threading.Event)
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """What OPENAI_BASE_URL is set to."""
        return f"http://127.0.0.1:{self._port}/v1"

    def will(self, *behaviours: Behaviour) -> None:
        """Says what it does at the next requests."""
        with self._lock:
            self._told.extend(behaviours)

    def live(self) -> None:
        """Comes (back) to life, at the same address."""
        self._ending.clear()
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), _handler_of(self))
        self._server.daemon_threads = True
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def die(self) -> None:
        """Lets nobody in, and gives up what it is at."""
        self._ending.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Takes a request and does what it was told."""
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        with self._lock:
            self.asked.append(Asked(body, handler.headers.get("Authorization", ""), time.monotonic(), handler.path))
            behaviour = self._told.pop(0) if self._told else self.usual
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            behaviour(Exchange(body, handler, self._ending))
        except OSError:  # the other side hung up
            pass
        finally:
            with self._lock:
                self._now -= 1


def _handler_of(model: FakeModel) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            model.answer(self)

        def do_GET(self) -> None:
            status, body = model.pages.get(self.path, (404, {"error": {"message": "Not Found"}}))
            gives(status, body)(Exchange({}, self, threading.Event()))

        def log_message(self, *_: Any) -> None: ...

    return Handler


@contextmanager
def running(usual: Behaviour) -> Iterator[FakeModel]:
    """A server that lives as long as the block."""
    model = FakeModel(usual)
    model.live()
    try:
        yield model
    finally:
        model.die()


def says(text: Any, finish: str | None = "stop", usage: Any = (100, 20), **message: Any) -> Behaviour:
    """Answers with a text."""
    tokens = {"prompt_tokens": usage[0], "completion_tokens": usage[1]} if usage else None
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text, **message}}
    return gives(200, {"id": "1", "object": "chat.completion", "choices": [choice], "usage": tokens})


def gives(status: int, body: Any, kind: str = JSON, **headers: str) -> Behaviour:
    """Answers with a status and a body; underscores in headers' names are hyphens."""
    text = body if isinstance(body, str) else json.dumps(body)
    return lambda exchange: exchange.send(status, text, kind, **headers)


def embeds(size: int = 4, tokens: int | None = 7) -> Behaviour:
    """Answers with a vector a text; its length and its letters' sum stand in it, so equal texts have equal ones."""

    def behave(exchange: Exchange) -> None:
        texts = exchange.body["input"]
        data = [
            {
                "object": "embedding",
                "index": index,
                "embedding": [len(text) + 1, sum(map(ord, text)) % 97, *[1] * (size - 2)],
            }
            for index, text in enumerate(texts)
        ]
        usage = {"usage": {"prompt_tokens": tokens, "total_tokens": tokens}} if tokens is not None else {}
        gives(200, {"object": "list", "data": data[::-1], "model": exchange.body["model"], **usage})(exchange)

    return behave


def refuses(status: int, message: str = "no", code: Any = None, **headers: str) -> Behaviour:
    """Answers with an error as OpenAI's server forms it."""
    return gives(status, {"error": {"message": message, "type": "error", "param": None, "code": code}}, **headers)


def knows(*ways: str, answer: str) -> Behaviour:
    """Answers in the ways that it knows (schema, json, words), and refuses the others."""

    def behave(exchange: Exchange) -> None:
        if exchange.way in ways:
            says(answer)(exchange)
        else:
            refuses(400, f"response_format {exchange.way} is not supported")(exchange)

    return behave


def wants(option: str, instead: str, answer: str) -> Behaviour:
    """Refuses an option."""

    def behave(exchange: Exchange) -> None:
        if option in exchange.body:
            refuses(400, f"Unsupported parameter: '{option}' is not supported. {instead}")(exchange)
        else:
            says(answer)(exchange)

    return behave


def drips(exchange: Exchange) -> None:
    """A byte a second, without an end."""
    exchange.begin(200, JSON, Content_Length="100000")
    while not exchange.ending.wait(1):
        exchange.handler.wfile.write(b" ")
        exchange.handler.wfile.flush()


def resets(exchange: Exchange) -> None:
    """Hangs up in the middle of an answer."""
    exchange.send(200, '{"choices": [', Content_Length="500")
    exchange.hang_up()


def streams(*pieces: str, usage: bool = True, finish: str | None = "stop") -> Behaviour:
    """Answers in pieces; with the tokens at the end where they are asked for, and it tells them."""

    def behave(exchange: Exchange) -> None:
        exchange.begin(200, "text/event-stream")
        exchange.events(*map(_piece, pieces))
        if finish is None:
            return
        exchange.events({"id": "1", "choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
        if usage and "stream_options" in exchange.body:
            exchange.events({"id": "1", "choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 20}})
        exchange.events("[DONE]")

    return behave


def streams_then(then: Behaviour, *pieces: str) -> Behaviour:
    """Begins a stream, and then does something else in the middle of it."""

    def behave(exchange: Exchange) -> None:
        exchange.begin(200, "text/event-stream")
        exchange.events(*map(_piece, pieces))
        then(exchange)

    return behave


def stays_silent(exchange: Exchange) -> None:
    """Says nothing until the server ends."""
    exchange.ending.wait(60)


def _piece(text: str) -> dict[str, Any]:
    return {"id": "1", "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]}
