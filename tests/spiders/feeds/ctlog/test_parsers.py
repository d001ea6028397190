"""What logs answer, read: names of certificates, entries of both interfaces, tree heads and their signatures."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from spiders.feeds.ctlog import names as reading
from spiders.feeds.ctlog.errors import CtError
from spiders.feeds.ctlog.leaves import page_leaves, tile_leaves
from spiders.feeds.ctlog.names import names_of
from spiders.feeds.ctlog.tiles import tile_of
from spiders.feeds.ctlog.tree_head import checkpoint, sth
from tests.spiders.feeds.ctlog.made_log import MadeLog, certificate

NAMES = ["cx.mem.gov.cn.zs-cx.example", "*.zs-cx.example"]
LABEL = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=20).map(lambda s: f"a{s}z")
HOST = st.lists(LABEL, min_size=2, max_size=4).map(".".join)


def made(*names: str, common: str = "") -> bytes:
    return certificate(names, common).public_bytes(Encoding.DER)


def log_of(kind: str, count: int = 3) -> MadeLog:
    log = MadeLog(kind=kind)
    for n in range(count):
        log.add(f"a{n}.example.com", precert=bool(n % 2))
    return log


LOG, PAGED = log_of("tiled"), log_of("rfc6962")
HEADS = {"tiled": LOG.checkpoint(), "rfc6962": PAGED.sth()}
WHOLE = made(*NAMES, common="a.example")
"""Signed once: a signature is another one each time."""


class TestNames:
    def test_alternative_names_come_as_they_stand(self) -> None:
        assert names_of(made(*NAMES), bare=False) == (tuple(NAMES), "")

    def test_a_common_name_that_is_a_host_counts_too_and_once(self) -> None:
        assert names_of(made("a.example", common="b.example"), bare=False).names == ("a.example", "b.example")
        assert names_of(made("a.example", common="a.example"), bare=False).names == ("a.example",)

    def test_a_common_name_of_people_is_no_host(self) -> None:
        assert names_of(made("a.example", common="Somebody Ltd."), bare=False).names == ("a.example",)

    def test_what_a_precertificate_will_sign_gives_the_same_names_as_the_certificate(self) -> None:
        bare = certificate(tuple(NAMES)).tbs_certificate_bytes
        assert names_of(bare, bare=True).names == tuple(NAMES)

    def test_a_certificate_without_names_is_read_and_names_nobody(self) -> None:
        assert names_of(made(), bare=False) == ((), "")

    @given(st.lists(HOST, min_size=1, max_size=30, unique=True))
    def test_names_are_those_that_a_strict_reader_finds(self, hosts: list[str]) -> None:
        der = made(*hosts)
        extension = x509.load_der_x509_certificate(der).extensions.get_extension_for_class(x509.SubjectAlternativeName)
        assert list(names_of(der, bare=False).names) == extension.value.get_values_for_type(x509.DNSName)

    @given(st.binary(max_size=400), st.booleans())
    def test_any_bytes_give_names_or_a_reason(self, raw: bytes, bare: bool) -> None:
        found = names_of(raw, bare=bare)
        assert found.names or found.why

    @given(st.data())
    def test_a_damaged_certificate_raises_nothing_and_names_stay_printable(self, data: st.DataObject) -> None:
        der = bytearray(WHOLE)
        for _ in range(data.draw(st.integers(1, 8))):
            der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
        cut = data.draw(st.integers(0, len(der)))
        for name in names_of(bytes(der[:cut]), bare=False).names:
            assert name.isprintable()
            assert " " not in name

    def test_a_line_break_in_a_name_does_not_make_two_lines(self) -> None:
        der = made("aaaaaaaaaa.example").replace(b"aaaaaaaaaa", b"aaaa\naaaaa")
        assert names_of(der, bare=False) == ((), "1 个 dNSName 不是域名")

    def test_a_broken_extension_leaves_the_common_name(self) -> None:
        der = made("aaaaaaaaaa.example", common="b.example").replace(b"\x82\x12aaaa", b"\x82\x7faaaa")
        found = names_of(der, bare=False)
        assert found.names == ("b.example",)
        assert "DER" in found.why

    def test_no_certificate_holds_more_names_than_are_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "MOST_NAMES", 3)
        found = names_of(made(*(f"a{n}.example" for n in range(9))), bare=False)
        assert len(found.names) == 3
        assert "其余未读" in found.why


class TestEntries:
    def test_both_interfaces_give_the_same_certificates(self) -> None:
        page = page_leaves(log_of("rfc6962").get_entries(0, 2), 0, 10)
        tile, why = tile_leaves(log_of("tiled").tile(0), 0, 3)
        assert why == ""
        assert [leaf.number for leaf in page] == [0, 1, 2]
        assert [names_of(x.der, bare=x.bare) for x in page] == [names_of(x.der, bare=x.bare) for x in tile]
        assert [(x.bare, x.at_ms) for x in page] == [(x.bare, x.at_ms) for x in tile]

    def test_more_entries_than_were_asked_for_are_cut(self) -> None:
        assert len(page_leaves(log_of("rfc6962").get_entries(0, 2), 0, 2)) == 2

    def test_one_entry_that_is_garbage_costs_that_entry(self) -> None:
        answer = json.loads(log_of("rfc6962").get_entries(0, 2))
        answer["entries"][1] = {"leaf_input": "????"}
        leaves = page_leaves(json.dumps(answer).encode(), 7, 10)
        assert [(leaf.number, bool(leaf.why)) for leaf in leaves] == [(7, False), (8, True), (9, False)]

    @pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"entries": []}', b'{"entries": 3}', b"[" * 100_000])
    def test_what_is_no_answer_to_get_entries_is_told(self, body: bytes) -> None:
        with pytest.raises(CtError, match="get-entries"):
            page_leaves(body, 0, 10)

    def test_a_tile_that_breaks_off_gives_what_came_before(self) -> None:
        body = log_of("tiled").tile(0)
        leaves, why = tile_leaves(body[:-100], 0, 3)
        assert [leaf.number for leaf in leaves] == [0, 1]
        assert "第 2 条处断开" in why

    def test_a_tile_from_elsewhere_in_the_log_is_refused(self) -> None:
        with pytest.raises(CtError, match="自称第 0 条"):
            tile_leaves(log_of("tiled").tile(0), 256, 3)

    @given(st.binary(max_size=600))
    def test_any_bytes_are_a_tile_or_the_one_error(self, raw: bytes) -> None:
        try:
            leaves, why = tile_leaves(raw, 0, 256)
        except CtError:
            return
        assert why or len(leaves) == 256

    @given(st.binary(max_size=300) | st.from_regex(r'\{"entries": ?\[.*\]\}', fullmatch=True).map(str.encode))
    def test_any_bytes_are_a_page_or_the_one_error(self, raw: bytes) -> None:
        try:
            assert page_leaves(raw, 0, 10)
        except CtError:
            return

    @given(st.binary(max_size=200))
    def test_any_leaf_input_is_an_entry_or_a_bad_one(self, raw: bytes) -> None:
        body = json.dumps({"entries": [{"leaf_input": base64.b64encode(b"\x00\x00" + raw).decode()}]}).encode()
        (leaf,) = page_leaves(body, 0, 10)
        assert leaf.why or leaf.at_ms == int.from_bytes(raw[:8], "big")


@pytest.mark.parametrize(
    ("index", "size", "path", "width"),
    [
        (0, 1, "/tile/data/000.p/1", 1),
        (255, 256, "/tile/data/000", 256),
        (256, 300, "/tile/data/001.p/44", 44),
        (1234067 * 256 + 3, 2**40, "/tile/data/x001/x234/067", 256),
        (1000 * 256, 1000 * 256 + 255, "/tile/data/x001/000.p/255", 255),
    ],
)
def test_entries_lie_in_tiles_by_number(index: int, size: int, path: str, width: int) -> None:
    tile = tile_of(index, size)
    assert (tile.path, tile.width, tile.first) == (path, width, index - index % 256)
    assert tile.full_path == path.partition(".p/")[0]


class TestTreeHeads:
    def test_a_signed_tree_head_is_verified(self) -> None:
        log = log_of("rfc6962")
        head = sth(log.sth(), log.public_key)
        assert (head.size, head.root, head.verified) == (3, log.root_hash(), True)
        assert head.at is not None

    def test_a_checkpoint_is_verified_by_the_key_of_its_log_among_others(self) -> None:
        log = log_of("tiled")
        head = checkpoint(log.checkpoint(), log.public_key, log.origin)
        assert (head.size, head.root, head.verified) == (3, log.root_hash(), True)
        assert head.at is not None

    def test_a_checkpoint_may_be_signed_with_ed25519(self) -> None:
        log = replace(log_of("tiled"), key=ed25519.Ed25519PrivateKey.generate())
        assert checkpoint(log.checkpoint(), log.public_key).verified

    def test_without_a_key_nothing_is_called_verified(self) -> None:
        assert not checkpoint(log_of("tiled").checkpoint()).verified
        assert not sth(log_of("rfc6962").sth()).verified

    def test_another_size_than_was_signed_is_refused(self) -> None:
        log = log_of("tiled")
        with pytest.raises(CtError, match="签名不对"):
            checkpoint(log.checkpoint().replace(b"\n3\n", b"\n4\n"), log.public_key)
        log = log_of("rfc6962")
        with pytest.raises(CtError, match="签名不对"):
            sth(log.sth().replace(b'"tree_size": 3', b'"tree_size": 4'), log.public_key)

    def test_another_logs_signature_is_refused(self) -> None:
        with pytest.raises(CtError, match="签名"):
            checkpoint(log_of("tiled").checkpoint(), log_of("tiled").public_key)
        with pytest.raises(CtError, match="签名"):
            sth(log_of("rfc6962").sth(), log_of("rfc6962").public_key)

    def test_a_changed_note_under_ed25519_is_refused(self) -> None:
        log = replace(log_of("tiled"), key=ed25519.Ed25519PrivateKey.generate())
        with pytest.raises(CtError, match="签名不对"):
            checkpoint(log.checkpoint().replace(b"\n3\n", b"\n4\n"), log.public_key)

    def test_another_origin_than_expected_is_refused(self) -> None:
        log = log_of("tiled")
        with pytest.raises(CtError, match="检查点属于"):
            checkpoint(log.checkpoint(), log.public_key, "log.example/b")

    def test_a_key_that_is_none_is_told(self) -> None:
        with pytest.raises(CtError, match="公钥"):
            sth(log_of("rfc6962").sth(), "AAAA")

    def test_an_rsa_key_does_not_pass_for_an_ecdsa_signature(self) -> None:
        public = rsa.generate_private_key(65537, 2048).public_key()
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        with pytest.raises(CtError, match="签名格式"):
            sth(log_of("rfc6962").sth(), base64.b64encode(der).decode())

    @given(st.binary(max_size=300), st.booleans())
    def test_any_bytes_are_a_tree_head_or_the_one_error(self, raw: bytes, known: bool) -> None:
        key = LOG.public_key if known else ""
        for read in (checkpoint, sth):
            with pytest.raises(CtError):
                read(raw, key)

    @given(st.data(), st.sampled_from(["tiled", "rfc6962"]))
    def test_a_damaged_tree_head_is_refused_or_says_what_was_signed(self, data: st.DataObject, kind: str) -> None:
        log = LOG if kind == "tiled" else PAGED
        body = bytearray(HEADS[kind])
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
        try:
            head = (checkpoint if kind == "tiled" else sth)(bytes(body), log.public_key)
        except CtError:
            return
        assert (head.size, head.root) == (log.size, log.root_hash())
