"""Fit the site to where it is read: the repository it belongs to, its address, its scripts and vendored files."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config

ROOT = Path(__file__).resolve().parents[2]


def fetch_assets(app: Sphinx, config: Config) -> None:
    """Make `jupyter-book build .` work by itself: without the vendored files, formulas would lose their fonts."""
    if subprocess.run([sys.executable, str(ROOT / "web" / "assets.py")]).returncode:
        sys.exit(1)  # the reason is printed; an exception would put two tracebacks below it


def follow_repository(app: Sphinx, config: Config) -> None:
    """In GitHub Actions, link to the repository that is building and its JupyterLite, so a fork opens the fork."""
    name = os.environ.get("GITHUB_REPOSITORY")
    if name:
        owner, repository = name.split("/")
        config.html_theme_options["repository_url"] = f"https://github.com/{name}"
        root = "" if repository.lower() == f"{owner.lower()}.github.io" else f"{repository}/"
        config.html_baseurl = f"https://{owner.lower()}.github.io/{root}"
        lite = f"{config.html_baseurl}lite/lab/index.html"  # the workflow publishes it beside the site
        config.html_theme_options["launch_buttons"]["jupyterlite_url"] = lite
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


def defer_scripts(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Let no script hold up the first sight of a page: each runs in its turn once the page is read.

    The theme's inline line about its version switcher, which the book does not have, would run too early.
    """
    scripts = context.get("script_files", [])
    early = [js for js in scripts if "DOCUMENTATION_OPTIONS.pagename" in js.attributes.get("body", "")]
    context["script_files"] = [js for js in scripts if js not in early]
    for script in context["script_files"]:
        if script.filename:
            script.attributes.setdefault("defer", "defer")


def mend_roles(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """The bibliography is a list whose entries have an outdated role, so a screen reader finds the list empty."""
    if "body" in context:
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", fetch_assets)
    app.connect("config-inited", follow_repository, priority=400)
    app.connect("html-page-context", absolute_404)
    app.connect("html-page-context", bring_package_to_colab, priority=900)
    app.connect("html-page-context", mend_roles)
    app.connect("html-page-context", defer_scripts, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
