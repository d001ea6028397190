"""What counts as the record of a certificate, and what only talks of one."""

from __future__ import annotations

import pytest

from scoring.context import Context
from scoring.engine import assess
from scoring.weights import shipped

RECORDS = {
    "lines": "<p>姓名：孙某</p><p>证书编号：XX2024000123</p><p>职业名称：电工</p><p>发证日期：2024-05-06</p>",
    "one line": "<p>姓名 张某 证号 T990101********001X 作业类别 电工作业 有效期限 2031-03-31 签发机关 某某局</p>",
    "a table with a row of heads": "<h2>特种设备作业人员证</h2><p>姓名：<b>郑某</b></p><table><tr><th>作业项目</th><th>批准日期</th>"
    "<th>发证机关</th></tr><tr><td>Q2 起重机司机</td><td>2025-03-01</td><td>江浦市市场监督管理局</td></tr></table>",
    "blanks between the characters": "<table><tr><td>姓　　名</td><td>马某</td></tr><tr><td>工　　种</td><td>压力焊作业</td></tr>"
    "<tr><td>发证日期</td><td>2024年4月19日</td></tr></table>",
    "signs of no width": "<p>姓\u200b名：孙某</p><p>证\u200b书编号：XX2024000123</p><p>工\u200b种：电工</p><p>有效期至：2031-03</p>",
    "a verdict and a number": "<title>职业技能等级证书</title><p>验证通过</p><p>证书编号 S000032000001261100001</p><p>数据来源：某某部</p>",
    "a result without a person": "<title>叉车证查询</title><p>共找到 1 条记录</p><table><tr><th>项目代号</th><th>有效至</th></tr>"
    "<tr><td>N1</td><td>2029-09</td></tr></table>",
    "a template": "<h4>特种作业操作证</h4><template><p>姓名：{{name}}</p><p>作业类别：{{type}}</p><p>有效期限：{{end}}</p><p>发证机关：{{org}}</p></template>",
}
TALK = {
    "columns explained": "<p>证书上有作业类别、操作项目、姓名、有效期限、签发机关等栏。</p>",
    "a list of heads": "<p>特种作业操作证</p><p>姓名 作业类别 操作项目 有效期限 签发机关</p>",
    "a quotation": "<p>检查发现，二维码页面显示：“姓名 王某 作业类别 焊接作业 操作项目 熔化焊接 有效期限 2031-06-09 签发机关 某厅”，系伪造。</p>",
    "a dog's vaccination": "<h3>动物免疫证明</h3><p>查询成功，证书有效</p><p>犬名：豆包</p><p>有效期限：2027-05-03</p><p>签发单位：某医院</p>",
    "a recruiting company": "<p>招电工，须持特种作业操作证，证书编号可在官网核验，姓名与身份证一致。</p>",
}


@pytest.fixture
def labels(reference, factories):
    make_case, _, _ = factories
    return lambda html: Context(make_case(html=html), reference).pages[0].certificate


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_is_read_however_it_is_laid_out(labels, kind):
    assert len(labels(RECORDS[kind])) >= 3


@pytest.mark.parametrize("kind", TALK)
def test_what_talks_of_a_certificate_is_no_record(labels, kind):
    assert labels(TALK[kind]) == ()


def test_an_advert_on_a_government_path_is_told_and_moves_no_band(reference, factories):
    make_case, _, _ = factories
    html = "<title>电工证</title><p>电工证免考包过，先出证后付款，官网可查，加微信 demo_zs_11</p>"
    for host in ("wlj.haibin.gov.cn", "cnse.e-cqs.cn"):
        assessment = assess(make_case(html=html, host=host), reference, shipped())
        assert assessment.band == "low"
        assert "疑似被入侵" in next(r.text for r in assessment.rows if r.signal == "gov_path_advert")


PLANTED = (
    "<title>特种作业操作证及安全生产知识和管理能力考核合格信息查询平台</title><form action='/q'>姓名<input name='stu_name'>"
    "证件号码<input name='certnum'>验证码<input name='passcode'></form><p>主办单位：应急管理部</p>"
)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/wap/js/zscx/index.html", True),
        ("/UploadFiles/2026/a.html", True),
        ("/zscx/index.html", False),
        ("/js", False),
    ],
)
def test_a_query_among_the_resources_of_a_government_site_is_told_and_moves_no_band(reference, factories, path, told):
    make_case, make_view, _ = factories
    host = "nyj.haibin.gov.cn"
    assessment = assess(make_case(host=host, views=(make_view(PLANTED, host=host, path=path),)), reference, shipped())
    assert assessment.band == "low"
    assert any(r.signal == "gov_path_advert" for r in assessment.rows) is told


def test_a_notice_among_the_attachments_of_a_government_site_is_nothing(reference, factories):
    make_case, make_view, _ = factories
    host = "nyj.haibin.gov.cn"
    html = "<title>关于启用全国特种作业操作证查询平台的通知</title><p>请到 cx.mem.gov.cn 查询。</p>"
    views = (make_view(html, host=host, path="/upload/2026/notice.html"),)
    assert not any(
        r.signal == "gov_path_advert" for r in assess(make_case(host=host, views=views), reference, shipped()).rows
    )
