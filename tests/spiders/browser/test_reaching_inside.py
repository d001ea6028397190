"""Nothing that a page does in the browser reaches this machine, by any route; what was refused is listed."""

from __future__ import annotations

import pytest

from spiders.browser.handle import Wanted
from tests.spiders.browser.conftest import DESKTOP, rendering

IN_PAGE = """<!doctype html><meta charset=utf-8><title>routes</title>
<link rel=preconnect href="{A}"><link rel=dns-prefetch href="{A}"><link rel=prefetch href="{A}/prefetch">
<link rel=icon href="{A}/icon.png"><link rel=stylesheet href="{A}/a.css"><link rel=modulepreload href="{A}/m.js">
<style>@import url({A}/import.css); @font-face{{font-family:x;src:url({A}/font.woff)}} body{{font-family:x;background:url({A}/bg.png)}}</style>
<style>@import url(/away?to=css);</style>
<body ping>text<img src="{A}/img.png"><img src="/away"><img src="http://localhost:{P}/l.png"><img src="http://[::1]:{P}/6.png">
<img src="http://0.0.0.0:{P}/0.png"><img src="http://2130706433:{P}/n.png"><img src="http://[::ffff:127.0.0.1]:{P}/m.png">
<img src="https://127.0.0.1:{P}/tls.png"><img src="https://localhost:{P}/tls2.png">
<iframe src="{A}/frame.html"></iframe><iframe src="/away"></iframe><iframe src="data:text/html,<img src='{A}/data.png'>"></iframe>
<iframe srcdoc="<img src='{A}/srcdoc.png'>"></iframe><iframe sandbox="allow-scripts" src="/inner"></iframe>
<object data="{A}/object.pdf"></object><embed src="{A}/embed.swf"><video src="{A}/v.mp4" autoplay></video>
<audio src="{A}/a.mp3" autoplay></audio><svg><image href="{A}/svg.png"/><use href="{A}/use.svg#x"/></svg>
<form id=f method=post action="{A}/form"><input name=a value=1></form><a id=a ping="{A}/ping" href="#x">x</a>
<script src="{A}/script.js"></script>
<script>
const go = f => {{ try {{ f() }} catch (e) {{}} }};
go(() => fetch("{A}/fetch", {{mode: "no-cors"}}).catch(() => 0));
go(() => fetch("/away", {{mode: "no-cors"}}).catch(() => 0));
go(() => fetch("{A}/post", {{method: "POST", mode: "no-cors", body: "x", keepalive: true}}).catch(() => 0));
go(() => navigator.sendBeacon("{A}/beacon", "x"));
go(() => {{ const x = new XMLHttpRequest(); x.open("PUT", "{A}/xhr"); x.send("x") }});
go(() => new WebSocket("ws://127.0.0.1:{P}/ws"));
go(() => new WebSocket("wss://127.0.0.1:{P}/wss"));
go(() => new EventSource("{A}/events"));
go(() => new Worker(URL.createObjectURL(new Blob(["importScripts('{A}/imported.js')"]))));
go(() => new Worker(URL.createObjectURL(new Blob(["fetch('{A}/worker',{{mode:'no-cors'}});new WebSocket('ws://127.0.0.1:{P}/w')"]))));
go(() => new SharedWorker(URL.createObjectURL(new Blob(["fetch('{A}/shared',{{mode:'no-cors'}})"]))));
go(() => navigator.serviceWorker.register("/sw.js"));
go(() => open("{A}/popup"));
go(() => open("/popup"));
go(() => a.click());
go(() => f.submit());
go(() => import("{A}/dynamic.js").catch(() => 0));
go(() => document.fonts.load("12px x"));
for (const urls of ["stun:127.0.0.1:{P}", "stun:[::1]:{P}", "stun:localhost:{P}"]) go(() => rtc({{urls}}));
for (const way of ["udp", "tcp"]) go(() => rtc({{urls: "turn:127.0.0.1:{P}?transport=" + way, username: "u", credential: "p"}}));
go(() => rtc({{urls: "turns:127.0.0.1:{P}?transport=tcp", username: "u", credential: "p"}}));
function rtc(server) {{
  const c = new RTCPeerConnection({{iceServers: [server]}});
  c.createDataChannel("x"); c.createOffer().then(o => c.setLocalDescription(o));
}}
go(() => {{ const t = new WebTransport("https://127.0.0.1:{P}/wt"); t.ready.catch(() => 0) }});
</script>"""
ROUTES = ["prefetch", "a.css", "img.png", "frame.html", "object.pdf", "fetch", "events", "imported.js", "data.png"]


