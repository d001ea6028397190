# ruff: noqa: SIM905 - words read best as they stand
"""Pages of the range of many sites: each its own text, as long as real ones, the same for the same number."""

from __future__ import annotations

import random
from functools import cache

CRAFTS = "低压电工 高压电工 熔化焊接与热切割 登高架设 高处安装维护拆除 制冷与空调运行 危险化学品 塔式起重机 叉车 锅炉 压力容器 电梯修理".split()
TOPICS = (
    "用电安全 消防演练 设备检修 岗位培训 复审换证 操作规程 安全标志 劳保用品 应急预案 隐患排查 班前会 持证上岗".split()
)
SAYINGS = (
    "{craft}作业前应当检查工具和防护用品，发现破损的不得使用。",
    "{topic}是每个班组的日常工作，要有记录、有检查、有整改。",
    "学员须本人到校参加{craft}培训和考试，考试合格后由应急管理部门发证。",
    "操作证每三年复审一次，{craft}人员请在到期前两个月报名。",
    "第{n}期{craft}班已经结业，实操考试由考试机构组织。",
    "查询证书请登录应急管理部官方网站，不要相信代办广告。",
    "本月的{topic}安排在第{n}周，地点在三号厂房。",
    "老师傅说{craft}最怕的是图快，{topic}不能走过场。",
)
FIELDS = '<tr><td>证件类型</td><td><select name="certtype_code"><option value="720">身份证</option></select></td></tr>'


def honest(n: int) -> str:
    """A school, a shop, a forum or a notice board that speaks of certificates as honest sites do."""
    dice = random.Random(n)
    name = f"{_name(dice)}{dice.choice(('安全技术培训学校', '机电设备行', '工友论坛', '职业技能信息栏'))}"
    links = "".join(f'<a href="/n/{k}.html">{dice.choice(TOPICS)}</a>' for k in range(12))
    body = "".join(f"<section><h2>{dice.choice(TOPICS)}</h2>{_paragraphs(dice, 3)}</section>" for _ in range(4))
    return _page(
        f"{name} {dice.choice(CRAFTS)}操作证培训",
        f"<header><h1>{name}</h1><nav>{links}</nav></header><main>{body}</main>",
        name,
    )


def fake(n: int, crew: int) -> str:
    """A copy of the query page; a crew's copies share its contact and its counter."""
    dice = random.Random(n)
    title = "特种作业操作证及安全生产知识和管理能力考核合格信息查询平台"
    form = (
        f'<form action="/certQuery{crew}.do" method="get"><table>{FIELDS}<tr><td>证件号码</td><td><input name="certnum" '
        'placeholder="请输入证件号码"></td></tr><tr><td>姓名</td><td><input name="stu_name"></td></tr>'
        '<tr><td>验证码</td><td><input name="passcode"></td></tr></table><button>查询</button></form>'
    )
    news = "".join(f"<li>{dice.choice(CRAFTS)}{dice.choice(TOPICS)}通知 {dice.randrange(1000)}</li>" for _ in range(8))
    help_ = f"<p>查询不到请加微信 cxkf{crew:04}，客服在线办理。</p>{_counter(crew)}"
    top = '<div class="top"><img src="data:image/png;base64,iVBORw0KGgo=" alt="国徽"><span>中华人民共和国应急管理部</span></div>'
    return _page(title, f"{top}<h1>{title}</h1>{form}<ul>{news}</ul>{help_}", "主办单位：中华人民共和国应急管理部")


def seller(n: int, crew: int) -> str:
    """An advert that sells certificates without examination."""
    dice = random.Random(n)
    craft = dice.choice(CRAFTS)
    rows = "".join(f"<li>{c}操作证 免考包过 {dice.randrange(3, 12) * 100} 元</li>" for c in dice.sample(CRAFTS, 4))
    body = (
        f"<h1>{craft}操作证 免考试速成</h1><ul>{rows}</ul><p>不用培训不用考试，七天拿证，全国联网可查，先办后付款。</p>"
    )
    body += f"<p>咨询办理加微信 bz{crew:04}kz，QQ 8{crew:04}77{crew % 10}</p>{_counter(10_000 + crew)}{_paragraphs(dice, 2)}"
    return _page(f"{craft}操作证代办 免考包过 快速拿证", body, "诚信办理")


def shop(n: int) -> str:
    """What stands in a fake's place for a while."""
    dice = random.Random(-n)
    goods = "".join(
        f"<li>{dice.choice('海虾 扇贝 带鱼 黄花鱼 蛤蜊 海带'.split())} 每斤 {dice.randrange(10, 90)} 元</li>"
        for _ in range(9)
    )
    body = f"<header><h1>老张海鲜批发</h1></header><main><ul>{goods}</ul><p>新鲜海货每天空运到店，支持批发和零售，满百送葱姜。城南农贸市场二楼，停车方便。</p></main>"
    return _page("老张海鲜批发", body, "老张海鲜批发")


def parked(host: str) -> str:
    """A name that is for sale."""
    body = "<h1>该域名正在出售</h1><p>This domain is for sale. 点击询价，支持一口价交易。</p>"
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{host}</title></head><body>{body}</body></html>'


def _page(title: str, body: str, owner: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{title}</title>{_style()}</head><body>{body}'
        f"<footer><p>{owner}</p></footer></body></html>"
    )


@cache
def _style() -> str:
    rules = "".join(f".c{n}{{margin:{n}px;padding:{n % 7}px;color:#{n:03}}}" for n in range(60))
    return f"<style>{rules}</style>"


def _counter(crew: int) -> str:
    code = f"{crew:08}a1b2c3d4e5f60718293a4b5c"[:32]
    return f'<script>var _hmt=_hmt||[];(function(){{var h=document.createElement("script");h.src="https://hm.baidu.com/hm.js?{code}";}})();</script>'


def _paragraphs(dice: random.Random, number: int) -> str:
    made = []
    for _ in range(number):
        said = dice.sample(SAYINGS, 3)
        made.append(
            "".join(
                s.format(craft=dice.choice(CRAFTS), topic=dice.choice(TOPICS), n=dice.randrange(1, 60)) for s in said
            )
        )
    return "".join(f"<p>{text}</p>" for text in made)


def _name(dice: random.Random) -> str:
    return "".join(dice.sample("城南东海北山西河青松柳林安宁顺达恒通", 2))
