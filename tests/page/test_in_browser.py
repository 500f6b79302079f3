"""The report pages in a real browser: accessible, readable on a phone, whole on paper.

Needs Chromium, Chrome or Edge and `pip install '.[browser]'` (`make check-page`).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evaltool.page import INTERNAL, PUBLIC
from evaltool.run import score_folder
from folders import make, return_all
from hostile import PLAIN, RULES, SETTINGS, roster, says

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

playwright = pytest.importorskip("playwright.sync_api", reason="needs pip install '.[browser]'")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs pip install '.[browser]'")

SAMPLE = Path(__file__).parents[2] / "sample_data" / "chengchuan-2026"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome", "microsoft-edge", "msedge")
PROGRAM = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run")
A4 = (794, 1123)  # at 96 dots an inch
PRINTED = 794 - 2 * 53  # between the margins of 14 mm
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not PROGRAM, reason="needs Chromium, Chrome or Edge")]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both pages of the sample, and that of an interim run of an evaluation with long names."""
    scratch = tmp_path_factory.mktemp("pages")
    whole = score_folder(Path(shutil.copytree(SAMPLE, scratch / "sample"))).folder
    names = tuple(f"{name}（{'经济技术开发区' * 5}管理委员会）" for name in PLAIN)
    small = make(scratch / "small", roster(names), {"d": RULES}, SETTINGS)
    return_all(small, says)
    next((small / "inbox").rglob("*绩效办*")).unlink()
    part = score_folder(small, interim=True).folder
    return {f"sample {name}": whole / name for name in WHICH} | {f"interim {INTERNAL}": part / INTERNAL}


WHICH = (INTERNAL, PUBLIC)
ALL = [*(f"sample {name}" for name in WHICH), f"interim {INTERNAL}"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with playwright.sync_playwright() as player:
        started = player.chromium.launch(executable_path=PROGRAM, args=list(QUIET))
        yield started
        started.close()


def opened(browser: Browser, path: Path, width: int = 1200, height: int = 900) -> tuple[Page, list[str]]:
    """A page, and what it tried to load besides itself or complained of."""
    page = browser.new_page(viewport={"width": width, "height": height})
    heard: list[str] = []
    page.on("request", lambda request: heard.append(request.url))
    page.on("console", lambda message: heard.append(message.text))
    page.goto(path.as_uri())
    return page, heard[1:]


@pytest.mark.parametrize("name", ALL)
def test_no_violation_of_accessibility(browser: Browser, files: dict[str, Path], name: str) -> None:
    """axe finds nothing, with everything that can be unfolded unfolded; the page loads nothing and complains of
    nothing."""
    page, heard = opened(browser, files[name])
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = axe.Axe().run(page)
    assert [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == []
    assert heard == []
    page.close()


@pytest.mark.parametrize("name", ALL)
def test_a_phone_scrolls_downwards_only(browser: Browser, files: dict[str, Path], name: str) -> None:
    """At 375 px the page itself is not wider than the screen: wide tables and charts scroll in their own frames, and
    every text outside these frames is inside the screen."""
    page, _ = opened(browser, files[name], 375, 800)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    outside = """[...document.querySelectorAll('p, h1, h2, h3, li, dt, dd, summary, .scroll')].filter(each => {
        const box = each.getBoundingClientRect();
        return !each.closest('.skip') && box.width && (box.left < 0 || box.right > 375.5)
    }).map(each => each.textContent.slice(0, 40))"""
    assert page.evaluate(outside) == []
    page.close()


@pytest.mark.parametrize("name", ALL)
def test_print_cuts_nothing_off(browser: Browser, files: dict[str, Path], name: str, tmp_path: Path) -> None:
    """At the width of A4 between its margins no table and no chart is wider than the paper; every unit begins a page of
    its own."""
    page, _ = opened(browser, files[name], PRINTED, A4[1])
    page.emulate_media(media="print")
    wide = f"""[...document.querySelectorAll('table, svg, p, li, summary')].filter(each =>
        each.getBoundingClientRect().width && each.getBoundingClientRect().right > {PRINTED} + 1)
        .map(each => each.textContent.slice(0, 40))"""
    assert page.evaluate(wide) == []
    units = page.locator("section.alone").count() - 1
    data = page.pdf(prefer_css_page_size=True)
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", data))
    assert units < pages < 4 * units + 12
    page.close()


def test_links_lead_from_the_ranking_to_the_unit_and_back(browser: Browser, files: dict[str, Path]) -> None:
    """By keyboard too: the link to the text comes first."""
    page, _ = opened(browser, files[ALL[0]])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator(".key-ranking a").first.click()
    assert page.url.endswith("#u1")
    assert page.locator("#u1 h3").is_visible()
    page.locator("#u1 .back a").click()
    assert page.url.endswith("#units")
    page.close()
