"""Files: put down first, kept over refusals, downloaded as attachments by who may see the case."""

from __future__ import annotations

import re

from tests.views.cases.browsing import file, Page, Web

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def staged(page: Page) -> list[str]:
    """The ids of the staged files that a page shows."""
    return re.findall(r'name="unstage" value="([^"]+)"', page.text)


def evidence_url(page: Page) -> str:
    """The first evidence link of a case page."""
    found = re.search(r'href="(/minh-chung/[0-9a-f-]{36})"', page.text)
    assert found is not None
    return found[1]


def test_file_is_put_down_with_size_and_hash_and_text_stays(web: Web) -> None:
    code = web.office.assigned()
    owner, url = web.as_("W1-OFF"), f"/vu-viec/{code}/ket-qua"
    page = owner.post(url, {"outcome": "Đã dọn", "stage": "1", "files": [file("ảnh hiện trường.png", PNG)]})
    assert page.status == 200
    assert (len(staged(page)), page.inputs["outcome"]) == (1, "Đã dọn")
    assert "ảnh hiện trường.png" in page.words
    assert re.search(r"40 B · <code>[0-9a-f]{12}</code>", page.text)
    assert web.office.row(code).seq == 2


def test_staged_files_survive_a_refusal_and_go_with_the_deed(web: Web) -> None:
    code = web.office.assigned()
    owner, url = web.as_("W1-OFF"), f"/vu-viec/{code}/ket-qua"
    refused = owner.post(url, {"outcome": "", "completion": "full", "files": [file()]})
    assert (refused.status, len(staged(refused))) == (422, 1)
    done = owner.post(url, {"outcome": "Đã dọn", "completion": "full"}, refused)
    assert (done.status, web.office.row(code).state) == (303, "resolved")
    assert staged(owner.get(f"/vu-viec/{code}/minh-chung")) == []


def test_staged_file_can_be_taken_out(web: Web) -> None:
    code = web.office.assigned()
    owner, url = web.as_("W1-OFF"), f"/vu-viec/{code}/minh-chung"
    page = owner.post(url, {"stage": "1", "files": [file("a.pdf"), file("b.pdf", b"%PDF-1.7 other")]})
    keys = staged(page)
    assert len(keys) == 2
    assert staged(owner.post(url, {"unstage": keys[0]}, page)) == keys[1:]


def test_double_sending_with_files_adds_each_once(web: Web) -> None:
    code = web.office.assigned()
    owner, url = web.as_("W1-OFF"), f"/vu-viec/{code}/minh-chung"
    page = owner.get(url)
    before = web.office.row(code).seq
    for _ in range(2):
        assert owner.post(url, {"files": [file()]}, page).status == 303
    assert web.office.row(code).seq == before + 1
    assert staged(owner.get(url)) == []


def test_staged_file_is_its_senders_alone(web: Web) -> None:
    code = web.office.assigned()
    owner = web.as_("W1-OFF")
    page = owner.post(f"/vu-viec/{code}/minh-chung", {"stage": "1", "files": [file()]})
    url = f"/minh-chung/tam/{staged(page)[0]}"
    assert owner.get(url).status == 200
    assert web.as_("W1-SUP").get(url).status == 404
    assert staged(web.as_("W1-SUP").get(f"/vu-viec/{code}/minh-chung")) == []


def test_file_of_a_kind_that_is_not_kept_is_refused_at_its_field(web: Web) -> None:
    code = web.office.assigned()
    owner = web.as_("W1-OFF")
    page = owner.post(f"/vu-viec/{code}/minh-chung", {"files": [file("virus.exe", b"MZ\x00\x01")]})
    assert (page.status, web.office.row(code).seq) == (422, 2)
    assert "virus.exe" in page.text.partition('id="files-error"')[2][:400]


def test_nothing_at_all_is_no_evidence(web: Web) -> None:
    code = web.office.assigned()
    owner = web.as_("W1-OFF")
    assert owner.post(f"/vu-viec/{code}/minh-chung", {}).status == 422


def test_download_is_an_attachment_that_can_do_nothing(web: Web) -> None:
    code = web.office.assigned()
    owner = web.as_("W1-OFF")
    owner.post(f"/vu-viec/{code}/minh-chung", {"files": [file("Biên bản.pdf")]})
    answer = owner.get(evidence_url(owner.get(f"/vu-viec/{code}"))).answer
    assert answer.data == b"%PDF-1.7 minutes"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_download_out_of_reach_does_not_exist(web: Web) -> None:
    code = web.office.assigned()
    owner = web.as_("W1-OFF")
    owner.post(f"/vu-viec/{code}/minh-chung", {"files": [file()]})
    url = evidence_url(owner.get(f"/vu-viec/{code}"))
    assert web.as_("W2-OFF").get(url).status == 404
    assert web.as_("W1-SUP").get(url).status == 200


def test_reuse_is_shown_at_once_and_names_only_what_the_reader_may_see(web: Web) -> None:
    office = web.office
    own, hidden = office.assigned(), office.assigned(organisation="W2", by="W2-SUP", owner="W2-OFF")
    web.as_("W2-OFF").post(f"/vu-viec/{hidden}/minh-chung", {"files": [file()]})
    other = office.assigned()
    owner = web.as_("W1-OFF")
    page = owner.post(f"/vu-viec/{other}/minh-chung", {"stage": "1", "files": [file()]})
    assert hidden not in page.words
    owner.post(f"/vu-viec/{own}/minh-chung", {"files": [file()]})
    page = owner.get(f"/vu-viec/{other}/minh-chung")
    assert f"đã được dùng ở {own}" in page.words
    assert hidden not in page.words
