"""``check`` on photos against a range: the site behind a card's code is visited, and the words are for everybody."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFilter

from lookalike.cyber_range.serve import RunningRange, serve_process

ROOT = Path(__file__).resolve().parents[2]
FAKE, SHOP, SELLER = "anjian-zscx.example-top", "zaocan.example-top", "banzheng.example-top"
CARD = ("特种作业操作证", "姓名 张某某", "证号 T990101********001X", "作业类别 电工作业", "初领日期 2025-04-01",
        "有效期限 2031-03-31", "签发机关 应急管理部")  # fmt: skip
POSTER = ("电工证 焊工证", "免考包过 不用考试 不用到场", "先出证后付款 官网可查", "加微信 demo_zs_11")
CARD_PAGE = (
    "<title>特种作业操作证查询</title><p>应急管理部</p><img src='/guohui.png'><p>姓名 张某某</p><p>证号 T990101********001X</p>"
    "<p>作业类别 电工作业</p><p>有效期限 2031-03-31</p><p>签发机关 某某省应急管理厅</p>"
)
has_text = pytest.mark.skipif(importlib.util.find_spec("rapidocr") is None, reason="the extra ocr is not installed")


@dataclass(frozen=True)
class Desk:
    """A range, a home, and photos to hand in."""

    running: RunningRange
    home: Path
    draw: Callable[..., Image.Image]

    def photo(self, name: str, lines: tuple[str, ...], *codes: str) -> str:
        """A card as somebody photographs it: askew, a little blurred, compressed."""
        card = self.draw(lines, *codes).rotate(4, expand=True, fillcolor=(90, 80, 70))
        path = self.home / name
        card.filter(ImageFilter.GaussianBlur(0.7)).convert("RGB").save(path, quality=70)
        return str(path)

    def check(self, *words: str) -> subprocess.CompletedProcess[str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        env = clean | self.running.env | {"LOOKALIKE_HOME": str(self.home), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "lookalike", "check", *words]
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)  # noqa: PLW1510

    def judged(self, *words: str) -> list[dict[str, Any]]:
        done = self.check("--json", *words)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def asked(self) -> list[tuple[str, str]]:
        """Hosts and user agents of all requests so far."""
        rows = self.running.requests("http")
        return [(str(r["host"]), "wechat" if "MicroMessenger" in str(r.get("user_agent")) else "desktop") for r in rows]


def a_host(folder: Path, name: str, page: str, address: str) -> None:
    host = folder / "hosts" / name
    host.mkdir(parents=True)
    (host / "index.html").write_text(f'<meta charset="utf-8">{page}', encoding="utf-8")
    (host / "host.toml").write_text(
        f'[dns]\nA = ["{address}"]\n[[route]]\npath = "/*"\nfile = "index.html"\n', encoding="utf-8"
    )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, draw_photo: Callable[..., Image.Image]) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("range")
    (folder / "range.toml").write_text('name = "cards"\nnow = 2026-03-01T02:00:00+08:00\n', encoding="utf-8")
    a_host(folder, FAKE, CARD_PAGE, "203.0.113.10")
    a_host(folder, SHOP, "<title>早餐店</title><p>豆浆油条，七点开门，欢迎光临本店，微信扫码点餐。</p>", "203.0.113.11")
    seller = (
        "<p>电工证焊工证免考包过，先出证后付款，官网可查，扫码联系</p>"
        + '<img src="/img/ewm.png"><img src="/zs/{}.jpg">' * 5
    )
    a_host(folder, SELLER, seller, "203.0.113.12")
    draw_photo((), "https://u.wechat.com/EAdemo12").save(folder / "hosts" / SELLER / "ewm.png")
    table = folder / "hosts" / SELLER / "host.toml"
    route = '[[route]]\npath = "/img/ewm.png"\nfile = "ewm.png"\nheaders = { "Content-Type" = "image/png" }\n[[route]]'
    table.write_text(table.read_text(encoding="utf-8").replace("[[route]]", route, 1), encoding="utf-8")
    with serve_process(folder) as running:
        yield Desk(running, tmp_path_factory.mktemp("home"), draw_photo)


@pytest.fixture(scope="module")
def told(desk: Desk) -> dict[str, dict[str, Any]]:
    """Verdicts on all photos, asked for at once, by name."""
    photos = {
        "fake": desk.photo("fake.jpg", CARD, f"http://{FAKE}/c/1.html"),
        "dead": desk.photo("dead.jpg", CARD, "http://cx.mem.gov.cn.zs-cx.example-top/q?id=1"),
        "genuine": desk.photo("genuine.webp", CARD, "https://cx.mem.gov.cn/special?index=0"),
        "bare": desk.photo("bare.png", CARD),
        "poster": desk.photo("poster.jpeg", POSTER, "https://u.wechat.com/EAdemo11"),
        "shop": desk.photo("shop.png", ("早餐券", "豆浆一杯"), f"http://{SHOP}/"),
    }
    return dict(zip(photos, desk.judged(*photos.values()), strict=True))


@pytest.mark.slow
@has_text
def test_a_card_whose_code_opens_a_fake_is_said_to_be_with_card_and_site_as_reasons(told) -> None:
    fake = told["fake"]
    assert (fake["kind"], fake["band"], fake["host"], fake["impersonates"]) == ("site", "high", FAKE, "mem-cx")
    assert fake["qr"] == [f"http://{FAKE}/c/1.html"]
    signals = {r["signal"] for r in fake["reasons"]}
    assert {"picture_text", "qr_target", "certificate_result"} <= signals


@pytest.mark.slow
@has_text
def test_a_dead_site_is_judged_by_its_name_and_the_card_and_said_not_to_answer(told) -> None:
    dead = told["dead"]
    assert dead["band"] == "high"
    assert {"name_embedded", "picture_text"} <= {r["signal"] for r in dead["reasons"]}
    assert any("没有正常应答" in u["why"] for u in dead["unchecked"])


@pytest.mark.slow
def test_a_code_of_the_genuine_platform_clears_and_is_not_visited(desk, told) -> None:
    assert (told["genuine"]["band"], told["genuine"]["host"]) == ("low", "cx.mem.gov.cn")
    assert "cx.mem.gov.cn" not in {host for host, _ in desk.asked()}


@pytest.mark.slow
def test_the_site_is_visited_as_a_victim_would_and_only_by_get(desk, told) -> None:
    assert told["fake"]["host"] == FAKE
    assert {(FAKE, "desktop"), (FAKE, "wechat")} <= set(desk.asked())
    assert {r["method"] for r in desk.running.requests("http")} == {"GET"}


@pytest.mark.slow
@has_text
def test_a_card_without_a_code_is_not_judged_but_told_where_to_ask(desk, told) -> None:
    assert (told["bare"]["band"], told["bare"]["host"], told["bare"]["qr"]) == ("low", None, [])
    said = desk.check(desk.photo("bare.png", CARD)).stdout
    assert "没有可核对的查询二维码" in said.splitlines()[0]
    assert "https://cx.mem.gov.cn/" in said


@pytest.mark.slow
@has_text
def test_a_sellers_poster_is_an_advert_and_its_code_a_contact(told) -> None:
    poster = told["poster"]
    assert (poster["kind"], poster["band"], poster["qr"]) == ("advert", "high", ["https://u.wechat.com/EAdemo11"])
    assert "qr_contact" in {r["signal"] for r in poster["reasons"]}


@pytest.mark.slow
def test_a_shops_voucher_is_nothing(told) -> None:
    assert (told["shop"]["band"], told["shop"]["host"]) == ("low", SHOP)


@pytest.mark.slow
@has_text
def test_the_first_line_says_what_it_is_and_whom_it_imitates_in_plain_words(desk) -> None:
    said = desk.check(desk.photo("fake.jpg", CARD, f"http://{FAKE}/c/1.html")).stdout
    first = said.splitlines()[0]
    assert "高度疑似假证查询站，仿冒：" in first
    assert "应急管理部" in first
    assert "cx.mem.gov.cn" in first
    assert "http://" not in said, "an address of a suspect must not be clickable"
    for part in ("可疑之处", "没有核查到的", "接下来", "https://cx.mem.gov.cn/"):
        assert part in said


@pytest.mark.slow
def test_a_visited_page_shows_its_pictures_within_the_budget(desk) -> None:
    (verdict,) = desk.judged(f"http://{SELLER}/")
    assert (verdict["kind"], verdict["qr"]) == ("advert", ["https://u.wechat.com/EAdemo12"])
    assert "qr_contact" in {r["signal"] for r in verdict["reasons"]}
    asked = [str(r["path"]) for r in desk.running.requests("http") if r["host"] == SELLER]
    assert asked.count("/img/ewm.png") == 1
    assert sum(path.endswith((".png", ".jpg")) for path in asked) <= 3


@pytest.mark.slow
def test_a_code_within_a_saved_page_is_read(desk) -> None:
    stream = BytesIO()
    desk.draw((), "http://cx.mem.gov.cn.zs-cx.example-top/q").save(stream, "PNG")
    data = base64.b64encode(stream.getvalue()).decode()
    page = desk.home / "saved.html"
    page.write_text(f'<title>办证</title><p>扫码查询<img src="data:image/png;base64,{data}"></p>', encoding="utf-8")
    (verdict,) = desk.judged(str(page), "--host", "b.example-top")
    assert verdict["qr"] == ["http://cx.mem.gov.cn.zs-cx.example-top/q"]
    assert "qr_target" in {r["signal"] for r in verdict["reasons"]}


@pytest.mark.slow
def test_without_a_visit_the_name_alone_speaks_and_that_is_said(desk) -> None:
    before = len(desk.asked())
    (verdict,) = desk.judged("--no-visit", desk.photo("dead2.jpg", (), "http://cx.mem.gov.cn.zs-cx.example-top/q"))
    assert len(desk.asked()) == before
    assert "name_embedded" in {r["signal"] for r in verdict["reasons"]}
    assert any("没有访问网站" in u["why"] for u in verdict["unchecked"])


@pytest.mark.slow
def test_a_broken_photo_is_one_clear_line_and_the_others_are_judged(desk) -> None:
    broken = desk.home / "broken.jpg"
    stream = BytesIO()
    Image.new("RGB", (300, 300)).save(stream, "JPEG")
    broken.write_bytes(stream.getvalue()[:400])
    done = desk.check(str(broken), desk.photo("voucher.png", (), "文字"), "--json")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "不完整" in done.stderr
    assert len(done.stdout.splitlines()) == 2
