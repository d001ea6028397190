"""An overlay replaces, adds and goes before; a mistake names file, key and mend."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seeds.errors import SeedError
from seeds.loader import check_seeds, load_seeds

ROW = """
id = "{id}"
name = "试验平台"
organ = "试验局"
[[address]]
url = "{url}"
[[source]]
what = "试验"
checked_on = 2026-01-02
"""


@pytest.fixture
def overlay(tmp_path: Path):
    def write(**files: str) -> Path:
        for name, text in files.items():
            path = tmp_path / f"{name.replace('__', '/')}.toml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


def row(pid: str = "x-one", url: str = "https://one.example.cn/") -> str:
    return ROW.format(id=pid, url=url)


def test_a_new_platform_is_added(overlay):
    seeds = load_seeds(overlay(platforms__x=row()))
    assert seeds.platform("x-one").addresses[0].host == "one.example.cn"
    assert seeds.platform("mem-cx") is not None


def test_a_known_id_replaces_the_bundled_row_whole(overlay):
    seeds = load_seeds(overlay(platforms__x=row("mem-cx", "http://192.0.2.7:8081/cx")))
    cx = seeds.platform("mem-cx")
    assert [(a.host, a.port, a.path, a.url) for a in cx.addresses] == [
        ("192.0.2.7", 8081, "/", "http://192.0.2.7:8081/cx")
    ]
    assert cx.generations == ()
    assert len(seeds.platforms) == len(load_seeds().platforms)


def test_terms_are_added_before_the_bundled_ones_and_replace_equal_ones(overlay):
    folder = overlay(lexicon__slogans='terms = ["闭眼拿证", {text = "免考", weight = 0.2, note = "改"}]')
    slogans = load_seeds(folder).lexicon.groups["slogans"]
    assert [t.text for t in slogans[:2]] == ["闭眼拿证", "免考"]
    assert slogans[1].weight == 0.2
    assert len(slogans) == len(load_seeds().lexicon.groups["slogans"]) + 1


def test_templates_stand_before_the_bundled_ones(overlay):
    folder = overlay(lexicon__templates='templates = ["{product} 闭眼"]')
    assert load_seeds(folder).lexicon.templates == ("{product} 闭眼", *load_seeds().lexicon.templates)


def test_templates_replace_the_bundled_ones_when_told_so(overlay):
    folder = overlay(lexicon__templates='replace = true\ntemplates = ["{product} 闭眼"]')
    assert load_seeds(folder).lexicon.templates == ("{product} 闭眼",)


def test_sources_and_shared_hosts_are_merged(overlay):
    folder = overlay(
        sources='[[source]]\nid = "bing"\nspider = "bing"\nname = "必应"\nhost = "cn.bing.com"\npath = "/search"',
        shared_hosts='hosts = [".free.example"]',
    )
    seeds = load_seeds(folder)
    assert next(s.host for s in seeds.sources if s.id == "bing") == "cn.bing.com"
    assert [s.id for s in seeds.sources] == [s.id for s in load_seeds().sources]
    assert {".free.example", "github.com"} <= seeds.shared_hosts.hosts


def test_ports_80_and_443_are_one_site(overlay):
    text = (
        row() + '[[address]]\nurl = "https://two.example.cn:443/"\n[[address]]\nhost = "three.example.cn"\nport = 443\n'
    )
    assert [a.port for a in load_seeds(overlay(platforms__x=text)).platform("x-one").addresses] == [80, 80, 80]


def test_an_empty_overlay_changes_nothing(overlay):
    assert load_seeds(overlay()) == load_seeds()


BAD = {
    "unknown key": ("platforms__x", row() + "\nowner = 1\n", "owner", "remove the key"),
    "unknown key at the top": ("platforms__x", 'colour = "red"\n' + row(), "colour", "remove the key"),
    "wrong type": ("platforms__x", row().replace('"试验局"', "7"), "organ", "a text in quotes"),
    "bad TOML": ("platforms__x", 'id = "x', "syntax", "correct the line"),
    "no name": ("platforms__x", row().replace('name = "试验平台"\n', ""), "name", "add name"),
    "no source": ("platforms__x", row().split("[[source]]")[0], "source", "checked_on"),
    "no date": ("platforms__x", row().replace("checked_on = 2026-01-02", ""), "checked_on", "2026-11-21"),
    "date in quotes": ("platforms__x", row().replace("2026-01-02", '"2026-01-02"'), "checked_on", "without quotes"),
    "id twice in one folder": ("platforms__x", '[[platform]]\nid="y"\nname="a"\norgan="b"\nkind="body"\nsource=[{what="c",checked_on=2026-01-02}]\n' * 2, "id", "its own id"),
    "two platforms at one place": ("platforms__x", row(url="http://cx.mem.gov.cn/"), "x-one.address", "leave it with one"),
    "misprint allow-listed": ("platforms__x", row(url="http://zlag.mohurdgov.cn/"), "x-one.address", "was meant"),
    "below the misprint": ("platforms__x", row(url="http://zlaq.mohurdgov.cn/"), "x-one.address", "was meant"),
    "invalid punycode": ("platforms__x", row(url="http://xn--a.example.cn/"), "address[0].url", "registry prints"),
    "punycode no codec reads": ("platforms__x", row(url="http://xn--99999999999.example.cn/"), "address[0].url", "registry prints"),
    "Chinese host": ("platforms__x", row(url="http://证书查询.cn/"), "address[0].url", "xn--"),
    "no address": ("platforms__x", row().replace('[[address]]\nurl = "https://one.example.cn/"\n', ""), "address", "[[address]]"),
    "host and url differ": ("platforms__x", row().replace("[[source]]", 'host = "b.example.cn"\n[[source]]', 1), "address[0].host", "agree"),
    "not a URL": ("platforms__x", row(url="ftp://one.example.cn/"), "address[0].url", "https://host/path"),
    "impossible port": ("platforms__x", row(url="http://one.example.cn:99999/"), "address[0].url", "https://host/path"),
    "four numbers too large": ("platforms__x", row(url="http://117.73.255.995/"), "address[0].url", "up to 255"),
    "filing number with suffix": ("platforms__x", 'icp = ["京ICP备10036469号-1"]\n' + row(), "icp", "京ICP备10036469号"),
    "baseline elsewhere": ("platforms__x", 'baselines = ["https://else.example.cn/"]\n' + row(), "baselines[0]", "add the address"),
    "unknown group": ("lexicon__sloganz", 'terms = ["x"]', "file", "rename"),
    "weight too high": ("lexicon__slogans", 'terms = [{text = "闭眼", weight = 1.5}]', "terms[0].weight", "bounds"),
    "weight zero": ("lexicon__slogans", 'terms = [{text = "闭眼", weight = 0}]', "terms[0].weight", "bounds"),
    "term twice": ("lexicon__slogans", 'terms = ["闭眼", "闭眼"]', "terms[1]", "remove the repeat"),
    "term is a number": ("lexicon__slogans", "terms = [1]", "terms[0]", "text ="),
    "unknown class": ("lexicon__pinyin", 'terms = [{text = "abc", cls = "verb"}]', "terms[0].cls", "choose one"),
    "unknown place-holder": ("lexicon__templates", 'templates = ["{produkt} 免考"]', "templates[0]", "{product}"),
    "open brace": ("lexicon__templates", 'templates = ["{product 免考"]', "templates[0]", "{product}"),
    "source twice": ("sources", '[[source]]\nid = "a"\nspider = "a"\nname = "a"\n' * 2, "source[1].id", "its own id"),
    "delay as text": ("sources", '[[source]]\nid = "a"\nspider = "a"\nname = "a"\ndelay_s = "6"', "source[0].delay_s", "a number"),
    "pages true": ("sources", '[[source]]\nid = "a"\nspider = "a"\nname = "a"\npages = true', "source[0].pages", "whole number"),
    "shared host in capitals": ("shared_hosts", 'hosts = ["GitHub.com"]', "hosts[0]", "github.com"),
    "file nobody reads": ("source", "x = 1", "file", "rename"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "key", "mend"), BAD.values(), ids=BAD.keys())
def test_a_mistake_names_file_key_and_mend(overlay, name, text, key, mend):
    folder = overlay(**{name: text})
    with pytest.raises(SeedError) as caught:
        load_seeds(folder)
    message = str(caught.value)
    assert str(folder / name.replace("__", "/")) in message
    assert caught.value.key.endswith(key)
    assert mend in message
    assert "\n" not in message


def test_bytes_that_are_not_utf8_are_told(overlay):
    folder = overlay(platforms__x="")
    (folder / "platforms/x.toml").write_bytes('name = "应急"'.encode("gb18030"))
    assert "save the file as UTF-8" in "\n".join(check_seeds(folder))


def test_a_missing_overlay_folder_is_told(tmp_path):
    with pytest.raises(SeedError, match="expected a folder of seeds"):
        load_seeds(tmp_path / "absent")


def test_the_check_lists_every_problem_not_only_the_first(overlay):
    problems = check_seeds(
        overlay(platforms__x=row() + "\nowner = 1\n", lexicon__slogans="terms = [1, 2]", sources="x = 1")
    )
    assert len(problems) == 4


def test_an_id_that_is_taken_twice_in_the_overlay_is_told(overlay):
    problems = check_seeds(overlay(platforms__a=row(), platforms__b=row(url="https://two.example.cn/")))
    assert len(problems) == 1
    assert "already stands in" in problems[0]


words = st.lists(st.text("闭眼拿证书免考包过", min_size=1, max_size=4), unique=True, max_size=6)


@settings(max_examples=15, deadline=None)
@given(terms=words, ids=st.lists(st.sampled_from(["mem-cx", "chsi", "x-a", "x-b", "x-c"]), unique=True))
def test_an_overlay_loses_no_bundled_term_or_platform(terms, ids):
    base = load_seeds()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "platforms").mkdir()
        (folder / "lexicon").mkdir()
        for pid in ids:
            (folder / f"platforms/{pid}.toml").write_text(row(pid, f"https://{pid}.example.cn/"), encoding="utf-8")
        (folder / "lexicon/slogans.toml").write_text(f"terms = {list(terms)!r}".replace("'", '"'), encoding="utf-8")
        over = load_seeds(folder)
    assert set(over.lexicon.words("slogans")) == set(base.lexicon.words("slogans")) | set(terms)
    assert over.lexicon.words("slogans")[: len(terms)] == tuple(terms)
    assert {p.id for p in over.platforms} == {p.id for p in base.platforms} | set(ids)
    kept = [p for p in base.platforms if p.id not in ids]
    assert all(over.platform(p.id) == p for p in kept)


def test_an_overlay_may_divide_a_bundled_host_by_posts(overlay):
    seeds = load_seeds(overlay(shared_hosts='posts = ["github.com"]'))
    assert "github.com" in seeds.shared_hosts.posts
    assert "github.com" not in seeds.shared_hosts.hosts


def test_a_host_divided_in_two_ways_is_told(overlay):
    problems = check_seeds(overlay(shared_hosts='hosts = ["a.example"]\nposts = ["a.example"]'))
    assert any("a.example also stands in hosts" in p for p in problems)


def test_services_are_read_and_an_overlay_adds_to_them(overlay):
    services = load_seeds(
        overlay(services='archives = ["kuaizhao.example"]\ndelivery_networks = ["fastpath"]')
    ).services
    assert {"kuaizhao.example", "archive.org"} <= services.archives
    assert {"fastpath", "cloudflare"} <= services.delivery_networks
    assert services.domestic_registrars
    assert services.foreign_name_servers


@pytest.mark.parametrize("row", ['archives = ["Archive.org"]', 'domestic_registrars = ["ab"]', "cdn = []"])
def test_a_wrong_row_of_services_is_named(overlay, row):
    assert any("services.toml" in problem for problem in check_seeds(overlay(services=row)))


def test_a_post_path_without_a_number_is_told(overlay):
    problems = check_seeds(overlay(shared_hosts='post_paths = ["/thread.html"]'))
    assert any("post_paths[0]" in p for p in problems)
