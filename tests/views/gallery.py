"""Pages that hold every piece of the look once, in an application that gives them the least they ask for."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, cast

import flask_bootstrap
from flask import flash, Flask, render_template, request, Response, send_from_directory
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from werkzeug.datastructures import MultiDict
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

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "caseflow" / "static"
BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "css"
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"
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


def make_app() -> Flask:
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
