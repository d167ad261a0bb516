"""The look in a real browser, on pages that hold every piece once: a gallery, signing in, a refusal."""

from __future__ import annotations

import re
import struct
import threading
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

import bootstrap
from tests.views.gallery import make_app, STATES

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
PAGES = ("gallery", "gallery?wrong=1", "gallery?lang=en", "sign-in", "sign-in?wrong=1", "password", "error")


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = bootstrap.find_chromium()
    assert path is not None
    more = ["--disable-component-update", "--disable-sync"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS.split() + more)
        yield browser
        browser.close()


def _open(browser: Browser, url: str, width: int = 1280, **context: Any) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}, **context).new_page()
    page.goto(url)
    return page


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1280, 360])
def test_pages_have_no_axe_violations(chromium: Browser, address: str, name: str, width: int) -> None:
    page = _open(chromium, f"{address}/{name}", width, bypass_csp=True)
    for menu in page.locator("summary:visible").all():
        menu.click()
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1280, 640, 360, 320])
def test_pages_never_scroll_sideways(chromium: Browser, address: str, name: str, width: int) -> None:
    page = _open(chromium, f"{address}/{name}", width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for menu in page.locator("summary:visible").all():
        menu.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_pages_obey_a_strict_policy_and_load_nothing_foreign(
    chromium: Browser, address: str, name: str
) -> None:
    page = chromium.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda sent: asked.append(sent.url))
    page.goto(f"{address}/{name}")
    assert complaints == []
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    assert len([url for url in asked if url.startswith("http")]) <= 6
    page.close()


SMALL = """() => [...document.querySelectorAll('a, button, summary, input, select, textarea')]
  .filter(e => e.checkVisibility() && e.type !== 'hidden' && !e.closest('.skip-link'))
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.height < (e.matches('.btn, .form-control, .form-select, nav.pager a, .chips a') ? 44 : 24)
                        && !e.closest('p, dd, .files'))
  .map(([e, box]) => `${e.outerHTML.slice(0, 90)} ${box.width}x${box.height}`)"""


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_targets_are_large_enough_for_a_finger(chromium: Browser, address: str, width: int) -> None:
    page = _open(chromium, f"{address}/gallery?wrong=1", width)
    assert page.evaluate(SMALL) == []
    page.context.close()


