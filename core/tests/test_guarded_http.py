"""A webhook reaches public hosts only, is not redirected, and cannot hang or flood us."""

import contextlib
import http.server
import socket
import ssl
import threading
import time

import pytest

from core import guarded_http
from core.guarded_http import Failure, Refusal
from huaweicrm.testing import tls


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.100.100.200", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00:ec2::254", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::a9fe:a9fe", False),
        ("2002:7f00:1::", False),
        ("not an address", False),
    ],
)
def test_public_addresses(address, public):
    assert guarded_http.is_public(address) is public


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://user:pass@8.8.8.8/",
        "https://8.8.8.8:99999/",
        "https://8.8.8.8/ x",
        "file:///etc/passwd",
        "https:///x",
    ],
)
def test_urls_that_are_never_called(url):
    with pytest.raises(Refusal):
        guarded_http.post(url, b"{}", {})


INNER = [
    "127.1", "127.0.1", "0", "0.0.0.0", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001",
    "2130706433", "127.255.255.254", "10.0.0.1", "0xa.1", "172.31.255.255", "192.168.0.1",
    "169.254.169.254", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "169.254.43518",
    "100.64.0.1", "100.100.100.200", "192.0.0.192", "198.18.0.1", "240.0.0.1", "255.255.255.255",
    "[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[::ffff:a9fe:a9fe]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::a9fe:a9fe]",
    "[2002:7f00:1::]", "[2002:a9fe:a9fe::]", "[2001:0:0:0:0:0:80ff:fffe]", "[fe80::1]",
    "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[2001:db8::1]", "[fec0::1]",
    "localhost", "LOCALHOST", "localhost.", "①②⑦.⓪.⓪.①", "１２７.０.０.１", "127。0。0。1",
]  # fmt: skip


@pytest.mark.parametrize("host", INNER)
@pytest.mark.parametrize("port", ["", ":443", ":6379", ":22"])
def test_no_notation_of_an_inner_address_is_called(host, port):
    with pytest.raises((Refusal, Failure)) as told:
        guarded_http.check_url(f"https://{host}{port}/hook")

    assert isinstance(told.value, Refusal) or "not found" in str(told.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://8.8.8.8@127.0.0.1/",
        "https://127.0.0.1#@8.8.8.8/",
        "https://127.0.0.1\\@8.8.8.8/",
        "https://8.8.8.8\r\nHost: x/",
        "https://8.8.8.8/\r\nX: y",
        "https://8.8.8.8/\x00",
        "https://8.8.8.8:0x1bb/",
        "https://[::1",
        "https://",
        "//8.8.8.8/",
        "ftp://8.8.8.8/",
        "gopher://8.8.8.8:6379/_x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "HTTP://8.8.8.8/",
        "https://8.8.8.8/路径",
    ],
)
def test_an_odd_address_is_never_called(url):
    with pytest.raises((Refusal, Failure)):
        guarded_http.post(url, b"{}", {})


def test_the_name_is_resolved_once_and_the_checked_address_is_called(sink, monkeypatch):
    asked, real = [], socket.getaddrinfo

    def resolve(host, *args, **more):
        asked.append(host)
        return real("127.0.0.1" if asked.count("localhost") < 2 else "127.0.0.2", *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    guarded_http.post(f"{sink}/ok", b"{}", {"Idempotency-Key": "k"})

    assert asked == ["localhost", "127.0.0.1"]


def test_a_large_body_is_not_sent():
    with pytest.raises(Refusal):
        guarded_http.post("https://8.8.8.8/", b"x" * 65537, {})


class Sink(http.server.BaseHTTPRequestHandler):
    """Answers by path."""

    seen: list = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Sink.seen.append((self.path, body, self.headers["Idempotency-Key"]))
        if self.path == "/drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            with contextlib.suppress(OSError):
                for _turn in range(40):
                    self.wfile.write(b"X: y\r\n")
                    time.sleep(0.1)
            return
        self.send_response({"/ok": 200, "/moved": 302, "/full": 200}.get(self.path, 500))
        if self.path == "/moved":
            self.send_header("Location", "https://127.0.0.1/ok")
        self.end_headers()
        self.wfile.write(b"x" * (70000 if self.path == "/full" else 2))

    def log_message(self, *args):
        """Silent."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of our own for localhost."""
    folder = tmp_path_factory.mktemp("tls")
    tls.certificate(folder)
    return folder


@pytest.fixture
def sink(certificate, monkeypatch):
    """A TLS server on the loopback, allowed by name."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("WEBHOOK_PRIVATE_HOSTS", "localhost")
    monkeypatch.setenv("WEBHOOK_CA_FILE", str(certificate / "cert.pem"))
    Sink.seen.clear()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()


def test_a_named_inner_host_is_called_over_tls(sink):
    answer = guarded_http.post(f"{sink}/ok", b"{}", {"Idempotency-Key": "k"})

    assert (answer.status, Sink.seen) == (200, [("/ok", b"{}", "k")])


@pytest.mark.parametrize("path", ["/moved", "/full", "/broken"])
def test_redirects_floods_and_errors_are_failures(sink, path):
    with pytest.raises(Failure):
        guarded_http.post(f"{sink}{path}", b"{}", {})

    assert [seen[0] for seen in Sink.seen] == [path]


def test_a_server_that_drips_is_cut_off(sink, monkeypatch):
    monkeypatch.setattr(guarded_http, "DEADLINE_S", 0.5)
    began = time.monotonic()

    with pytest.raises(Failure):
        guarded_http.post(f"{sink}/drip", b"{}", {})

    assert time.monotonic() - began < 2


def test_an_unknown_authority_is_a_failure(sink, monkeypatch):
    monkeypatch.delenv("WEBHOOK_CA_FILE")

    with pytest.raises(Failure):
        guarded_http.post(f"{sink}/ok", b"{}", {})

    assert Sink.seen == []
