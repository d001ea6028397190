from __future__ import annotations

import csv
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.names import NameIndex
from seeds.loader import load_seeds
from seeds.model import Address, Lexicon, Platform, Seeds, Term

VISIT = 0.5
"""From this strength a name is worth a visit by itself."""


@pytest.fixture(scope="session")
def bundled_seeds() -> Seeds:
    return load_seeds()


@pytest.fixture(scope="session")
def name_index(bundled_seeds: Seeds) -> NameIndex:
    return NameIndex(bundled_seeds.platforms, bundled_seeds.lexicon)


# Invented names, by what they imitate; the ones that stand in public reports are marked so.
FAKES = {
    "embedded_host": """cx.mem.gov.cn.zs-cx.top cx-mem-gov.cn.com cxmemgovcn.com cx-mem-gov-cn.top www.cx.mem.gov.cn.example.xyz
        zlaq.mohurd.gov.cn.cxw.icu zscx-osta-org-cn.com zscxostaorgcn.top cnse-e-cqs-cn.vip www-chsi-com-cn.top chsicomcn.net
        www.chsi.com.cn.xlcx.cc cpta-com-cn.top mem.gov.cn.certs.site cnse.samr.gov.cn.cx.live jzsc-mohurd-gov-cn.com
        memgovcn.com cxmem.top cx-mem.com zscx.osta.com zlaq-mohurd.cn jzsc.mohurd.top wwwchsi.com.cn""",
    "typo": """chspi.com.cn chsii.com.cn cchsi.com.cn cpta.cn chsi.org.cn mohurd.com mohrud.cn mohuurd.com mohhurd.net mohvrd.com ecqs.cn
        cx.memgov.cn cx.mem.gvo.cn zscx.osta.og.cn jzsc.mohurd.go.cn www-chsi.com.cn osat.org.cn""",
    "homoglyph": """ch5i.com.cn m0hurd.com chsl.com.cn e-cgs.cn cx.mem.qov.cn cx.mem.g0v.cn 0sta.org.cn rnohurd.com""",
    "punycode": """xn--hsi-3ed.com.cn сhsi.com.cn оsta.org.cn mоhurd.com срta.com.cn""",
    "bitsquat": """chqi.com.cn cpte.com.cn mohurt.com""",
    "gov_affix": """zhagov.cn shouguanggov.cn luozhuang-gov.cn 32f-gov.cn feicheng-gov.cn yantaigov.cn gov-cn.com gov.cn.aqjg.com
        gov-cn.yunfeishe2013.workers.dev jnzs.qov.cn www.sdaj-qov.cn yjgl-gov-cn.top sdajgovcn.com mem-gov.cn xx.gov.com.cn""",
    "erratum": """mohurdgov.cn zlag.mohurdgov.cn www.mohurdgov.cn""",
    "pinyin": """tezhongzuoyechaxun.com tezhongzuoye-chaxun.cn tzzycx.com tzzy-cx.top aqsc-chaxun.com anquanshengchanchaxun.net
        yingjiguanlibu-cx.com yjglb-cx.com yjglbcx.cn memcx.com mem-cx.top mem-zscx.com mohurdcxt.cn caozuozheng-chaxun.com
        sdtezhongzuoyechaxun.com yingjichaxun.cn renshe-zhengshu.com zhujianting-chaxun.cn 12350cx.cn mem-gov.com memgov.com
        anjian-chaxun.cn diangongzhengchaxun.com rensheju-zscx.cn tezhongzuoyezhengshuchaxunwang.com""",
    "u_label": """应急管理部证书查询.com 特种作业操作证查询.net 学信网.com 人社部证书查询.cn 安监局查询.com 应急管理局操作证查询.中国""",
}