TIGHT = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
  .filter(e => { const s = getComputedStyle(e);
                 return parseFloat(s.lineHeight) / parseFloat(s.fontSize) < 1.29 && !/^[0-9.,]+$/.test(e.innerText) })
  .map(e => e.outerHTML.slice(0, 90))"""


@pytest.mark.browser
def test_lines_leave_room_for_stacked_vietnamese_marks(chromium: Browser, address: str) -> None:
    page = _open(chromium, f"{address}/gallery?wrong=1", 360)
    assert page.evaluate(TIGHT) == []
    page.context.close()


@pytest.mark.browser
def test_page_has_one_main_and_one_heading_of_the_first_rank(chromium: Browser, address: str) -> None:
    page = _open(chromium, f"{address}/gallery")
    assert page.locator("main").count() == page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "vi"
    assert page.locator("[lang=en]:visible").count() == 0
    page.locator(".account summary").click()
    assert page.locator("[lang=en]:visible").inner_text() == "English"
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("scripted", [True, False])
def test_errors_come_first_and_lead_to_their_fields(chromium: Browser, address: str, scripted: bool) -> None:
    page = _open(chromium, f"{address}/gallery?wrong=1", java_script_enabled=scripted)
    assert page.title().startswith("Lỗi: ")
    assert page.locator(".error-summary:focus").count() == 1
    assert page.locator(".error-summary li").first.inner_text() == "Hồ sơ vừa được thay đổi"
    links = page.locator(".error-summary a").all()
    assert len(links) >= 4
    for link in links:
        target = page.locator(str(link.get_attribute("href")))
        described = target.get_attribute("aria-describedby") or target.locator(
            "xpath=ancestor::fieldset"
        ).get_attribute("aria-describedby")
        words = [page.locator(f"#{name}").text_content() or "" for name in str(described).split()]
        assert f"Lỗi: {link.inner_text()}" in " ".join(words)
    assert page.locator("#deadline").input_value() == "31/02/2026"
    assert page.locator("#title").get_attribute("aria-invalid") == "true"
    page.context.close()


@pytest.mark.browser
def test_menus_open_without_a_script(chromium: Browser, address: str) -> None:
    page = _open(chromium, f"{address}/gallery", 360, java_script_enabled=False)
    page.get_by_text("Trình đơn").click()
    assert page.get_by_role("button", name="Đăng xuất").is_visible()
    assert page.get_by_role("searchbox", name="Tra cứu theo mã hoặc từ khóa").is_visible()
    page.context.close()


@pytest.mark.browser
def test_form_is_sent_once_however_often_its_button_is_pressed(
    app: Flask, chromium: Browser, address: str
) -> None:
    page = _open(chromium, f"{address}/gallery")
    before = len(app.config["posts"])
    page.evaluate("""() => { const b = [...document.querySelectorAll('main .form button')].pop();
                             b.click(); b.click(); b.click() }""")
    page.wait_for_timeout(300)
    assert len(app.config["posts"]) == before + 1
    assert app.config["posts"][-1]["fields"]["csrf_token"] == "a-token"
    page.context.close()


@pytest.mark.browser
def test_long_list_is_narrowed_without_diacritics(chromium: Browser, address: str) -> None:
    page = _open(chromium, f"{address}/gallery")
    page.get_by_role("searchbox", name="Gõ để thu hẹp danh sách").fill("dong ti")
    shown = page.locator("#unit option").evaluate_all(
        "all => all.filter(o => !o.hidden && o.value).map(o => o.text)"
    )
    assert shown == ["Đảng ủy xã Đồng Tiến"]
    page.get_by_role("searchbox", name="Gõ để thu hẹp danh sách").press("Enter")
    assert page.locator("#unit").input_value() == "x0"
    page.context.close()


def _noisy_png(width: int = 900, height: int = 700) -> bytes:
    """A picture that does not compress: a bit more than 1.8 MB."""
    state, rows = 12345, bytearray()
    for _row in range(height):
        rows.append(0)
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        seed = zlib.compress(state.to_bytes(8, "big"))
        noise = b"".join(((state * n) % 2**64).to_bytes(8, "big") for n in range(1, width * 3 // 8 + 2))
        rows += (seed + noise)[: width * 3]
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))]
    chunks += [(b"IDAT", zlib.compress(bytes(rows), 1)), (b"IEND", b"")]
    packed = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


@pytest.mark.browser
@pytest.mark.parametrize("original", [False, True])
def test_photo_is_made_smaller_unless_the_original_is_asked_for(
    app: Flask, chromium: Browser, address: str, original: bool
) -> None:
    picture = _noisy_png()
    assert len(picture) > 1_500_000
    page = _open(chromium, f"{address}/gallery")
    if original:
        page.get_by_label("Gửi ảnh gốc").check()
    page.locator("#files").set_input_files({"name": "Ảnh.png", "mimeType": "image/png", "buffer": picture})
    if not original:
        page.get_by_text("Số ảnh đã thu nhỏ: 1").wait_for()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Tải lên").click()
    sent = app.config["posts"][-1]
    assert sent["fields"]["stage"] == "1"
    if original:
        assert sent["sizes"] == [len(picture)]
    else:
        assert 10_000 < sent["sizes"][0] <= 1_000_000
    page.context.close()


@pytest.mark.browser
def test_idle_warning_comes_five_minutes_before_the_end(chromium: Browser, address: str) -> None:
    page = chromium.new_page()
    page.clock.install()
    page.goto(f"{address}/gallery")
    page.clock.fast_forward("24:00")
    assert page.locator(".idle").is_hidden()
    page.clock.fast_forward("01:30")
    page.locator(".idle").wait_for()
    page.get_by_role("button", name="Tiếp tục làm việc").click()
    page.locator(".idle").wait_for(state="hidden")
    page.close()


@pytest.mark.browser
def test_paper_shows_the_matter_and_no_controls(chromium: Browser, address: str) -> None:
    page = _open(chromium, f"{address}/gallery")
    page.emulate_media(media="print")
    assert page.locator(".masthead, .search, .wide-nav, .btn >> visible=true").count() == 0
    assert page.get_by_text("ĐẢNG CỘNG SẢN VIỆT NAM").is_visible()
    sheet = page.pdf(prefer_css_page_size=True)
    sizes = {
        tuple(round(float(n)) for n in box.split()) for box in re.findall(rb"/MediaBox \[([^\]]+)\]", sheet)
    }
    assert sizes in ({(0, 0, 595, 842)}, {(0, 0, 596, 842)})
    page.context.close()


@pytest.mark.browser
def test_states_and_clocks_stay_words_in_forced_colours(chromium: Browser, address: str) -> None:
    page = _open(chromium, f"{address}/gallery", forced_colors="active", reduced_motion="reduce")
    tag = page.locator("main .tag-resolved").first
    assert tag.inner_text() == STATES["resolved"]
    assert tag.evaluate("e => getComputedStyle(e).borderTopStyle") == "solid"
    page.locator("main .btn-primary").first.focus()
    assert page.locator(":focus").evaluate("e => getComputedStyle(e).outlineWidth") == "3px"
    page.context.close()
