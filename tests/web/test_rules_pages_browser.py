"""The rule browser in a real browser: seen, heard, printed, by keyboard, without scripts. `pytest -m browser`."""

import re
import shutil

import pytest

axe = pytest.importorskip("axe_playwright_python.sync_playwright")
playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ADDRESSES = [
    "/rules",
    "/rules?q=xylophone",
    "/rules/rf-thunderclap",
    "/rules/giant-cell-arteritis",
    "/rules/nsaid-oral",
    "/rules/fever",
    "/rules/vocabulary",
    "/rules/vocabulary/pregnant",
    "/rules/not-covered",
    "/rules/rf-thundercap",
    "/rules?kind=flag",
]


@pytest.fixture(scope="module")
def address(run_service, tmp_path_factory):
    with run_service(tmp_path_factory.mktemp("rules")) as service:
        yield f"http://127.0.0.1:{service.port}"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Chromium as the distribution packs it, on a profile of its own."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no chromium on this machine")
    with playwright.sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(tmp_path_factory.mktemp("profile"), executable_path=chromium, args=FLAGS)
        yield context
        context.close()


@pytest.fixture
def page(browser):
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_pages_have_no_fault_that_axe_finds_and_fit_the_screen(page, address, width, scheme):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    faults = {}
    for where in ADDRESSES:
        page.goto(address + where)
        found = axe.Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
        if found.violations_count:
            faults[where] = found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, where
    assert faults == {}


def test_nothing_is_loaded_from_elsewhere_and_nothing_is_refused(page, address):
    loaded, said = [], []
    page.on("request", lambda request: loaded.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    for where in ADDRESSES[:9]:
        page.goto(address + where)
    assert all(url.startswith(address) for url in loaded)
    assert said == []  # a page that breaks its own Content-Security-Policy is told here


def test_results_follow_what_is_typed_and_the_address_can_be_kept(page, address):
    page.goto(f"{address}/rules")
    page.get_by_label("Search", exact=True).fill("giant cell")
    page.wait_for_url("**/rules?q=giant+cell")
    assert page.get_by_role("link", name="Giant cell arteritis", exact=True).is_visible()
    assert not page.get_by_role("link", name="Thunderclap", exact=False).count()
    assert re.match(r"\d+ rules? found", page.get_by_role("status").inner_text())
    page.get_by_label("Kind").select_option("cause")
    page.wait_for_url("**/rules?q=giant+cell&kind=cause")
    page.reload()
    assert page.get_by_label("Search", exact=True).input_value() == "giant cell"
    assert page.get_by_label("Kind").input_value() == "cause"


def test_a_rule_is_found_by_keyboard_alone(page, address):
    page.goto(f"{address}/rules")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    reached = ""
    for _ in range(12):
        page.keyboard.press("Tab")
        reached = page.evaluate("document.activeElement.id")
        if reached == "q":
            break
    assert reached == "q"
    page.keyboard.type("giant cell arteritis")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rules?q=giant+cell+arteritis")
    page.get_by_role("link", name="Giant cell arteritis", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/rules/giant-cell-arteritis")


def test_everything_works_without_scripts(browser, address):
    context = browser.browser.new_context(java_script_enabled=False) if browser.browser else None
    if context is None:
        pytest.skip("this browser opens no second context")
    page = context.new_page()
    page.goto(f"{address}/rules")
    page.get_by_label("Search", exact=True).fill("giant cell")
    page.get_by_label("Kind").select_option("cause")
    page.get_by_role("button", name="Search").click()
    assert "q=giant+cell" in page.url
    page.get_by_role("link", name="Giant cell arteritis", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Giant cell arteritis"
    context.close()


def test_a_rule_can_be_printed_whole(page, address):
    page.goto(f"{address}/rules/giant-cell-arteritis")
    page.emulate_media(media="print")
    for heading in ("Required", "When data are missing", "Literature", "Source attributes"):
        assert page.get_by_role("heading", name=re.compile(f"^{heading}")).is_visible()
    assert not page.get_by_role("navigation", name="On this page").is_visible()
    assert page.pdf()[:5] == b"%PDF-"
