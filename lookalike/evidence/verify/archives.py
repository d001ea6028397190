"""Web archives, stricter than the public tools: WACZ members and their hashes, WARC records to the last one."""

from __future__ import annotations

import gzip
import json
import zlib
from io import BytesIO, StringIO
from typing import Any

from cdxj_indexer.main import CDXJIndexer
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from lookalike.evidence import wacz
from lookalike.evidence.hashes import digest
from lookalike.evidence.members import BadArchive, damaged, hostile, read_zip
from lookalike.evidence.verify.model import Bag, Check, verdict

MOST = 512 << 20
"""Bytes of one WARC when expanded; a pack of ours is far below."""
_PARTS = {*wacz.LISTED, wacz.PACKAGE, wacz.DIGEST}


def archives(bag: Bag) -> Check:
    """Every ``capture.wacz`` of the pack."""
    bad: dict[str, str] = {}
    records = 0
    for folder in bag.captures:
        path = f"{folder}/capture.wacz"
        if path not in bag.members:
            bad[path] = "缺少"
            continue
        record = bag.json(f"{folder}/capture.json")
        try:
            records += _one(bag.read(path), record)
        except (BadArchive, ValueError, KeyError, TypeError, OSError, EOFError, zlib.error, ArchiveLoadFailed) as error:
            bad[path] = str(error) or type(error).__name__
        except AttributeError:  # what warcio raises itself on a record that ends within its headers
            bad[path] = "WARC 记录不完整"
    return verdict("网页存档 WACZ/WARC", bad, f"{len(bag.captures)} 个存档，{records} 条记录逐条核对")


def _one(data: bytes, capture: dict[str, Any]) -> int:
    parts = _parts(data)
    package = json.loads(parts[wacz.PACKAGE])
    sealed = json.loads(parts[wacz.DIGEST])
    if sealed != {"path": wacz.PACKAGE, "hash": f"sha256:{digest(parts[wacz.PACKAGE], 'sha256')}"}:
        raise ValueError("datapackage-digest.json 与 datapackage.json 不符")
    listed = {r["path"]: (r["hash"], r["bytes"]) for r in package["resources"]}
    true = {p: (f"sha256:{digest(parts[p], 'sha256')}", len(parts[p])) for p in wacz.LISTED}
    if listed != true:
        raise ValueError("datapackage.json 所列与内容不符")
    warc = parts[wacz.WARC]
    if digest(warc, "sha256") != capture["warc"]["sha256"]:
        raise ValueError("WARC 与采集记录不符")
    ids = _records(warc)
    if len(ids) != capture["warc"]["records"]:
        raise ValueError(f"WARC 应有 {capture['warc']['records']} 条记录，实有 {len(ids)} 条")
    if lacking := [h["warc_record_id"] for h in capture["hops"] if h["warc_record_id"] not in ids]:
        raise ValueError(f"WARC 中没有跳转记录 {lacking[0]}")
    _index(parts, warc)
    return len(ids)


def _parts(data: bytes) -> dict[str, bytes]:
    view = memoryview(data)
    if reasons := hostile(view):
        raise ValueError(reasons[0])
    members = read_zip(view)
    if {m.name for m in members} != _PARTS:
        raise ValueError("WACZ 应恰有六个文件：" + "、".join(sorted({m.name for m in members} ^ _PARTS)))
    if broken := [m.name for m in members if damaged(view, m)]:
        raise ValueError(f"{broken[0]} 的校验和不符")
    return {m.name: data[m.start : m.start + m.size] for m in members}


def _records(warc: bytes) -> set[str]:
    """Ids of all records, each whole and with its true digests; warcio alone overlooks a tail that is cut."""
    total, left, members = 0, warc, 0
    while left:
        member = zlib.decompressobj(31)
        total += len(member.decompress(left, MOST - total + 1))
        if total > MOST:
            raise ValueError("WARC 展开后过大")
        if not member.eof:
            raise ValueError("WARC 的最后一条记录被截断")
        left, members = member.unused_data, members + 1
    ids = set[str]()
    for record in ArchiveIterator(BytesIO(warc), check_digests="raise"):
        record.raw_stream.read()
        if record.rec_headers.get_header("WARC-Block-Digest") is None:
            raise ValueError("WARC 记录没有校验值")
        ids.add(str(record.rec_headers.get_header("WARC-Record-ID")).strip("<>"))
    if len(ids) != members:
        raise ValueError("WARC 记录与压缩成员数不同")
    return ids


def _index(parts: dict[str, bytes], warc: bytes) -> None:
    """The index says what the WARC holds, and every page stands in it: otherwise nothing replays."""
    plain = StringIO()
    CDXJIndexer(plain, [BytesIO(warc)], sort=True, fields="", filename=wacz.WARC[8:]).process_all()
    told = gzip.decompress(parts[wacz.INDEX]).decode()
    if told != plain.getvalue():
        raise ValueError("索引与 WARC 不符")
    lines = [json.loads(line) for line in parts[wacz.PAGES].decode().splitlines()]
    if not lines or lines[0].get("format") != "json-pages-1.0":
        raise ValueError("pages.jsonl 没有开头一行")
    stamped = {(json.loads(line.split(" ", 2)[2])["url"], line.split(" ", 2)[1]) for line in told.splitlines()}
    for page in lines[1:]:
        at = "".join(c for c in page["ts"] if c.isdigit())
        if (page["url"], at) not in stamped:
            raise ValueError("页面不在索引中，无法回放")
