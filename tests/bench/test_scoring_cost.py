"""What scoring a page costs, beside parsing it and taking title, links, fields and text, in one run."""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from scoring.case import Case, Hop, SiteKey, View
from scoring.contacts import contacts
from scoring.context import Context
from scoring.engine import assess
from scoring.page import PageFacts, parse
from scoring.reference import Reference
from scoring.seen import Seen, Text
from scoring.signals import SIGNALS
from scoring.similarity import Baseline
from scoring.weights import shipped
from seeds.loader import load_seeds
from spiders.decode import decode

pytestmark = pytest.mark.bench

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
SIZE = 20_000
"""Bytes of a page in UTF-8."""
PAGES = 40
ROUNDS = 7
REAL_ROUNDS = 4
WORDS = "今年 发展 项目 群众 城市 推进 活动 举行 老师 产品 客户 方案 电缆 机械 行业 视频 图片 下载 地方 经济 社会 文化 健康 体育 天气 交通 旅游 的 了 在 和 是 有 为 与 他们 我们 开始 进行 这个 其中 已经 可以 通过 不断 提高 全面 重要 工程 环境 生活 市场 问题 情况 关系 道路 河流 春天 音乐 学习 家庭 孩子 时间 上午 下午 北方 南方 高速 铁路 飞机 轮船 农业 粮食 水果 蔬菜 森林 草原 海洋 科学 实验 数据 网络 电影 故事 作家 画家 历史 传统 节日 公园 广场 医生 护士 病人 药品 食品 味道 颜色 形状 大小".split()  # noqa: SIM905 - words of running text, few of which are terms: real pages hold 2 to 13 in 1,000 characters
OFFICIAL = "安全 生产 知识 管理 能力 考核 特种作业 操作证 证书 查询 姓名 证件 号码 验证码 有效期 复审 日期 签发 机关 准操 项目 类别 人员 合格 信息 平台 主要 负责人 系统 版本 帮助 说明 通知 公告 首页 登录 扫码 二维码 打印 下载 应急 部门 联系 方式 电子 凭证 工种 培训 机构 记录".split()  # noqa: SIM905 - words of the genuine pages
SCRIPT = "<script>var _hmt=_hmt||[];(function(){var h=document.createElement('script');h.async=1;document.head.append(h)})()</script>"
FOOT = (
    "<div class=foot><p>版权所有 © 2019-2026 东江机械有限公司</p><p>地址：海月市滨河路 12 号 电话：0000-6000123 邮编：100000</p>"
    "<p><a href='https://beian.miit.gov.cn/'>豫ICP备10000001号-2</a> 技术支持：东江网络</p></div>"
)
FORM = (
    "<form action=/cert/query method=post><table><tr><td>姓名</td><td><input name=stu_name></td></tr><tr><td>证件号码</td><td>"
    "<input name=certnum></td></tr><tr><td>验证码</td><td><input name=passcode><img src=/code alt=验证码></td></tr></table>"
    "<button>查询</button></form><p>主办单位：应急管理部 特种作业操作证及安全生产知识和管理能力考核合格信息查询平台</p>"
)


def said(dice: random.Random, words: int) -> str:
    """Some words, a comma behind every seventh or so."""
    return "".join(word + ("，" if dice.random() < 0.15 else "") for word in dice.choices(WORDS, k=words)) + "。"


def portal_row(dice: random.Random) -> str:
    return (
        f"<li class='item'><a href='/art/{dice.randrange(10**6)}.html' target=_blank title='{said(dice, 5)}'>{said(dice, 8)}</a>"
        f"<span class=date>2026-0{dice.randint(1, 9)}-1{dice.randint(0, 9)}</span></li>\n"
    )


def article_row(dice: random.Random) -> str:
    return f"<p style='text-indent:2em'>{said(dice, 50)}{said(dice, 30)}<strong>{said(dice, 3)}</strong>{said(dice, 20)}</p>\n"


