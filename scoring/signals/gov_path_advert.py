"""疑似被入侵的政府网站路径：政府域名下出现售证广告或植入的查询页。An advert for papers, or a planted query, on a path.

A matter of that path, for its owner to clean: the host is no fake and stays in no band, as ``gov_label`` and
``genuine_host`` outweigh everything. The row is there so that an analyst who opens the list of all sites sees it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scoring.meant import answers_for_papers
from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context
    from scoring.seen import Seen

LEAST = 0.6
STORES = frozenset(
    {
        *("js", "css", "img", "images", "pic", "fonts", "font", "skin", "skins", "ueditor", "fckeditor", "kindeditor"),
        *("editor", "upload", "uploads", "uploadfile", "uploadfiles", "uploadimages", "attached", "tmp", "temp"),
    }
)
"""Folders of a site's own resources, which a content system writes to: intruders hide pages there, offices none."""


class GovPathAdvert:
    """Offers on pages of gov.cn hosts and registered platforms."""

    name = "gov_path_advert"
    title = "政府网站疑遭入侵"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit for an asserted offer with its slogans, or a query of another's certificates among resources.

        Warnings that quote offers are none.
        """
        if not ctx.official:
            return MISS
        missing = ctx.no_page()
        if missing is not None:
            return missing
        for seen in ctx.pages:
            offers = seen.text.offers
            if offers.strength >= LEAST and offers.slogans:
                said = "、".join(dict.fromkeys(m.term for m in offers.slogans[:3]))
                text = f"疑似被入侵的政府网站路径：{seen.view.final_url} 宣称“{said}”。请通报主管单位清理，不算仿冒网站"
                return hit(text, seen.text.evidence(offers.slogans[0]))
            if ctx.gov and ctx.home is None and (told := _planted(seen, ctx)):
                folder, name = told
                text = (
                    f"疑似被入侵的政府网站路径：资源目录 /{folder}/ 下有“{name}”的查询页（{seen.view.final_url}），"
                    "而该平台不在此地址。请通报主管单位清理，不算仿冒网站"
                )
                return hit(text, seen.evidence(name, "title"))
        return MISS


def _planted(seen: Seen, ctx: Context) -> tuple[str, str] | None:
    """The folder and the name borne by a page of queries or records that lies among the host's resources."""
    folders = urlsplit(seen.view.final_url).path.lower().split("/")[1:-1]
    folder = next((f for f in folders if f in STORES), None)
    if folder is None or not answers_for_papers(seen):
        return None
    names = [name.name for _, name in seen.names]
    names += [ctx.ref.platforms[p].name for p in (g.platform for g in seen.generations) if p in ctx.ref.platforms]
    return (folder, names[0]) if names else None
