"""What every answer promises, and what forged, oversized and unlucky requests meet."""

from __future__ import annotations

import gzip
import io
import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from caseflow.adapters import log
from caseflow.app import LARGEST_REQUEST, put_together
from caseflow.models import StashedForm
from caseflow.settings import Settings
from caseflow.use_cases.installation import Installation
from caseflow.views.answers import HEADERS
from caseflow.views.assets import assets
from caseflow.views.login import COOKIE
from tests.factories import Office
from tests.views.guests import House, PASSWORD

FOREIGN = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


@pytest.mark.parametrize("path", ["/dang-nhap", "/", "/thu", "/khong-co", "/static/x/app.css", "/thu-hong"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_every_answer_carries_the_careful_headers(house: House, path: str, *, signed_in: bool) -> None:
    guest = house.inside("W1-OFF") if signed_in else house.guest()
    headers = guest.get(path).answer.headers
    for name, value in HEADERS.items():
        if name != "Cache-Control":
            assert headers[name] == value
    if not path.startswith("/static"):
        assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_policy_allows_nothing_foreign_and_nothing_inline() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "base-uri 'none'; frame-ancestors 'none'" in policy


def test_pages_ask_no_other_host_and_style_nothing_inline(house: House) -> None:
    for path in ("/dang-nhap", "/tro-giup", "/uy-quyen", "/doi-mat-khau", "/khong-co"):
        text = house.inside("W1-OFF").get(path).text
        assert re.findall(r'(?:src|href|action)="(?:https?:)?//', text) == []
        assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?! src)", text) == []


def https(office: Office) -> Flask:
    settings = replace(office.installation.settings, base_url="https://caseflow.example.vn")
    old = office.installation
    return put_together(Installation(settings, old.database, old.clock, old.files))


def test_cookies_are_secure_where_pages_are_served_by_https(house: House, office: Office) -> None:
    house.give_password("W1-OFF")
    client = https(office).test_client()
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.9"}
    page = client.get("/dang-nhap", headers=proxied, base_url="https://caseflow.example.vn")
    mark = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert mark is not None
    values = {"login": "W1-OFF", "password": PASSWORD, "own_device": "y", "csrf_token": mark[1]}
    answer = client.post("/dang-nhap", data=values, headers=proxied, base_url="https://caseflow.example.vn")
    cookies = page.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
    assert len(cookies) >= 2
    assert all(
        "; Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies
    )
    assert next("Max-Age=1209600" in cookie for cookie in cookies if cookie.startswith(COOKIE))
    assert answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize("mark", [None, "", "forged"])
def test_form_without_its_mark_changes_nothing_and_loses_no_text(house: House, mark: str | None) -> None:
    guest = house.inside("W1-OFF")
    before = house.count_events()
    values = {"note": "một đoạn dài"} | ({} if mark is None else {"csrf_token": mark})
    answer = guest.client.post("/thu", data=values)
    assert answer.status_code == 400
    assert "Nội dung đã nhập vẫn được giữ" in answer.text
    assert 'href="/thu"' in answer.text
    assert (house.taken, house.count_events()) == ([], before)
    assert "một đoạn dài" in guest.get("/thu").text


@pytest.mark.parametrize(
    "headers", [FOREIGN, {"Origin": "https://evil.example"}, {"Referer": "https://evil.example/x"}]
)
def test_text_that_another_site_sends_is_not_put_into_our_forms(
    house: House, headers: dict[str, str]
) -> None:
    guest = house.inside("W1-OFF")
    answer = guest.client.post("/thu", data={"note": "gài vào"}, headers=headers)
    assert answer.status_code == 400
    assert house.rows(StashedForm) == []
    assert guest.get("/thu").text == ""


def test_mark_of_one_browser_is_none_of_another(house: House) -> None:
    stranger = house.guest().token()
    answer = house.inside("W1-OFF").client.post("/thu", data={"csrf_token": stranger, "note": "x"})
    assert answer.status_code == 400
    assert house.taken == []


def test_sign_in_cannot_be_forged(house: House) -> None:
    house.give_password("W1-OFF")
    answer = house.guest().client.post("/dang-nhap", data={"login": "W1-OFF", "password": PASSWORD})
    assert answer.status_code == 400
    assert house.events("person.signed_in") == []


def test_forged_session_token_is_nobody(house: House) -> None:
    guest = house.guest()
    for token in ("", "x", "ữ", "0" * 3000):
        guest.client.set_cookie(COOKIE, token)
        assert guest.get("/thu").status == 303


def test_files_have_an_address_of_their_content_and_stay_in_the_browser(house: House) -> None:
    guest = house.guest()
    text = guest.get("/dang-nhap").text
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', text))
    assert {address.rsplit("/", 1)[1] for address in addresses} == {"bootstrap.min.css", "app.css", "app.js"}
    for address in addresses:
        answer = guest.client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert gzip.decompress(answer.data) == assets()[address.rsplit("/", 1)[1]].data
        assert guest.client.get(address).data == assets()[address.rsplit("/", 1)[1]].data
    assert "max-age=60" in guest.get("/static/other/app.css").answer.headers["Cache-Control"]
    assert guest.get("/static/x/../../app.py").status == 404


def test_pages_travel_packed_where_the_browser_unpacks(house: House) -> None:
    client = house.inside("W1-OFF").client
    packed = client.get("/tro-giup", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Trợ giúp" in gzip.decompress(packed.data).decode()
    for refusing in ("", "br", "gzip;q=0"):
        assert (
            "Content-Encoding" not in client.get("/tro-giup", headers={"Accept-Encoding": refusing}).headers
        )


def test_request_of_more_than_the_limit_is_refused_with_the_limit(house: House) -> None:
    guest = house.inside("W1-OFF")
    mark = guest.token()
    answer = guest.client.post(
        "/thu",
        data={"csrf_token": mark},
        environ_overrides={"CONTENT_LENGTH": str(LARGEST_REQUEST + 1)},
    )
    assert answer.status_code == 413
    assert "100 MB" in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/khong-co", 404),
        ("get", "/dang-xuat", 405),
        ("post", "/tro-giup", 405),
        ("options", "/thu", 405),
    ],
)
def test_wrong_address_or_method_is_told_in_words(house: House, method: str, path: str, status: int) -> None:
    for guest in (house.guest(), house.inside("W1-OFF")):
        answer = getattr(guest.client, method)(path)
        assert answer.status_code == status
        assert "<h1>" in answer.text
        assert "Kiểm tra lại địa chỉ" in answer.text or "Mở trang từ đường dẫn" in answer.text


