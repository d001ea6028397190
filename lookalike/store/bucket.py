"""A bucket of an S3-compatible store: put, read, list, delete; every trouble is one line that names the mend.

An object is there whole or not at all: it is sent in one request with its MD5, which the store checks before it answers
(Amazon S3 API, PutObject, Content-MD5). Nothing here knows what the objects mean.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from lookalike.errors import ConfigError, StoreError, UsageError
from lookalike.ops.store_settings import StoreOptions

_PIECE = 1 << 20
_CONNECT_S = 5.0
_TRIES = 3
_REFUSED = frozenset({"InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "403", "401", "Forbidden"})
_ABSENT = frozenset({"NoSuchKey", "404", "NotFound"})
_FULL = frozenset({"QuotaExceeded", "XMinioStorageFull", "InsufficientCapacity", "507"})


@dataclass(frozen=True, slots=True)
class Address:
    """Which bucket, how it is reached, and by which key."""

    bucket: str
    prefix: str
    """Empty, or ending in a slash."""
    endpoint: str
    region: str
    key_id: str
    secret: str
    path_style: bool
    ca_file: str
    seconds: float

    @property
    def told(self) -> str:
        """For people; without the key."""
        return f"s3://{self.bucket}/{self.prefix}" + (f" ({self.endpoint})" if self.endpoint else "")


def address_of(options: StoreOptions) -> Address:
    """What the settings name. Raises ConfigError where half of it is missing."""
    missing = [n for n in ("s3_key_id", "s3_secret") if not _plain(getattr(options, n))]
    if missing:
        raise ConfigError(f"captures_store is set, but not {' and '.join(missing)}; set them, or empty captures_store")
    parts = urlsplit(options.captures_store)
    prefix = parts.path.strip("/")
    return Address(
        bucket=parts.netloc,
        prefix=f"{prefix}/" if prefix else "",
        endpoint=options.s3_endpoint,
        region=options.s3_region,
        key_id=options.s3_key_id,
        secret=options.s3_secret.get_secret_value(),
        path_style=options.s3_path_style,
        ca_file=options.s3_ca_file,
        seconds=options.s3_seconds,
    )


class Bucket:
    """Objects below the address's prefix, by their names below it. Every method raises StoreError."""

    def __init__(self, address: Address) -> None:
        """Connects to nothing yet. Raises UsageError where the client's library is missing."""
        if find_spec("botocore") is None:
            raise UsageError("captures_store needs a library that is missing; pip install 'lookalike[s3]'")
        self.address = address

    def put(self, name: str, path: Path) -> None:
        """Sends a file as it is; returns when the store has it whole."""
        with self._told(name), path.open("rb") as stream:
            md5 = hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).digest()
            stream.seek(0)
            self._ask("put_object", name, Body=stream, ContentMD5=base64.b64encode(md5).decode())

    def read(self, name: str, into: IO[bytes]) -> None:
        """Writes an object's bytes into a stream; an answer that is cut short is an error."""
        with self._told(name):
            body = self._ask("get_object", name)["Body"]
            try:
                for piece in body.iter_chunks(_PIECE):
                    into.write(piece)
            finally:
                body.close()

    def size(self, name: str) -> int | None:
        """Bytes of an object; None where there is none."""
        return next((size for found, size in self.names(name) if found == name), None)

    def names(self, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Names that begin so, in order, each with its bytes."""
        begin = self.address.prefix
        more: dict[str, str] = {}
        while True:
            with self._told(prefix):
                page = self._client().list_objects_v2(
                    Bucket=self.address.bucket, Prefix=f"{begin}{prefix}", MaxKeys=1000, **more
                )
            for one in page.get("Contents", ()):
                yield one["Key"][len(begin) :], one["Size"]
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def delete(self, name: str) -> None:
        """Deletes an object; one that is not there is no error."""
        with self._told(name):
            self._ask("delete_object", name)

    def check(self) -> None:
        """Asks for one name, once and not for long: whether the store answers, knows the bucket, and takes the key."""
        hurried = replace(self.address, seconds=_CONNECT_S)
        with self._told(""):
            client = _client(hurried, os.getpid(), 1)
            client.list_objects_v2(Bucket=self.address.bucket, Prefix=self.address.prefix, MaxKeys=1)

    def _ask(self, operation: str, name: str, **more: Any) -> dict[str, Any]:
        key = f"{self.address.prefix}{name}"
        found: dict[str, Any] = getattr(self._client(), operation)(Bucket=self.address.bucket, Key=key, **more)
        return found

    def _client(self) -> Any:
        return _client(self.address, os.getpid(), _TRIES)

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - of the extra ``s3``
        from urllib3.exceptions import HTTPError  # noqa: PLC0415

        try:
            yield
        except ClientError as error:
            raise StoreError(self._refusal(error.response, name)) from error
        except (BotoCoreError, HTTPError, ConnectionError, TimeoutError) as error:
            raise StoreError(self._silence(error)) from error
        except OSError as error:
            if error.errno is not None:
                raise  # this machine's own trouble
            raise StoreError(self._silence(error)) from error

    def _silence(self, error: Exception) -> str:
        why = " ".join(str(error).split())[:200]
        return f"{self.address.told}: the store does not answer ({why}); check s3_endpoint and the network"

    def _refusal(self, response: dict[str, Any], name: str) -> str:
        told = response.get("Error", {})
        code, where = str(told.get("Code", "?")), self.address.told
        if code in _REFUSED:
            return f"{where}: the key is refused ({code}); check s3_key_id, s3_secret and the key's rights there"
        if code == "NoSuchBucket":
            return f"{where}: there is no such bucket; make it, or correct captures_store"
        if code in _ABSENT:
            return f"{where}: {name} is missing there; restore it from a backup"
        if code in _FULL:
            return f"E_DISK {where}: the store is full ({code})"
        message = " ".join(str(told.get("Message", "")).split())[:160]
        return f"{where}: {name}: the store refused ({code} {message})"


@lru_cache(maxsize=4)
def _client(address: Address, _process: int, tries: int) -> Any:
    """One a process: connections are not for children. Threads share it."""
    import botocore.session  # noqa: PLC0415 - of the extra ``s3``
    from botocore.config import Config  # noqa: PLC0415

    config = Config(
        connect_timeout=_CONNECT_S,
        read_timeout=address.seconds,
        retries={"total_max_attempts": tries, "mode": "standard"},
        s3={"addressing_style": "path" if address.path_style else "virtual"},
        proxies={},  # the store is the unit's own; what the environment says of proxies is not meant for it
        max_pool_connections=16,
        # sums in trailers, the library's default, are not understood by every store; Content-MD5 is
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return botocore.session.Session(profile=None).create_client(
        "s3",
        region_name=address.region,
        endpoint_url=address.endpoint or None,
        aws_access_key_id=address.key_id,
        aws_secret_access_key=address.secret,
        verify=address.ca_file or None,
        config=config,
    )


def _plain(value: Any) -> str:
    return str(value.get_secret_value() if hasattr(value, "get_secret_value") else value)