HONEST = """memory.com members.org elmeme.me amemv.com gamemale.com posta.com.tr costa.com aeropostale.com tuanjian.com
    zhanjie.com zhanjie-cx.com z-hanjie.com anjian.com 91anjian.com lianjianxsw.com sanjiang.com kanjian.com zhengzhou.com
    chashebao.com renrenchaxun.com aichaxun.com chaxun.com zhengshu.com tezhong.com diangong.com hanjie.com jianzhu.com
    yingjia360.com yingjiesheng.org iyingji.com yjj.com cx.com cxw.com zjj.com ccx.cn mem.com mchsi.com chsi-group.com
    techsize.com touchsize.com cqship.com cqsx.net cqs-hm.com gov.uk www.gov.uk fms.gov.ru denvergov.org yougov.com
    sfgov.org nycgovparks.org gov.wales e-gov.az government.ru fgov.be my.gov.uz data.gov.sg mem.gov.my zmgov.com
    goldgov.com logovps.com freelogovectors.net govtrack.us 12333.org hb12333.com 12366.net cx.mem.gov.cn www.mem.gov.cn
    zlaq.mohurd.gov.cn zlag.mohurd.gov.cn jzsc.mohurd.gov.cn zscx.osta.org.cn www.osta.org.cn cnse.e-cqs.cn cnse.samr.gov.cn
    www.chsi.com.cn my.chsi.com.cn yz.chsi.com.cn www.cpta.com.cn 117.73.255.95:8081 yjj.yantai.gov.cn www.gov.cn
    yjgl.jiangsu.gov.cn cx.jlsjsxxw.com www.ynjzjgcx.com jg.hbcic.net.cn ccta.com.cn cota.com.cn ctpa.org.cn osha.org.cn
    csta.org.cn chei.com.cn baidu.com weixin.qq.com www.beian.gov.cn beian.miit.gov.cn qcc.com aqsiq.net
    应急灯.com 证书查询.com 查询网.cn 人民网.cn"""

# Names of real fakes (published cases of 2004, 2014 and 2018) and in their manner that say nothing by
# themselves: the page, the registration and the promotion have to give these away.
MUTE = ["www.chuksi.com", "www.xjrs.net", "www.yananzw.cn", "a1ylhsk.cn", "12315-12366.com"]


@pytest.mark.parametrize(("rule", "name"), [(rule, name) for rule, names in FAKES.items() for name in names.split()])
def test_a_fake_is_worth_a_visit_for_its_rule(name_index: NameIndex, rule: str, name: str) -> None:
    findings = name_index.judge(name)
    assert findings
    assert findings[0].strength >= VISIT
    assert rule in {f.rule for f in findings}


@pytest.mark.parametrize("name", HONEST.split())
def test_an_honest_name_is_left_alone(name_index: NameIndex, name: str) -> None:
    assert [f for f in name_index.judge(name) if f.strength >= VISIT] == []


@pytest.mark.parametrize("name", MUTE)
def test_a_fake_whose_name_says_nothing_is_not_guessed_at(name_index: NameIndex, name: str) -> None:
    assert name_index.judge(name) == ()


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("cx.mem.gov.cn.zs-cx.top", "mem-cx"),
        ("cx-mem-gov.cn.com", "mem-cx"),
        ("memgovcn.com", "mem-portal"),
        ("chspi.com.cn", "chsi"),
        ("cpta.cn", "cpta"),
        ("zscx-osta.top", "mohrss-osta"),
        ("e-cgs.cn", "samr-cnse"),
        ("zlaq-mohurd.cn", "mohurd-zlaq"),
        ("zlag.mohurdgov.cn", "mohurd-zlaq"),
        ("学信网.com", "chsi"),
        ("特种作业操作证查询.net", "mem-cx"),
        ("tezhongzuoyechaxun.com", "mem-cx"),
    ],
)
def test_a_finding_says_which_platform_is_meant(name_index: NameIndex, name: str, platform: str | None) -> None:
    assert platform in {f.platform for f in name_index.judge(name)}


@pytest.mark.parametrize(
    "name", ["chaxun.com", "tezhongzuoye.com", "mohurdx.top", "yingjiguanlibu.com", "caozuozheng.cn", "zscx.com"]
)
def test_one_class_of_words_is_never_enough(name_index: NameIndex, name: str) -> None:
    assert not [f for f in name_index.judge(name) if f.rule == "pinyin"]


@pytest.mark.parametrize("name", ["tuanjianchaxun.com", "zhanjiechaxun.com", "posta-query.com", "memorycx.com"])
def test_words_count_at_syllable_boundaries_only(name_index: NameIndex, name: str) -> None:
    words = {w for f in name_index.judge(name) if f.rule == "pinyin" for w in f.matched.split("+")}
    assert words.isdisjoint({"anjian", "mem", "osta", "hanjie"})


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        ".",
        "..",
        "x" * 300 + ".com",
        "xn--a",
        "xn--",
        "_._",
        "a b",
        "\udcff",
        "1.2.3.4.5",
        "*.",
        "http://",
        "[::1",
        "\x00.com",
    ],
)
def test_garbage_is_no_name_and_no_error(name_index: NameIndex, garbage: str) -> None:
    assert name_index.judge(garbage) == ()


