"""What may be wrong with any page: the language, the width, its landmarks, and whatever axe knows."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Someone

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def barriers(someone: Someone, path: str, language: str, width: int) -> list[object]:
    """Open a page and list what stands in somebody's way."""
    someone.open(path)
    page = someone.page
    wrong: list[object] = []
    if page.get_attribute("html", "lang") != language:
        wrong.append((path, "lang"))
    if page.evaluate("document.documentElement.scrollWidth") > width:
        wrong.append((path, "scrolls sideways"))
    if (page.locator("main").count(), page.locator("h1").count()) != (1, 1):
        wrong.append((path, "one main, one h1"))
    for rule in Axe().run(page, options=RULES).response["violations"]:
        wrong.append((path, rule["id"], [node["html"][:200] for node in rule["nodes"]][:3]))  # noqa: PERF401
    return wrong


def read_in(someone: Someone, language: str) -> None:
    """Go on in that language."""
    if someone.page.get_attribute("html", "lang") != language:
        with someone.page.expect_navigation():
            someone.page.locator("form[action='/ngon-ngu'] button").first.evaluate("e => e.form.submit()")
