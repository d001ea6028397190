from __future__ import annotations

import pytest

from lookalike.cyber_range.names import ancestors, plain, registrable, split_folder


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("www.baidu.com", ("www.baidu.com", None)),
        ("117.73.255.95_8081", ("117.73.255.95", 8081)),
        ("a_b.example", ("a_b.example", None)),
        ("2001:db8::5_8443", ("2001:db8::5", 8443)),
        ("[2001:DB8:0::5]", ("2001:db8::5", None)),
    ],
)
def test_a_folder_name_is_a_host_and_maybe_a_port(folder: str, expected: tuple[str, int | None]) -> None:
    assert split_folder(folder) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cx.mem.gov.cn", "mem.gov.cn"),
        ("cx.mem.gov.cn.zs-cx.top", "zs-cx.top"),
        ("cx.mem.gov.cn.zs-cx.example-top", "zs-cx.example-top"),
        ("a.github.io", "github.io"),
        ("gov.cn", "gov.cn"),
        ("117.73.255.95", "117.73.255.95"),
        ("localhost", "localhost"),
    ],
)
def test_the_registrable_domain_is_one_label_below_the_suffix(name: str, expected: str) -> None:
    assert registrable(name) == expected


def test_names_are_compared_in_lower_case_punycode_without_the_last_dot() -> None:
    assert plain("例子.Example.") == "xn--fsqu00a.example"


def test_nothing_stands_above_an_address() -> None:
    assert ancestors("1.2.3.4") == ()
    assert ancestors("a.b.c") == ("b.c", "c")