@given(st.text(max_size=80) | st.text(alphabet="cxmemgovn.-0:/*_xхm", max_size=60))
@settings(deadline=None, max_examples=300)
def test_any_string_is_judged(text: str) -> None:
    index = _small_index()
    for finding in index.judge(text):
        assert 0 < finding.strength <= 1
        assert finding.text


@given(st.sampled_from([n for names in FAKES.values() for n in names.split() if n.isascii()]))
@settings(deadline=None, max_examples=60)
def test_spelling_of_the_same_host_changes_nothing(name: str) -> None:
    index = _small_index()
    expected = index.judge(name)
    for spelled in (
        name.upper(),
        f"{name}.",
        f"*.{name}",
        f"{name}:8443",
        f"https://{name}/a?b",
        name.replace(".", "。"),
    ):
        assert index.judge(spelled) == expected


def test_a_new_platform_is_screened_for_by_adding_its_row() -> None:
    row = replace(_PLATFORM, id="new", addresses=(Address("zsyz.hegezheng.org.cn"),), keywords=("hegezheng",))
    before, after = _small_index(), NameIndex((_PLATFORM, row), _LEXICON)
    assert before.judge("zsyz-hegezheng-org-cn.top") == ()
    assert after.judge("zsyz-hegezheng-org-cn.top")[0].platform == "new"
    assert after.judge("zsyz.hegezheng.org.cn") == ()


def test_an_index_without_seeds_judges_nothing_but_gov() -> None:
    empty = NameIndex((), Lexicon({}, ()))
    assert empty.judge("memory.com") == ()
    assert {f.rule for f in empty.judge("zhagov.cn")} == {"gov_affix"}


@pytest.mark.parametrize("name", ["zhagov.cn", "mem-cx.top", "cx.mem.gov.cn.zs-cx.top"])
def test_a_finding_is_one_sentence_in_chinese_that_quotes_what_matched(name_index: NameIndex, name: str) -> None:
    for finding in name_index.judge(name):
        assert any("一" <= c <= "鿿" for c in finding.text)
        assert all(part in finding.text for part in finding.matched.split("+"))


def test_no_official_site_and_no_known_honest_name_is_hit(name_index: NameIndex, real_data: Path) -> None:
    names = real_data / "names"
    honest = [row["host"] for row in _rows(names / "cn_official_sites.csv")]
    honest += [row["host"] for row in _rows(names / "benign_token_hits.csv")]
    honest += (names / "alexa_top100k_2016.txt").read_text("utf-8").split()[::4]
    honest += (names / "china_list_accelerated.txt").read_text("utf-8").split()[::4]
    assert [name for name in honest if any(f.strength >= VISIT for f in name_index.judge(name))] == []


def test_listed_hosts_that_abuse_the_gov_cn_ending_are_hit(name_index: NameIndex, real_data: Path) -> None:
    rows = _rows(real_data / "names" / "gov_lookalikes.csv")
    hosts = [r["host"] for r in rows if "cn-gov-string" in r["class"]]
    missed = [h for h in hosts if not any(f.strength >= VISIT for f in name_index.judge(h))]
    assert missed == ["tccbmtrhazinegovcnt73736.com"]  # the letters meet by chance inside a word


def test_many_names_a_second_are_judged(name_index: NameIndex) -> None:
    names = [
        f"{word}{n}.{tld}"
        for n in range(1000)
        for word, tld in (("shop-online", "com"), ("zhengda", "cn"), ("bbs", "net"))
    ]
    start = time.process_time()
    for name in names:
        name_index.judge(name)
    assert len(names) / (time.process_time() - start) > 8_000


_PLATFORM = Platform(
    id="mem-cx",
    kind="web",
    name="特种作业操作证查询平台",
    organ="应急管理部",
    addresses=(Address("cx.mem.gov.cn"),),
    keywords=("mem", "yjglb"),
)
_LEXICON = Lexicon(
    {
        "pinyin": (
            Term("chaxun", 0.8, "", "query"),
            Term("cx", 0.3, "", "query", initials=True),
            Term("tezhongzuoye", 1.0, "", "topic"),
            Term("特种设备", 0.8, "", "topic"),
        ),
        "places": (Term("烟台"),),
    },
    (),
)


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def _small_index() -> NameIndex:
    return _BUILT


_BUILT = NameIndex((_PLATFORM,), _LEXICON)