def _serve(site, canary) -> str:
    inside = f"http://127.0.0.1:{canary.port}"
    site.pages["/"] = IN_PAGE.format(A=inside, P=canary.port)
    for path in ("/away",):
        site.pages[path] = (302, {"Location": f"{inside}/redirected"}, b"")
    site.pages["/inner"] = f"<script>location = '{inside}/sandboxed'</script>"
    site.pages["/popup"] = f"<img src='{inside}/popup.png'><script>fetch('{inside}/popup-fetch')</script>"
    site.pages["/sw.js"] = (
        200,
        {"Content-Type": "text/javascript"},
        f"fetch('{inside}/service-worker',{{mode:'no-cors'}})".encode(),
    )
    return site.base + "/"


@pytest.mark.slow
def test_no_packet_reaches_the_canary_by_any_route(a_browser, small_site, canary) -> None:
    with rendering("127.0.0.2/32") as renderer:
        page = renderer.render(Wanted("desktop", _serve(small_site, canary), DESKTOP))
        again = renderer.render(Wanted("desktop", small_site.base + "/popup", DESKTOP))
    assert canary.reached == []
    assert page.title == "routes"
    assert page.counts["E_NET_PRIVATE"] >= len(ROUTES)
    listed = "\n".join(page.refused)
    assert [route for route in ROUTES if f"/{route}" not in listed] == []
    assert f"127.0.0.1:{canary.port}" in page.refused  # what came through a tunnel
    assert page.counts["E_METHOD"] >= 3
    assert again.counts["E_NET_PRIVATE"] >= 1


@pytest.mark.slow
def test_nothing_but_get_is_ever_sent(a_browser, small_site, canary) -> None:
    here = small_site.base
    small_site.pages["/"] = IN_PAGE.format(A=here, P=here.rpartition(":")[2])
    small_site.asked.clear()
    with rendering("127.0.0.2/32") as renderer:
        renderer.render(Wanted("desktop", here + "/", DESKTOP))
    assert {method for method, _ in small_site.asked} == {"GET"}
    assert "/beacon" not in {path for _, path in small_site.asked}
    assert "/form" not in {path for _, path in small_site.asked}


@pytest.mark.slow
def test_the_canary_would_tell(a_browser, small_site, canary) -> None:
    with rendering("127.0.0.0/8") as renderer:
        renderer.render(Wanted("desktop", _serve(small_site, canary), DESKTOP))
    assert any("img.png" in said for said in canary.reached)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{P}/", "http://localhost:{P}/", "https://[::1]:{P}/", "http://0:{P}/"]
)
def test_a_page_inside_is_refused_and_says_why(browser, canary, url) -> None:
    page = browser.render(Wanted("desktop", url.format(P=canary.port), DESKTOP))
    assert canary.reached == []
    assert page.error.startswith(("E_NET_PRIVATE", "E_DNS"))
    assert (page.dom, page.fold) == (b"", b"")
    assert page.hops[0].status is None


def test_a_redirect_to_the_inside_is_refused_and_told(browser, small_site, canary) -> None:
    small_site.pages["/out"] = (302, {"Location": f"http://127.0.0.1:{canary.port}/x"}, b"")
    page = browser.render(Wanted("desktop", small_site.base + "/out", DESKTOP))
    assert canary.reached == []
    assert [(hop.via, hop.status) for hop in page.hops] == [("start", 302), ("http", None)]
    assert page.error.startswith("E_NET_PRIVATE")


def test_files_are_no_pages(browser) -> None:
    page = browser.render(Wanted("desktop", "file:///etc/passwd", DESKTOP))
    assert page.error
    assert b"root" not in page.dom
