"""Two people on one version: one wins, the other sees what changed and loses no text."""

from __future__ import annotations

from tests.views.cases.browsing import file, Web


def test_second_writer_sees_who_changed_what_and_saves_by_choice(web: Web) -> None:
    code = web.office.register()
    url = f"/vu-viec/{code}/sua"
    boss, registrar = web.as_("W1-SUP"), web.as_("W1-REG")
    opened = registrar.get(url)
    assert boss.post(url, {"title": "Bãi rác thôn Đông bốc mùi", "urgency": "urgent"}).status == 303
    typed = {"title": "Bãi rác thôn Đoài", "description": "Người dân phản ánh nhiều lần"}
    conflict = registrar.post(url, typed, opened)
    assert conflict.status == 412
    assert "Hoàng Văn Xã" in conflict.words
    assert web.office.row(code).title == "Bãi rác thôn Đông bốc mùi"
    sent = conflict.inputs
    assert (sent["choice-title"], sent["choice-description"]) == ("current", "mine")
    assert "choice-urgency" not in sent or sent["choice-urgency"] == "current"
    done = registrar.post(url, {}, conflict)
    assert done.status == 303, done.words
    row = web.office.row(code)
    assert (row.title, row.description, row.urgency) == (
        "Bãi rác thôn Đông bốc mùi",
        "Người dân phản ánh nhiều lần",
        "urgent",
    )


def test_second_writer_may_choose_their_own_words(web: Web) -> None:
    code = web.office.register()
    url = f"/vu-viec/{code}/sua"
    opened = web.as_("W1-REG").get(url)
    web.as_("W1-SUP").post(url, {"title": "Một"})
    conflict = web.as_("W1-REG").post(url, {"title": "Hai"}, opened)
    assert web.as_("W1-REG").post(url, {"choice-title": "mine"}, conflict).status == 303
    assert web.office.row(code).title == "Hai"


def test_other_moves_come_back_filled_at_the_present_version(web: Web) -> None:
    office = web.office
    code = office.assigned()
    url = f"/vu-viec/{code}/cap-nhat"
    owner = web.as_("W1-OFF")
    opened = owner.get(url)
    office.move(code, "extend", "W1-SUP", deadline="2026-11-30", reason="Mưa lũ")
    conflict = owner.post(url, {"note": "Đã họp dân lần hai", "progress": "35"}, opened)
    assert (conflict.status, "Mưa lũ" in conflict.words) == (412, True)
    assert conflict.inputs["note"] == "Đã họp dân lần hai"
    assert owner.post(url, {}, conflict).status == 303
    assert office.row(code).progress == 35


def test_typed_text_can_become_a_comment(web: Web) -> None:
    office = web.office
    code = office.assigned()
    url = f"/vu-viec/{code}/cap-nhat"
    owner = web.as_("W1-OFF")
    opened = owner.get(url)
    office.move(code, "suspend", "W1-SUP", reason="Chờ tòa", review_on="2026-11-20")
    conflict = owner.post(url, {"note": "Đã họp dân lần hai", "progress": "35"}, opened)
    assert (conflict.status, "Đã họp dân lần hai" in conflict.words) == (412, True)
    assert owner.post(url, {"note_only": "1"}, conflict).status == 303
    page = owner.get(f"/vu-viec/{code}?loai=binh-luan")
    assert "Đã họp dân lần hai" in page.words
    assert office.row(code).state == "suspended"


def test_staged_files_survive_a_conflict(web: Web) -> None:
    office = web.office
    code = office.assigned()
    url = f"/vu-viec/{code}/ket-qua"
    owner = web.as_("W1-OFF")
    opened = owner.get(url)
    office.move(code, "extend", "W1-SUP", deadline="2026-11-30", reason="Mưa lũ")
    typed = {"outcome": "Đã dọn", "completion": "full", "files": [file()]}
    conflict = owner.post(url, typed, opened)
    assert (conflict.status, "bien-ban.pdf" in conflict.words) == (412, True)
    assert owner.post(url, {}, conflict).status == 303
    assert office.row(code).state == "resolved"


def test_right_lost_meanwhile_keeps_the_text_as_a_comment(web: Web) -> None:
    office = web.office
    code = office.assigned()
    office.move(code, "add_supporter", "W1-SUP", person=office.id_of("W1-OF2"))
    url = f"/vu-viec/{code}/de-nghi-gia-han"
    owner = web.as_("W1-OFF")
    opened = owner.get(url)
    office.move(code, "add_supporter", "W1-SUP", person=office.id_of("W1-OFF"))
    office.move(code, "reassign", "W1-SUP", owner=office.id_of("W1-OF2"), reason="Đổi việc")
    refused = owner.post(url, {"deadline": "30/11/2026", "reason": "Chờ kinh phí"}, opened)
    assert (refused.status, "Chờ kinh phí" in refused.inputs["kept_text"]) == (403, True)
    assert owner.post(url, {"note_only": "1"}, refused).status == 303
    assert "Chờ kinh phí" in owner.get(f"/vu-viec/{code}").words


def test_form_that_does_not_say_its_version_is_stale(web: Web) -> None:
    code = web.office.assigned()
    owner = web.as_("W1-OFF")
    answer = owner.post(f"/vu-viec/{code}/nhan-viec", {"seen": ""})
    assert (answer.status, web.office.row(code).state) == (412, "assigned")


def test_others_words_cannot_break_out_of_the_page(web: Web) -> None:
    code = web.office.register()
    url = f"/vu-viec/{code}/sua"
    opened = web.as_("W1-REG").get(url)
    web.as_("W1-SUP").post(url, {"title": "<script>alert(1)</script> Một"})
    conflict = web.as_("W1-REG").post(url, {"title": "<b>Hai</b>"}, opened)
    raw = conflict.answer.get_data(as_text=True)
    assert ("<script>alert" in raw, "<b>Hai" in raw) == (False, False)
