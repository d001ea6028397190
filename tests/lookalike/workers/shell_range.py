"""A range whose fakes are empty shells that a script fills: what is fetched says nothing, a browser sees all."""

from __future__ import annotations

from pathlib import Path

from tests.lookalike.politeness.polite_range import ENGINE, ENGINE_HOST, TEMPLATE

GENUINE = "cx.mem.gov.cn"
ENTRANCE, BEHIND = "ru-kou.example.top", "zai-hou.example.top"
"""A page whose script leads on after two seconds, and where to: nothing else names that place."""
TITLE = "特种作业操作证及安全生产知识和管理能力考核合格信息查询平台"
STYLE = """<style>body{margin:0;font-family:sans-serif}header{background:#1b4f9c;color:#fff;padding:40px;font-size:28px}
main{padding:40px}section{border:1px solid #1b4f9c;padding:30px;min-height:200px}</style>"""
INSIDE = (
    "<header>{title}</header><main><section><h2>特种作业操作证查询</h2><form method=post action=/certQuery>"
    "<p>姓名<input name=stu_name></p><p>证件号码<input name=certnum></p><p>验证码<input name=passcode></p>"
    "<button>查询</button></form><p>{more}</p></section></main><footer>主办单位：中华人民共和国应急管理部</footer>"
)
LUNCH = "<h1>第 {n} 食堂</h1><p>周一土豆，周二面条，周三饺子，周四盖浇饭，周五炒饼。取餐时间为十一点半到一点。</p>"
SHELL = """<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head><body><div id=app></div>
<script>setTimeout(() => {{ document.title = "{late}"; document.head.insertAdjacentHTML("beforeend", `{style}`);
document.getElementById("app").innerHTML = `{body}`; }}, 200);</script></body></html>"""
COUNTDOWN = """<!doctype html><html><head><meta charset=utf-8><title>入口</title></head><body><p>请稍候</p><script>
const parts = ["{0}", "{1}"]; setTimeout(() => {{ window["loc" + "ation"] = "http://" + parts.join("") + "/"; }}, 2000);
</script></body></html>"""
ABOUT = 'indexed = false\n[dns]\nA = ["{address}"]\nNS = ["ns1.example.net"]\n'
OWN = '[tls]\nissuer = "CFCA OV OCA, China Financial Certification Authority, CN"\n'


def write_shells(folder: Path, fakes: int, canteens: int) -> Path:
    """``fakes`` copies and ``canteens`` honest pages, all built by scripts, each at an address of its own."""
    (folder / "engines").mkdir(parents=True)
    (folder / "range.toml").write_text(
        'name = "shells"\nnow = 2026-05-11T02:00:00+08:00\nsources = ["bing"]\nbrowser = "auto"\n', encoding="utf-8"
    )
    (folder / "engines" / "bing.html.j2").write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
    names = [*map(fake, range(fakes)), *map(canteen, range(canteens)), ENTRANCE]
    ads = [
        f'{{match = ["证"], host = "{n}", url = "http://{n}/", title = "办事大厅", snippet = "办理"}}' for n in names
    ]
    listed = ",\n  ".join(ads)
    engine = f"{ENGINE}ads = [\n  {listed},\n]\n"
    (folder / "engines" / "bing.toml").write_text(engine, encoding="utf-8")
    _host(folder, "www.bing.com", ENGINE_HOST, "")
    _host(folder, GENUINE, ABOUT.format(address="203.0.113.20") + OWN, _plain(""))
    for n in range(fakes):
        body = INSIDE.format(title=TITLE, more=f"第 {n} 大厅")
        _host(folder, fake(n), ABOUT.format(address=f"198.51.100.{n + 1}"), _shell("办事大厅", TITLE, body))
    for n in range(canteens):
        shell = _shell("午餐", f"第 {n} 食堂", LUNCH.format(n=n))
        _host(folder, canteen(n), ABOUT.format(address=f"198.51.100.{100 + n}"), shell)
    _host(folder, ENTRANCE, ABOUT.format(address="198.51.100.200"), COUNTDOWN.format(BEHIND[:6], BEHIND[6:]))
    _host(folder, BEHIND, ABOUT.format(address="198.51.100.201"), _plain("办理电话见首页"))
    return folder


def fake(n: int) -> str:
    """Where the copy of this number stands."""
    return f"ban-shi{n:02}.example{n:02}.top"


def canteen(n: int) -> str:
    """Where the honest page of this number stands."""
    return f"wu-can{n:02}.example{n:02}.com"


def _plain(more: str) -> str:
    inside = INSIDE.format(title=TITLE, more=more)
    return f"<!doctype html><html><head><meta charset=utf-8><title>{TITLE}</title>{STYLE}</head><body>{inside}</body></html>"


def _shell(title: str, late: str, body: str) -> str:
    return SHELL.format(title=title, late=late, style=STYLE, body=body)


def _host(folder: Path, host: str, about: str, page: str) -> None:
    (folder / "hosts" / host).mkdir(parents=True)
    (folder / "hosts" / host / "host.toml").write_text(about, encoding="utf-8")
    if page:
        (folder / "hosts" / host / "index.html").write_text(page, encoding="utf-8")