def shop_row(dice: random.Random) -> str:
    n = dice.randrange(10**6)
    return (
        f"<div class='col-md-3 product'><a href='product-{n}.html'><img src='/upload/{n}.jpg' alt='{said(dice, 4)}' width=200></a>"
        f"<div class=info><h3>{said(dice, 4)}</h3><span class=price>￥{n % 900}.00</span><i class='icon icon-cart'></i></div></div>\n"
    )


def advert_row(dice: random.Random) -> str:
    disguised = (
        "办理操(cāo)作(zuò)證，无需考试，薇❤ 13900001234 同号",
        "低 压 电 工 证 · 官网可查，先证后款",
        "焊*工*证 3天下证",
    )
    return f"<p>{dice.choice(disguised) if dice.random() < 0.2 else said(dice, 40)}</p><br>\n"


KINDS: dict[str, tuple[Callable[[random.Random], str], str, str]] = {
    "portal, links": (portal_row, "", "www.example-news.com"),
    "article, text": (article_row, "", "www.example-news.com"),
    "shop, markup": (shop_row, "", "www.example-shop.com"),
    "query form, claims": (portal_row, FORM, "cx-mem-gov.example.com"),
    "advert, disguised": (advert_row, "", "bbs.example.com"),
}


def pages_of(kind: str, batch: int = 0) -> list[str]:
    """Pages of one kind, no two alike, in one batch or in several: what was worked out for one serves none of the others.

    A search that learns from each text that it reads (RE2 does) would look free on texts that it knows.
    """
    row, extra, _ = KINDS[kind]
    dice = random.Random(f"{kind} {batch}")
    made = []
    for n in range(PAGES):
        head = (
            f"<!doctype html><html><head><meta charset=utf-8><title>{said(dice, 4)}站点 {n}</title>"
            f"<meta name=description content='{said(dice, 9)}'><link rel=stylesheet href=/c.css>{SCRIPT}</head><body>"
            f"<h1>{said(dice, 3)}</h1>{extra}<ul>"
        )
        rows: list[str] = []
        size = len((head + FOOT).encode())
        while size < SIZE:
            rows.append(row(dice))
            size += len(rows[-1].encode())
        made.append(f"{head}{''.join(rows)}</ul>{FOOT}</body></html>")
    return made


@pytest.fixture(scope="module")
def bench_reference() -> Reference:
    """The shipped seeds and three captured pages to compare with."""
    dice = random.Random("official")
    own = []
    for _ in range(3):
        rows = "".join(
            f"<tr><td>{''.join(dice.choices(OFFICIAL, k=6))}</td><td><span>-</span></td></tr>" for _ in range(60)
        )
        own.append(
            Baseline("mem-cx", "http://cx.mem.gov.cn/", parse(f"{FORM}<table>{rows}</table>", "http://cx.mem.gov.cn/"))
        )
    return Reference(load_seeds(), own)


def plainly(html: str) -> tuple[str, list[str | None], list[str | None], str]:
    """Title, links, fields and text, as any scraper takes them."""
    tree = LexborHTMLParser(html)
    title = tree.css_first("title")
    links = [node.attributes.get("href") for node in tree.css("a")]
    fields = [node.attributes.get("name") for node in tree.css("input")]
    return title.text() if title else "", links, fields, tree.body.text(separator="\n") if tree.body else ""


def case_of(page: PageFacts, host: str, digest: str) -> Case:
    url = f"http://{host}/"
    return Case(NOW, SiteKey(host), url, (View("desktop", url, (Hop(url, 200),), page, body_sha256=digest),))


def clock(work: Callable[[], object]) -> float:
    """Seconds of this process: what others do on the machine meanwhile is not counted."""
    start = time.process_time()
    work()
    return time.process_time() - start


