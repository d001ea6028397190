"""How the site of the documents is built (``make docs``): from these pages alone, nothing is fetched."""

project = "lookalike"
html_title = "lookalike"
language = "en"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
html_theme = "alabaster"
html_theme_options = {"description": "Finds counterfeit government query sites", "fixed_sidebar": True}
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html"]}
html_show_sourcelink = False
html_copy_source = False
# Anchors of headings as GitHub makes them; a link to one that is not there is a warning, and warnings are errors.
myst_heading_anchors = 4
nitpicky = True
