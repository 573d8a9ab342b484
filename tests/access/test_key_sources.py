"""Keys from a file, and from a real server with TLS."""

import datetime as dt
import http.server
import ipaddress
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from nuchal.access import key_sources
from nuchal.access.key_set import UnusableKeys
from nuchal.access.key_sources import key_source


def test_a_file_is_read_anew_each_time(tmp_path):
    read = key_source(tmp_path / "keys.json")
    with pytest.raises(UnusableKeys, match="cannot be read"):
        read()
    for content in (b"one", b"two"):
        (tmp_path / "keys.json").write_bytes(content)
        assert read() == content


class Keys(http.server.BaseHTTPRequestHandler):
    """Answers as its path says."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/keys")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = {"/keys": b'{"keys": []}', "/huge": b" " * 2_000_000, "/slow": b" " * 40, "/broken": b"x"}.get(self.path, b"")
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body) + (self.path == "/broken")))
        self.end_headers()
        for start in range(0, len(body), 10 if self.path == "/slow" else len(body)):
            self.wfile.write(body[start : start + 10] if self.path == "/slow" else body)
            time.sleep(0.2 if self.path == "/slow" else 0)
        self.close_connection = self.path == "/broken"

    def log_message(self, *_):
        """Keep quiet."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """The path of a certificate for 127.0.0.1 with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "keys")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@pytest.fixture(scope="module")
def address(certificate):
    """Where the server listens."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Keys) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # a client that goes away, as some of these should
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def trust(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(key_sources, "_WHOLE_SECONDS", 0.5)


def test_keys_come_from_an_address(address):
    assert key_source(f"{address}/keys")() == b'{"keys": []}'


REFUSED = [
    ("/moved", "answers with 302"),
    ("/nothing", "answers with 404"),
    ("/huge", "too large or too slow"),
    ("/slow", "too large or too slow"),
    ("/broken", "does not answer"),
]


@pytest.mark.parametrize(("path", "reason"), REFUSED)
def test_an_address_that_does_not_give_keys_is_no_fault(address, path, reason):
    with pytest.raises(UnusableKeys, match=reason):
        key_source(address + path)()


def test_a_certificate_that_nobody_vouches_for_is_refused(address, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(UnusableKeys, match="does not answer"):
        key_source(f"{address}/keys")()


def test_where_nobody_listens_there_are_no_keys():
    with pytest.raises(UnusableKeys, match="does not answer"):
        key_source("https://127.0.0.1:1/keys")()
