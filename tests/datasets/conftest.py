"""A real web server on this machine, which also misbehaves."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

BODY = bytes(range(256)) * 1000


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        server.requests += 1
        kind = self.path.strip("/")
        if kind == "missing":
            return self.send_error(404)
        if kind == "silent":
            server.done.wait(10)
            return None
        body = server.body
        self.send_response(200)
        if kind != "nolength":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if kind in ("truncated", "stalled"):
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            if kind == "stalled":
                server.done.wait(10)
            return None
        self.wfile.write(body)
        return None

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(monkeypatch):
    """Its address and kind give a URL: server.url + "good", "missing", "silent", "stalled", "truncated"."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    httpd.handle_error = lambda *_: None  # a client that has gone
    httpd.body, httpd.done, httpd.requests = BODY, threading.Event(), 0
    httpd.url = f"http://127.0.0.1:{httpd.server_port}/"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield httpd
    httpd.done.set()
    httpd.shutdown()
    httpd.server_close()
    thread.join()


@pytest.fixture
def unplugged(monkeypatch):
    """The address of a port that nobody listens at."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port = httpd.server_port
    httpd.server_close()
    return f"http://127.0.0.1:{port}/mnist.npz"


@pytest.fixture
def arrays():
    """Four arrays like MNIST's, small: 120 and 30 pictures of three classes."""
    random = np.random.default_rng(0)
    return {
        "x_train": random.integers(0, 256, (120, 28, 28), np.uint8),
        "y_train": random.permutation(np.repeat([0, 1, 2], [70, 40, 10])).astype(np.uint8),
        "x_test": random.integers(0, 256, (30, 28, 28), np.uint8),
        "y_test": random.integers(0, 3, 30).astype(np.uint8),
    }