def test_fault_shows_a_number_and_keeps_the_text_but_tells_nothing(house: House) -> None:
    written = io.StringIO()
    log.configure("text", written)
    guest = house.inside("W1-OFF")
    answer = guest.post("/thu-hong", {"note": "không được mất"})
    assert answer.status == 500
    reference = re.search(r"[0-9A-F]{4}-[0-9A-F]{4}", answer.text)
    assert reference is not None
    assert reference[0] in written.getvalue()
    assert "Nội dung đã nhập vẫn được giữ" in answer.text
    assert "ZeroDivision" not in answer.text
    assert "Traceback" not in answer.text
    assert len(house.rows(StashedForm)) == 1
    assert house.guest().get("/thu-hong").status == 303


def test_fault_of_the_database_is_a_page_too(house: House, office: Office) -> None:
    guest = house.inside("W1-OFF")
    with office.installation.database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE sessions RENAME TO sessions_away")
    answer = guest.get("/thu")
    assert answer.status == 500
    assert '<html lang="vi">' in answer.text
    assert "Mã tham chiếu" in answer.text


def test_secrets_of_the_installation_reach_no_page(house: House, office: Office) -> None:
    settings: Settings = office.installation.settings
    pages: list[Any] = [house.inside("P-ADM").get(path) for path in ("/tro-giup", "/quan-tri", "/khong-co")]
    for page in pages:
        assert settings.secret_key not in page.text
        assert settings.writer_key.hex() not in page.text
