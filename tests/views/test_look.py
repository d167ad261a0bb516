"""The look, tried on pages that hold every piece once: a gallery, signing in, a refusal."""

from __future__ import annotations

import datetime as dt
import gzip
import re
import shutil
import struct
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import flask_bootstrap
import pytest
from axe_core_python.sync_playwright import Axe
from flask import flash, Flask, render_template, request, Response, send_from_directory
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.datastructures import MultiDict
from werkzeug.serving import make_server
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    Form,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from caseflow import i18n
from caseflow.messages import Message, N_

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "caseflow" / "static"
BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "css"
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
PAGES = ("gallery", "gallery?wrong=1", "gallery?lang=en", "sign-in", "sign-in?wrong=1", "password", "error")
STATES = {
    "registered": "Đã đăng ký",
    "assigned": "Đã giao",
    "in_progress": "Đang giải quyết",
    "resolved": "Đã báo cáo kết quả, chờ xác nhận",
    "verified": "Đã xác nhận hoàn thành",
    "suspended": "Tạm dừng",
    "cancelled": "Đã đưa khỏi danh mục",
}
URGENCIES = {"urgent": "Khẩn", "very_urgent": "Thượng khẩn", "express": "Hỏa tốc"}
CLOCKS = [
    {"kind": "overdue", "label": "Quá hạn 12 ngày làm việc (từ 05/11/2026)"},
    {"kind": "long_overdue", "label": "Quá hạn kéo dài 47 ngày làm việc (từ 17/09/2026)"},
    {"kind": "due_today", "label": "Đến hạn hôm nay (hết 23/11/2026)"},
    {"kind": "soon", "label": "Còn 3 ngày làm việc (đến hết 26/11/2026)"},
    {"kind": "on_track", "label": "Còn 24 ngày làm việc (đến hết 25/12/2026)"},
    {"kind": "suspended", "label": "Tạm dừng tính thời hạn (xem lại 10/12/2026)"},
    {"kind": "none", "label": "Chưa có thời hạn"},
]
CASE = {
    "code": "VV-2026-000042",
    "title": "Giải quyết dứt điểm khiếu nại kéo dài về bồi thường, hỗ trợ khi thu hồi đất làm đường vành đai",
    "state": "in_progress",
    "urgency": "very_urgent",
    "restricted": True,
    "owner": "Nguyễn Thị Hợp – Phó Chủ tịch – Ủy ban nhân dân xã Đồng Tiến",
}
FILES = [
    {
        "id": "a1",
        "name": "Biên-bản-làm-việc-với-các-hộ-dân-ngày-20-11-2026-bản-ký-số-cuối-cùng.pdf",
        "url": "#",
        "size": 1_887_436,
        "sha256": "3f9a11c0" * 8,
        "thumbnail_url": None,
        "reuse_note": "Tệp này đã dùng ở VV-2026-000017",
    },
    {
        "id": "a2",
        "name": "IMG_0231.jpg",
        "url": "#",
        "size": 640_000,
        "sha256": "77bc02de" * 8,
        "thumbnail_url": "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
        "reuse_note": None,
    },
]
NOON = dt.datetime(2026, 11, 23, 7, 5, tzinfo=dt.UTC)
ENTRY: dict[str, Any] = {
    "who": "Nguyễn Thị Hợp – Phó Chủ tịch",
    "on_behalf_of": None,
    "at": NOON,
    "has_time": True,
    "number": 1247,
    "sealed": True,
    "facts": [],
    "changes": [],
    "files": [],
}
ENTRIES = [
    ENTRY
    | {
        "title": "Báo cáo kết quả",
        "facts": [("Kết quả", "Đã chi trả đủ cho 14 hộ.\nCòn 2 hộ nhận ngày 27/11.")],
    }
    | {"files": FILES, "on_behalf_of": "Trần Đức Lượng", "sealed": False},
    ENTRY
    | {"title": "Sửa vụ việc", "number": 1200}
    | {"changes": [("Kết quả cần đạt", "Giải quyết xong", "Giải quyết xong, 16/16 hộ nhận tiền")]},
    ENTRY | {"title": "Giao giải quyết", "at": dt.date(2026, 11, 2), "has_time": False, "number": 1101},
    ENTRY | {"title": "Nhập từ sổ cũ", "at": None, "number": None},
]
CONFLICTS = [
    {"name": "title", "label": "Nội dung", "opened": "Thu hồi đất", "current": "Thu hồi đất làm đường"}
    | {"mine": "Thu hồi đất ở", "choice": "current"},
    {"name": "field", "label": "Lĩnh vực", "opened": "Khiếu kiện", "current": "Khiếu kiện"}
    | {"mine": "Đầu tư", "choice": "mine"},
]


