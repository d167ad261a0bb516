"""Administration: who may, how far it reaches, and what a refusal says at which field."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from caseflow.models import Delegation, FieldRow, Organisation, Person, RoleGrant, SpecialDayRow
from caseflow.use_cases.people import issue_password
from tests.factories import Office
from tests.views.visiting import Visits

PAGES = (
    "/quan-tri", "/quan-tri/don-vi", "/quan-tri/don-vi/moi", "/quan-tri/don-vi/W1", "/quan-tri/don-vi/W1/ket-thuc",
    "/quan-tri/can-bo", "/quan-tri/can-bo/moi", "/quan-tri/can-bo/W1-OFF", "/quan-tri/can-bo/W1-OFF/nghi",
    "/quan-tri/can-bo/danh-sach-in", "/quan-tri/vai-tro", "/quan-tri/vai-tro/giao", "/quan-tri/linh-vuc",
    "/quan-tri/linh-vuc/moi", "/quan-tri/linh-vuc/complaints", "/quan-tri/ngay-dac-biet",
    "/quan-tri/ngay-dac-biet/2026-11-24/xoa",
)  # fmt: skip


@pytest.fixture
def visits(office: Office) -> Visits:
    """The application on the small province."""
    return Visits(office)


@pytest.fixture
def commune(office: Office) -> None:
    """An administrator of commune W1 alone."""
    office.person("W1-ADM", "Quách Quản Xã", "Quản trị xã", "W1", ("administrator",))


def row(office: Office, statement: Any) -> Any:
    """The one row of a select."""
    with office.installation.database.reading() as connection:
        return connection.execute(statement).one()


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_for_administrators_alone(visits: Visits, path: str) -> None:
    assert visits.sign_in("P-ADM").get(path).status_code == 200
    for staff_code in ("P-SUP", "W1-OFF", "P-INS", "W1-REG", "P-REP"):
        assert visits.sign_in(staff_code).get(path).status_code == 403, staff_code


def test_no_page_of_administration_shows_a_case(office: Office, visits: Visits) -> None:
    code = office.assigned()
    visitor = visits.sign_in("P-ADM")
    for path in PAGES:
        page = visitor.page(path)
        assert code not in page
        assert "bãi rác" not in page


def test_administrator_reaches_the_own_subtree_only(visits: Visits, commune: None) -> None:
    visitor = visits.sign_in("W1-ADM")
    assert "Đảng ủy xã Hai" not in visitor.page("/quan-tri/don-vi")
    assert "Tạ Thị Bên" not in visitor.page("/quan-tri/can-bo?q=ben")
    for path in ("/quan-tri/don-vi/W2", "/quan-tri/don-vi/D", "/quan-tri/can-bo/W2-OFF", "/quan-tri/can-bo/P-SUP",
                 "/quan-tri/can-bo?don-vi=W2", "/quan-tri/vai-tro?don-vi=P", "/quan-tri/don-vi/khong-co"):  # fmt: skip
        assert visitor.get(path).status_code == 404, path


def test_forged_forms_change_nothing_outside_the_subtree(
    office: Office, visits: Visits, commune: None
) -> None:
    visitor = visits.sign_in("W1-ADM")
    grant = row(office, select(RoleGrant.uuid).join(Person).where(Person.staff_code == "W2-SUP"))[0]
    role = {"staff_code": "W1-OFF", "role": "supervisor", "organisation": "D"}
    sent: tuple[tuple[str, dict[str, str]], ...] = (
        ("/quan-tri/don-vi/W2", {"name": "Tên khác"}),
        ("/quan-tri/can-bo/W2-OFF/mat-khau", {}),
        ("/quan-tri/can-bo/W2-OFF", {"name": "Tên khác"}),
        (f"/quan-tri/vai-tro/{grant}/ket-thuc", {"valid_until": ""}),
        ("/quan-tri/vai-tro/giao", role),
        (
            "/quan-tri/don-vi/moi",
            {"parent": "D", "code": "X", "name": "X", "level": "cell", "valid_from": "1/1/2026"},
        ),
        ("/quan-tri/linh-vuc/moi", {"code": "x", "name_vi": "Lĩnh vực lạ", "name_en": "Odd field"}),
        ("/quan-tri/ngay-dac-biet", {"day": "3/12/2026", "kind": "holiday", "decision": "QĐ"}),
    )
    for path, values in sent:
        assert visitor.post(path, **values).status_code in {403, 404}, path
    assert row(office, select(Organisation.name).where(Organisation.code == "W2"))[0] == "Đảng ủy xã Hai"
    assert row(office, select(func.count()).select_from(FieldRow).where(FieldRow.code == "x"))[0] == 0


def test_units_are_found_without_accents(visits: Visits) -> None:
    page = visits.sign_in("P-ADM").page("/quan-tri/don-vi?q=dang uy xa hai")
    assert "Đảng ủy xã Hai" in page
    assert "Đảng ủy xã Một" not in page


def test_unit_is_added_changed_and_ended(office: Office, visits: Visits) -> None:
    visitor = visits.sign_in("P-ADM")
    given = {
        "parent": "W1",
        "code": "C1",
        "name": "Chi bộ thôn Đông",
        "level": "cell",
        "valid_from": "1/11/2026",
    }
    assert visitor.post("/quan-tri/don-vi/moi", **given).status_code == 303
    added = row(
        office,
        select(Organisation)
        .with_only_columns(Organisation.path, Organisation.valid_from)
        .where(Organisation.code == "C1"),
    )
    above = row(office, select(Organisation.path).where(Organisation.code == "W1"))
    assert added.path.startswith(above.path)
    assert added.valid_from == date(2026, 11, 1)
    assert visitor.post("/quan-tri/don-vi/C1", name="Chi bộ thôn Đoài", unit="Thôn Đoài").status_code == 303
    assert visitor.post("/quan-tri/don-vi/C1/ket-thuc", valid_until="30/11/2026").status_code == 303
    page = visitor.page("/quan-tri/don-vi/C1")
    assert "Chi bộ thôn Đoài" in page
    assert "30/11/2026" in page


def test_team_needs_its_named_head(office: Office, visits: Visits) -> None:
    visitor = visits.sign_in("P-ADM")
    team = {"parent": "D", "code": "T1", "name": "Tổ công tác", "level": "team", "valid_from": "1/11/2026"}
    refused = visitor.post("/quan-tri/don-vi/moi", **team)
    assert refused.status_code == 422
    assert 'id="head-error"' in refused.text
    assert visitor.post("/quan-tri/don-vi/moi", **team, head="Phạm Thị Phó").status_code == 303
    head = row(office, select(Person.staff_code).join(Organisation, Organisation.head_id == Person.id))
    assert head[0] == "D-DEP"


def test_wrong_dates_are_named_at_their_field_and_text_is_kept(visits: Visits) -> None:
    answer = visits.sign_in("P-ADM").post(
        "/quan-tri/don-vi/moi",
        parent="W1",
        code="C9",
        name="Chi bộ Chín",
        level="cell",
        valid_from="31/02/2026",
    )
    assert answer.status_code == 422
    assert 'id="valid_from-error"' in answer.text
    assert "31/02/2026" in answer.text
    assert 'value="Chi bộ Chín"' in answer.text
    assert "<title>Lỗi:" in answer.text


def test_known_code_is_refused_at_its_field(visits: Visits) -> None:
    answer = visits.sign_in("P-ADM").post(
        "/quan-tri/can-bo/moi", staff_code="W1-OFF", name="Ai Đó", position="Cán bộ", organisation="W1"
    )
    assert answer.status_code == 422
    assert 'id="staff_code-error"' in answer.text


def test_person_is_added_and_changed_and_leaves(office: Office, visits: Visits) -> None:
    visitor = visits.sign_in("P-ADM")
    given = {"staff_code": "CB-7", "name": "Trịnh Thị Mới", "position": "Văn thư", "organisation": "W2"}
    added = visitor.post("/quan-tri/can-bo/moi", **given)
    assert added.headers["Location"] == "/quan-tri/can-bo/CB-7"
    assert (
        visitor.post("/quan-tri/can-bo/CB-7", name="Trịnh Thị Mới", position="Chánh Văn phòng").status_code
        == 303
    )
    assert visitor.post("/quan-tri/can-bo/CB-7/nghi", left_on="1/12/2026").status_code == 303
    kept = row(office, select(Person.position, Person.left_on).where(Person.staff_code == "CB-7"))
    assert tuple(kept) == ("Chánh Văn phòng", date(2026, 12, 1))


def test_first_password_is_shown_once_and_stored_nowhere(office: Office, visits: Visits) -> None:
    visitor = visits.sign_in("P-ADM")
    answer = visitor.post("/quan-tri/can-bo/W1-OFF/mat-khau")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    shown = re.search(r"<code>([a-z2-9]{12})</code>", answer.text)
    assert shown
    assert shown[1] not in visitor.page("/quan-tri/can-bo/W1-OFF")
    assert visitor.get("/quan-tri/can-bo/W1-OFF/mat-khau").status_code in {404, 405}
    kept = row(
        office, select(Person.must_change_password, Person.password_hash).where(Person.staff_code == "W1-OFF")
    )
    assert kept.must_change_password
    assert shown[1] not in kept.password_hash


def test_print_list_holds_those_without_an_account(office: Office, visits: Visits) -> None:
    office.do(issue_password, "W1-OFF")
    page = visits.sign_in("P-ADM").page("/quan-tri/can-bo/danh-sach-in?don-vi=W1")
    assert "Lý Cán Sự" in page
    assert "Đặng Cán Bộ" not in page
    assert "Tạ Thị Bên" not in page


def test_role_is_given_by_name_and_ended(office: Office, visits: Visits) -> None:
    visitor = visits.sign_in("P-ADM")
    given = {
        "staff_code": "ly can su",
        "role": "registrar",
        "organisation": "W1",
        "valid_from": "",
        "valid_until": "",
    }
    assert visitor.post("/quan-tri/vai-tro/giao", **given).status_code == 303
    mine = (
        select(RoleGrant.uuid, RoleGrant.valid_from, RoleGrant.valid_until)
        .join(Person)
        .where(Person.staff_code == "W1-OF2", RoleGrant.role == "registrar")
    )
    held = row(office, mine)
    assert held.valid_from == office.today
    assert "Văn thư" in visitor.page("/quan-tri/can-bo/W1-OF2")
    assert "Lý Cán Sự" in visitor.page("/quan-tri/vai-tro?don-vi=W1&vai-tro=registrar")
    assert (
        visitor.post(f"/quan-tri/vai-tro/{held.uuid}/ket-thuc", valid_until="30/11/2026").status_code == 303
    )
    assert row(office, mine).valid_until == date(2026, 11, 30)


def test_ambiguous_name_is_refused_with_the_candidates(office: Office, visits: Visits) -> None:
    office.person("CB-1", "Nguyễn Văn An", "Cán bộ", "W1")
    office.person("CB-2", "Nguyễn Văn An", "Cán bộ", "W2")
    answer = visits.sign_in("P-ADM").post(
        "/quan-tri/vai-tro/giao", staff_code="Nguyễn Văn An", role="official", organisation="W1"
    )
    assert answer.status_code == 422
    assert "CB-1" in answer.text
    assert "CB-2" in answer.text


def test_field_is_added_renamed_and_ended(office: Office, visits: Visits) -> None:
    visitor = visits.sign_in("P-ADM")
    assert (
        visitor.post("/quan-tri/linh-vuc/moi", code="land", name_vi="Đất đai", name_en="Land").status_code
        == 303
    )
    assert (
        visitor.post("/quan-tri/linh-vuc/land", name_vi="Đất đai, môi trường", name_en="Land").status_code
        == 303
    )
    kept = row(office, select(FieldRow.name_vi, FieldRow.active).where(FieldRow.code == "land"))
    assert tuple(kept) == ("Đất đai, môi trường", False)
    refused = visitor.post("/quan-tri/linh-vuc/moi", code="Đất", name_vi="Khác", name_en="Other")
    assert refused.status_code == 422
    assert 'id="code-error"' in refused.text


def test_special_day_is_entered_and_removed_with_a_reason(office: Office, visits: Visits) -> None:
    visitor = visits.sign_in("P-ADM")
    sent = {"day": "3/12/2026", "kind": "swapped_rest_day", "decision": "QĐ 99/QĐ-TTg"}
    assert visitor.post("/quan-tri/ngay-dac-biet", **sent).headers["Location"].endswith("nam=2026")
    assert "QĐ 99/QĐ-TTg" in visitor.page("/quan-tri/ngay-dac-biet?nam=2026")
    assert visitor.post("/quan-tri/ngay-dac-biet/2026-12-03/xoa", reason=" ").status_code == 422
    assert visitor.post("/quan-tri/ngay-dac-biet/2026-12-03/xoa", reason="Nhập nhầm").status_code == 303
    left = select(func.count()).select_from(SpecialDayRow).where(SpecialDayRow.day == date(2026, 12, 3))
    assert row(office, left)[0] == 0
    assert visitor.get("/quan-tri/ngay-dac-biet/2026-12-03/xoa").status_code == 404
    assert visitor.get("/quan-tri/ngay-dac-biet/hom-nay/xoa").status_code == 404


def test_year_without_holidays_is_flagged(visits: Visits) -> None:
    assert "chưa tính được thời hạn" in visits.sign_in("P-ADM").page("/quan-tri/ngay-dac-biet?nam=2099")


def test_supervisor_delegates_the_decision_and_ends_it(office: Office, visits: Visits) -> None:
    visitor = visits.sign_in("D-SUP")
    given = {
        "giver": "D",
        "staff_code": "D-DEP",
        "scope": "W1",
        "valid_from": "2/11/2026",
        "valid_until": "2/12/2026",
    }
    assert visitor.post("/uy-quyen-quyet-dinh", **given).status_code == 303
    assert "Phạm Thị Phó" in visitor.page("/uy-quyen-quyet-dinh")
    made = row(office, select(Delegation.uuid))[0]
    other = visits.sign_in("W2-SUP")
    assert other.post(f"/uy-quyen-quyet-dinh/{made}/ket-thuc").status_code in {403, 404}
    assert visitor.post(f"/uy-quyen-quyet-dinh/{made}/ket-thuc").status_code == 303
    assert "Hiện không có ủy quyền nào" in visitor.page("/uy-quyen-quyet-dinh")
    assert row(office, select(Delegation.valid_until))[0] <= office.today


def test_delegation_outside_the_own_unit_is_refused(office: Office, visits: Visits) -> None:
    given = {
        "giver": "D",
        "staff_code": "W1-DEP",
        "scope": "W1",
        "valid_from": "2/11/2026",
        "valid_until": "2/12/2026",
    }
    assert visits.sign_in("W1-SUP").post("/uy-quyen-quyet-dinh", **given).status_code == 403
    for staff_code in ("W1-OFF", "P-ADM", "P-INS"):
        assert visits.sign_in(staff_code).get("/uy-quyen-quyet-dinh").status_code == 403


def test_everything_missing_is_named_at_once(visits: Visits) -> None:
    answer = visits.sign_in("P-ADM").post("/quan-tri/don-vi/moi", level="cell")
    assert answer.status_code == 422
    for name in ("code", "name", "valid_from"):
        assert f'id="{name}-error"' in answer.text
