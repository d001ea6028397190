from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.contact_digits import numbers
from scoring.contacts import contacts

# All numbers are invented: 13800138000 is the operator's own test number, the rest are sequences.
FOUND = [
    ("微信：zs_test88", {("wechat", "zs_test88")}),
    ("加V:zstest88", {("wechat", "zstest88")}),
    ("办证找薇芯１３８００１３８０００", {("wechat", "13800138000"), ("phone", "13800138000")}),
    ("V❤ 138乄0013乄8000", {("wechat", "13800138000"), ("phone", "13800138000")}),
    (
        "【 Ｖィ訁（电）１３８乄００１３乄８０００满丨意丨给丨钱】",
        {("wechat", "13800138000"), ("phone", "13800138000")},
    ),
    ("【╬溦123456789】", {("wechat", "123456789")}),
    ("【138(电)0013(溦)8000同步】", {("wechat", "13800138000"), ("phone", "13800138000")}),
    ("薇信 一三八零零一三八零零零", {("wechat", "13800138000"), ("phone", "13800138000")}),
    ("电话：壹叁捌零零壹叁捌零零零", {("phone", "13800138000")}),
    ("电话幺三八洞洞幺三八洞洞洞", {("phone", "13800138000")}),
    ("QQ①②③④⑤⑥⑦⑧⑨", {("qq", "123456789")}),
    ("扣扣：❶❷❸❹❺❻", {("qq", "123456")}),
    ("加扣一二三四五六七", {("qq", "1234567")}),
    ("Q Q 12 34 56 78", {("qq", "12345678")}),
    ("qQ薇芯1234567890）办理", {("qq", "1234567890"), ("wechat", "1234567890")}),
    ("QQ/微信：1234567890", {("qq", "1234567890"), ("wechat", "1234567890")}),
    ("138-0013-8000", {("phone", "13800138000")}),
    ("138 0013 8000", {("phone", "13800138000")}),
    ("1丨3丨8丨0丨0丨1丨3丨8丨0丨0丨0", {("phone", "13800138000")}),
    ("+86 13800138000", {("phone", "13800138000")}),
    ("138O0138OOO", {("phone", "13800138000")}),
    ("１\u200b３８００１３８\u200b０００", {("phone", "13800138000")}),
    ("张老师13800138000（微信同号）", {("phone", "13800138000"), ("wechat", "13800138000")}),
    ("手机微信:13800138000", {("phone", "13800138000"), ("wechat", "13800138000")}),
    ("wxid_abcd1234", {("wechat", "wxid_abcd1234")}),
    ("微信号 wxid_abcd1234", {("wechat", "wxid_abcd1234")}),
    ("tg：@zs_test", {("telegram", "zs_test")}),
    ("https://t.me/zs_test", {("telegram", "zs_test")}),
    ("zs@example.com", {("email", "zs@example.com")}),
    ("ＺＳ（at）example．com", {("email", "zs@example.com")}),
    ("请加微信：zs_test88", {("wechat", "zs_test88")}),
    ("加v信zs888888", {("wechat", "zs888888")}),
    ("微信：ZS_Test88", {("wechat", "zs_test88")}),
    ("徽信zs888888", {("wechat", "zs888888")}),
    ("【╬溦 zs乄pass乄88】", {("wechat", "zspass88")}),
    ("微信：zs丨pass丨88 详谈", {("wechat", "zspass88")}),
    ("微信：zstest88丨qq：123456", {("wechat", "zstest88"), ("qq", "123456")}),
    ("张老师 幺三八 洞洞幺三 八洞洞洞", {("phone", "13800138000")}),
    ("报名找王老师 0535-2345678", {("phone", "05352345678")}),
    ("电话（0535）2345678 随时联系", {("phone", "05352345678")}),
    ("全省可办 q1234567890 在线", {("qq", "1234567890")}),
    ("微信⑴⑶⑻00⑴⑶⑻000", {("wechat", "13800138000"), ("phone", "13800138000")}),
    ("电话 ⒈⒊⒏00⒈⒊⒏000", {("phone", "13800138000")}),
    ("葳❤ ab丨dgz丨18 去掉丨再加", {("wechat", "abdgz18")}),
    ("微訊：hk_zheng88", {("wechat", "hk_zheng88")}),
]
SPELLED = [
    ("薇：zs_pass66", {("wechat", "zs_pass66")}),
    ("（薇 246813579）", {("wechat", "246813579")}),
    ("微♥：lao_zhang7", {("wechat", "lao_zhang7")}),
    ("徽❤ ban-demo", {("wechat", "ban-demo")}),
    ("威❤zs_demo01，快", {("wechat", "zs_demo01")}),
    ("微 · 信 · ｄｅｍｏ ＿７７２", {("wechat", "demo_772")}),
    ("加微da_xiong_k", {("wechat", "da_xiong_k")}),
    ("+v lao-demo", {("wechat", "lao-demo")}),
    ("➕V：demolao", {("wechat", "demolao")}),
    ("下单 v：demo-bj", {("wechat", "demo-bj")}),
    ("V demo-2026", {("wechat", "demo-2026")}),
    ("v.x. DEMO_AA_1", {("wechat", "demo_aa_1")}),
    ("V号demo_66", {("wechat", "demo_66")}),
    ("急的V我 wang_demo", {("wechat", "wang_demo")}),
    ("vx demo_lz", {("wechat", "demo_lz")}),
    ("加卫星 demo2031", {("wechat", "demo2031")}),
    ("🛰️demo2032", {("wechat", "demo2032")}),
    ("绿泡泡 demo🌿7733", {("wechat", "demo7733")}),
    ("微信 demo_only", {("wechat", "demo_only")}),
    ("微X：l38OOl38OOO", {("wechat", "13800138000"), ("phone", "13800138000")}),
    ("Q：12OO OOO 345", {("qq", "1200000345")}),
    ("q 1200000346", {("qq", "1200000346")}),
    ("Q号 1200000347", {("qq", "1200000347")}),
    ("Q/Q 12/0000/0348", {("qq", "1200000348")}),
    ("口口3I2OOOO999", {("qq", "3120000999")}),
    ("蔻Q: 12 0000 0349", {("qq", "1200000349")}),
    ("蔻蔻 12-0000-0350", {("qq", "1200000350")}),
    ("抠抠：1 2 0 0 0 0 0 3 5 1", {("qq", "1200000351")}),
    ("企鹅号 一二〇〇〇〇〇三五二", {("qq", "1200000352")}),
    ("打这个\n138\n0013\n8000", {("phone", "13800138000")}),
    ("+86.138.0013.8000", {("phone", "13800138000")}),
    ("电138，0013，8000", {("phone", "13800138000")}),
    ("1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣", {("phone", "13800138000")}),
    ("联系𝟭𝟯𝟴𝟬𝟬𝟭𝟯𝟴𝟬𝟬𝟬", {("phone", "13800138000")}),
]

