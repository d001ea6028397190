"""Whom suspect names mean, and honest names that have the same letters in them. All names are invented."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.name_spelled import spelled
from scoring.names import NameIndex, name_index
from scoring.skeleton import lookalikes, skeleton
from seeds.loader import load_seeds
from seeds.model import Address, Platform

VISIT = 0.5
"""From this strength a name is worth a visit by itself."""

MEANT = {
    "mem-cx": """cx.mem.gov.cn.zs-cx.top cx-mem-gov.cn.com mem-cx.top memcx.com cx.mem-gov.cn cx.memgov.cn
        tezhongzuoyechaxun.com tzzyczz-cx.com caozuozheng-chaxun.cn yjglb-cx.com
        yingjiguanlibu-zhengshuchaxun.com mem-tezhongzuoye.cn mem-anquanguanlirenyuan.com cxmem-gov.com
        diangongzheng-chaxun.net anjianzongju-cx.com yjglb-tzzy.cn cx.rnem.gov.cn.top memzscx.com
        gaochuzuoye-zhengshuchaxun.cn 国家应急管理部证书查询.com 特种作业操作证查询.net 应急管理部特种作业查询.cn
        12350-chaxun.com mem-diyadiangong.cn cx-mem-gov-cn.cc www.cx-mem.net cxmemgov.cn cx.mem.gov.cn-zs.com
        cx-mern.com cx.mem.gov-cn.top yingjiguanlibuchaxun.com yingjibu-caozuozheng.cn tezhongzuoyezheng-cx.com
        tzzy-chaxun.cn gaoyadiangong-chaxun.com aqsczscx.com yjglb-zhengshu.top anjianzongju-caozuozheng.com
        memchaxun.com anquanshengchanzige-chaxun.cn ronghuahanjie-zscx.com cx-rnem-gov.cn
        quanguotezhongzuoyechaxun.com zhuyaofuzeren-yjglb.com 应急管理部操作证查询.com
        全国特种作业操作证查询平台.cn 应急管理局操作证查询.中国 yjglj-tezhongzuoye.com""",
    "mem-portal": """memgovcn.com mem-gov.com www-mem-gov-cn.top mem.gov.cn.login.top""",
    "mem-wechat": """anquanshengchankaoshi.com aqscks-gov.cn guojiaanquanshengchankaoshi.cn aqscks-mem.com
        国家安全生产考试.net gjaqscks.com.cn.vip gjaqscks-cx.com aqscks-chaxun.cn mem-aqscks.cn""",
    "mohurd-zlaq": """mohurdgov.cn zlag.mohurdgov.cn zlaq.rnohurd.cn zlaq-mohurd.cn mohurd-zlaq.com
        mohurdzlaq.top mohurd-anquanyuan.com zhujianbu-anguanrenyuan.cn mohurd-sanleirenyuan.com zlaq.m0hurd.cn
        zlaqmohurd-cn.com zlaq-gov.cn zlaq.mohurd-gov.com anquanyuan-zhujianbu.com mohurd-jiazigong.cn
        zlaq-anquanyuan.com jianshebu-anquanyuan.cn zlaq-chaxun.top zlag-mohurd.com zlaq-mohurd-gov-cn.net
        zlaq.mohurd.gov.cn.top zhujianbu-anquanyuan.com anguanrenyuan-chaxun.cn mohurdanquanyuan.com
        sanleirenyuan-zhujianbu.cn aqy-mohurd.cn z1aq.mohurd.top zlaqmohurd.com mohurd-aqy-cx.com
        jianzhushigongtezhongzuoye-chaxun.com 住建部安管人员查询.com 安全员证书查询住建部.cn""",
    "mohurd-jzsc": """mohurd.com mohrud.cn rnohurd.com jzsc-sikuyipingtai.com sikuyipingtai-chaxun.cn
        jzsc-mohurd-gov-cn.com mohurd-jzsc.cn jzsc.mohurd-gov.cn zhujianbu-sikuyipingtai.com
        sikuyipingtai-mohurd.cn skypt-jzsc.com jzscmohurd-cn.top jzsc.rnohurd.gov.cn.com mohurd-gov.top
        jzsc-chaxun.com 四库一平台.com jzsc.mohvrd.cn jzsc-jianzhushichang.cn sikuyipingtai-gov.cn
        jzsc.mohurd.gov.cn.co jzsc-mohurd.com jzscmohurd.com jzsc.mohurdgov.com sikuyipingtaichaxun.com
        siku1pingtai-mohurd.cn skypt-mohurd.com skypt-cx.com zhujianbusikuyipingtai.com
        jzsc-gov.cn 住建部四库一平台.net""",
    "mohrss-osta": """zscx-osta.top osta-zscx.cn mohrss-gov.com mohrss-zhengshuchaxun.com zscx.0sta.org.cn
        osta-org.com ostaorg.top mohrss-jinengrencai.cn osta-jinengdengji.com renshebu-zhiyejineng.cn
        jndj-osta.cn zscx.osta.com mohrss-jndj.cn renshebu-jinengdengji.com osta-zhiyezige.cn
        renshebu-jinengrencaipingjia.com 人社部技能等级证书查询.cn 技能人才评价工作网.com
        zscx-osta-org.cn zscx.osta-org.cn zscxosta.com osta-zhengshuchaxun.com ostagov.cn
        jinengrencaipingjiagongzuowang-cx.com renshebu-zhengshuchaxun.com mohrss-cx.com zscx.osta.org.cn.cm
        jinengdengji-chaxun.com 技能等级证书查询人社部.com zhiyezige-osta.com 0sta-zscx.com""",
    "chsi": """chspi.com.cn ch5i.com.cn chsi-com.com chsi-com.cn chsi-com-cn.top chsicom.net xuexinwang-chsi.com
        chsi-xuexinwang.cn chsixuexinwang.com chsi-xuewei.com chsi-xueji.cn xuexinwang-chaxun.com
        xueli-chaxun.com xuexinwang-xueli.cn jiaoyubu-xueli.com xn--hsi-3ed.com.cn 学信网.com
        xuexindangan-chsi.com gaodengjiaoyuxuelizhengshu-chaxun.cn 教育部学历查询.com chsi-biyezheng.com
        www-chsi.com.cn chsi-xueli.com chsi-gov.cn xlcx-chsi.com chsl-xueli.com chsi.com.cn.xl.cc
        xuexinwang-xuewei.com xuexin-xueli-chaxun.com chsixueli.cn jiaoyubu-xuelichaxun.com 学信网学历查询.top
        中国高等教育学生信息网.com""",
    "cpta": """zg-cpta.com cpta.cn cpta-com-cn.net cpta-com.top cpta.mohrss-gov.com cpta-renshikaoshi.com
        renshikaoshiwang-cpta.cn renshikaoshi-zhengshu.com cpta-jianzaoshi.com zgrsks-cpta.cn cpta.mohrss-cn.com
        rsks-zhengshuchaxun.com zhongguorenshikaoshiwang-chaxun.com cptacom-cn.top renshikaoshi-gov.cn
        cpta-zhuanyejishurenyuan.com 人事考试网证书查询.cn www-cpta.com.cn cpta-cn.com cpta.org.cn cpta-zgzcx.com
        cpta-zhengshu.com zgrsks.com.cn.vip rsks-cpta.com renshikaoshiwang-chaxun.cn renshikaoshi-chaxun.cn
        cptta.com.cn jianzaoshi-cpta.cn cpta-gov.cn zhuceanquangongchengshi-cpta.com""",
    "samr-cnse": """ecqs.cn ecqs.org.cn ecqs.com.cn e-cgs.cn cnse-e-cqs-cn.vip cnse-ecqs.com ecqs-cnse.cn
        cnse-tezhongshebei.com samr-dianti.cn cnse-chache.com samr-cnse.top e-cqs.org.cn cnse.samr-gov.cn
        tezhongshebei-chaxun.com ecqs-cn.com tzsb-samr.cn shichangjianguanzongju-tezhongshebei.com cnse-guolu.top
        zhijianzongju-tezhongshebei.cn 市场监管总局特种设备查询.com samr-gov.com cnse.e-cqs.com e-cqs.com.cn
        cnse.ecqs.cn cnse-samr-gov.cn cnse.samr.com cnse-gov.cn ecqs-chaxun.com e-cqs.net.cn
        tezhongshebeizuoyerenyuan-cx.com tzsb-cx.cn samr-tezhongshebei.com chache-cnse.com cnsechache.com
        特种设备公示信息查询平台.com""",
    "sd-qlat": """qiluante-sdaj.com sdaj-qiluante.cn qiluante-chaxun.com qlat-sdaj.cn sdajgovcn.com
        qiluante-gov.cn qiluante-yingji.com sdaj-gov.com shandongyingjiguanliting-chaxun.com 齐鲁安特.com
        sdyjglt-qlat.com sdanjianju-zhengshu.com qlat-cx.com qiluanteshandong-gov.cn qiluante-zhengshu.com
        qlat-shandongyingji.cn sdaj-cx.com www.sdaj-gov.cn shandonganjianju-chaxun.com""",
    "gov": """yjglj-cx.com rensheju-zscx.cn yingjiguanliju-chaxun.com zhujianting-chaxun.cn anjianju-cx.com
        安监局查询.com zhagov.cn luozhuang-gov.cn gov-cn.com jiaoyuju-chaxun.com
        hbgov.cn sdgov-cn.com www.gov-cn.net yjt-gov.cn anjianju-zhengshu.com
        renshetingzhengshuchaxun.com 河北省应急管理厅证书查询.cn 武汉人社局证书查询.com""",
    "sd-construction": """sdjs-cyry-cx.com sdzjt-chaxun.cn shandongzhujianting-chaxun.com sdjscyry-gov.cn""",
    "yantai-wechat": """ytyj-chaxun.com yantaiyingji-cx.cn yantaianjianju-chaxun.com ytyjglj-gov.cn""",
    "mohurd": """mohurd-gov-cn.com""",
    "mohrss": """mohrssgov.cn www.mohrss.gov.cn.zs.top""",
    "moe": """www.moe.gov.cn.zs.top""",
    "osta-work": """osta.org.cn.vip old-osta-org-cn.com""",
    "chsi-yz": """yz-chsi.com""",
    "chsi-gaokao": """gaokao-chsi.top gaokao.chsi.com.cn.zs.icu""",
    "prov-hainan": """zjt-hainan-gov.cn""",
    "prov-guangdong": """scjg.gdcic.net.zs.top""",
    "prov-neimenggu": """neimengguzhujian-cx.com""",
    "cnca": """cnca-renzhengchaxun.cn""",
    "feicheng": """feicheng-gov.cn""",
    "prov-beijing": """beijing-gov.cn""",
}

HONEST = """sikuyi.com xuexinwang.com dianti.com diantichaxun.com chachewang.com xuejichaxun.com
        xueweichaxun.cn guolu-chaxun.com tadiaowang.cn chsi.mobi.example.org cpta-group.com osta-group.com
        chsicomputers.com jianzaoshi-kaoshi.com jianzaoshikaoshi.com anquanyuankaoshi.com anquanyuan-peixun.cn
        tezhongzuoye-peixun.com zhongguodianti.com dianti-cx.cn tezhongshebei.com yingjichanye.com qilu.com
        qilujob.com qiluyidian.com ante.cn xuexin.com xuexi.cn xuexinedu.com renshikaoshi.com sdrenshikaoshi.com
        zjzj.com jyb.cn jianshebu.com gonganju.com jiaoyubu.com guowuyuan.com samrat.com samrack.com kmems.com
        memoir-cx.com mohr.com hrss.com cnset.com jzsc.com zlaq.com skypt.com sdyj.com sdjs.com ytyj.com qlat.com
        gjaq.com ostapenko.com e-cqs.cn chsi.cc.example.com zhongzhiyuan.com peixun-anquanyuan.cn anquanyuan.com
        aqy.com jzs.com jianzaoshi.com jianzaoshiwang.com zhuceanquangongchengshi.com diangongpeixun.com
        hangongpeixun.com chsi-tech.com chsinc.com chsindia.com mohr.gov.my samr.ru ostawa.pl costablanca.com
        postamt.de cptachina.com cptac.com cnse.org.ca cnseed.com zlaqi.com yingjideng.com yingjidianyuan.cn
        renshibao.com renshizixun.com xueliwang.com xuelitisheng.com xuexinjiaoyu.com qiluwang.com qilucaifu.cn
        antewang.com gaokao.com zhengshuwang.com zhengshuchaxun.com sdzhengshu.com chaxunwang.cn kuaidichaxun.com
        chachepeixun.com diantiweixiu.com guolufang.com tezhongshebeipeixun.com egov.com govnews.cn gov-tech.com
        zgov.com sikupingtai.com yipingtai.com jianzhushichang.com jianzhushichangwang.com gongchengzhiliang.com
        shandongjianshe.com yantaitong.com memory-cx.com mems-china.com mem-tek.cn xmem.com cxmen.com cxm.com
        mohurd.org.example.gov.cn aqscks.com jndj.com hrssonline.com"""


@pytest.fixture(scope="module")
def whole_index() -> NameIndex:
    seeds = load_seeds()
    return name_index(seeds.platforms, seeds.lexicon)


@pytest.mark.parametrize(("platform", "name"), [(p, name) for p, names in MEANT.items() for name in names.split()])
def test_a_look_alike_is_worth_a_visit_and_says_whom_it_means(whole_index: NameIndex, platform: str, name: str) -> None:
    strongest = whole_index.judge(name)[0]
    assert strongest.strength >= VISIT
    assert strongest.platform == platform


@pytest.mark.parametrize("name", HONEST.split())
def test_an_honest_name_with_the_same_letters_is_left_alone(whole_index: NameIndex, name: str) -> None:
    assert [f for f in whole_index.judge(name) if f.strength >= VISIT] == []


@pytest.mark.parametrize("name", [name for names in MEANT.values() for name in names.split()[:6]])
def test_all_findings_of_a_name_agree_on_whom_it_means(whole_index: NameIndex, name: str) -> None:
    assert len({f.platform for f in whole_index.judge(name)}) == 1


def test_a_printed_misprint_comes_before_stronger_findings(whole_index: NameIndex) -> None:
    found = whole_index.judge("zlag.mohurdgov.cn")
    assert found[0].rule == "erratum"
    assert max(f.strength for f in found) > found[0].strength


@pytest.mark.parametrize(
    ("name", "clear"), [("zlaq.rnohurd.cn", True), ("rnohurd.cn", False), ("mohurd-anquanyuan.com", True)]
)
def test_a_name_that_several_platforms_of_an_organ_share_is_not_clear(
    whole_index: NameIndex, name: str, clear: bool
) -> None:
    assert {f.clear for f in whole_index.judge(name)} == {clear}


@pytest.mark.parametrize(
    ("alone", "beside"), [("dianti-chaxun.com", "cnse-dianti.com"), ("xueji-cx.cn", "chsi-xueji.cn")]
)
def test_a_common_word_counts_only_beside_another_of_its_platform(
    whole_index: NameIndex, alone: str, beside: str
) -> None:
    assert whole_index.judge(alone) == ()
    assert whole_index.judge(beside)[0].strength >= VISIT


ROW = Platform(
    id="qiyun",
    kind="web",
    name="栖云安培在线",
    organ="栖云省应急管理厅",
    aliases=("栖云省安全培训考核平台",),
    addresses=(Address("axzx.qyap.org.cn"),),
    keywords=("qyap",),
    subjects=("水上救生",),
)


@pytest.mark.parametrize(
    "name",
    [
        "qyap-qiyunanpeizaixian.com",
        "qiyunanpeizaixian-chaxun.cn",
        "qiyunshenganquanpeixunkaohe-gov.cn",
        "qysaqpxkhpt-chaxun.cn",
        "qiyunshengyingjiguanliting-cx.com",
        "shuishangjiusheng-zhengshuchaxun.com",
        "axzx-qyap.top",
        "qyap-org.com",
        "栖云安培在线.com",
    ],
)
def test_a_new_row_is_known_by_its_names_organ_and_certificates_in_letters(name: str) -> None:
    seeds = load_seeds()
    before = name_index(seeds.platforms, seeds.lexicon)
    after = name_index((*seeds.platforms, ROW), seeds.lexicon)
    assert "qiyun" not in {f.platform for f in before.judge(name)}
    assert after.judge(name)[0].platform == "qiyun"


def test_an_order_of_rows_changes_no_judgement() -> None:
    seeds = load_seeds()
    turned = NameIndex(seeds.platforms[::-1], seeds.lexicon)
    there = name_index(seeds.platforms, seeds.lexicon)
    names = [name for names in MEANT.values() for name in names.split()[::4]]
    assert [n for n in names if {f.platform for f in turned.judge(n)} != {f.platform for f in there.judge(n)}] == []


def test_what_everybody_leaves_out_of_a_name_is_left_out() -> None:
    letters = {s.letters for s in spelled(replace(ROW, name="全国栖云安培网")) if s.kind == "name"}
    assert {"quanguoqiyunanpeiwang", "qiyunanpeiwang", "qiyunanpei", "qyapw"} <= letters


def test_a_place_stands_before_its_organ_with_and_without_its_rank_and_in_initials() -> None:
    letters = {s.letters for s in spelled(ROW, ["栖云"]) if s.kind == "organ"}
    assert {"qiyunshengyingjiguanliting", "qiyunyingjiguanliting", "qyyjglt", "qyshengyingjiguanliting"} <= letters


def test_a_name_without_han_characters_spells_nothing() -> None:
    assert list(spelled(replace(ROW, name="ABC", aliases=(), organ="X", subjects=()))) == []


@given(st.text(alphabet="abcdefghijklmnopqrstuwxyz-", min_size=1, max_size=8))
def test_whatever_looks_like_a_label_has_its_outline_and_is_not_it(label: str) -> None:
    found = lookalikes(label)
    assert label not in found
    assert len(found) <= 400
    plain = {other for other in found if not set(other) & set("98")}
    assert {skeleton(other) for other in plain} <= {skeleton(label)}
