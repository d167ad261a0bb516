"""The check of the whole log knows what was erased by decision, and takes anything else that is missing for tampering."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select, update

from caseflow.models import CaseParty, Disclosures, EventRow
from caseflow.queries.erasures import disclosed
from caseflow.states.erasure import CONSENT
from caseflow.trail.checking import check_log
from caseflow.use_cases.erasing_people import erase_person
from caseflow.use_cases.erasure_remains import clear_remains
from tests.factories import Office
from tests.logs import seal
from tests.trails import rows
from tests.use_cases.test_erasure import approve, ask, CITIZEN, NUMBER, put, TITLE, YEARS


def findings(office: Office) -> list[str]:
    seal(office)
    here = office.installation
    return [str(one.message) for one in check_log(here.database, here.settings, here.files).findings]


def rich(office: Office) -> str:
    """A closed case with a citizen's data in every column and table that may hold any."""
    code = office.register(
        by="W1-REG",
        title=TITLE,
        description=f"{CITIZEN} trình bày",
        source=f"Đơn của {CITIZEN}",
        complainant_name=CITIZEN,
        subjects=[office.id_of("W2-OFF")],
        basis={
            "number": "5/ĐT",
            "date": "2026-10-01",
            "issuer": f"Văn phòng tiếp {CITIZEN}",
            "summary": f"Đơn {CITIZEN}",
            "imposed": True,
        },
    )
    steps = [{"text": f"Gặp {CITIZEN}", "person": office.id_of("W1-OF2"), "date": "2026-11-09"}]
    office.move(code, "edit", "W1-SUP", title=f"{TITLE}, bổ sung", milestones=steps)
    office.move(
        code, "assign", "W1-SUP", expected_outcome=f"Trả lời {CITIZEN}", owner=office.id_of("W1-OFF"),
        deadline="2026-11-20",
    )  # fmt: skip
    office.move(
        code, "revise_outcome", "D-SUP", expected_outcome=f"Gặp, trả lời {CITIZEN}", reason=f"{CITIZEN} xin"
    )
    for action, who in (("request_extension", "W1-OFF"), ("extend", "D-SUP")):
        office.move(code, action, who, deadline="2026-11-27", reason=f"Chờ {CITIZEN}")
    office.move(
        code, "report_progress", "W1-OFF", note=f"Hẹn {CITIZEN}", progress=40, difficulty=f"{CITIZEN} vắng"
    )
    put(office, code, f"{CITIZEN}.pdf", b"%PDF-1.7 a letter")
    office.move(
        code, "add_evidence", "W1-OFF", document_number=f"Đơn {CITIZEN}", document_date=office.today,
        kept_at=f"Nhà {CITIZEN}",
    )  # fmt: skip
    office.move(code, "resolve", "W1-OFF", outcome=f"Đã trả lời {CITIZEN}", completion="full")
    office.verify(code, "D-SUP")
    office.forward(YEARS)
    return code


def everything(office: Office, code: str) -> list[str]:
    """All that names the citizen."""
    with office.installation.database.reading() as connection:
        there = disclosed(connection, office.row(code).uuid)
    named = [one for one in there if one.erasable and CITIZEN in json.dumps(one.value, ensure_ascii=False)]
    files = [f"file:{one.value}" for one in there if one.name == "evidence" and _is_file(there, one)]
    kept = office.row(code).id in _with_complainant(office)
    return [*["complainant"] * kept, *files, *(f"text:{one.digest}" for one in named)]


def _with_complainant(office: Office) -> set[int]:
    return {row.case_id for row in rows(office, CaseParty) if row.role == "complainant"}


def _is_file(there: list[Any], evidence: Any) -> bool:
    return any(one.event == evidence.event and one.name == "sha256" for one in there)


def test_the_log_is_intact_after_an_erasure_of_everything(office: Office) -> None:
    code = rich(office)
    assert findings(office) == []
    approve(office, ask(office, code, *everything(office, code)))
    assert findings(office) == []
    office.move(code, "reopen", "D-INS", basis="finding", reason="Xem lại", deadline=office.today.isoformat())
    assert findings(office) == []


def test_the_log_is_intact_after_each_erasure_by_itself(office: Office) -> None:
    code = rich(office)
    while left := everything(office, code):  # some go with others
        approve(office, ask(office, code, left[0]))
    assert findings(office) == []


def test_the_log_is_intact_after_a_complainant_withdrew(office: Office) -> None:
    code = office.register(complainant_name=CITIZEN)
    approve(office, ask(office, code, "complainant", ground=CONSENT))
    assert findings(office) == []


def test_the_log_is_intact_after_a_person_was_erased(office: Office) -> None:
    office.person("CD-1", CITIZEN, "Nông dân", "W1")
    code = office.register(by="W1-SUP", subjects=[office.id_of("CD-1"), office.id_of("W2-OFF")])
    office.move(code, "cancel", "W1-SUP", kind="entered_in_error", reason="Nhầm")
    office.forward(YEARS)
    people = {"inspector": office.actors["P-INS"], "administrator": office.actors["P-ADM"]}
    office.do(erase_person, "CD-1", decision_number=NUMBER, **people)
    assert clear_remains(office.installation)
    assert findings(office) == []


def test_a_disclosure_that_nobody_erased_by_decision_is_tampering(office: Office) -> None:
    code = rich(office)
    approve(office, ask(office, code, *everything(office, code)))
    with office.installation.database.transaction() as connection:
        row = connection.execute(
            select(EventRow.id, Disclosures.data)
            .join(Disclosures, Disclosures.event_id == EventRow.id)
            .where(EventRow.type == "case.verified")
        ).one()
        data = json.dumps(json.loads(row.data)[1:])
        connection.execute(update(Disclosures).where(Disclosures.event_id == row.id).values(data=data))
    assert findings(office)


def test_a_file_that_another_case_shares_is_not_missed(office: Office) -> None:
    code = rich(office)
    other = office.register()
    put(office, other, "thu.pdf", b"%PDF-1.7 a letter", by="W1-REG")
    approve(office, ask(office, code, *everything(office, code)))
    assert findings(office) == []
