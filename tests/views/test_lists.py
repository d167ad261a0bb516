"""Lists of cases: what waits for whom, filters in the address, counts that lead to their cases."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from caseflow.queries.cases import CaseFilter, list_cases
from caseflow.queries.judging import judgements
from caseflow.queries.my_work import open_groups
from caseflow.queries.scope import reader_of
from caseflow.queries.state_totals import totals_by_state
from caseflow.states.engine import lifecycle_named, open_moves
from caseflow.use_cases.looking import see_case
from caseflow.use_cases.roles import delegate_decision
from caseflow.use_cases.work import Work
from caseflow.views.clock_label import clock_label
from caseflow.views.due_ranges import due_days
from caseflow.views.list_query import read_query
from tests.factories import Office
from tests.views.visiting import count_queries, Visits


def titled(office: Office, title: str, **given: Any) -> str:
    """An assigned case of that title in commune W1."""
    code = office.register(by="W1-SUP", title=title)
    raw: dict[str, Any] = {
        "expected_outcome": "Giải quyết xong",
        "owner": office.id_of("W1-OFF"),
        "working_days": 10,
    } | given
    office.move(code, "assign", "W1-SUP", **raw)
    return code


TILE = re.compile(r'<li><a href="([^"]+)"[^>]*><strong>([\d.]+)</strong>')
CODE = re.compile(r"VV-2026-\d{6}")


@pytest.fixture
def visits(office: Office) -> Visits:
    """The application on the small province."""
    return Visits(office)


def codes(page: str) -> set[str]:
    """The cases that a page names."""
    return set(CODE.findall(page))


def test_my_work_shows_late_cases_first(office: Office, visits: Visits) -> None:
    late = titled(office, "Việc quá hạn", working_days=3)
    office.forward(20)
    fine = titled(office, "Việc trong hạn", working_days=30)
    page = visits.sign_in("W1-OFF").page("/viec-cua-toi")
    assert page.index(late) < page.index(fine)
    assert page.index("Quá hạn (1)") < page.index("Trong hạn (1)")
    assert f"/vu-viec/{late}/cap-nhat" in page


def test_each_count_of_my_work_opens_exactly_its_cases(office: Office, visits: Visits) -> None:
    for days in (1, 2, 5, 40, 45, 60):
        office.assigned(working_days=days)
    office.forward(56)
    visitor = visits.sign_in("W1-OFF")
    tiles = TILE.findall(visitor.page("/viec-cua-toi"))
    assert len(tiles) == 4
    assert sum(int(number) for _href, number in tiles) == 6
    for href, number in tiles:
        assert len(codes(visitor.page(unescape(href)))) == int(number), href


def test_without_work_my_work_says_so(visits: Visits) -> None:
    page = visits.sign_in("W1-OF2").page("/viec-cua-toi")
    assert "Chưa có việc được giao" in page


def test_supervisor_sees_unassigned_and_offered_cases(office: Office, visits: Visits) -> None:
    waiting = office.register(title="Chưa ai nhận")
    offered = office.assigned(by="W2-SUP", owner="W2-OFF", organisation="W2")
    office.move(offered, "request_transfer", "W2-SUP", organisation="W1", reason="Thuộc địa bàn xã Một")
    page = visits.sign_in("W1-SUP").page("/viec-cua-toi")
    assert {waiting, offered} <= codes(page)
    assert offered not in visits.sign_in("W2-SUP").page("/viec-cua-toi")


def test_decision_that_waits_for_me_is_on_my_work(office: Office, visits: Visits) -> None:
    code = office.assigned()
    office.move(
        code,
        "report_progress",
        "W1-OFF",
        note="Vướng mặt bằng",
        progress=20,
        needs_decision_by=office.id_of("W1-SUP"),
    )
    assert "Chờ tôi quyết định (1)" in visits.sign_in("W1-SUP").page("/viec-cua-toi")
    assert "Chờ tôi quyết định (" not in visits.sign_in("W1-DEP").page("/viec-cua-toi")


def test_sibling_unit_sees_no_case_of_the_other(office: Office, visits: Visits) -> None:
    code = office.assigned()
    for staff_code in ("W2-SUP", "W2-OFF"):
        assert code not in visits.sign_in(staff_code).page("/vu-viec")
    assert code in visits.sign_in("D-SUP").page("/vu-viec")


def test_administrator_and_reporter_get_no_case(office: Office, visits: Visits) -> None:
    code = titled(office, "Nội dung kín")
    for staff_code in ("P-ADM", "P-REP"):
        visitor = visits.sign_in(staff_code)
        for path in ("/vu-viec", "/vu-viec?q=Nội dung kín", "/viec-cua-toi"):
            page = visitor.page(path)
            assert code not in page
            assert "Nội dung kín</a>" not in page


def test_reporter_reads_counts_only(office: Office, visits: Visits) -> None:
    titled(office, "Nội dung kín")
    page = visits.sign_in("P-REP").page("/viec-cua-toi")
    assert re.search(r'tag-assigned.*?<td class="num">1</td>', page, re.DOTALL)


def test_subject_finds_the_case_nowhere(office: Office, visits: Visits) -> None:
    code = office.register(by="D-SUP", title="Phản ánh bí thư xã", subjects=[office.id_of("W1-SUP")])
    for staff_code in ("W1-SUP", "W1-DEP", "W1-REG"):
        visitor = visits.sign_in(staff_code)
        for path in ("/vu-viec", "/vu-viec?q=bi+thu", "/viec-cua-toi"):
            assert code not in visitor.page(path), (staff_code, path)
    assert code in visits.sign_in("D-SUP").page("/vu-viec")


def test_restricted_cases_are_only_a_count(office: Office, visits: Visits) -> None:
    code = office.register(
        by="W1-SUP", title="Vụ việc hạn chế xem", visibility="restricted", readers=[office.id_of("W1-SUP")]
    )
    page = visits.sign_in("D-SUP").page("/vu-viec")
    assert code not in page
    assert "và 1 vụ việc hạn chế" in page
    assert code in visits.sign_in("W1-SUP").page("/vu-viec")


def test_not_even_a_count_tells_what_a_restricted_case_says_or_whose_it_is(
    office: Office, visits: Visits
) -> None:
    own = office.id_of("W1-SUP")
    code = office.register(by="W1-SUP", title="Vụ việc hạn chế", visibility="restricted", readers=[own])
    office.move(code, "assign", "W1-SUP", expected_outcome="Làm rõ", owner=own, working_days=5)
    visitor = visits.sign_in("D-SUP")
    assert "vụ việc hạn chế, chỉ" in visitor.page("/vu-viec?don-vi=W1")
    for query in ("q=viec+han+che", f"q={code}", f"nguoi={own}", f"q=viec&don-vi=W1&nguoi={own}"):
        assert "vụ việc hạn chế, chỉ" not in visitor.page(f"/vu-viec?{query}"), query


def test_unknown_filter_is_left_out_and_named(office: Office, visits: Visits) -> None:
    code = office.assigned()
    page = visits.sign_in("W1-SUP").page("/vu-viec?trang-thai=khong-co&don-vi=LA&ky=abc&trang=x")
    assert code in page
    for value in ("khong-co", "LA", "abc"):
        assert f"“{value}”" in page


def test_page_out_of_range_is_the_first(office: Office, visits: Visits) -> None:
    code = office.assigned()
    assert code in visits.sign_in("W1-SUP").page("/vu-viec?trang=999999999")


def test_hostile_query_strings_do_no_harm(office: Office, visits: Visits) -> None:
    office.assigned()
    visitor = visits.sign_in("W1-SUP")
    for query in ('q="<script>alert(1)</script>', "q=%22%20OR%20*", "q=AND", "q=" + "a" * 5000, "q=%00", "nguoi=x",
                  "trang=-1", "so-dong=9999999999999999999", "ky=99999", "q=NEAR(a b)", "sap=;drop", "cot=ma"):  # fmt: skip
        page = visitor.page(f"/vu-viec?{query}")
        assert "<script>alert" not in page


def test_search_without_accents_finds_exact_ones_first(office: Office, visits: Visits) -> None:
    other = titled(office, "Thu hoi dat cu")
    exact = titled(office, "Thu hồi đất làm đường")
    visitor = visits.sign_in("W1-SUP")
    assert codes(visitor.page("/vu-viec?q=thu+hoi+dat")) == {other, exact}
    page = visitor.page("/vu-viec?q=thu+hồi+đất")
    assert page.index(exact) < page.index(other) if other in page else exact in page


def test_canonical_address_is_one_for_one_list() -> None:
    query = read_query(
        MultiDict([("trang-thai", "verified"), ("trang-thai", "da-giao"), ("sap", "han"), ("q", "  Đất  đai "),
                   ("trang", "1"), ("la", "x"), ("so-dong", "50")]),
        units=(), fields=(),
    )  # fmt: skip
    assert query.text() == "q=%C4%90%E1%BA%A5t+%C4%91ai&trang-thai=da-giao&trang-thai=da-xac-nhan"
    assert query.text(page=3).endswith("&trang=3")


def test_filter_or_sort_leads_to_the_first_page() -> None:
    query = read_query(MultiDict([("trang", "7"), ("han", "qua-han")]), units=(), fields=())
    assert "trang=7" in query.text(page=query.number)
    assert "trang=" not in query.with_(sap="moi").text()
    assert "trang=" not in query.without("han", "qua-han").text()


def test_filters_and_state_counts_agree_with_their_lists(office: Office, visits: Visits) -> None:
    office.register()
    for _ in range(3):
        office.assigned()
    office.resolved()
    offered = office.assigned(by="W2-SUP", owner="W2-OFF", organisation="W2")
    office.move(offered, "request_transfer", "W2-SUP", organisation="W1", reason="Thuộc xã Một")
    office.register(
        by="W1-SUP", visibility="restricted", readers=[office.id_of("W1-SUP"), office.id_of("W1-DEP")]
    )
    for staff_code in ("W1-SUP", "W1-DEP", "W1-REG", "W2-SUP", "D-SUP", "P-INS", "W1-OFF"):
        visitor = visits.sign_in(staff_code)
        for href, number in TILE.findall(visitor.page("/vu-viec")):
            assert len(codes(visitor.page(unescape(href)))) == int(number), (staff_code, href)


def test_totals_by_state_equal_what_is_listed(office: Office) -> None:
    office.assigned()
    office.register()
    office.resolved()
    office.register(by="D-SUP", subjects=[office.id_of("W1-SUP")])
    with office.installation.database.reading() as connection:
        for staff_code, actor in office.actors.items():
            reader = reader_of(connection, actor, office.today)
            totals = totals_by_state(connection, reader)
            for state, total in totals.items():
                listed = list_cases(connection, reader, CaseFilter(states=(state,)), limit=200)
                assert total.listed == len(listed), (staff_code, state)


def test_due_groups_are_those_that_the_labels_show(office: Office) -> None:
    for days in (1, 4, 5, 6, 9, 10, 11, 39, 40, 41, 42, 60):
        office.assigned(working_days=days)
    office.forward(58)
    with office.installation.database.reading() as connection:
        calendar = office.installation.calendar(connection)
        reader = reader_of(connection, office.actors["W1-OFF"], office.today)
        found = open_groups(connection, reader, due_days(calendar, office.today))
        lines = list_cases(connection, reader, CaseFilter(owned_by_me=True), limit=200)
        shown: dict[str, int] = {}
        for line in lines:
            kind = clock_label(line, calendar, office.today).kind
            kind = "soon" if kind == "due_today" else kind
            shown[kind] = shown.get(kind, 0) + 1
    assert found == shown
    assert set(found) == {"long_overdue", "overdue", "soon", "on_track"}


def test_saved_view_keeps_the_address_for_its_person_alone(office: Office, visits: Visits) -> None:
    visitor = visits.sign_in("W1-SUP")
    answer = visitor.post(
        "/vu-viec/cach-xem", "/vu-viec", name="Việc quá hạn", query="han=qua-han&trang=4&x=y"
    )
    assert answer.status_code == 303
    page = visitor.page("/vu-viec")
    assert '<a href="/vu-viec?han=qua-han">Việc quá hạn</a>' in page
    assert "Việc quá hạn</a>" not in visits.sign_in("W1-DEP").page("/vu-viec")
    visitor.post("/vu-viec/cach-xem/xoa", "/vu-viec", name="Việc quá hạn", query="")
    assert "Việc quá hạn</a>" not in visitor.page("/vu-viec")


def test_saved_view_without_a_name_is_refused(visits: Visits) -> None:
    answer = visits.sign_in("W1-SUP").post("/vu-viec/cach-xem", "/vu-viec", name=" ", query="han=qua-han")
    assert answer.status_code == 422
    assert "view-name-error" in answer.text


def test_saved_view_leads_nowhere_else(visits: Visits) -> None:
    answer = visits.sign_in("W1-SUP").post(
        "/vu-viec/cach-xem",
        "/vu-viec",
        name="a",
        query="//evil.example/?q=x\r\nLocation: http://evil.example",
    )
    assert answer.headers["Location"].startswith("/vu-viec")


def test_queue_marks_what_the_reader_may_verify(office: Office, visits: Visits) -> None:
    mine = office.resolved(by="W1-DEP", owner="W1-SUP")
    theirs = office.resolved()
    page = visits.sign_in("W1-SUP").page("/cho-xac-nhan")
    assert f"/vu-viec/{theirs}/xac-nhan" in page
    assert f"/vu-viec/{mine}/xac-nhan" not in page
    assert "Người chịu trách nhiệm không được tự xác nhận" in page
    deputy = visits.sign_in("W1-DEP").page("/cho-xac-nhan")
    assert f"/vu-viec/{mine}/xac-nhan" not in deputy
    assert f"/vu-viec/{theirs}/xac-nhan" in deputy
    assert f"/vu-viec/{mine}/xac-nhan" in visits.sign_in("D-SUP").page("/cho-xac-nhan")


def test_queue_is_oldest_first(office: Office, visits: Visits) -> None:
    first = office.resolved()
    office.forward(1)
    second = office.resolved()
    page = visits.sign_in("W1-SUP").page("/cho-xac-nhan")
    assert page.index(first) < page.index(second)


def test_queue_is_for_those_who_judge(office: Office, visits: Visits) -> None:
    for staff_code in ("W1-OFF", "W1-REG", "P-INS", "P-ADM"):
        assert visits.sign_in(staff_code).get("/cho-xac-nhan").status_code == 403
    office.do(
        delegate_decision, by="P-SUP", staff_code="W1-OF2", giver="P", scope="W1", valid_from=office.today,
        valid_until=office.today,
    )  # fmt: skip
    code = office.resolved()
    visitor = visits.sign_in("W1-OF2")
    assert code in visitor.page("/cho-xac-nhan")
    assert 'href="/cho-xac-nhan"' in visitor.page("/viec-cua-toi")
    assert 'href="/cho-xac-nhan"' not in visits.sign_in("W1-OFF").page("/viec-cua-toi")


def test_queue_judges_as_the_move_itself_does(office: Office) -> None:
    found = [
        office.resolved(),
        office.resolved(by="W1-DEP", owner="W1-SUP"),
        office.resolved(verify_by="higher"),
    ]
    verify = lifecycle_named("pressing_issue").by_name["verify"]
    for actor in office.actors.values():
        with office.installation.database.reading() as connection:
            work = Work(office.installation, connection, actor)
            reader = reader_of(connection, actor, office.today)
            lines = list_cases(connection, reader, CaseFilter(states=("resolved",)))
            judged = judgements(connection, reader, [line.id for line in lines])
            for line in lines:
                seen = see_case(work, line.code)
                may = verify in open_moves(lifecycle_named("pressing_issue"), seen.held.case, seen.standing)
                assert (judged[line.id] == "may_verify") == may, (actor.name, line.code)
    assert len(found) == 3


@pytest.mark.parametrize("path", ["/viec-cua-toi", "/vu-viec", "/vu-viec?q=rac&han=qua-han", "/cho-xac-nhan"])
def test_number_of_queries_does_not_grow_with_cases(office: Office, visits: Visits, path: str) -> None:
    def more(times: int) -> None:
        for _ in range(times):
            office.register()
            office.assigned(owner="W1-SUP", by="W1-DEP", working_days=1)
            office.resolved()
        office.forward(8)

    more(2)
    visitor = visits.sign_in("W1-SUP")
    visitor.page(path)
    few = count_queries(visits, visitor, path)
    more(20)
    visitor = visits.sign_in("W1-SUP")
    visitor.page(path)
    assert count_queries(visits, visitor, path) == few


def test_english_is_spoken_by_choice(office: Office, visits: Visits) -> None:
    office.assigned()
    visitor = visits.sign_in("W1-OFF", language="en")
    assert "<h1>My work</h1>" in visitor.page("/viec-cua-toi")
    assert "<h1>Việc của tôi</h1>" in visits.sign_in("W1-OFF").page("/viec-cua-toi")
