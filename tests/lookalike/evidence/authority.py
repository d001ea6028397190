"""A time-stamping authority of OpenSSL's on loopback, and others of its kind that lie."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

CONFIG = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/ca.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sm3
accuracy = secs:1
ess_cert_id_chain = no
"""


def openssl(*arguments: str, folder: Path) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


class Authority:
    """Its root is ``ca.pem``; what it answers can be bent."""

    def __init__(self, folder: Path, name: str = "test") -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.bend: Callable[[bytes, Callable[[bytes], bytes]], bytes] = lambda query, answer: answer(query)
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
        (folder / "ext").write_text("extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n")
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        subject = f"/CN={name}"
        openssl(
            "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", subject, "-days", "30", folder=folder
        )
        openssl("req", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", f"{subject} tsa", folder=folder)
        signed = ("-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30")
        openssl("x509", *signed, "-extfile", "ext", "-out", "tsa.pem", folder=folder)

    @property
    def root(self) -> Path:
        return self.folder / "ca.pem"

    def answer(self, query: bytes) -> bytes:
        (self.folder / "q").write_bytes(query)
        openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "q", "-out", "r", folder=self.folder)
        return (self.folder / "r").read_bytes()

    def query(self, data: bytes, *options: str) -> bytes:
        (self.folder / "d").write_bytes(data)
        openssl("ts", "-query", "-data", "d", "-cert", "-out", "mine", *(options or ("-sha256",)), folder=self.folder)
        return (self.folder / "mine").read_bytes()

    @contextmanager
    def serving(self) -> Iterator[str]:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                reply = authority.bend(query, authority.answer)
                self.send_response(200 if reply else 503)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *_: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/tsa"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
