"""The log's pages: the verdict and where it stands, who reads which events, and what is taken away."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import update

from caseflow import events as facts
from caseflow.events import Event
from caseflow.models import LogState, Person
from caseflow.queries import log_events
from caseflow.trail.alarms import FALSE_MAC, SIGNER_REFUSED
from caseflow.trail.leaf import leaf_hash, read_disclosure
from caseflow.trail.merkle import CompactRange
from caseflow.views.access import list_routes
from caseflow.views.log_story import groups, LOG_TITLES, types_of
from tests import logs
from tests.factories import Office
from tests.views.visiting import count_queries, Visitor, Visits

LOG = "/nhat-ky"
INTACT, UNCOMPARED, UNCHECKED = "Nhật ký toàn vẹn", "Chưa có đối chiếu độc lập", "chưa được kiểm tra"
STOPPED = "Việc niêm phong đã dừng"


@pytest.fixture
def visits(office: Office) -> Visits:
    return Visits(office)


def words(page: str) -> str:
    """What a page says, without its marks."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


def rows(page: str) -> list[str]:
    """The rows of the log, each as words."""
    body = page.partition('id="log"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    return [words(f"<main{one}</main>") for one in body.split("<tr>")[1:]]


def bar(page: str) -> str:
    """The verdict bar."""
    found = re.search(r'<section class="verdict.*?</section>', page, re.DOTALL)
    assert found
    return found[0]


# --- the verdict ----------------------------------------------------------------------------------------------


def test_log_is_intact_when_checked_and_compared_by_an_outsider(office: Office, visits: Visits) -> None:
    code = office.assigned()
    logs.seal(office)
    logs.checked(office)
    logs.compared(office)
    for who, path in (("D-INS", LOG), ("P-ADM", LOG), ("W1-OFF", f"/vu-viec/{code}")):
        page = visits.sign_in(who).page(path)
        assert INTACT in bar(page)
        assert "verdict-intact" in page


def test_log_that_no_outsider_has_compared_is_never_called_intact(office: Office, visits: Visits) -> None:
    code = office.assigned()
    logs.seal(office)
    logs.checked(office)
    for path in (LOG, f"/vu-viec/{code}"):
        page = visits.sign_in("D-INS").page(path)
        assert UNCOMPARED in bar(page)
        assert "toàn vẹn" not in words(page).replace("Tính toàn vẹn", "")


@pytest.mark.parametrize(("days", "said"), [(6.9, INTACT), (7.1, UNCOMPARED)])
def test_a_comparison_speaks_for_seven_days(office: Office, visits: Visits, days: float, said: str) -> None:
    logs.checked(office)
    logs.compared(office, timedelta(days=days))
    assert said in bar(visits.sign_in("D-INS").page(LOG))


def test_an_old_check_does_not_speak_for_the_log(office: Office, visits: Visits) -> None:
    logs.checked(office, ago=timedelta(days=8))
    logs.compared(office)
    assert UNCHECKED in bar(visits.sign_in("D-INS").page(LOG))


def test_mismatch_names_the_first_bad_record_and_leads_to_each(office: Office, visits: Visits) -> None:
    first, second = office.assigned(), office.assigned()
    logs.seal(office)
    wrong = [logs.finding(office, second), logs.finding(office, first, "The leaf was changed.")]
    logs.checked(office, *wrong)
    logs.compared(office)
    page = visits.sign_in("D-INS").page(LOG)
    lowest = min(one["index"] for one in wrong)
    assert f"Sai lệch tại bản ghi {lowest}" in bar(page)
    for code in (first, second):
        assert f'<a href="/vu-viec/{code}#event-2">{code}</a>' in bar(page)
    assert bar(page).index(first) < bar(page).index(second), "in the order of the log"
    assert f"Sai lệch tại bản ghi {lowest}" in bar(visits.sign_in("W1-OFF").page(f"/vu-viec/{first}"))


def test_mismatch_cannot_be_dismissed(office: Office, visits: Visits) -> None:
    code = office.assigned()
    logs.seal(office)
    logs.checked(office, logs.finding(office, code))
    visitor = visits.sign_in("D-INS")
    for path in (LOG, f"/vu-viec/{code}"):
        page = bar(visitor.page(path))
        assert "verdict-mismatch" in page
        assert not re.search(r"<(button|form|details|summary|input)", page)
        assert " hidden" not in page.replace("aria-hidden", "")
    for _again in range(2):
        visitor.post(f"{LOG}/kiem-tra-lai")
        assert "verdict-mismatch" in visitor.page(LOG), "it stands until another check has finished"
    assert "Sai lệch" in words(visitor.page("/vu-viec")), "and on every page of who watches the log"


def test_an_alarm_of_sealing_is_a_mismatch(office: Office, visits: Visits) -> None:
    code = office.assigned()
    logs.checked(office)
    logs.compared(office)
    logs.alarmed(office, FALSE_MAC, logs.events(office)[-1].id)
    logs.alarmed(office, SIGNER_REFUSED)
    page = visits.sign_in("D-INS").page(LOG)
    assert "verdict-mismatch" in page
    assert "không do chương trình ghi" in bar(page)
    assert f'href="/vu-viec/{code}#event-2"' in bar(page)
    assert "Bộ ký đã từ chối" in bar(page)


def test_findings_beyond_reach_tell_the_record_only(office: Office, visits: Visits) -> None:
    other = office.register(by="D-SUP", organisation="W2")
    hidden = office.register(by="W1-SUP", visibility="restricted", readers=[office.id_of("W1-SUP")])
    logs.seal(office)
    logs.checked(office, *(logs.finding(office, code, "Secret words.") for code in (other, hidden)))
    office.person("W1-INS", "Kim Kiểm Tra", "UBKT xã", "W1", ("inspector",))
    for who, seen in (("W1-INS", False), ("D-INS", True), ("P-ADM", False)):
        page = bar(visits.sign_in(who).page(LOG))
        assert (other in page) is seen, who
        assert hidden not in page
        assert page.count("<li>") == 2
        assert page.count("Secret words.") == seen


def test_a_check_that_cannot_be_read_is_a_mismatch(office: Office, visits: Visits) -> None:
    logs.checked(office)
    with office.installation.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE log_checks SET findings = '[{\"kind\": 3'")
    assert "verdict-mismatch" in visits.sign_in("D-INS").page(LOG)


def test_a_missing_state_of_the_log_is_a_mismatch(office: Office, visits: Visits) -> None:
    with office.installation.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM log_state")
    assert "verdict-mismatch" in visits.sign_in("D-INS").page(LOG)


def test_administrators_are_told_when_sealing_stops_for_a_minute(office: Office, visits: Visits) -> None:
    logs.seal(office)
    logs.checked(office)
    logs.compared(office)
    administrator, official = visits.sign_in("P-ADM"), visits.sign_in("W1-OFF")
    assert STOPPED not in words(administrator.page("/quan-tri"))
    logs.later(office, seconds=61)
    assert STOPPED in words(administrator.page("/quan-tri"))
    assert STOPPED in bar(administrator.page(LOG))
    assert STOPPED not in words(official.page("/viec-cua-toi")).partition("·")[0]
    logs.seal(office)
    assert STOPPED not in words(administrator.page("/quan-tri"))


def test_sealed_but_never_published_is_told_too(office: Office, visits: Visits) -> None:
    logs.seal(office)
    with office.installation.database.transaction() as connection:
        connection.execute(update(LogState).values(published_size=LogState.size - 3))
    logs.later(office, seconds=61)
    assert STOPPED in words(visits.sign_in("P-ADM").page("/quan-tri"))


# --- prints ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/vu-viec/{code}", "/vu-viec", "/viec-cua-toi", "/cho-xac-nhan"])
def test_last_line_of_a_print_names_verdict_head_count_printer_and_time(
    office: Office, visits: Visits, path: str
) -> None:
    code = office.assigned()
    logs.seal(office)
    page = visits.sign_in("W1-SUP").page(path.format(code=code))
    line = re.findall(r'<p class="print-only print-foot">(.*?)</p>', page)[-1]
    size = len(logs.events(office)) - 1  # signing in came after
    tree = CompactRange()
    for row in logs.events(office)[:size]:
        tree.append(leaf_hash(row.leaf))
    assert (
        re.sub(r"[^0-9a-f]", "", line.partition("Đầu nhật ký: ")[2].partition(" ·")[0]) == tree.root().hex()
    )
    for part in (UNCOMPARED, f"{size} bản ghi", "Hoàng Văn Xã", "09:00 02/11/2026"):
        assert part in line


# --- who reads what -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["W1-OFF", "W1-REG", "W1-SUP", "P-REP", "D-SUP"])
def test_log_is_for_inspectors_and_administrators(office: Office, visits: Visits, who: str) -> None:
    visitor = visits.sign_in(who)
    assert visitor.get(LOG).status_code == 403
    assert visitor.get(f"{LOG}/checkpoint.txt").status_code == 403
    assert visitor.post(f"{LOG}/kiem-tra-lai").status_code == 403
    assert visitor.post(f"{LOG}/goi-doi-chieu").status_code == 403
    assert f'href="{LOG}"' not in visitor.page("/viec-cua-toi")


def test_menu_of_inspectors_and_administrators_leads_to_the_log(visits: Visits) -> None:
    for who in ("D-INS", "P-ADM"):
        assert f'<a href="{LOG}" aria-current="page">Nhật ký' in visits.sign_in(who).page(LOG)


def test_inspector_of_another_unit_sees_nothing(office: Office, visits: Visits) -> None:
    office.resolved()
    office.person("W2-INS", "Kim Kiểm Tra", "UBKT xã", "W2", ("inspector",))
    told = rows(visits.sign_in("W2-INS").page(LOG))
    assert not [row for row in told if "VV-2026" in row]
    assert not [row for row in told if "Đặng Cán Bộ" in row or "Hoàng Văn Xã" in row]
    assert [row for row in told if "Tạ Thị Bên" in row], "of the own unit, roles are read"


def test_inspector_reads_events_of_the_subtree_with_links(office: Office, visits: Visits) -> None:
    code = office.resolved()
    logs.seal(office)
    page = visits.sign_in("D-INS").page(LOG)
    told = rows(page)
    assert "chờ niêm phong" in told[0]
    assert "Đăng nhập" in told[0]
    reported = next(row for row in told if "Báo cáo kết quả" in row)
    assert "Đặng Cán Bộ – Công chức địa chính" in reported
    assert f'href="/vu-viec/{code}#event-4"' in page


def test_restricted_cases_are_hidden_from_who_does_not_read_them(office: Office, visits: Visits) -> None:
    code = office.register(by="W1-SUP", visibility="restricted", readers=[office.id_of("D-INS")])
    assert f'href="/vu-viec/{code}#event-1"' in visits.sign_in("D-INS").page(LOG)
    assert code not in visits.sign_in("P-INS").page(LOG)
    assert code not in visits.sign_in("P-INS").page(f"{LOG}?ma={code}").partition("<tbody")[2]


def test_attempts_and_openings_are_read_by_inspectors_of_the_case_only(
    office: Office, visits: Visits
) -> None:
    code = office.resolved()
    visitor = visits.sign_in("W1-OFF")
    form = {"method": "site", "complainant_answer": "none", "note": "Tự xác nhận"}
    assert visitor.post(f"/vu-viec/{code}/xac-nhan", **form).status_code == 403
    (told,) = rows(visits.sign_in("D-INS").page(f"{LOG}?loai=tu-choi"))
    for part in ("Thao tác bị từ chối", "Đặng Cán Bộ", "Xác nhận kết quả", code):
        assert part in told
    assert rows(visits.sign_in("P-ADM").page(f"{LOG}?loai=tu-choi")) == []
    office.person("W2-INS", "Kim Kiểm Tra", "UBKT xã", "W2", ("inspector",))
    assert rows(visits.sign_in("W2-INS").page(f"{LOG}?loai=tu-choi")) == []


def test_administrator_reads_roles_people_and_rules_but_nothing_of_cases(
    office: Office, visits: Visits
) -> None:
    code = office.resolved()
    page = visits.sign_in("P-ADM").page(LOG)
    assert code not in page
    assert "Đăng nhập" not in "".join(rows(page))
    told = rows(page)
    assert told
    kinds = {title for kind, title in LOG_TITLES.items() if kind in log_events.ADMINISTERED_TYPES}
    assert kinds
    assert all(
        any(word in row for word in ("vai trò", "cán bộ", "đơn vị", "mật khẩu", "lĩnh vực")) for row in told
    )
    assert "Tải gói đối chiếu" not in page


def test_administrator_of_one_unit_reads_of_that_unit_only(office: Office, visits: Visits) -> None:
    office.person("W2-ADM", "Kha Quản Trị", "Văn phòng", "W2", ("administrator",))
    told = "".join(rows(visits.sign_in("W2-ADM").page(LOG)))
    assert "Tạ Thị Bên" in told
    assert "Đặng Cán Bộ" not in told


def test_person_who_inspects_and_administers_reads_as_an_inspector(office: Office, visits: Visits) -> None:
    code = office.assigned()
    office.person("D-TWO", "Kha Hai Vai", "Văn phòng", "D", ("administrator", "inspector"))
    assert code in visits.sign_in("D-TWO").page(LOG)


# --- filters --------------------------------------------------------------------------------------------------


def test_every_kind_of_event_has_its_words_and_its_group() -> None:
    known = {
        one.TYPE
        for one in vars(facts).values()
        if isinstance(one, type) and issubclass(one, Event) and one is not Event
    }
    assert known - LOG_TITLES.keys() == set()
    grouped = {kind for slug, _label in groups() for kind in types_of(slug)}
    assert known - grouped == set()


def test_log_is_filtered_by_kind_person_case_and_days(office: Office, visits: Visits) -> None:
    first = office.assigned()
    logs.later(office, days=1)
    second = office.resolved(owner="W1-OF2")
    visitor = visits.sign_in("D-INS")

    def codes(query: str) -> set[str]:
        return set(re.findall(r"VV-2026-\d{6}", "".join(rows(visitor.page(f"{LOG}?{query}")))))

    assert codes("loai=ket-qua") == {second}
    assert codes("loai=giao-viec") == {first, second}
    assert codes(f"ma={first.lower()}") == {first}
    assert codes("nguoi=W1-OF2") == {second}
    assert codes("nguoi=ly+can+su") == {second}
    assert codes("nguoi=nobody") == set()
    assert codes("den=02/11/2026") == {first}
    assert codes("tu=3/11/2026") == {second}
    assert codes("tu=02/11/2026&den=02/11/2026&loai=vu-viec") == {first}
    assert codes("loai=vai-tro") == set()


def test_sign_ins_roles_exports_imports_and_rules_can_be_found(office: Office, visits: Visits) -> None:
    code = office.assigned()
    logs.seal(office)
    visits.sign_in("W1-OFF").post(f"/vu-viec/{code}/goi-minh-chung")
    visitor = visits.sign_in("D-INS")
    for slug, part in (
        ("dang-nhap", "192.0.2.7"),
        ("vai-tro", "Giao vai trò"),
        ("xuat", f"{code}.bundle.json"),
    ):
        assert part in "".join(rows(visitor.page(f"{LOG}?loai={slug}"))), slug


def test_filters_stand_in_the_address_as_chips_and_unknown_ones_are_named(visits: Visits) -> None:
    page = visits.sign_in("D-INS").page(f"{LOG}?loai=xuat&tu=1.11.2026&den=99/99/2026&nguoi=%20a%20")
    assert "Bộ lọc “Đến ngày” không hiểu" in page or "99/99/2026" in words(page)
    chips = page.partition('class="chips"')[2].partition("</ul>")[0]
    assert 'href="/nhat-ky?nguoi=a&amp;tu=01%2F11%2F2026#log"' in chips
    assert "Loại sự kiện: Xuất dữ liệu" in chips


@pytest.mark.parametrize(
    "query", ["truoc=khong", "truoc=00000000-0000-0000-0000-00000000ffff", "ma=%00", "loai=x"]
)
def test_strange_addresses_show_the_log(visits: Visits, query: str) -> None:
    assert visits.sign_in("D-INS").get(f"{LOG}?{query}").status_code == 200


def test_log_is_read_fifty_at_a_time_down_to_the_first(
    office: Office, visits: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = office.assigned()
    for n in range(120):
        office.move(code, "comment", "W1-OFF", text=f"Lần {n}")
    visitor = visits.sign_in("D-INS")

    def walk() -> list[list[str]]:
        pages, path = [], f"{LOG}?loai=binh-luan"
        while path:
            page = visitor.page(path)
            pages.append(rows(page))
            found = re.search(r'<a href="([^"]+)" rel="next"', page)
            path = unescape(found[1]) if found else ""
        return pages

    pages = walk()
    assert [len(page) for page in pages] == [50, 50, 20]
    every = [row for page in pages for row in page]
    assert len(every) == 120
    monkeypatch.setattr(log_events, "WINDOW", 40)
    assert [row for page in walk() for row in page] == every, "whatever a page looks through"


def test_page_costs_the_same_however_long_the_log(office: Office, visits: Visits) -> None:
    code = office.assigned()
    visitor = visits.sign_in("D-INS")
    few = count_queries(visits, visitor, LOG)
    for n in range(60):
        office.move(code, "comment", "W1-OFF", text=f"Lần {n}")
        office.assigned()
    logs.checked(office, *(logs.finding(office, code) for _ in range(40)))
    logs.seal(office)
    visitor.page(LOG)
    assert count_queries(visits, visitor, LOG) <= few + 2  # what was found is led to its cases
    assert few <= 16


def test_verdict_costs_a_case_page_one_query(office: Office, visits: Visits) -> None:
    code = office.assigned()
    logs.seal(office)
    visitor = visits.sign_in("W1-OFF")
    visitor.page(f"/vu-viec/{code}")
    before = count_queries(visits, visitor, f"/vu-viec/{code}")
    logs.checked(office, *(logs.finding(office, code) for _ in range(40)))
    assert count_queries(visits, visitor, f"/vu-viec/{code}") == before


# --- what is taken away ---------------------------------------------------------------------------------------


def zip_of(visitor: Visitor) -> tuple[Any, zipfile.ZipFile]:
    answer = visitor.post(f"{LOG}/goi-doi-chieu")
    assert answer.status_code == 200, answer.text
    return answer, zipfile.ZipFile(io.BytesIO(answer.data))


def test_inspector_takes_the_whole_log_away(office: Office, visits: Visits) -> None:
    for _case in range(130):
        office.assigned()
    visitor = visits.sign_in("D-INS")
    answer, archive = zip_of(visitor)
    assert archive.testzip() is None
    assert answer.headers["Content-Type"] == "application/zip"
    assert "attachment" in answer.headers["Content-Disposition"]
    names = set(archive.namelist())
    assert {"checkpoint", "policy.txt", "tile/0/000", "tile/entries/000"} <= names
    _origin, size, _root, *_rest = archive.read("checkpoint").decode().split("\n")
    leaves = [row.leaf for row in logs.events(office)][: int(size)]
    assert int(size) == len(logs.events(office)) - 1, "all but the record of the export itself"
    entries = b"".join(archive.read(name) for name in sorted(names) if name.startswith("tile/entries/"))
    assert entries == b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)
    hashes = b"".join(archive.read(name) for name in sorted(names) if name.startswith("tile/0/"))
    assert hashes == b"".join(map(leaf_hash, leaves))


def test_taking_the_log_away_is_recorded(office: Office, visits: Visits) -> None:
    visitor = visits.sign_in("D-INS")
    logs.seal(office)
    zip_of(visitor)
    (told,) = rows(visitor.page(f"{LOG}?loai=xuat"))
    assert re.search(r"Xuất tệp .*caseflow-log-\d+\.zip", told)


def test_administrator_takes_no_log_away(visits: Visits) -> None:
    assert visits.sign_in("P-ADM").post(f"{LOG}/goi-doi-chieu").status_code == 403


def test_who_may_see_a_case_takes_its_bundle(office: Office, visits: Visits) -> None:
    code = office.resolved()
    visitor = visits.sign_in("W1-OFF")
    answer = visitor.post(f"/vu-viec/{code}/goi-minh-chung")
    assert answer.status_code == 200
    bundle = json.loads(answer.data)
    assert bundle["format"] == "caseflow-evidence/v1"
    assert len(bundle["events"]) == 4
    (made,) = [row for row in logs.events(office) if row.type == "export.made"]
    assert made.about_case_id is not None
    assert f"/vu-viec/{code}/goi-minh-chung" in visitor.page(f"/vu-viec/{code}")


def test_who_may_not_see_a_case_gets_no_bundle(office: Office, visits: Visits) -> None:
    code = office.resolved()
    logs.seal(office)
    for who in ("W2-OFF", "P-REP", "P-ADM"):
        assert visits.sign_in(who).post(f"/vu-viec/{code}/goi-minh-chung").status_code == 404
    assert not [row for row in logs.events(office) if row.type == "export.made"]


def test_bundle_never_tells_who_complained(office: Office, visits: Visits) -> None:
    code = office.register(
        by="W1-SUP", complainant_name="Nông Thị Phản Ánh", complainant_contact="0900 000 000"
    )
    data = visits.sign_in("W1-SUP").post(f"/vu-viec/{code}/goi-minh-chung").data
    told = json.dumps([_disclosed(one) for one in json.loads(data)["events"]], ensure_ascii=False)
    assert "Ô nhiễm" in told
    assert "Nông Thị" not in told
    assert "0900" not in told


def _disclosed(event: dict[str, Any]) -> list[Any]:
    return [read_disclosure(text) for text in event["disclosures"]]


def test_bundle_names_another_case_only_to_who_may_see_it(office: Office, visits: Visits) -> None:
    other = office.register(by="D-SUP", organisation="W2")
    code = office.assigned()
    office.move(code, "cancel", "D-SUP", kind="duplicate", reason="Nhập hai lần", duplicate_of=other)
    for who, seen in (("D-SUP", True), ("W1-SUP", False)):
        data = visits.sign_in(who).post(f"/vu-viec/{code}/goi-minh-chung").data
        told = [value for one in json.loads(data)["events"] for value in _disclosed(one)]
        assert (("duplicate_of", other) in told) is seen, who


def test_checker_and_keys_are_given_to_everybody_and_nothing_is_recorded(
    office: Office, visits: Visits
) -> None:
    logs.seal(office)
    visitor = visits.sign_in("W1-OFF")
    before = len(logs.events(office))
    for name, part in (("verify.html", b"<!doctype html"), ("policy.txt", b"quorum")):
        answer = visitor.get(f"{LOG}/{name}")
        assert answer.status_code == 200
        assert part in answer.data.lower()
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    visits.sign_in("D-INS")
    assert len(logs.events(office)) == before + 1, "but for signing in"


def test_checkpoint_is_shown_and_taken_as_it_was_signed(office: Office, visits: Visits) -> None:
    logs.seal(office)
    note = (office.installation.settings.log_folder / "checkpoint").read_text("utf-8")
    visitor = visits.sign_in("D-INS")
    assert visitor.get(f"{LOG}/checkpoint.txt").data.decode() == note
    assert f">{note}</pre>" in unescape(visitor.page(LOG))


def test_page_stands_before_anything_is_sealed(visits: Visits) -> None:
    visitor = visits.sign_in("D-INS")
    assert "Chưa công bố bản chốt nào" in visitor.page(LOG)
    assert visitor.get(f"{LOG}/checkpoint.txt").status_code == 404


def test_get_records_nothing(office: Office, visits: Visits) -> None:
    code = office.assigned()
    visitor = visits.sign_in("D-INS")
    before = len(logs.events(office))
    for path in (LOG, f"{LOG}?loai=xuat", f"/vu-viec/{code}", f"{LOG}/verify.html"):
        visitor.get(path)
    for path in (f"{LOG}/goi-doi-chieu", f"{LOG}/kiem-tra-lai", f"/vu-viec/{code}/goi-minh-chung"):
        assert visitor.get(path).status_code in (404, 405)
    assert len(logs.events(office)) == before


def test_routes_of_the_log_say_whom_they_are_for_and_what_changes(visits: Visits) -> None:
    marked = {
        (one.method, one.route): (one.permission, one.changes)
        for one in list_routes(visits.app)
        if "nhat-ky" in one.route or "goi-minh-chung" in one.route
    }
    both, own = "inspector|administrator", "inspector"
    assert marked == {
        ("GET", LOG): (both, False),
        ("POST", f"{LOG}/kiem-tra-lai"): (both, True),
        ("POST", f"{LOG}/goi-doi-chieu"): (own, True),
        ("GET", f"{LOG}/checkpoint.txt"): (both, False),
        ("GET", f"{LOG}/policy.txt"): ("signed_in", False),
        ("GET", f"{LOG}/verify.html"): ("signed_in", False),
        ("POST", "/vu-viec/<code>/goi-minh-chung"): ("signed_in", True),
    }


# --- asking for a check, and the mail -------------------------------------------------------------------------


def test_a_check_that_is_asked_for_is_told_until_it_is_done(office: Office, visits: Visits) -> None:
    visitor = visits.sign_in("D-INS")
    assert "Kiểm tra lại" in visitor.page(LOG)
    assert visitor.post(f"{LOG}/kiem-tra-lai").status_code == 303
    page = visitor.page(LOG)
    assert "Nhật ký đang được kiểm tra" in page
    assert '<a href="/nhat-ky">Làm mới</a>' in page
    assert "http-equiv" not in page
    assert 'action="/nhat-ky/kiem-tra-lai"' not in page
    assert "tiến trình nền" not in page
    logs.later(office, minutes=29)
    assert "tiến trình nền" not in visitor.page(LOG)


def test_inspectors_whom_no_mail_reaches_are_listed_for_print(office: Office, visits: Visits) -> None:
    logs.seal(office)
    with office.installation.database.transaction() as connection:
        connection.execute(update(Person).where(Person.staff_code == "D-INS").values(email="a@example.vn"))
    page = words(visits.sign_in("P-INS").page(LOG))
    assert "Đỗ Kiểm Tra – UBKT Huyện ủy – Huyện ủy (chưa gửi)" in page
    assert "Lê Thị Tra – Chủ nhiệm UBKT Tỉnh ủy – Tỉnh ủy (không có địa chỉ thư điện tử)" in page


def test_timeline_filter_in_use_is_marked(office: Office, visits: Visits) -> None:
    code = office.assigned()
    page = visits.sign_in("W1-OFF").page(f"/vu-viec/{code}?loai=giao-viec")
    assert page.count('aria-current="true"') == 1
