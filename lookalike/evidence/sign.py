"""The unit's own signature over the tag manifest: CMS, detached, DER, by the ``openssl`` command."""

from __future__ import annotations

from pathlib import Path

from lookalike.errors import ConfigError
from lookalike.evidence import openssl


def sign(data: bytes, certificate: Path, key: Path) -> bytes:
    """The signature. Raises ConfigError when certificate and key cannot be used."""
    for name, path in (("sign_certificate", certificate), ("sign_key", key)):
        if not path.is_file():
            raise ConfigError(f"{name}: {path} is not there; expected a PEM file")
    with openssl.files(data=data, signature=b"") as paths:
        signer = ["-signer", str(certificate), "-inkey", str(key), "-passin", "pass:"]
        done = openssl.run(
            "cms", "-sign", "-binary", "-in", paths["data"], *signer, "-outform", "DER", "-out", paths["signature"]
        )
        if not done.ok:
            raise ConfigError(f"sign_key: nothing can be signed with {certificate} and {key} ({done.errors[:200]})")
        return Path(paths["signature"]).read_bytes()


def signer(signature: bytes, data: bytes) -> str:
    """SHA-256 fingerprint of the certificate that signed ``data``; empty when the signature does not hold."""
    with openssl.files(signature=signature[: openssl.MOST], data=data, certificate=b"") as paths:
        done = openssl.run(
            *("cms", "-verify", "-binary", "-inform", "DER", "-in", paths["signature"], "-content", paths["data"]),
            *("-noverify", "-signer", paths["certificate"], "-out", "/dev/null"),
        )
        return openssl.fingerprint(Path(paths["certificate"]).read_bytes()) if done.ok else ""
