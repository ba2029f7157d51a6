"""Links that fit where the site stands: the repository it belongs to, its address, the copies for Colab."""

import os
import re
from typing import Any
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config


def published_at() -> str | None:
    """The address of the site that GitHub Actions publishes; elsewhere none."""
    if not (name := os.environ.get("GITHUB_REPOSITORY")):
        return None
    owner, repository = name.split("/")
    root = "" if repository.lower() == f"{owner.lower()}.github.io" else f"{repository}/"
    return f"https://{owner.lower()}.github.io/{root}"


def follow_repository(app: Sphinx, config: Config) -> None:
    """In GitHub Actions, link to the repository that is building and its JupyterLite, so a fork opens the fork."""
    if site := published_at():
        config.html_theme_options["repository_url"] = f"https://github.com/{os.environ['GITHUB_REPOSITORY']}"
        config.html_baseurl = site
        lite = f"{config.html_baseurl}lite/lab/index.html"  # the workflow publishes it beside the site
        config.html_theme_options["launch_buttons"]["jupyterlite_url"] = lite
        config.html_context["book_pdf"] = f"{config.html_baseurl}backpropagation.pdf"  # as it does with this
    config.ogp_site_url = config.html_baseurl


def absolute_404(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """The page for wrong addresses is shown at any depth, so its links start at the site's root.

    That root is /repository/ once published and / where a build is served from this machine.
    """
    if pagename == "404":
        published = "GITHUB_REPOSITORY" in os.environ
        context["site_root"] = urlsplit(app.config.html_baseurl).path if published else "/"


def bring_package_to_colab(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: Any) -> None:
    """Colab opens a notebook alone, so its link leads to the copy that installs the package (web/portable.py)."""
    for group in context.get("header_buttons", []):
        for button in group.get("buttons", []):
            if button["text"] == "Colab":
                button["url"] = re.sub(r"/blob/[^/]+/", "/blob/portable/", button["url"])


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", follow_repository, priority=400)
    app.connect("html-page-context", absolute_404)
    app.connect("html-page-context", bring_package_to_colab, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
