"""Claims as real footers print them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.claims import claims_of
from scoring.page import parse


def claims(html: str):
    return claims_of(parse(html, "http://a.example.com/"))


@pytest.mark.parametrize(
    ("printed", "number", "suffix"),
    [
        ("京ICP备10036469号", "京ICP备10036469号", ""),
        ("京ICP10036469号", "京ICP备10036469号", ""),
        ("京ICP备 04000001号", "京ICP备04000001号", ""),
        ("京ICP备04000001号-2", "京ICP备04000001号", "2"),
        ("沪ICP备：12004267", "沪ICP备12004267号", ""),
        ("粤B2-20090059-5", "粤B2-20090059", "5"),
        ("京ICP证030173号", "京ICP证030173号", ""),
        ("黑ICP010010-2", "黑ICP备010010号", "2"),
        ("鄂ICP证:020001-5", "鄂ICP证020001号", "5"),
        ("京ＩＣＰ备１００３６４６９号", "京ICP备10036469号", ""),
        ("備案號：京ICP備10036469號-1", "京ICP备10036469号", "1"),
    ],
)
def test_every_printed_form_of_a_filing_number_is_one(printed, number, suffix):
    found = claims(f"<p>{printed}</p>").icp[0]
    assert (found.value, found.suffix) == (number, suffix)


@pytest.mark.parametrize(
    "printed",
    [
        "京公网安备 11010202000001号",
        "京公网安备：11010202000001号",
        "京公网安备 ：11010202000001号",
        "京公安备：11010202000001号",
        "京公网安备11010202000001号",
        '<a href="http://www.beian.gov.cn/portal/registerSystemInfo?recordcode=11010202000001">x</a>',
        '<a href="https://beian.mps.gov.cn/#/query/webSearch?code=11010202000001">x</a>',
    ],
)
def test_every_form_of_a_police_record_is_one(printed):
    assert [c.value for c in claims(f"<p>{printed}</p>").police] == ["11010202000001"]


@pytest.mark.parametrize(
    ("printed", "code"),
    [("网站标识码bm18000002", "bm18000002"), ("网站标识码：1400000045", "1400000045"), ("BM07000001", "bm07000001")],
)
def test_site_codes(printed, code):
    assert [c.value for c in claims(f"<p>{printed}</p>").site_codes] == [code]


def test_a_phone_number_is_no_site_code():
    assert claims("<p>电话 4008001234 身份证 370000000000000000</p>").site_codes == ()


@pytest.mark.parametrize(
    ("printed", "kind", "value"),
    [
        ("主办单位：应急管理部", "host", "应急管理部"),
        ("主办：山西省人民政府办公厅 © 山西省人民政府网", "host", "山西省人民政府办公厅"),
        ("<i>主办方：</i>中国载人航天工程办公室", "host", "中国载人航天工程办公室"),
        ("主办单位：<a>应急管理部</a>", "host", "应急管理部"),
        ("承办单位：应急管理部通信信息中心", "undertaker", "应急管理部通信信息中心"),
        ("版权所有：中国政府网", "copyright", "中国政府网"),
        ("长江互动传媒网版权所有 未经授权禁止复制", "copyright", "长江互动传媒网"),
        ("©2016-2021 版权所有 中华人民共和国住房和城乡建设部", "copyright", "中华人民共和国住房和城乡建设部"),
        ("Copyright © 2020 某某科技有限公司 All Rights Reserved", "copyright", "某某科技有限公司"),
        ("發證機關：某某省應急管理廳", "issuer", "某某省应急管理厅"),
    ],
)
def test_claimed_bodies(printed, kind, value):
    assert (kind, value) in [(c.kind, c.value) for c in claims(f"<p>{printed}</p>").bodies]


@pytest.mark.parametrize(
    "printed", ["技术支持：应急管理部通信信息中心", "版权所有 中文网址：某某", "未经书面授权禁止使用"]
)
def test_technical_support_and_labels_are_no_claims(printed):
    assert claims(f"<p>{printed}</p>").bodies == ()


def test_the_error_link_names_the_site_it_was_made_for():
    html = '<a href="http://121.43.68.40/exposure/jiucuo.html?site_code=4412910008&amp;url=http%3A%2F%2Fwww.zqgx.gov.cn%2F">x</a>'
    link = claims(html).jiucuo[0]
    assert (link.site_code, link.host) == ("4412910008", "www.zqgx.gov.cn")


def test_the_badge_gives_its_id():
    html = '<a href="http://bszs.conac.cn/sitename?method=show&amp;id=090f963018611703e053022819acc232">x</a>'
    assert claims(html).conac[0].value == "090F963018611703E053022819ACC232"


@given(st.text(max_size=200))
def test_any_text_is_read_without_error(text):
    assert all(claim.value for claim in claims(f"<p>{text}</p>").icp)


def test_real_footers_give_all_their_numbers(real_data):
    facts = json.loads((real_data / "genuine" / "platform_facts.json").read_text(encoding="utf-8"))
    footers = next(f["items"] for f in facts if f["host"] == "other footers seen (real)")
    for footer in footers:
        police = footer.get("police", "")
        found = claims(f"<p>网站标识码：{footer['site_code']}</p><p>{footer['icp']}</p><p>{police}</p>")
        assert found.site_codes[0].value == footer["site_code"]
        assert found.icp[0].value.replace("备", "") in footer["icp"].replace(" ", "").replace("备", "")
        if not police.isdigit():
            assert [c.value for c in found.police] == (["".join(c for c in police if c.isdigit())] if police else [])


@pytest.mark.parametrize(
    ("file", "body", "icp", "police", "code"),
    [
        ("gov_cn_article", "国务院办公厅", "京ICP备05070218号", "11010202000001", "bm01000001"),
        ("shanxi_gov_article", "山西省人民政府办公厅", "晋ICP备12000773号", "14010502050691", "1400000045"),
        ("zhejiang_gov_article", "中国·浙江省发展和改革委员会", "浙ICP备05018911号", "33010602009328", "3300000020"),
        ("cmse_gov_article", "中国载人航天工程办公室", "京ICP备20027467号", "", ""),
    ],
)
def test_real_government_pages(real_data, file, body, icp, police, code):
    html = (real_data / "genuine" / "html" / f"{file}.html").read_text(encoding="utf-8", errors="replace")
    found = claims(html)
    assert body in [c.value for c in found.bodies]
    assert icp in [c.value for c in found.icp]
    assert [c.value for c in found.police] == ([police] if police else [])
    assert [c.value for c in found.site_codes] == ([code] if code else [])