def waited(work: Callable[[], object]) -> float:
    """Seconds on the wall, for what other processes do."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def test_scoring_a_page_beside_parsing_it(bench_reference: Reference) -> None:
    weights = shipped()
    bench_reference.terms.find("特种作业操作证")
    print(f"\n{ROUNDS} rounds of {PAGES} new pages of {SIZE} bytes a kind, medians of the rounds; parse + extract = 1")
    print(f"{'':22}{'page facts':>12}{'signals':>10}{'both':>8}   parse + extract")
    every: dict[str, list[float]] = {"plain": [], "facts": [], "signals": []}
    for kind, (_, _, host) in KINDS.items():
        took = {name: list[float]() for name in every}
        for batch in range(ROUNDS):
            htmls = pages_of(kind, batch)
            took["plain"].append(clock(lambda htmls=htmls: [plainly(html) for html in htmls]))
            facts: list[PageFacts] = []
            took["facts"].append(
                clock(lambda htmls=htmls, facts=facts: facts.extend(parse(h, "http://e.cn/") for h in htmls))
            )
            cases = [case_of(page, host, str(n)) for n, page in enumerate(facts)]
            took["signals"].append(clock(lambda cases=cases: [assess(c, bench_reference, weights) for c in cases]))
        middle = {name: statistics.median(times) for name, times in took.items()}
        for name, value in middle.items():
            every[name].append(value)
        _print(kind, middle)
    _print("all kinds", {name: sum(values) for name, values in every.items()}, len(KINDS))


def real_pages(folder: Path) -> list[str]:
    """Sources of the real pages, as a visit decodes them, but for scraps and the few that are larger by far."""
    bodies = (path.read_bytes() for path in sorted(folder.rglob("*.html")))
    return [decode(body).text for body in bodies if 2_000 < len(body) < 400_000]


def test_scoring_real_pages_beside_parsing_them(bench_reference: Reference, real_data: Path) -> None:
    """Results pages, articles of the press and of public bodies; each changes a little from round to round."""
    weights = shipped()
    pages = real_pages(real_data)
    rounds: list[list[tuple[float, float, float]]] = []
    for number in range(REAL_ROUNDS + 1):  # the first one warms up what is worked out once
        rounds.append([])
        for at, page in enumerate(pages):
            html = page.replace("</body>", f"<p>{number} {at}</p></body>", 1)
            made: list[PageFacts] = []
            plain = clock(lambda html=html: plainly(html))
            facts = clock(lambda html=html, made=made: made.append(parse(html, "http://e.cn/")))
            case = case_of(made[0], "www.example-school.com", f"{number} {at}")
            rounds[-1].append((plain, facts, clock(lambda case=case: assess(case, bench_reference, weights))))
    best = [tuple(map(min, zip(*same, strict=True))) for same in zip(*rounds[1:], strict=True)]
    plain, facts, signals = (sum(column) for column in zip(*best, strict=True))
    shares = sorted(s / f for _, f, s in best)
    print(f"\n{len(pages)} real pages, best of {REAL_ROUNDS} rounds; parse + extract = 1")
    print(f"page facts {facts / plain:.2f}, signals {signals / plain:.2f}, both {(facts + signals) / plain:.2f}")
    print(
        f"signals to page facts, the one parse of a page: {signals / facts:.2f} in sum, {statistics.median(shares):.2f} "
        f"in the middle, below 1 on {sum(share < 1 for share in shares)} of {len(shares)} pages"
    )


def _print(kind: str, took: dict[str, float], kinds: int = 1) -> None:
    facts, signals = took["facts"] / took["plain"], took["signals"] / took["plain"]
    each = 1e6 * took["plain"] / PAGES / kinds
    rate = PAGES * kinds / (took["facts"] + took["signals"])
    print(
        f"{kind:22}{facts:12.2f}{signals:10.2f}{facts + signals:8.2f}   {each:6.0f} µs a page {rate:8.0f} cases a second"
    )


def asked_first(owner: type) -> Iterator[str]:
    """What a class works out once, when it is first asked for."""
    return (name for name, found in vars(owner).items() if isinstance(found, cached_property))


class Shares:
    """Time of each signal, and of what they share, counted where it is spent and nowhere else."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._inner = [0.0]

    def count(self, name: str, work: Callable[[], object]) -> object:
        """Do ``work``; what it spends on counted work inside is not its own."""
        self._inner.append(0.0)
        start = time.process_time()
        try:
            return work()
        finally:
            whole = time.process_time() - start
            self.spent[name] += whole - self._inner.pop()
            self._inner[-1] += whole

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """Count the shared work of context, page and text under its own name."""
        for owner in (Context, Seen, Text, PageFacts):
            for name in asked_first(owner):
                patch.setattr(owner, name, self._watched(owner, name))

    def _watched(self, owner: type, name: str) -> property:
        work = vars(owner)[name].func
        label = f"({owner.__name__.lower()}.{name})"

        def ask(this: object) -> object:
            if label not in vars(this):
                vars(this)[label] = self.count(label, lambda: work(this))
            return vars(this)[label]

        return property(ask)