class GalleryForm(Form):
    """One field of each kind."""

    title = StringField("Tên vụ việc", [InputRequired("Nhập tên vụ việc")])
    outcome = TextAreaField("Kết quả giải quyết", [InputRequired("Nhập kết quả giải quyết")])
    deadline = DateField("Thời hạn", [InputRequired("Nhập thời hạn")], format="%d/%m/%Y")
    unit = SelectField("Đơn vị chủ trì")
    completion = RadioField("Mức hoàn thành", [InputRequired("Chọn mức hoàn thành")])
    own = BooleanField("Thiết bị riêng")
    progress = IntegerField("Tiến độ (%)")
    files = FileField("Minh chứng")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units: list[tuple[str, str, str | None]] = [("", "Chọn đơn vị", None)]
        units += [(f"x{n}", f"Đảng ủy xã {name}", f"Huyện {n % 3}") for n, name in enumerate(COMMUNES)]
        self.unit.choices = [SelectChoice(value=v, label=text, optgroup=g) for v, text, g in units]
        grades = [
            ("full", "Hoàn thành"),
            ("part", "Hoàn thành một phần"),
            ("impossible", "Không thể giải quyết"),
        ]
        self.completion.choices = [SelectChoice(value=v, label=text) for v, text in grades]


COMMUNES = [
    "Đồng Tiến",
    "Tân Dĩnh",
    "Xương Lâm",
    "Đồng Kỳ",
    "Ngọc Vân",
    "Hợp Thịnh",
    "Mỹ Thái",
    "Tiên Lục",
    "Nghĩa Hòa",
    "Yên Mỹ",
    "Quế Nham",
    "Lão Hộ",
    "Đức Giang",
    "Ẩm Phước",
]


class SignInForm(Form):
    """As the sign-in page expects it."""

    login = StringField("Mã cán bộ", [InputRequired("Nhập mã cán bộ")])
    password = PasswordField("Mật khẩu", [InputRequired("Nhập mật khẩu")])
    own_device = BooleanField("Thiết bị riêng, giữ đăng nhập 14 ngày")


class PasswordForm(Form):
    """As the page for a new password expects it."""

    current_password = PasswordField("Mật khẩu hiện tại", [InputRequired()])
    new_password = PasswordField("Mật khẩu mới", [InputRequired()])
    new_password_again = PasswordField("Nhập lại mật khẩu mới", [InputRequired()])


def _globals(signed_in: bool) -> dict[str, Any]:
    labels = ("Việc của tôi", "Vụ việc", "Thông báo", "Chờ xác nhận", "Bảng theo dõi", "Báo cáo")
    items = [
        {"endpoint_url": f"/{n}", "label": label, "badge": (0, 120, 7)[n % 3], "current": n == 1}
        for n, label in enumerate(labels)
    ]
    person = {"name": "Nguyễn Thị Hợp", "position": "Phó Chủ tịch – Ủy ban nhân dân xã Đồng Tiến"}
    return {
        "current_person": person if signed_in else None,
        "nav_items": items if signed_in else [],
        "acting_for": {"name": "Trần Đức Lượng"} if signed_in else None,
        "language": i18n.current_language(),
        "agency_name": "Tỉnh ủy Bắc Giang",
        "version": "0.1.0",
    }


def _gallery() -> str:
    wrong = "wrong" in request.args
    form = GalleryForm(MultiDict({"deadline": "31/02/2026"}) if wrong else None)
    if wrong:
        form.validate()
        form.form_errors.append("Hồ sơ vừa được thay đổi")
    flash("Đã lưu bản nháp", "success")
    flash("Tệp này đã dùng ở vụ việc khác", "warning")
    cards = [
        CASE
        | {"code": f"VV-2026-0000{n}", "href": f"/vu-viec/{n}", "clock": clock, "state": state}
        | {"meta": "Cập nhật 3 giờ trước · 14:05 23/11/2026"}
        for n, (clock, state) in enumerate(zip(CLOCKS, STATES, strict=True), 40)
    ]
    return render_template(
        "gallery.html",
        form=form,
        case=CASE,
        clocks=CLOCKS,
        states=list(STATES),
        cards=cards,
        staged=FILES,
        entries=ENTRIES,
        conflicts=CONFLICTS,
        page={"number": 7, "pages": 350, "total": 17_487, "first": 301, "last": 350},
        href=lambda number: f"?trang={number}",
        steps=[
            {"label": "Đã đăng ký", "status": "done", "when": "01/11/2026"},
            {"label": "Đã giao", "status": "done", "when": "02/11/2026"},
            {"label": "Đang giải quyết", "status": "current", "when": None},
            {"label": "Đã báo cáo kết quả, chờ xác nhận", "status": "todo", "when": None},
            {"label": "Đã xác nhận hoàn thành", "status": "todo", "when": None},
        ],
        counts=[
            {"label": "Quá hạn kéo dài", "number": 2, "href": "#", "kind": "long_overdue"},
            {"label": "Quá hạn", "number": 1247, "href": "#", "kind": "overdue"},
            {"label": "Sắp đến hạn", "number": 5, "href": "#", "kind": "soon"},
            {"label": "Trong hạn", "number": 11, "href": "#", "kind": "on_track"},
        ],
        head={
            "superior": "TỈNH ỦY BẮC GIANG",
            "agency": "ĐẢNG ỦY XÃ ĐỒNG TIẾN",
            "number": "Số 36-BC/ĐU",
            "heading": "ĐẢNG CỘNG SẢN VIỆT NAM",
            "motto": None,
            "place_and_date": "Đồng Tiến, ngày 23 tháng 11 năm 2026",
        },
        **_globals(signed_in=True),
    )


