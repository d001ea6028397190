"""The offline tables: the bundled one, ip2asn's text in every state, a MaxMind database."""

from __future__ import annotations

import gzip
import ipaddress
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import seeds
from spiders.addresses import classify
from spiders.hosting.network import NetworkTable
from spiders.hosting.network_ranges import flatten

ROWS = (
    "1.0.0.0\t1.0.0.255\t13335\tUS\tCLOUDFLARENET\n"
    "1.0.1.0\t1.0.3.255\t0\tNone\tNot routed\n"
    "1.0.4.0\t1.0.7.255\t38803\tAU\tWPL-AS-AP Wirefreebroadband Pty Ltd\n"
    "2001:200::\t2001:200:ffff:ffff:ffff:ffff:ffff:ffff\t2500\tJP\tWIDE-BB WIDE Project\n"
    "2001:db8::5\t2001:db8::5\t64500\tNone\tNone\n"
)


def table(tmp_path, rows=ROWS, name="t.tsv"):
    file = tmp_path / name
    file.write_bytes(gzip.compress(rows.encode()) if name.endswith("gz") else rows.encode())
    return NetworkTable.load(file)


@pytest.mark.parametrize("name", ["t.tsv", "t.tsv.gz"])
@pytest.mark.parametrize(
    ("address", "asn", "country"),
    [
        ("1.0.0.0", 13335, "US"),
        ("1.0.0.255", 13335, "US"),
        ("1.0.1.0", None, ""),
        ("1.0.5.1", 38803, "AU"),
        ("1.0.8.0", None, ""),
        ("0.255.255.255", None, ""),
        ("2001:200:1::1", 2500, "JP"),
        ("2001:201::", None, ""),
        ("2001:db8::5", 64500, ""),
        ("2001:db8::6", None, ""),
        ("::ffff:1.0.0.1", 13335, "US"),
        ("nonsense", None, ""),
    ],
)
def test_an_address_is_found_in_its_range_and_nowhere_else(tmp_path, name, address, asn, country):
    facts = table(tmp_path, name=name).lookup(address)
    assert (facts.address, facts.asn, facts.country) == (address, asn, country)


def test_rows_in_any_order_and_within_each_other_are_found_by_the_inner_one(tmp_path):
    rows = "10.0.0.9\t10.0.0.9\t3\tCN\tc\n10.0.0.0\t10.0.0.255\t1\tCN\ta\n10.0.0.8\t10.0.0.15\t2\tCN\tb\n"
    found = table(tmp_path, rows)
    assert [found.lookup(f"10.0.0.{n}").asn for n in (0, 7, 8, 9, 10, 15, 16, 255)] == [1, 1, 2, 3, 2, 2, 1, 1]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=12))
def test_flattened_ranges_hold_the_same_addresses_without_overlap(pairs):
    ranges = [(first, first + size, row) for row, (first, size) in enumerate(pairs)]
    flat = flatten(ranges)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(flat))
    held = {n: row for first, last, row in flat for n in range(first, last + 1)}
    assert set(held) == {n for first, last, _ in ranges for n in range(first, last + 1)}
    for n, row in held.items():
        latest = max(first for first, last, _ in ranges if first <= n <= last)
        assert ranges[row][0] <= n <= ranges[row][1]
        assert ranges[row][0] == latest


@pytest.mark.parametrize(
    "line", ["1.0.0.0\t1.0.0.255\t13335", "x\t1.0.0.255\t1\tUS\tx", "1.0.0.9\t1.0.0.1\t1\tUS\tx", "1.0.0.0,1.0.0.255,1,US,x", "1.0.0.0\t1.0.0.255\tAS1\tUS\tx", "2001:200::\t1.0.0.1\t1\tUS\tx"],
)  # fmt: skip
def test_a_bad_row_is_named_with_file_and_line(tmp_path, line):
    with pytest.raises(ValueError, match=r"t\.tsv, line 6: expected first address"):
        table(tmp_path, ROWS + line + "\n")


def test_damaged_and_missing_files_are_reported(tmp_path):
    (tmp_path / "t.tsv.gz").write_bytes(gzip.compress(ROWS.encode() * 50)[:-30])
    (tmp_path / "t.mmdb").write_bytes(b"no database")
    for name, words in (("t.tsv.gz", "damaged"), ("t.mmdb", "MaxMind"), ("none.tsv", "no such file")):
        with pytest.raises(ValueError, match=words):
            NetworkTable.load(tmp_path / name)


def mmdb(record):
    """A tiny MaxMind database (format 2.0) of one record for every IPv4 address, written by hand."""

    def text(value):
        raw = value.encode()
        return (bytes([0x40 | len(raw)]) if len(raw) < 29 else bytes([0x5D, len(raw) - 29])) + raw

    def number(value):
        return bytes([0xC4]) + value.to_bytes(4)

    def table_of(pairs):
        return bytes([0xE0 | len(pairs)]) + b"".join(text(k) + v for k, v in pairs)

    data = table_of([(k, number(v) if isinstance(v, int) else text(v)) for k, v in record.items()])
    pointer = (1 + 16).to_bytes(3)  # one node; a record points to the start of the data section
    metadata = table_of(
        [
            ("binary_format_major_version", number(2)),
            ("binary_format_minor_version", number(0)),
            ("build_epoch", number(1)),
            ("database_type", text("T")),
            ("description", bytes([0xE0])),
            ("ip_version", number(4)),
            ("languages", bytes([0x00, 0x04])),
            ("node_count", number(1)),
            ("record_size", number(24)),
        ]
    )
    return pointer * 2 + b"\0" * 16 + data + b"\xab\xcd\xefMaxMind.com" + metadata


@pytest.mark.parametrize(
    "record",
    [
        {"autonomous_system_number": 37963, "autonomous_system_organization": "Hangzhou Alibaba Advertising"},
        {"asn": "AS37963", "as_name": "Hangzhou Alibaba Advertising", "country_code": "CN"},
    ],
)
def test_a_maxmind_database_is_read_by_its_makers_field_names(tmp_path, record):
    (tmp_path / "t.mmdb").write_bytes(mmdb(record))
    found = NetworkTable.load(tmp_path / "t.mmdb")
    facts = found.lookup("47.96.0.1")
    assert (facts.asn, facts.name) == (37963, "Hangzhou Alibaba Advertising")
    assert facts.country == record.get("country_code", "")
    assert found.lookup("2001:db8::1").asn is None


def test_the_bundled_table_knows_its_networks_and_says_nothing_of_others():
    bundled = NetworkTable.load()
    assert bundled.lookup("104.21.3.4").name == "CLOUDFLARENET"
    assert bundled.lookup("2606:4700:3030::1").asn == 13335
    assert bundled.lookup("151.101.1.1").asn == 54113
    assert bundled.lookup("47.96.0.1").asn is None


def test_the_bundled_table_is_ordered_public_and_counted_in_its_sources():
    folder = Path(seeds.__file__).parent / "networks"
    rows = [line.split("\t") for line in (folder / "known.tsv").read_text("utf-8").splitlines()]
    ends = [(ipaddress.ip_address(first), ipaddress.ip_address(last)) for first, last, *_ in rows]
    for version in (4, 6):
        mine = [pair for pair in ends if pair[0].version == version]
        assert all(a[1] < b[0] for a, b in itertools.pairwise(mine))
    assert all(classify(str(first)) is None and classify(str(last)) is None for first, last in ends)
    sources = (folder / "SOURCES.md").read_text("utf-8")
    for number in {row[2] for row in rows}:
        assert f"| {number} |" in sources
        assert f"| {sum(row[2] == number for row in rows)} |" in sources
