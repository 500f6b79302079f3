"""The report pages in a real browser: accessible, readable on a phone, whole on paper.

Needs Chromium, Chrome or Edge and `pip install '.[browser]'` (`make check-page`).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evaltool.charts.colours import luminance
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
    """axe finds nothing, with everything unfolded but the units after the third, which are like it; the page loads
    nothing and complains of nothing."""
    page, heard = opened(browser, files[name])
    page.evaluate("""(() => {
        const few = [...document.querySelectorAll('details.unit')].slice(0, 3);
        for (const each of document.querySelectorAll('details'))
            each.open = !each.closest('.unit') || few.includes(each.closest('.unit'))
    })()""")
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
def test_drawings_are_whole_and_read_on_a_phone(browser: Browser, files: dict[str, Path], name: str) -> None:
    """At 375 px no drawing is wider than the screen or scrolls in a frame, and no text of one is smaller than 9 px."""
    page, _ = opened(browser, files[name], 375, 667)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    drawn = page.evaluate("""[...document.querySelectorAll('svg')].map(each => {
        const box = each.getBoundingClientRect(), scale = box.width / each.viewBox.baseVal.width;
        const sizes = [...each.querySelectorAll('[font-size]')].map(text => text.getAttribute('font-size') * scale);
        return [box.left, box.right, Math.min(...sizes), Boolean(each.closest('.scroll'))]
    })""")
    assert drawn
    assert [each for each in drawn if each[0] < 0 or each[1] > 375 or each[2] < 8 or each[3]] == []
    page.close()


@pytest.mark.parametrize("name", ALL)
def test_the_first_screen_of_a_phone_has_places_and_no_prose(
    browser: Browser, files: dict[str, Path], name: str
) -> None:
    """At 375 x 667: who is first, second and third with totals stands there whole, before any sentence."""
    page, _ = opened(browser, files[name], 375, 667)
    table = page.locator(".key-front, .key-ranking").first
    rows = [row.bounding_box() for row in table.locator("tbody tr").all()[:3]]
    assert [row for row in rows if row is None or row["y"] + row["height"] > 667] == []
    prose = """[...document.querySelectorAll('main p, main li')].filter(each => {
        const top = document.querySelector('table').getBoundingClientRect().top;
        return each.checkVisibility() && each.getBoundingClientRect().top < top
    }).length"""
    assert page.evaluate(prose) == 0
    cells = [cell.bounding_box() for cell in table.locator("tbody tr").first.locator("td, th").all()[:4]]
    assert [cell for cell in cells if cell is None or cell["x"] + cell["width"] > 375] == []
    page.close()


@pytest.mark.parametrize("name", ALL[:2])
def test_grades_stay_apart_in_grey(browser: Browser, files: dict[str, Path], name: str) -> None:
    """As they are shown: the grounds of grades differ in lightness."""
    page, _ = opened(browser, files[name])
    grounds = page.evaluate("""(() => {
        const seen = {};
        for (const each of document.querySelectorAll('td.green, td.blue, td.yellow, td.red'))
            seen[each.className.split(' ').pop()] = getComputedStyle(each).backgroundColor;
        return Object.values(seen)
    })()""")
    colours = ["#" + "".join(f"{int(part):02x}" for part in re.findall("[0-9]+", each)) for each in grounds]
    light = sorted(116 * luminance(colour) ** (1 / 3) for colour in colours)
    assert len(light) >= 3
    assert min(b - a for a, b in pairwise(light)) >= 14
    page.close()


def pages_of(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize("name", ALL)
def test_print_cuts_nothing_off(browser: Browser, files: dict[str, Path], name: str) -> None:
    """At the width of A4 between its margins no table and no drawing is wider than the paper; every unit that is
    unfolded begins a page of its own."""
    page, _ = opened(browser, files[name], PRINTED, A4[1])
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.emulate_media(media="print")
    wide = f"""[...document.querySelectorAll('table, svg, p, li, summary')].filter(each =>
        each.getBoundingClientRect().width && each.getBoundingClientRect().right > {PRINTED} + 1)
        .map(each => each.textContent.slice(0, 40))"""
    assert page.evaluate(wide) == []
    page.evaluate("document.querySelectorAll('details details').forEach(each => each.open = false)")
    units = page.locator("details.unit").count()
    assert units < pages_of(page) < 4 * units + 40
    page.close()


@pytest.mark.parametrize(("name", "most"), [(ALL[0], 20), (ALL[1], 12), (ALL[2], 6)])
def test_print_is_short_and_has_the_units_that_are_asked_for(
    browser: Browser, files: dict[str, Path], name: str, most: int
) -> None:
    """Rankings and drawings; a unit's page is added when somebody unfolds it."""
    page, _ = opened(browser, files[name], PRINTED, A4[1])
    page.emulate_media(media="print")
    plain = pages_of(page)
    assert plain <= most
    page.evaluate("document.querySelector('details.unit').open = true")
    assert plain < pages_of(page) <= plain + 3
    page.close()


def test_links_lead_from_the_ranking_to_the_unit_and_back(browser: Browser, files: dict[str, Path]) -> None:
    """By keyboard too: the link to the text comes first."""
    page, _ = opened(browser, files[ALL[0]])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    first = page.locator(".key-ranking a").first
    key = (first.get_attribute("href") or "").removeprefix("#")
    first.click()
    assert page.url.endswith(f"#{key}")
    assert page.locator(f"#{key} dl").first.is_visible()
    page.locator(f"#{key} .back a").click()
    assert page.url.endswith("#units")
    page.close()


def test_a_unit_is_found_by_typing_its_name(browser: Browser, files: dict[str, Path]) -> None:
    """A part of its name lists it; Enter leads to it, unfolded."""
    page, heard = opened(browser, files[ALL[1]], 375, 667)
    page.fill(".find input", "投资")
    assert "市投资促进局" in page.locator(".find li a").first.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**#unit-*")
    key = page.url.partition("#")[2]
    assert page.locator(f"#{key} dl").first.is_visible()
    assert heard == []
    page.fill(".find input", "没有这个单位")
    assert page.locator(".find li").count() == 0
    page.close()


def test_without_a_script_a_link_still_leads_to_its_unit(browser: Browser, files: dict[str, Path]) -> None:
    """The browser itself unfolds what a link leads to; the finder, which would do nothing, is not there."""
    path = files[ALL[1]]
    key = re.findall(r'<section id="(unit-[^"]+)"', path.read_text("utf-8"))[3]
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{path.as_uri()}#{key}")
    assert page.locator(f"#{key} dl").first.is_visible()
    assert not page.locator(".find").is_visible()
    page.close()
