"""How the site of the documents is built (``make docs``): from these pages alone, nothing is fetched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "lookalike"
html_title = "lookalike"
language = "en"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
html_theme = "alabaster"
html_theme_options = {
    "description": "Finds counterfeit government query sites",
    "fixed_sidebar": True,
    "page_width": "1180px",
    "body_max_width": "none",
    "font_family": "'Noto Sans', 'DejaVu Sans', 'Noto Sans CJK SC', 'Noto Sans SC', 'Microsoft YaHei', sans-serif",
}
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html"]}
html_static_path = ["site.css"]
html_css_files = ["site.css"]
smartquotes = False
html_show_sourcelink = False
html_copy_source = False
# Anchors of headings as GitHub makes them; a link to one that is not there is a warning, and warnings are errors.
myst_heading_anchors = 4
nitpicky = True

_WIDE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”‘’…—]")


def _joined(app: Sphinx, tree: nodes.document) -> None:  # noqa: ARG001 - Sphinx hands it over
    """A line that ends within Chinese ends with no blank: browsers would show one."""
    for text in [one for one in tree.findall(nodes.Text) if one == "\n"]:
        around = text.parent.children
        at = around.index(text)
        before, after = around[at - 1].astext()[-1:], around[at + 1].astext()[:1] if at + 1 < len(around) else ""
        if at and _WIDE.match(before) and _WIDE.match(after):
            text.parent.remove(text)


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("doctree-read", _joined)
