"""A small province in which everything has happened once: what a check of the log must find nothing wrong with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, UTC
from io import BytesIO
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caseflow.errors import KeptRefusal
from caseflow.models import Person
from caseflow.queries.erasures import disclosed
from caseflow.states.actor import Actor
from caseflow.use_cases.calendar import remove_special_day, save_special_day
from caseflow.use_cases.contributions import FileRef
from caseflow.use_cases.erasure import approve_erasure, request_erasure
from caseflow.use_cases.erasure_remains import clear_remains
from caseflow.use_cases.fields import end_field, save_field
from caseflow.use_cases.imports.case_rows import Past, PlannedCase
from caseflow.use_cases.imports.cases import import_cases
from caseflow.use_cases.imports.history import enter_past_case
from caseflow.use_cases.looking import open_complainant
from caseflow.use_cases.lookup import CaseLookup
from caseflow.use_cases.make_move import add_evidence_file
from caseflow.use_cases.organisations import add_organisation, change_organisation
from caseflow.use_cases.people import change_password, change_person, issue_password
from caseflow.use_cases.perform import perform_bulk
from caseflow.use_cases.roles import delegate_decision, end_delegation, end_role, give_role
from caseflow.use_cases.sessions import begin_session, check_choice
from caseflow.use_cases.stand_ins import approve_stand_in, end_stand_in, request_stand_in, serve_person
from caseflow.use_cases.work import Work
from tests.factories import Office
from tests.imports.lists import clear_row, FILE, listed, row

PDF = b"%PDF-1.7 m\xe1\xbb\x99t b\xe1\xba\xa3n ch\xe1\xbb\xa5p"


@dataclass(frozen=True)
class Busy:
    """The codes of some cases of the office, and ids of what people hold."""

    verified: str
    open: str
    restricted: str
    moved: str
    cancelled: str
    duplicate: str
    continued: str
    erased: str
    past: str
    grant: str
    mandate: str
    delegation: str


def fill(office: Office) -> Busy:
    """Let everything happen."""
    mandates = _accounts_and_mandates(office)
    held = _rights(office)
    _registers(office)
    verified = _main_line(office, mandates)
    return Busy(
        verified=verified,
        open=_under_way(office),
        restricted=_restricted(office),
        moved=_moved(office),
        cancelled=_cancelled(office),
        duplicate=_duplicate(office, verified),
        continued=_in_part(office),
        erased=_erased(office),
        past=_past(office),
        grant=held[0],
        mandate=str(mandates),
        delegation=held[1],
    )


def _accounts_and_mandates(office: Office) -> UUID:
    for code in ("W1-OFF", "W1-OF2", "W1-SUP"):
        office.do(issue_password, code)
    password = office.do(issue_password, "W2-OFF")
    chosen = check_choice(office.installation, office.actors["W2-OFF"], password, "một mật khẩu dài")
    office.do(change_password, chosen, by="W2-OFF")
    days = {"valid_from": office.today, "valid_until": office.today + timedelta(days=60)}
    asked = UUID(office.do(request_stand_in, staff_code="W1-OF2", by="W1-OFF", **days))
    office.do(approve_stand_in, asked, by="W1-SUP")
    ended = UUID(office.do(request_stand_in, staff_code="W1-OFF", by="W1-OF2", **days))
    office.do(end_stand_in, ended, by="W1-OF2")
    office.person("W1-OLD", "Bàn Văn Già", "Trưởng thôn", "W1", ("official",))
    office.do(serve_person, staff_code="W1-OLD", evidence="Phiếu 3/2026", by="W1-REG", **days)
    begin_session(office.installation, office.actors["W1-OFF"], address="10.0.0.7")
    return asked


def _rights(office: Office) -> tuple[str, str]:
    grant = office.do(give_role, staff_code="W1-DEP", role="inspector", organisation="W1", valid_from=date(2026, 1, 1),
                      valid_until=date(2026, 12, 31))  # fmt: skip
    ended = office.do(give_role, staff_code="W1-DEP", role="registrar", organisation="W1")
    office.do(end_role, ended)
    named: dict[str, Any] = {
        "giver": "P",
        "scope": "D",
        "valid_from": office.today,
        "valid_until": date(2026, 12, 31),
    }
    delegation = office.do(delegate_decision, staff_code="P-INS", by="P-SUP", **named)
    other = office.do(delegate_decision, staff_code="P-REP", by="P-SUP", **named)
    office.do(end_delegation, other, by="P-SUP")
    return grant, delegation


def _registers(office: Office) -> None:
    office.do(change_person, "W2-OFF", name="Tạ Thị Bên Cạnh", organisation="W2", phone="0912 345 678")
    office.do(change_person, "D-DEP", left_on=date(2026, 12, 1), organisation="P")
    team: dict[str, Any] = {
        "kind": "team",
        "level": "team",
        "parent": "D",
        "valid_from": date(2026, 1, 1),
        "head": "D-SUP",
    }
    office.do(add_organisation, code="T1", name="Tổ công tác", unit="Tổ công tác", **team)
    office.do(change_organisation, "T1", name="Tổ công tác số 1", head="D-DEP", valid_until=date(2027, 1, 1))
    office.do(save_field, code="land", name_vi="Đất đai", name_en="Land")
    office.do(save_field, code="water", name_vi="Nước", name_en="Water")
    office.do(end_field, "water")
    office.do(save_special_day, date(2026, 12, 24), "holiday", "Quyết định 1")
    office.do(save_special_day, date(2026, 12, 25), "holiday", "Quyết định 2")
    office.do(remove_special_day, date(2026, 12, 25), "Nhầm")
    rows = listed(clear_row(code="X1"), row(content="Một việc khác", code="X2"))
    perform_bulk(office.installation, office.actors["W1-REG"], import_cases, rows, FILE)


def _main_line(office: Office, mandate: UUID) -> str:
    """A case that has been through nearly every kind of event, some by a stand-in."""
    code = office.register(
        expected_outcome="Dọn", basis={"number": "7/CV", "date": "2026-10-01", "imposed": True}
    )
    steps = [{"text": "Họp dân", "person": office.id_of("W1-OF2"), "date": "2026-11-09"}, {"text": "Dọn"}]
    office.move(code, "edit", "W1-REG", title="Bãi rác", field="inspection", expected_outcome="Dọn sạch")
    office.move(code, "assign", "W1-SUP", owner=office.id_of("W1-OFF"), working_days=10, verify_by="higher",
                lead_officer=office.id_of("W1-DEP"))  # fmt: skip
    office.move(code, "edit", "W1-SUP", milestones=steps, urgency="urgent")
    office.move(code, "request_extension", "W1-OFF", deadline="2026-12-01", reason="Mưa")
    office.move(code, "extend", "D-SUP", deadline="2026-11-27", reason="Một phần")
    office.move(code, "extend", "D-SUP", deadline="2026-11-30", reason="Không ai xin")
    office.move(code, "request_extension", "W1-OFF", deadline="2026-12-11", reason="Vẫn mưa")
    office.move(code, "refuse_extension", "D-SUP", reason="Đủ rồi")
    office.move(code, "report_progress", "W1-OFF", note="Đang làm", progress=10,
                needs_decision_by=office.id_of("W1-SUP"))  # fmt: skip
    office.move(code, "comment", "W1-SUP", text="Cứ làm")
    office.move(code, "request_extension", "W1-OFF", deadline="2026-12-11", reason="Lại mưa")
    office.move(code, "suspend", "W1-SUP", reason="Chờ", review_on="2026-11-20")
    office.forward(3)
    office.move(code, "revise_outcome", "D-SUP", expected_outcome="Dọn một nửa", reason="Thiếu xe")
    office.move(code, "resume", "W1-SUP")
    office.resolve(code)
    office.move(code, "withdraw", "W1-OFF")
    stand_in = replace(office.actors["W1-OF2"], principal=office.actors["W1-OFF"])
    office.move(code, "resolve", stand_in, outcome="Xong", completion="impossible")
    office.forward(1)
    office.move(code, "return_to_owner", "D-SUP", reason="Thiếu ảnh")
    _photo(office, code, stand_in)
    office.move(code, "resolve", "W1-OFF", outcome="Xong hẳn", completion="full")
    office.verify(code, "D-SUP")
    office.move(code, "reopen", "D-INS", basis="finding", reason="Chưa xong", deadline="2026-12-20")
    office.evidence(code, "W1-OFF")
    office.move(code, "resolve", "W1-OFF", outcome="Xong thật", completion="full")
    office.verify(code, "D-SUP")
    return code


def _photo(office: Office, code: str, by: Actor) -> None:
    kept = office.installation.files.put(BytesIO(PDF), "bien-ban.pdf")
    file = FileRef("bien-ban.pdf", kept.sha256, kept.size, kept.media_type)
    office.do(add_evidence_file, code, file, by=by)


def _under_way(office: Office) -> str:
    """A case in progress with supporters, one of which gave proof through their unit."""
    code = office.assigned()
    office.move(code, "add_supporter", "W1-SUP", person=office.id_of("W2-OFF"))
    office.move(code, "add_supporter", "W1-SUP", organisation="W2")
    office.move(code, "add_supporter", "W1-SUP", person=office.id_of("W1-OF2"))
    office.move(code, "remove_supporter", "W1-SUP", person=office.id_of("W1-OF2"))
    office.move(code, "comment", "W2-OFF", text="Bên tôi giúp")
    office.evidence(code, "W2-SUP")
    office.move(code, "start", "W1-OFF")
    office.move(code, "reassign", "W1-SUP", owner=office.id_of("W1-OF2"), reason="Đổi người")
    office.move(code, "report_progress", "W1-OF2", note="Làm tiếp", progress=40)
    refused(office, code, "verify", "W1-OF2", method="site", complainant_answer="none", note="Tự xác nhận")
    refused(office, "VV-2026-999999", "start", "W1-OF2")
    return code


def refused(office: Office, code: str, action: str, by: str, **given: Any) -> None:
    """Try what is not permitted."""
    try:
        office.move(code, action, by, **given)
    except KeptRefusal:
        return
    except Exception as other:
        if type(other).__name__ != "NotFound":
            raise


def _restricted(office: Office) -> str:
    code = office.register(
        by="W1-SUP", visibility="restricted", readers=[office.id_of("W1-OFF")], subjects=[office.id_of("W2-SUP")],
        complainant_name="Nông Văn Dân", complainant_contact="0987",
    )  # fmt: skip
    office.move(code, "edit", "W1-SUP", readers=[office.id_of("W1-OF2")], description="Kín")
    office.move(
        code, "assign", "W1-SUP", owner=office.id_of("W1-OFF"), working_days=5, expected_outcome="Làm rõ"
    )
    office.do(open_complainant, code, by="W1-OFF")
    return code


def _moved(office: Office) -> str:
    code = office.assigned()
    office.move(code, "start", "W1-OFF")
    office.move(code, "request_transfer", "W1-SUP", organisation="W2", reason="Chuyển")
    office.move(code, "decline_transfer", "W2-SUP", reason="Không")
    office.move(code, "request_transfer", "W1-SUP", organisation="W2", reason="Chuyển lại")
    office.forward(20)
    office.move(code, "accept_transfer", "W2-SUP")
    office.move(code, "assign", "W2-SUP", owner=office.id_of("W2-OFF"), deadline="2026-12-31")
    return code


def _cancelled(office: Office) -> str:
    code = office.assigned()
    office.move(code, "request_extension", "W1-OFF", deadline="2026-12-31", reason="Mưa")
    office.move(code, "cancel", "D-SUP", kind="petition_withdrawn", reason="Rút đơn")
    office.move(code, "comment", "D-SUP", text="Đã rút")
    office.register(title="Chờ chuyển")
    return code


def _duplicate(office: Office, of: str) -> str:
    code = office.assigned()
    office.move(code, "cancel", "D-SUP", kind="duplicate", reason="Trùng", duplicate_of=of)
    office.move(
        code, "reopen", "D-INS", basis="finding", reason="Không trùng", deadline="2026-12-31",
        owner=office.id_of("W1-OFF"),
    )  # fmt: skip
    return code


def _in_part(office: Office) -> str:
    """A result in part: what remains is a case of its own."""
    code = office.assigned()
    office.evidence(code, "W1-OFF")
    office.move(code, "resolve", "W1-OFF", outcome="Một nửa", completion="part", remainder="Nửa còn lại")
    return code


def _erased(office: Office) -> str:
    """A closed case whose complainant withdrew consent, and whose text was erased after years."""
    code = office.resolved()
    office.verify(code, "D-SUP")
    return code


def _past(office: Office) -> str:
    """Two cases of an older register: one ended there, one was taken on from it."""
    begun = datetime(2019, 3, 4, 2, 0, tzinfo=UTC)
    ended = Past(begun, datetime(2019, 5, 6, 20, 0, tzinfo=UTC), "Đã xong")
    verified, under_way = (office.do(_enter_past, past, by="W1-REG") for past in (ended, Past(begun)))
    office.move(under_way, "report_progress", "W1-OFF", note="Làm tiếp việc cũ", progress=20)
    return str(verified)


def _enter_past(work: Work, past: Past) -> str:
    known = CaseLookup(work)
    unit, area = known.organisation("W1"), known.field("complaints")
    owner = known.person(str(work.connection.execute(_OWNER).scalar_one()))
    assert unit is not None
    assert area is not None
    assert owner is not None
    planned = PlannedCase(
        0, "Việc của sổ cũ", unit, area, expected_outcome="Trả lời", owner=owner, deadline=date(2019, 6, 1),
        basis={"summary": "Công văn 5", "date": date(2019, 3, 1)}, code=f"CU-{past.outcome}", source="Sổ cũ",
    )  # fmt: skip
    return enter_past_case(work, planned, owner, past)


_OWNER = select(Person.uuid).where(Person.staff_code == "W1-OFF")


def erase(office: Office, code: str) -> None:
    """Years later: the words of a closed case are erased by decision."""
    with office.installation.database.reading() as connection:
        there = disclosed(connection, office.row(code).uuid)
    items = [f"text:{one.digest}" for one in there if one.name in ("title", "outcome", "expected_outcome")]
    key = office.do(
        request_erasure, code, decision_number="9-QĐ/UBKT", ground="retention_over", items=items, by="D-INS"
    )
    office.do(approve_erasure, UUID(key), decision_number="9-QĐ/UBKT", by="P-ADM")
    clear_remains(office.installation)


def person_key(office: Office, code: str) -> int:
    """The key of a person in the tables."""
    with office.installation.database.reading() as connection:
        return connection.execute(select(Person.id).where(Person.staff_code == code)).scalar_one()
