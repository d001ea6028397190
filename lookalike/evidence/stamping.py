"""Stamps packs: asks every configured authority, keeps what came, and adds what is believed to the pack.

Each step can be repeated after a kill: the request is stored before it is sent, the reply before it is believed,
and a granted stamp that is not in the pack yet is added by the next call.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lookalike.config import Config
from lookalike.errors import UsageError
from lookalike.evidence import bag as layout
from lookalike.evidence import hooks, openssl
from lookalike.evidence.ask import ask
from lookalike.evidence.authority import Authority
from lookalike.evidence.facts import ReceiptFacts
from lookalike.evidence.hashes import digest
from lookalike.evidence.openssl import OpensslMissing
from lookalike.evidence.sealing import Sealed, add_seals, open_sealed, write_sums
from lookalike.evidence.sign import sign
from lookalike.evidence.stamps import Refused, Token, check_reply, make_query
from lookalike.store import evidence, stamps
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Pack
from spiders import clock

_NUMBER = re.compile(r"-tsa([0-9]+)\.tsr$")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went with one authority."""

    authority: str
    state: str
    """``granted``, ``failed``, or ``pending``."""
    told: str

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"authority": self.authority, "state": self.state, "told": self.told}


def stamp(config: Config, factory: Factory, path: Path, by: str) -> list[Outcome]:
    """Ask for all stamps that a pack still lacks, sign it where a signature is configured, and add what came.

    Raises UsageError for a file that is not a pack of this store, ConfigError for a signature that cannot be made.
    """
    pack = open_sealed(path)
    row = _row(factory, pack)
    new: dict[str, bytes] = {}
    outcomes = []
    for authority in config.time_stamps:
        outcome, reply = _settled(config, factory, row, pack, authority)
        outcomes.append(outcome)
        if reply is not None:
            new |= _files(pack, new, authority.algorithm, *reply, _root(authority))
    if config.sign_certificate and layout.SIGNATURE not in pack.seals:
        new[layout.SIGNATURE] = sign(pack.tag, Path(config.sign_certificate), Path(config.sign_key))
    _add(config, factory, row, pack, new, by)
    return outcomes


def attach(config: Config, factory: Factory, path: Path, reply: Path, root: Path, query: Path | None, by: str) -> Token:
    """Adds a reply that was fetched by hand. Raises Refused when it is not believed."""
    pack = open_sealed(path)
    row = _row(factory, pack)
    for name, file in (("--attach", reply), ("--root", root), *((("--query", query),) if query else ())):
        if not file.is_file():
            raise UsageError(f"{name} {file}: there is no such file")
    answer, asked = reply.read_bytes()[: openssl.MOST + 1], query.read_bytes() if query else None
    found = None
    for algorithm in ("sha256", "sm3"):
        try:
            found = check_reply(answer, pack.tag, asked, root.read_bytes(), None, algorithm), algorithm
            break
        except Refused as error:
            refused = error
    if found is None:
        raise refused
    token, algorithm = found
    _add(config, factory, row, pack, _files(pack, {}, algorithm, asked, answer, root.read_bytes()), by)
    return token


def _row(factory: Factory, pack: Sealed) -> Pack:
    with reading(factory) as session:
        row = evidence.by_tag(session, digest(pack.tag, "sha256"))
    if row is None:
        raise UsageError(f"{pack.path}: this pack was not exported here; stamp it where it was")
    return row


def _settled(
    config: Config, factory: Factory, row: Pack, pack: Sealed, authority: Authority
) -> tuple[Outcome, tuple[bytes, bytes] | None]:
    """The authority's answer, asked for where there is none; the query and reply that the pack lacks."""
    with reading(factory) as session:
        granted = [r for r in stamps.of_pack(session, row.id) if r.authority == authority.name and r.state == "granted"]
    if granted and granted[-1].reply is not None:
        last = granted[-1]
        told = Outcome(authority.name, "granted", f"已加盖 {last.stamped_at}")
        return told, None if last.reply in pack.seals.values() else (last.query, last.reply or b"")
    if not authority.url:
        return Outcome(authority.name, "pending", "没有网址：请用 lookalike stamp --attach 附上时间戳文件"), None
    try:
        return _asked(config, factory, row, pack, authority)
    except OpensslMissing as error:
        return Outcome(authority.name, "pending", str(error)), None