NONE = [
    "京ICP备13021685号-2",
    "京公网安备 11040102700068号",
    "网站标识码：bm18000002",
    "证书编号：T37060219900101123X",
    "证书编号：13800138000",
    "身份证号 370602199001011234",
    "档案编号 13800138000",
    "订单号13800138000",
    "统一社会信用代码 91110000100000000X",
    "2024年12月31日 09:30:15",
    "第 1 2 3 4 5 6 7 8 9 10 11 页",
    "13 14 15 16 17 18 19",
    "监督电话：12350，政务热线12345",
    "客服 400-123-4567",
    "办公电话：0535-1234567",
    "微信公众号：国家安全生产考试",
    "打开微信扫一扫，查看证书",
    "关注官方微信 2024",
    "QQ浏览器9.0.12345",
    "QQ 2024 版",
    "思维123456",
    "安徽0551-1234567",
    "价格：13800138000.00元",
    "http://example.com/13800138000.html",
    "http://example.com/?uid=13800138000",
    "微信：weixin.qq.com",
    "支持微信 iphone 版",
    "V2.0.123456",
    "数量13800138000123",
    "vxworks wxpython",
    "培训费1,380.00元，共 13,800 人",
    "考试分为一、二、三、四、五、六、七级",
    "会议于二〇二四年一月三日八时召开",
    "QQ 2026/11/21 更新",
    "充电199，0055，2100元",
    "版本 V 3.5.12",
    "口口声声说要来",
    "思维 导图",
    "卫星 发射 2026",
    "139.2000.300",
    "第138页\n0013\n8000字",
]


