"""Configures Sphinx for the report: executed notebooks are not changed, and no files are downloaded."""

project = "Bioimage segmentation"
author = ""
copyright = ""
extensions = ["myst_nb"]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
root_doc = "index"
exclude_patterns = ["_build"]
nb_execution_mode = "off"
nb_merge_streams = True
nb_mime_priority_overrides = [
    ("html", "image/png", 5), ("singlehtml", "image/png", 5), ("html", "image/svg+xml", 0), ("singlehtml", "image/svg+xml", 0),
]
myst_enable_extensions = ["dollarmath"]
mathjax_path = "tex-svg.js"
html_context = {"default_mode": "auto"}
html_title = "Bioimage segmentation"
html_static_path = ["_static"]
html_show_copyright = False
html_show_sphinx = False
html_show_sourcelink = False
html_copy_source = False
suppress_warnings = ["mystnb.unknown_mime_type", "myst.header"]
if tags.has("print"):  # noqa: F821
    html_theme = "basic"
else:
    html_theme = "sphinx_book_theme"
    html_css_files = ["report.css"]
    html_theme_options = {
        "use_download_button": False,
        "use_fullscreen_button": False,
        "show_navbar_depth": 1,
        "home_page_in_toc": True,
        "pygments_light_style": "default",
    }
