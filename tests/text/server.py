"""A real HTTP server that stands for one of chat completions, and misbehaves as it is told to."""

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Server(ThreadingHTTPServer):
    """`answer(handler, asked)` says what happens to each request; those that came are in `requests`."""

    daemon_threads = True

    def __init__(self, answer):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer, self.requests = answer, []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request, client_address):
        """The client may cut the line: that is what some tests are about."""


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, self.headers, asked))
        self.server.answer(self, asked)

    def reply(self, body, status=200, **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args):
        """Not into the tests' output."""


@contextmanager
def serving(answer):
    server = Server(answer)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def completion(content):
    return {"choices": [{"message": {"role": "assistant", "content": content}}]}


def text_of(asked):
    """What the model was given to read."""
    return json.loads(asked["messages"][1]["content"])["text"]


def by_word(handler, asked):
    """A model that knows one word: `bad`."""
    is_bad = "bad" in text_of(asked)
    handler.reply(completion(json.dumps({"label": "negative" if is_bad else "positive", "polarity": -0.8 if is_bad else 0.7})))
