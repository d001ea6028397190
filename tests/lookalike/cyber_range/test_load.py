"""What ``check`` says of a spoilt range, and that it says all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.cyber_range.load import check_range, load_range
from lookalike.errors import RangeError

HOST = "hosts/a.example/host.toml"
ENGINE = "engines/e.toml"
GOOD_ENGINE = "host='e.example'\npath='/s'\nquery_param='q'\ntemplate='t.j2'\n"
TEMPLATE = {"engines/t.j2": "{{ query }}", "hosts/b.example/host.toml": ""}


def test_the_smoke_range_is_valid(smoke_copy: Path) -> None:
    assert check_range(smoke_copy) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("indexed = 'yes'", "indexed: expected true or false, found 'yes'"),
        ("indxed = true", "indxed: is not a key of this table; did you mean indexed?"),
        ("names = 'x'", "names: expected a list"),
        ("names = [1]", "names[0]: expected text in quotes, found 1"),
        ("a = = b", "is not valid TOML: Invalid value (at line 1"),
        ("[dns]\nA = ['1.2.3']", "[dns].A[0]: '1.2.3' is no A record"),
        ("[dns]\nAAAA = ['1.2.3.4']", "[dns].AAAA[0]: '1.2.3.4' is no AAAA record"),
        ("[dns]\nMX = ['a b c d']", "[dns].MX[0]"),
        ("[dns]\nttl = -1", "[dns].ttl: expected 0 …"),
        ("[dns]\nbehaviour = 'servfial'", "[dns].behaviour: expected one of ok, servfail"),
        ("[whois]\nfile = 'w.txt'", "[whois].file: w.txt is not a file in a.example"),
        ("[rdap]\nfile = 'r.json'", "[rdap].file: r.json is not a file"),
        ("[asn]\nname = 'X'", "[asn].number: is missing"),
        ("[tls]\nnot_before = 2026-01-01", "[tls].not_before: expected an instant with offset"),
        (
            "[tls]\nnot_before = 2026-05-01T00:00:00Z\nnot_after = 2026-01-01T00:00:00Z",
            "[tls].not_after: must be later than not_before (2026-05-01T00:00:00+00:00)",
        ),
        ("[[route]]\nbody = 'x'", "[[route]][0].path: is missing"),
        ("[[route]]\npath = 'x'\nbody = 'x'", "[[route]][0].path: 'x' must begin with /"),
        ("[[route]]\npath = '/x?a=1'\nbody = 'x'", "has a query; write the parameters into when"),
        ("[[route]]\npath = '/'", "[[route]][0]: has no answer; add file, body, redirect or behaviour"),
        ("[[route]]\npath = '/'\nfile = 'no.html'", "[[route]][0].file: no.html is not a file"),
        ("[[route]]\npath = '/'\nfile = '../../../x'", "lies outside the range's folder"),
        ("[[route]]\npath = '/'\nbody = 'x'\nredirect = '/'", "has body and redirect; one of them answers"),
        ("[[route]]\npath = '/'\nbehaviour = 'endles'", "did you mean endless?"),
        ("[[route]]\npath = '/'\nbody = 'x'\nstatus = 42", "status: expected 200 … 999, found 42"),
        ("[[route]]\npath = '/'\nbody = 'x'\ndelay_s = '1'", "delay_s: expected a number, found '1'"),
        ("[[route]]\npath = '/'\nbody = 'x'\nwhen = { ua = 'x' }", "[when].ua: is no condition"),
        ("[[route]]\npath = '/'\nbody = 'x'\nwhen = { query = { id = [1] } }", "[when].query.id: expected text"),
        ("[[route]]\npath = '/'\nbody = 'x'\nheaders = { X = \"a\\nb\" }", "[headers].X: expected text in one line"),
        ("route = 'x'", "route: expected a list"),
    ],
)
def test_each_slip_in_host_toml_is_told_with_file_and_key(write_range, text: str, expected: str) -> None:
    problems = check_range(write_range({HOST: text}))
    assert [p for p in problems if p.startswith(HOST) and expected in p], problems


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD_ENGINE.replace("template='t.j2'", ""), "template: is missing; add template"),
        (GOOD_ENGINE.replace("t.j2", "no.j2"), "template: no.j2 is not a file in engines"),
        (GOOD_ENGINE.replace("t.j2", "bad.j2"), "template: bad.j2, line 2: "),
        (GOOD_ENGINE.replace("t.j2", "fails.j2"), "template: fails.j2 cannot be rendered: "),
        (GOOD_ENGINE.replace("'/s'", "'s'"), "path: 's' must begin with /"),
        (GOOD_ENGINE + "redirect_path = '/s'", "redirect_path: is the engine's own path"),
        (GOOD_ENGINE + "encoding = 'latin1'", "encoding: expected one of gb18030, gbk, utf-8, found 'latin1'"),
        (GOOD_ENGINE + "page_size = 0", "page_size: expected 1 … 1000"),
        (GOOD_ENGINE + "offset_unit = 'pages'", "offset_unit: expected one of result, page, found 'pages'"),
        (
            GOOD_ENGINE + "ads = [{ match = ['x'], url = 'http://gone.example/' }]",
            "leads to gone.example, which has no",
        ),
        (GOOD_ENGINE + "ads = [{ match = ['x'] }]", "[[ads]][0].url: is missing"),
        (GOOD_ENGINE + "ads = [{ url = 'http://b.example/' }]", "match: has no word; the advert is never shown"),
        (GOOD_ENGINE + "captcha_url = '/verify'", "captcha_url: '/verify' is not an absolute address"),
    ],
)
def test_each_slip_in_an_engine_is_told_with_file_and_key(write_range, text: str, expected: str) -> None:
    bad = {"engines/bad.j2": "\n{% if %}", "engines/fails.j2": "{{ 1 // 0 }}"}
    problems = check_range(write_range({ENGINE: text, **TEMPLATE, **bad}))
    assert [p for p in problems if p.startswith(ENGINE) and expected in p], problems


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"range.toml": "name = 'x'"}, "range.toml: now: is missing; expected an instant with offset"),
        ({"range.toml": "now = 2026-03-01T02:00:00"}, "range.toml: now: expected an instant with offset"),
        ({"range.toml": "now = 2026-03-01T02:00:00Z\nextra_seeds = 'no'"}, "extra_seeds: no is not a folder"),
        ({"range.toml": "now = 2026-03-01T02:00:00Z\nextra_seeds = '..'"}, "extra_seeds: .. lies outside"),
        ({"hosts/例子.example/host.toml": ""}, "is not punycode; write xn--fsqu00a.example"),
        ({"hosts/a b.example/host.toml": ""}, "'a b.example' is not a host name"),
        ({"hosts/a.example_99999/host.toml": ""}, "port 99999 is not in 1 … 65535"),
        ({"hosts/a.example/index.html": "x"}, "hosts/a.example/host.toml: is missing"),
        (
            {HOST: "names = ['b.example']"},
            "hosts/b.example/host.toml: b.example is answered by hosts/a.example already",
        ),
        ({HOST: "names = ['a.example']"}, "names[0]: a.example is answered by hosts/a.example already"),
        ({ENGINE: GOOD_ENGINE, "engines/f.toml": GOOD_ENGINE}, "engines/f.toml: path: e.example/s?q= is answered by e"),
        ({"truth.toml": "[[site]]\nhost='no.example'\nlabel='fake'"}, "[[site]][0].host: no.example has no folder"),
        ({"truth.toml": "[[site]]\nhost='b.example'\nlabel='bad'"}, "label: expected one of fake, advert, benign"),
        ({"truth.toml": "[[site]]\nhost='b.example'"}, "[[site]][0].label: is missing"),
    ],
)
def test_what_contradicts_between_files_is_told(write_range, files: dict[str, str], expected: str) -> None:
    problems = check_range(write_range({**TEMPLATE, **files}))
    assert [p for p in problems if expected in p], problems


def test_all_problems_are_told_at_once(write_range) -> None:
    folder = write_range({HOST: "indexed = 1\n[dns]\nA = ['x', 'y']", ENGINE: "host = 3", "range.toml": "now = 1"})
    files = {line.partition(":")[0] for line in check_range(folder)}
    assert files == {HOST, ENGINE, "range.toml"}
    assert sum(line.startswith(HOST) for line in check_range(folder)) == 3


def test_a_range_that_cannot_be_served_raises_one_line_a_problem(write_range) -> None:
    folder = write_range({HOST: "[whois]\nfile = 'no.txt'\n[rdap]\nfile = 'no.json'"})
    with pytest.raises(RangeError) as raised:
        load_range(folder)
    assert str(raised.value).splitlines() == [
        f"written/{HOST}: [whois].file: no.txt is not a file in a.example",
        f"written/{HOST}: [rdap].file: no.json is not a file in a.example",
    ]


def test_slips_that_hinder_nothing_do_not_hinder_serving(write_range) -> None:
    folder = write_range({HOST: "indxed = true", "truth.toml": "[[site]]\nhost = 'no.example'\nlabel = 'x'"})
    assert check_range(folder)
    assert [host.host for host in load_range(folder).hosts] == ["a.example"]


def test_unknown_keys_that_are_no_misspelling_may_extend_the_format(write_range) -> None:
    assert check_range(write_range({HOST: "owner_remark = 'x'\n[dns]\ncomment = 'x'"})) == []


def test_the_overlay_of_seeds_is_checked_too(smoke_copy: Path) -> None:
    (smoke_copy / "seeds" / "sources.toml").write_text("[[source]]\nid = 3\n")
    assert any("sources.toml" in line for line in check_range(smoke_copy))


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    assert check_range(tmp_path / "no") == [f"range.toml: {tmp_path / 'no'} is not a folder"]
