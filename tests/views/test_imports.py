"""Import from Excel: looked at first, all or nothing, once however often it is sent."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from caseflow.adapters.spreadsheets import read_table, Sheet, write_workbook
from caseflow.models import Case, StagedFile
from tests.factories import Office
from tests.views.visiting import TOKEN, Visitor, Visits

HEADINGS = (
    "TT",
    "Nội dung vấn đề, vụ việc",
    "Đơn vị",
    "Lĩnh vực",
    "Kết quả cần đạt",
    "Người chịu trách nhiệm",
    "Thời hạn",
)
FIELD = "complaints"
GOOD = (
    (1, "Khiếu nại thu hồi đất thôn Đông", "W1", FIELD, "Giải quyết dứt điểm", "W1-OFF", "30/12/2026"),
    (2, "Ô nhiễm kênh thủy lợi", "Đảng ủy xã Một", FIELD, None, None, None),
)


@pytest.fixture
def visits(office: Office) -> Visits:
    """The application on the small province."""
    return Visits(office)


def book(*rows: tuple[Any, ...]) -> bytes:
    """A workbook of our own list."""
    return write_workbook([Sheet("Danh sách", HEADINGS, rows)])


def upload(visitor: Visitor, data: bytes, name: str = "ds.xlsx") -> TestResponse:
    """Send a file."""
    found = TOKEN.search(visitor.page("/vu-viec/nhap"))
    assert found
    sent = {"csrf_token": found[1], "file": (BytesIO(data), name), "field": ""}
    answer = visitor.client.post("/vu-viec/nhap", data=sent, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # where a large body waited
    return answer


def cases(office: Office) -> int:
    """How many cases there are."""
    with office.installation.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(Case)).scalar_one())


def test_list_is_looked_at_and_then_imported(office: Office, visits: Visits) -> None:
    visitor = visits.sign_in("W1-REG")
    preview = upload(visitor, book(*GOOD)).headers["Location"]
    page = visitor.page(preview)
    assert "Khiếu nại thu hồi đất thôn Đông" in page
    assert "Sẽ đăng ký 2 vụ việc, trong đó giao ngay 1" in page
    assert cases(office) == 0
    done = visitor.post(preview, preview)
    assert done.status_code == 303
    result = visitor.page(done.headers["Location"])
    assert "VV-2026-000001 – VV-2026-000002" in result
    assert cases(office) == 2


def test_what_was_imported_is_a_list_of_its_own(office: Office, visits: Visits) -> None:
    before = office.register(title="Có từ trước")
    visitor = visits.sign_in("W1-SUP")
    done = visitor.post(upload(visitor, book(*GOOD)).headers["Location"])
    page = visitor.page(done.headers["Location"])
    link = re.search(r'href="(/vu-viec\?ma=[^"]+)"', page)
    assert link
    listed = visitor.page(link[1])
    assert "Khiếu nại thu hồi đất thôn Đông" in listed
    assert "Ô nhiễm kênh thủy lợi" in listed
    assert before not in listed


def test_second_click_imports_nothing_more(office: Office, visits: Visits) -> None:
    visitor = visits.sign_in("W1-REG")
    preview = upload(visitor, book(*GOOD)).headers["Location"]
    first = visitor.post(preview, preview)
    again = visitor.post(preview)
    assert again.status_code == 303
    assert again.headers["Location"] == first.headers["Location"]
    assert cases(office) == 2


def test_each_error_is_shown_at_its_cell_and_nothing_is_imported(office: Office, visits: Visits) -> None:
    wrong = (
        (1, "Vụ việc một", "Đơn vị lạ", FIELD, None, None, None),
        (2, "Vụ việc hai", "W1", FIELD, "Xong", "W1-OFF", "31/02/2026"),
        (3, None, "W1", FIELD, None, None, None),
        (4, "Vụ việc bốn", "W1", FIELD, "Xong", "W1-OFF", "01/01/2020"),
    )
    visitor = visits.sign_in("W1-REG")
    preview = upload(visitor, book(*wrong)).headers["Location"]
    page = visitor.page(preview)
    for cell in ("C2", "G3", "B4", "G5"):
        assert f">{cell}<" in page, cell
    assert "Nhập tất cả" not in page
    assert visitor.post(preview, preview).status_code == 422
    assert cases(office) == 0


def test_errors_are_taken_home_in_a_column(visits: Visits) -> None:
    visitor = visits.sign_in("W1-REG")
    preview = upload(visitor, book((1, "Vụ việc một", "Đơn vị lạ", FIELD, None, None, None))).headers[
        "Location"
    ]
    answer = visitor.post(f"{preview}/loi", preview)
    table = read_table(answer.data, "loi.xlsx")
    assert table.header[-1] == "Lỗi"
    assert "Đơn vị lạ" in str(table.rows[0].cells[-1])


def test_template_comes_back_in_as_it_went_out(office: Office, visits: Visits) -> None:
    visitor = visits.sign_in("W1-REG")
    answer = visitor.post("/vu-viec/nhap/mau", "/vu-viec/nhap", **{"don-vi": "W1"})
    assert answer.status_code == 200
    header = read_table(answer.data, "mau.xlsx").header
    assert {"TT", "Nội dung vấn đề, vụ việc", "Đơn vị", "Thời hạn"} <= set(header)
    row = ["" for _ in header]
    row[header.index("Nội dung vấn đề, vụ việc")], row[header.index("Đơn vị")] = "Việc từ mẫu", "W1"
    row[header.index("Lĩnh vực")] = FIELD
    filled = write_workbook([Sheet("a", header, [tuple(cell or None for cell in row)])])
    preview = upload(visitor, filled).headers["Location"]
    assert visitor.post(preview, preview).status_code == 303
    assert cases(office) == 1


def test_template_of_another_unit_is_not_given(visits: Visits) -> None:
    answer = visits.sign_in("W1-REG").post("/vu-viec/nhap/mau", "/vu-viec/nhap", **{"don-vi": "W2"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"", "a.xlsx"), (b"x", "a.xlsx"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xlsx"), (b"a,b", "a.pdf"),
     (b"\xff\xfe\x00", "a.csv"), (b"PK\x03\x04", "a.xlsx"), (b"0" * 10_000_001, "a.csv")],
)  # fmt: skip
def test_unreadable_file_is_refused_with_a_reason(
    office: Office, visits: Visits, data: bytes, name: str
) -> None:
    answer = upload(visits.sign_in("W1-REG"), data, name)
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert cases(office) == 0


def test_no_file_is_refused(visits: Visits) -> None:
    answer = visits.sign_in("W1-REG").post("/vu-viec/nhap", "/vu-viec/nhap")
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text


def test_import_is_for_registrars_and_supervisors(visits: Visits) -> None:
    for staff_code in ("W1-OFF", "P-INS", "P-ADM", "P-REP"):
        assert visits.sign_in(staff_code).get("/vu-viec/nhap").status_code == 403
    assert visits.sign_in("W1-SUP").get("/vu-viec/nhap").status_code == 200


def test_uploaded_list_of_another_person_is_not_found(office: Office, visits: Visits) -> None:
    preview = upload(visits.sign_in("W1-REG"), book(*GOOD)).headers["Location"]
    other = visits.sign_in("W1-SUP")
    assert other.get(preview).status_code == 404
    assert other.post(preview).status_code == 404
    assert other.get(f"/vu-viec/nhap/{uuid4()}").status_code == 404
    assert cases(office) == 0


def test_cases_of_a_unit_out_of_reach_are_refused(office: Office, visits: Visits) -> None:
    visitor = visits.sign_in("W1-REG")
    preview = upload(visitor, book((1, "Việc của xã bên", "W2", FIELD, None, None, None))).headers["Location"]
    assert "Nhập tất cả" not in visitor.page(preview)
    assert visitor.post(preview, preview).status_code in {403, 422}
    assert cases(office) == 0


def test_imported_file_is_staged_no_longer(office: Office, visits: Visits) -> None:
    visitor = visits.sign_in("W1-REG")
    preview = upload(visitor, book(*GOOD)).headers["Location"]
    visitor.post(preview, preview)
    with office.installation.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(StagedFile)).scalar_one() == 0
    assert visitor.get(preview).status_code == 404