def test_the_share_of_each_signal(bench_reference: Reference, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = shipped()
    cases = []
    for kind, (_, _, host) in KINDS.items():
        pages = [parse(html, "http://e.cn/") for html in pages_of(kind)]
        cases += [case_of(page, host, f"{kind}{n}") for n, page in enumerate(pages)]
    dice = random.Random("order")
    dice.shuffle(cases)
    assess(cases[0], bench_reference, weights)
    whole = clock(lambda: [assess(case, bench_reference, weights) for case in cases])
    print(f"\n{len(cases)} cases of all kinds, one core: {len(cases) / whole:.0f} cases a second, facts at hand")
    fresh = [replace(c, views=tuple(replace(v, page=again(v.page)) for v in c.views)) for c in cases]
    shares = Shares()
    with monkeypatch.context() as patch:
        shares.watch(patch)
        for case in fresh:
            ctx = Context(case, bench_reference)
            for signal in SIGNALS:
                shares.count(signal.name, lambda signal=signal, case=case, ctx=ctx: signal(case, ctx))
    total = shares.spent.total()
    print("share of the signals' time; in brackets what several share, counted apart")
    for name, spent in shares.spent.most_common():
        print(f"{name:34}{100 * spent / total:6.1f} %")


def again(page: PageFacts | None) -> PageFacts | None:
    """The same facts, of which nothing has been worked out."""
    return replace(page) if page else None


def texts() -> Iterator[tuple[str, str]]:
    """A million characters in which no term and no contact stands, by how hard they are to fold."""
    yield "Latin words", "lorem ipsum dolor sit amet " * 37_037
    yield "Chinese prose", "今天天气很好我们去公园里散步看花。" * 58_824
    yield "numbers", "2019 33 7.5% 12:30 " * 52_632
    yield "single characters", "花 草 树 木 " * 125_000


def test_long_texts_without_a_match(bench_reference: Reference) -> None:
    print("\nmilliseconds for a million characters in which nothing stands; reading them once as str.lower = 1")
    for name, text in texts():
        lower = min(clock(text.lower) for _ in range(5))
        terms = clock(lambda text=text: bench_reference.terms.find(text))
        found = clock(lambda text=text: contacts(text))
        print(
            f"{name:22} terms {1e3 * terms:6.0f} ms {terms / lower:7.0f}   contacts {1e3 * found:6.0f} ms {found / lower:7.0f}"
        )


def test_what_starting_costs() -> None:
    """Importing scoring and building the reference, in a process of their own."""
    code = {
        "python alone": "pass",
        "import scoring": "import scoring.engine",
        "reference": "import scoring.engine; from scoring.reference import Reference; from seeds.loader import load_seeds; "
        "Reference(load_seeds()).terms",
        "seeds alone": "import scoring.engine; from seeds.loader import load_seeds; load_seeds()",
    }
    print("\nseconds to start, medians of 5 processes; Python alone = 1")
    took = {
        name: statistics.median(
            waited(lambda run=run: subprocess.run([sys.executable, "-c", run], check=True)) for _ in range(5)
        )
        for name, run in code.items()
    }
    for name, seconds in took.items():
        print(f"{name:22} {seconds:6.3f} s {seconds / took['python alone']:7.1f}")