def _asked(
    config: Config, factory: Factory, row: Pack, pack: Sealed, authority: Authority
) -> tuple[Outcome, tuple[bytes, bytes] | None]:
    query = make_query(pack.tag, authority.algorithm)
    with writing(factory) as session:
        kept = stamps.request(session, row, authority.name, authority.algorithm, query, clock.now(config))
    try:
        reply = ask(authority.url, kept.query)
        with writing(factory) as session:
            stamps.keep_reply(session, kept.id, reply)
        token = check_reply(reply, pack.tag, kept.query, _root(authority), clock.now(config), authority.algorithm)
    except Refused as error:
        with writing(factory) as session:
            stamps.settle(session, kept.id, None, str(error))
        return Outcome(authority.name, "failed", str(error)), None
    with writing(factory) as session:
        stamps.settle(session, kept.id, token.at, "")
    return Outcome(authority.name, "granted", f"{token.at.isoformat()} 序号 {token.serial}"), (kept.query, reply)


def _root(authority: Authority) -> bytes:
    try:
        return authority.root.read_bytes()[: openssl.MOST]
    except OSError as error:
        raise Refused(f"{authority.name}：根证书 {authority.root} 无法读取（{error.strerror}）") from error


def _files(
    pack: Sealed, new: dict[str, bytes], algorithm: str, query: bytes | None, reply: bytes, root: bytes
) -> dict[str, bytes]:
    """Names in the pack: each stamp has a number of its own."""
    taken = [int(found.group(1)) for path in (*pack.seals, *new) if (found := _NUMBER.search(path))]
    number = max(taken, default=0) + 1
    base = f"verify/tagmanifest-{algorithm}-tsa{number}"
    files = {f"{base}.tsr": reply, f"verify/tsa-{number}-root.pem": root}
    return files | ({f"{base}.tsq": query} if query else {})


def _add(config: Config, factory: Factory, row: Pack, pack: Sealed, new: dict[str, bytes], by: str) -> None:
    """Into the pack, its hashes beside it, and the store; also puts right what a kill left between them."""
    hashes = add_seals(pack, new) if new else write_sums(pack.path)
    if hashes["sha256"] == row.sha256 and not new:
        return
    now, size = clock.now(config), pack.path.stat().st_size
    with writing(factory) as session:
        evidence.rewritten(session, session.get_one(Pack, row.id), hashes["sha256"], hashes["sm3"], size, now, by)
    roots = _roots(pack.seals | new)
    tag = digest(pack.tag, "sha256")
    told = ReceiptFacts(
        pack.path.name,
        size,
        hashes["sha256"],
        hashes["sm3"],
        tag,
        roots,
        row.made_at,
        row.made_by,
        config.unit,
        config.pdf,
    )
    hooks.receipt(told, pack.path.parent)


def configured_roots(config: Config) -> tuple[tuple[str, str], ...]:
    """Name and fingerprint of the authorities' roots, for the receipt; without ``openssl`` none is told."""
    there = [a for a in config.time_stamps if a.root.is_file()]
    try:
        return tuple((a.name, openssl.fingerprint(a.root.read_bytes())) for a in there)
    except OpensslMissing:
        return ()


def _roots(seals: dict[str, bytes]) -> tuple[tuple[str, str], ...]:
    roots: Sequence[tuple[str, bytes]] = sorted((p, d) for p, d in seals.items() if p.endswith("-root.pem"))
    return tuple((path.rpartition("/")[2], openssl.fingerprint(data)) for path, data in roots)