def _sign_in() -> str:
    form = SignInForm(MultiDict({"login": ""}) if "wrong" in request.args else None)
    if "wrong" in request.args:
        form.validate()
    return render_template("sign_in.html", form=form, saved_text=True, **_globals(signed_in=False))


def _password() -> str:
    form = PasswordForm()
    return render_template(
        "change_password.html", form=form, first=True, minimum=12, login="CB0042", **_globals(signed_in=True)
    )


def _error() -> str:
    words = {"heading": "Không thực hiện được", "message": "Chương trình gặp lỗi.", "status": 500}
    more = {"reference": "7F3A-11C0", "contact": "Văn phòng Tỉnh ủy", "kept": True}
    return render_template("error.html", **words, **more, **_globals(signed_in=False))


def _static(name: str) -> Response:
    return send_from_directory(BOOTSTRAP if name.startswith("bootstrap") else STATIC, name)


def _in_language(view: Any) -> Any:
    def shown() -> str:
        with i18n.use_language(request.args.get("lang", "vi")):
            return cast(str, view())

    return shown


@pytest.fixture(scope="module")
def app() -> Flask:
    """The templates with the least that they ask of an application."""
    made = Flask("look", static_folder=None)
    made.secret_key = "only for flashed notices"
    made.jinja_options = {"undefined": StrictUndefined, "extensions": ["jinja2.ext.i18n"]}
    folders = [ROOT / "templates", Path(__file__).parent / "templates"]
    made.jinja_loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
    environment: Any = made.jinja_env
    environment.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)
    environment.globals.update(asset=lambda name: f"/static/{name}", csrf_token=lambda: "a-token")
    environment.filters.update(
        date=i18n.format_date,
        datetime=i18n.format_datetime,
        ago=lambda _instant: "3 giờ trước",
        number=i18n.format_number,
        state_label=STATES.__getitem__,
        urgency_label=URGENCIES.__getitem__,
    )
    views = {"gallery": _gallery, "sign-in": _sign_in, "password": _password, "error": _error}
    for name, view in views.items():
        made.add_url_rule(f"/{name}", name, _in_language(view), methods=["GET"])
    made.config["posts"] = posts = cast("list[dict[str, Any]]", [])
    made.add_url_rule("/gallery", "post", lambda: _receive(posts), methods=["POST"])
    made.add_url_rule("/static/<name>", "static", _static)
    made.after_request(_strict)
    return made


def _receive(posts: list[dict[str, Any]]) -> tuple[str, int]:
    sizes = [len(file.read()) for file in request.files.getlist("files")]
    posts.append({"fields": request.form.to_dict(), "sizes": sizes})
    return "", 204


def _strict(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response


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
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine")
    more = ["--disable-component-update", "--disable-sync"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS.split() + more)
        yield browser
        browser.close()


def _open(browser: Browser, url: str, width: int = 1280, **context: Any) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}, **context).new_page()
    page.goto(url)
    return page


@pytest.mark.parametrize(("name", "limit"), [("app.css", 8192), ("app.js", 8192), ("icons.svg", 6144)])
def test_static_files_stay_small(name: str, limit: int) -> None:
    data = (STATIC / name).read_bytes()
    assert len(data if name == "icons.svg" else gzip.compress(data)) <= limit


def test_sprite_holds_the_pictures_that_templates_name() -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "icons.svg").read_text()))
    texts = [path.read_text() for path in (ROOT / "templates").rglob("*.html")]
    named = {name for text in texts for name in re.findall(r'icon\("(\w+)"\)', text)}
    assert len(drawn) == 14
    assert named | set(STATES) <= drawn


def test_templates_hold_no_inline_style_or_script() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        assert not re.search(
            r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", path.read_text()
        ), path


LOOK = ["base.html", "error.html", "sign_in.html", "change_password.html"]
LOOK += [f"macros/{name}.html" for name in ("form", "icon", "pager", "parts", "tag", "timeline")]


@pytest.mark.parametrize("name", LOOK)
def test_every_word_of_the_look_has_its_vietnamese(app: Flask, name: str) -> None:
    source = (ROOT / "templates" / name).read_text()
    found = cast(Any, app.jinja_env).extract_translations(source, gettext_functions=("_", "ngettext"))
    for _line, _function, said in found:
        msgid = said[0] if isinstance(said, tuple) else said
        assert i18n.translations_for("vi").gettext(msgid) != msgid


def test_acting_for_somebody_is_said_in_words_of_the_house() -> None:
    said = i18n.translate(Message(N_("Acting on behalf of %(name)s"), {"name": "Trần Đức Lượng"}), "vi")
    assert said == "Đang thực hiện theo ủy quyền của Trần Đức Lượng"


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1280, 360])
def test_pages_have_no_axe_violations(chromium: Browser, address: str, name: str, width: int) -> None:
    page = _open(chromium, f"{address}/{name}", width, bypass_csp=True)
    for menu in page.locator("summary:visible").all():
        menu.click()
    found = Axe().run(page, options=RULES)["violations"]
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