@pytest.mark.parametrize(("text", "expected"), FOUND + SPELLED)
def test_a_contact_is_read_through_its_disguise(text: str, expected: set[tuple[str, str]]) -> None:
    assert {(c.type, c.value) for c in contacts(text)} == expected


@pytest.mark.parametrize("text", NONE)
def test_other_numbers_are_no_contacts(text: str) -> None:
    assert contacts(text) == ()


def test_a_quote_stands_in_the_original() -> None:
    text = "代办【╬溦１２３４\u200b５６７８９】"
    assert [c.quote for c in contacts(text)] == ["溦１２３４\u200b５６７８９"]


def test_a_contact_that_stands_twice_is_given_once() -> None:
    assert len(contacts("微信zs888888 微信：ZS888888")) == 1


def test_two_numbers_behind_one_label_are_not_glued() -> None:
    assert {c.value for c in contacts("QQ:123456789 987654321")} == {"123456789"}


@given(st.text(max_size=200) | st.text(alphabet="微信QqVv❤溦电扣:：１1３38０零一(（)） -丨@.tme/x", max_size=80))
@settings(deadline=None, max_examples=300)
def test_any_text_gives_contacts_whose_quotes_it_holds(text: str) -> None:
    for contact in contacts(text):
        assert contact.quote in text
        assert contact.value


@given(st.text(max_size=120))
@settings(deadline=None)
def test_numbers_are_digits_of_their_span(text: str) -> None:
    for number in numbers(text):
        assert number.value.isascii()
        assert number.value.isdigit()
        assert len(number.value) == sum(number.groups)
        assert 0 <= number.start < number.end <= len(text)


@pytest.mark.parametrize(
    "hostile",
    [
        "QQ" + "1" * 300_000,
        "微信" * 100_000,
        "1 " * 150_000,
        "a@" * 100_000,
        "微信a" * 80_000,
        "QQ" + "12345 " * 50_000,
    ],
)
def test_a_hostile_text_costs_linear_time(hostile: str) -> None:
    start = time.process_time()
    contacts.__wrapped__(hostile)
    assert time.process_time() - start < 4.0


def test_every_real_advert_with_a_contact_gives_one_and_honest_texts_give_none(real_data: Path) -> None:
    rows = [json.loads(line) for line in (real_data / "ads" / "texts.jsonl").read_text("utf-8").splitlines()]
    adverts = [
        r["text"]
        for r in rows
        if r["label"] == "ad" and any(sign in r["text"] for sign in ("溦", "薇", "微信", "Ｖィ訁"))
    ]
    assert len(adverts) >= 8
    assert all(contacts(text) for text in adverts)
    assert [r["text"] for r in rows if r["label"] != "ad" and contacts(r["text"])] == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("老客户都三十多个了。胃芯 ｚｓ_ｂａｎ７７", "zs_ban77"),
        ("加卫新 zsban3309", "zsban3309"),
        ("➕围信 zs_ben25", "zs_ben25"),
        ("微信搜 zs_zongdai", "zs_zongdai"),
        ("加V入群：zs_tuiguang9", "zs_tuiguang9"),
        ("添加好友 zs_yikou", "zs_yikou"),
    ],
)
def test_labels_that_sound_like_wechat_are_read(text, value):
    assert [(c.type, c.value) for c in contacts(text)] == [("wechat", value)]


@pytest.mark.parametrize("text", ["他喂新来的小猫 milk_1234", "味新斋的点心", "为信仰而战 hero_2020"])
def test_syllables_that_only_sound_alike_are_no_contact(text):
    assert contacts(text) == ()
