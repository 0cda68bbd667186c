"""A local server that answers for the outside pages the fixtures cite.

It speaks TLS for the real host names, with a certificate of an authority that is made for this
run and trusted by nobody else, so that fetching takes the same path as on the open network.
"""

import json
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

ISSUER_NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Claimledger stand-ins")])


def serve_pages(pages: Path, folder: Path) -> tuple[int, Path]:
    """Serve the pages of `index.json` (address to file) from a thread.

    Returns the port on 127.0.0.1 and the file of the authority to trust, put into `folder`.
    """
    addresses: dict[str, str] = json.loads((pages / "index.json").read_text())
    bodies = {_page_key(url): (pages / name).read_bytes() for url, name in addresses.items()}
    authority, certificate = _create_certificates({host for host, _ in bodies}, folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = bodies.get((self.headers["Host"], self.path))
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port, authority


def _page_key(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.netloc, parts.path or "/"


def _create_certificates(hosts: set[str], folder: Path) -> tuple[Path, Path]:
    """An authority for a month, and a certificate by it for the hosts. Both as PEM files."""
    authority, key = (
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256R1()),
    )
    issuer = authority.public_key()
    root = (
        _build_certificate(issuer)
        .subject_name(ISSUER_NAME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(issuer), critical=False)
        .sign(authority, hashes.SHA256())
    )
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in sorted(hosts)])
    leaf = (
        _build_certificate(key.public_key())
        .subject_name(x509.Name([]))
        .add_extension(names, critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer), critical=False)
        .sign(authority, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    trusted, served = folder / "stand-in-authority.pem", folder / "stand-in-certificate.pem"
    trusted.write_bytes(root.public_bytes(Encoding.PEM))
    served.touch(mode=0o600)
    served.write_bytes(private + leaf.public_bytes(Encoding.PEM))
    return trusted, served


def _build_certificate(public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    begin = datetime.now(UTC) - timedelta(hours=1)
    return (
        x509.CertificateBuilder()
        .issuer_name(ISSUER_NAME)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=30))
    )
