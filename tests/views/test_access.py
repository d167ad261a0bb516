"""Every route says who may call it; a GET changes nothing; without the right nothing happens."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import event, update
from werkzeug.routing import Rule

from caseflow.cli import main
from caseflow.models import Case, RoleGrant
from caseflow.views.access import (
    declare_route,
    Declared,
    declared_routes,
    list_routes,
    Pages,
    refuse_undeclared,
)
from tests.factories import Office
from tests.mandates import mandate
from tests.views.guests import House

WHO = ("W1-OFF", "W1-REG", "W1-SUP", "P-INS", "P-REP", "P-ADM")


def addresses(app: Flask, code: str, method: str = "GET") -> list[str]:
    """An address of every route that takes `method`, with something real where it names something."""
    adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
    return [
        adapter.build(rule.endpoint, _values(rule, code), method=method)
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ())
    ]


def _values(rule: Rule, code: str) -> dict[str, object]:
    known = {"staff_code": "W1-OFF", "day": "2026-09-02", "digest": "x", "name": "app.css"}
    known["code"] = code if rule.rule.startswith("/vu-viec") else "W1"
    return {name: known.get(name, uuid4() if "uuid:" in rule.rule else "x") for name in rule.arguments}


def test_every_route_declares_its_permission(house: House) -> None:
    routes = list_routes(house.app)
    assert {(r.route, r.method) for r in routes} >= {("/dang-nhap", "POST"), ("/vu-viec/<code>", "GET")}
    assert all(route.permission and route.changes == (route.method == "POST") for route in routes)
    public = {route.route for route in routes if route.permission == "public"}
    assert public == {"/dang-nhap", "/ngon-ngu", "/static/<digest>/<name>", "/tro-giup"}


def test_route_without_a_permission_stops_the_start(house: House) -> None:
    house.app.add_url_rule("/hidden", "hidden", lambda: "", methods=["GET"])
    with pytest.raises(RuntimeError, match="/hidden declares no permission"):
        refuse_undeclared(house.app)


@pytest.mark.parametrize("changes", [True, False])
def test_route_that_declares_wrongly_whether_it_changes_stops_the_start(
    house: House, *, changes: bool
) -> None:
    pages = Pages("wrong", __name__)
    methods = ("GET",) if changes else ("GET", "POST")
    pages.page("/wrong", permission="public", changes=changes, methods=methods)(lambda: "")
    house.app.register_blueprint(pages)
    with pytest.raises(RuntimeError, match="/wrong"):
        refuse_undeclared(house.app)


def test_unknown_permission_is_refused_where_it_is_written() -> None:
    with pytest.raises(ValueError, match="emperor"):
        Pages("wrong", __name__).page("/x", permission="emperor", changes=False)


def test_one_route_cannot_declare_two_things(house: House) -> None:
    with pytest.raises(RuntimeError):
        declare_route(house.app, "session.show_help", Declared("administrator", changes=False))


def test_no_get_records_anything(house: House, office: Office) -> None:
    code = office.resolved()
    guests = [house.guest(), *(house.inside(who) for who in WHO)]
    before = house.count_events()
    cases = house.rows(Case)
    for guest in guests:
        for address in addresses(house.app, code):
            if address != "/thu-hong":
                assert guest.get(address).status < 500, address
    assert house.count_events() == before
    assert house.rows(Case) == cases


def test_stranger_is_led_to_sign_in_from_everything_but_the_public_pages(
    house: House, office: Office
) -> None:
    code = office.register()
    guest, before = house.guest(), house.count_events()
    mark = guest.token()
    public = {"/dang-nhap", "/ngon-ngu", "/tro-giup", "/static/x/app.css"}
    for address in set(addresses(house.app, code)) - public:
        answer = guest.get(address)
        assert (answer.status, answer.location[:10]) == (303, "/dang-nhap"), address
    for address in set(addresses(house.app, code, "POST")) - public:
        sent = guest.client.post(address, data={"csrf_token": mark})
        assert (sent.status_code, sent.location[:10]) == (303, "/dang-nhap"), address
    assert house.count_events() == before


def test_no_form_is_taken_without_its_mark(house: House, office: Office) -> None:
    code = office.resolved()
    guests = [house.inside(who) for who in WHO]
    before, cases = house.count_events(), house.rows(Case)
    for guest in guests:
        for address in addresses(house.app, code, "POST"):
            assert guest.client.post(address, data={"note": "x"}).status_code == 400, address
    assert house.count_events() == before
    assert house.rows(Case) == cases


def test_page_of_another_role_is_refused_and_a_post_is_kept_as_an_attempt(house: House) -> None:
    for who in set(WHO) - {"P-ADM"}:
        assert house.inside(who).get("/thu-quan-tri").status == 403
    assert house.events("attempt.refused") == []
    guest = house.inside("W1-OFF")
    answer = guest.post("/thu-quan-tri", {"note": "x"})
    assert answer.status == 403
    assert "vai trò khác" in answer.text
    assert house.taken == []
    assert [row.subject for row in house.events("attempt.refused")] == [house.office.actors["W1-OFF"].uuid]
    assert house.inside("P-ADM").get("/thu-quan-tri").status == 200


def test_stand_in_opens_the_pages_of_whom_they_act_for(house: House, office: Office) -> None:
    mandate(office, "W1-OF2", "P-ADM")
    guest = house.inside("W1-OF2")
    assert guest.get("/thu-quan-tri").status == 403
    shown = guest.get("/uy-quyen")
    assert guest.post("/uy-quyen", {}, shown).status == 303
    assert guest.get("/thu-quan-tri").status == 200


def test_roles_that_have_ended_open_nothing(house: House, office: Office) -> None:
    guest = house.inside("P-ADM", own_device=True)
    with office.installation.database.transaction() as connection:
        connection.execute(update(RoleGrant).values(valid_until=office.today))
    assert guest.get("/thu-quan-tri").status == 200
    office.forward(1)
    assert guest.get("/thu-quan-tri").status == 403


def test_menu_holds_what_the_reader_may_open(house: House) -> None:
    for who in WHO:
        guest = house.inside(who)
        menu = guest.get("/tro-giup").text.split('class="wide-nav"')[1].split("</nav>")[0]
        links = [part.split('"')[0] for part in menu.split('href="')[1:]]
        assert links, who
        for link in links:
            assert guest.get(link).status == 200, (who, link)
    assert "/quan-tri" not in house.inside("W1-OFF").get("/tro-giup").text


def test_signed_in_page_asks_the_database_twice(house: House, office: Office) -> None:
    guest = house.inside("W1-OFF")
    statements: list[str] = []
    engine = office.installation.database.engine
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    guest.get("/tro-giup")
    assert len([text for text in statements if text != "BEGIN"]) <= 2


def test_command_lists_every_route_as_json(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEFLOW_HOME", str(tmp_path / "home"))
    answer = CliRunner().invoke(main, ["routes", "--json"])
    listed = json.loads(answer.stdout)
    assert {"route": "/dang-nhap", "method": "POST", "permission": "public", "changes": True} in listed
    assert {
        "route": "/vu-viec/<code>/xac-nhan",
        "method": "GET",
        "permission": "signed_in",
        "changes": False,
    } in listed
    samples = {route for route in declared_routes(house.app) if route.startswith("sample.")}
    assert len(listed) == len(list_routes(house.app)) - 2 * len(samples)
    plain = CliRunner().invoke(main, ["routes"])
    assert len(plain.stdout.splitlines()) == len(listed)
