"""What query forms ask for, what a certificate's result page shows, and who signs for it."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from scoring.cards import read_card
from scoring.invisible import visible

if TYPE_CHECKING:
    from scoring.page import Form
    from scoring.seen import Seen

_NAME = re.compile(r"姓名|持证人|xing_?ming|stu_?name|real_?name|user_?name|\bxm\b|\bname\b", re.IGNORECASE)
_PERSON = re.compile(r"证件号|身份证|id_?card|\bsfz|\bcid\b|\bzjhm\b|idno|identity|cert_?num\b|证件号码", re.IGNORECASE)
_PAPER = re.compile(
    r"证书编号|证书号|证号|档案编号|准考证|certificate_?(?:id|no)|cert_?(?:no|num|id|code)|zsbh|zs_?no", re.IGNORECASE
)
_CODE = re.compile(
    r"验证码|校验码|pass_?code|v_?code|\byzm|captcha|check_?code|verify|valid_?code|\bcode\b", re.IGNORECASE
)
_TYPED = frozenset({"text", "search", "tel", "number", "textarea", "select", ""})
_ASKED = (("姓名", re.compile("请输入(?:您的)?姓名")), ("证件", re.compile("请输入(?:您的)?(?:证件|身份证|证书)")))
MAX_ASKED = 24
"""Characters of a line that is a placeholder and no sentence."""
BLANK = 60
_NAME_WORD = re.compile("姓名|持证人")
_PAPER_WORD = re.compile("证书编号|证书号|证号|档案编号")
_CODE_ASKED = re.compile("请输入(?:图形)?验证码")
_SUBJECT = ("topics", "products")
_EMBLEM = re.compile(r"国徽|guohui|emblem|gonghui|national_?logo", re.IGNORECASE)
_EMBLEM_PARTS = ("国徽", "guohu", "emblem", "gonghu", "onal")
"""One of them stands, in lower case, wherever ``_EMBLEM`` fits; no *i*, which has more cases than two."""


def best_form(seen: Seen) -> tuple[float, str]:
    """``(strength, quote)`` of the form that asks most like a certificate query; 0 when none does."""
    return seen.form


def rate_forms(seen: Seen) -> tuple[float, str]:
    """What ``best_form`` answers, worked out."""
    best = max((_rate(form) for form in seen.page.forms), default=(0.0, ""))
    asked = _asked(seen)
    strength, quote = max(best, asked)
    if strength and not certificate_page(seen) and not _asks_for_paper(seen, quote):
        strength *= 0.4
    return strength, quote


def _asks_for_paper(seen: Seen, quote: str) -> bool:
    """Whether a form asks, in words, for a person and the number of his certificate: by that it is about them."""
    if "姓名" not in quote or "证书编号" not in quote:
        return False
    words = (f"{form.text} {' '.join(f.label for f in form.fields)}" for form in seen.page.forms)
    return any(_PAPER_WORD.search(visible(text)) for text in words)


def certificate_page(seen: Seen) -> bool:
    """Whether the page is about certificates of work at all."""
    return any(seen.text.matches.get(group) for group in _SUBJECT) or seen.text.weight("query") >= 0.9


def _rate(form: Form) -> tuple[float, str]:
    typed = [f for f in form.fields if f.type in _TYPED]
    if not typed:
        return 0.0, ""
    near = visible(form.text) if len(typed) <= 8 and not form.text.isascii() else ""
    said = visible("\n".join([f"{f.name} {f.id} {f.label}" for f in typed]))
    asks = {"证件号码": _asks(_PERSON, said, near), "证书编号": _asks(_PAPER, said, near)}
    if not (asks["证件号码"] or asks["证书编号"]):
        return 0.0, ""
    asks = {"姓名": _asks(_NAME, said, near), **asks, "验证码": _asks(_CODE, said, near)}
    strength = 0.3 + 0.3 * asks["姓名"] + 0.2 * asks["验证码"] + 0.3 * (asks["证件号码"] and asks["证书编号"])
    if len(typed) == 1 and not asks["验证码"]:
        strength = 0.2
    return min(1.0, strength), " + ".join(word for word, asked in asks.items() if asked)


def _asks(pattern: re.Pattern[str], said: str, near: str) -> bool:
    """Whether the fields, a line each, or the words near them ask for it; no pattern goes beyond a line."""
    return pattern.search(said) is not None or (not near.isascii() and pattern.search(near) is not None)


def _asked(seen: Seen) -> tuple[float, str]:
    """A single-page app shows its form only as strings: in its scripts, or as lines of their own; a sentence that
    explains a form is none.
    """
    if not _may_ask(seen):
        return 0.0, ""
    lines = (line for line in seen.page.text.splitlines() if len(line) <= MAX_ASKED)
    text = visible("\n".join((*lines, seen.page.script_text)))
    if "请输入" in text and all(pattern.search(text) for _, pattern in _ASKED):
        return (0.8 if _CODE_ASKED.search(text) else 0.6), "请输入姓名 + 证件号码"
    if _built(seen):
        return 0.5, "脚本写出的证件号码表单"
    return 0.0, ""


def _may_ask(seen: Seen) -> bool:
    """Whether words of asking stand anywhere, or the page is blank; signs that nobody sees may part them."""
    page = seen.page
    return len(page.text) <= BLANK or "unseen" in seen.marks or "请输入" in page.text or "请输入" in page.script_text


def _built(seen: Seen) -> bool:
    """Whether a page without text of its own builds a form from strings: a name, a number and a button."""
    text = visible(seen.page.script_text)
    if len(seen.page.text) > BLANK or "查询" not in text or _PERSON.search(text) is None:
        return False
    packed = "document.write" in seen.page.html and "atob" in seen.page.html  # a page that hides its whole source
    return packed or ("<input" in seen.page.html and _NAME_WORD.search(text) is not None)


def shows_certificate(seen: Seen) -> tuple[str, ...]:
    """The labels of the certificate that the page shows with its values."""
    return seen.certificate


def read_certificate(seen: Seen) -> tuple[str, ...]:
    """What ``shows_certificate`` answers, worked out."""
    return read_card(seen).labels


def unsigned(seen: Seen) -> bool:
    """Whether the page answers for certificates without naming who does: no sponsor, no holder of rights, no 备案号."""
    if best_form(seen)[0] < 0.6 and not shows_certificate(seen):
        return False
    named = any(c.kind in ("host", "copyright", "undertaker") for c in seen.claims.bodies)
    return not named and not seen.claims.icp


def has_emblem(seen: Seen) -> bool:
    """Whether the page shows the national emblem by the name of a picture."""
    words = "\n".join(chain.from_iterable(seen.page.images))
    lower = words.lower()
    return any(part in lower for part in _EMBLEM_PARTS) and _EMBLEM.search(words) is not None
