"""What people add to a case: comments, evidence, supporters, and edits of its description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select, Table

from caseflow.errors import NotReady, Problem
from caseflow.events import (
    CaseCommented,
    CaseEdited,
    CaseEvidenceAdded,
    CaseSupporterAdded,
    CaseSupporterRemoved,
    OrganisationRef,
)
from caseflow.messages import N_, say
from caseflow.models import CaseSupporter, Evidence, Milestone, StagedFile
from caseflow.states.given import OrganisationFacts, PersonFacts
from caseflow.use_cases.held_case import HeldCase
from caseflow.use_cases.registration import add_readers, READERS, ref_of, search_text
from caseflow.use_cases.work import Work

SUPPORTERS: Table = CaseSupporter.__table__  # type: ignore[assignment]
EVIDENCE: Table = Evidence.__table__  # type: ignore[assignment]
MILESTONES: Table = Milestone.__table__  # type: ignore[assignment]
STAGED: Table = StagedFile.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file in the store, with the name that its sender gave it; `size` in bytes."""

    name: str
    sha256: str
    size: int
    media_type: str


def comment_case(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseCommented:
    """Say something."""
    if held.case.needs_decision_by_id == work.principal.id:
        held.case.needs_decision_by_id = None
    return CaseCommented(text=given["text"])


def add_document(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseEvidenceAdded:
    """Refer to a paper document. Raises NotReady for a file that was named but not sent."""
    if "file" in given:
        message = say(N_("Attach a file, or enter number, date and place of a paper document."))
        raise NotReady(message, (Problem("file", message, given["file"]),))
    key = str(
        _keep_evidence(
            work,
            held,
            kind="document",
            document_number=given["document_number"],
            document_date=given["document_date"],
            kept_at=given["kept_at"],
        )
    )
    return CaseEvidenceAdded(
        evidence=key,
        document_number=given["document_number"],
        document_date=given["document_date"],
        kept_at=given["kept_at"],
        for_owner=held.for_owner or None,
    )


def add_file(work: Work, held: HeldCase, file: FileRef) -> CaseEvidenceAdded:
    """Add a file that is in the store already."""
    key = _keep_evidence(
        work,
        held,
        kind="file",
        name=file.name,
        sha256=file.sha256,
        size=file.size,
        media_type=file.media_type,
    )
    return CaseEvidenceAdded(
        evidence=str(key),
        file_name=file.name,
        sha256=file.sha256,
        size=file.size,
        media_type=file.media_type,
        for_owner=held.for_owner or None,
    )


def _keep_evidence(work: Work, held: HeldCase, **values: object) -> object:
    key = uuid4()
    row = dict.fromkeys(
        ("name", "sha256", "size", "media_type", "document_number", "document_date", "kept_at")
    )
    row |= {
        "uuid": key,
        "case_id": held.case.id,
        "seq": held.case.seq,
        "added_by_id": work.actor.id,
        "added_at": work.now,
        **values,
    }
    work.writer.add(EVIDENCE, row)
    held.evidence_seq = held.case.seq
    return key


def add_supporter(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseSupporterAdded:
    """Let a person or a unit support the owner; they see this case only."""
    person: PersonFacts | None = given.get("person")
    unit: OrganisationFacts | None = given.get("organisation")
    already = (person and person.id in held.supporters) or (unit and unit.path in held.supporting_paths)
    if already:
        message = say(N_("They support the case already."))
        raise NotReady(message, (Problem("person" if person else "organisation", message),))
    work.writer.add(
        SUPPORTERS,
        {
            "case_id": held.case.id,
            "person_id": person.id if person else None,
            "organisation_id": unit.id if unit else None,
        },
    )
    if person:
        held.supporters.add(person.id)
    if unit:
        held.supporting_paths.append(unit.path)
    return CaseSupporterAdded(person=ref_of(person) if person else None, organisation=_unit_ref(unit))


def remove_supporter(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseSupporterRemoved:
    """End a support; whoever acted stays on the owner's side for the judgement."""
    person: PersonFacts | None = given.get("person")
    unit: OrganisationFacts | None = given.get("organisation")
    supports = (person and person.id in held.supporters) or (unit and unit.path in held.supporting_paths)
    if not supports:
        message = say(N_("They do not support the case. Choose one of its supporters."))
        raise NotReady(message, (Problem("person" if person else "organisation", message),))
    column = {"person_id": person.id} if person else {"organisation_id": unit.id if unit else None}
    work.writer.remove(SUPPORTERS, {"case_id": held.case.id, **column})
    if person:
        held.supporters.discard(person.id)
    if unit:
        held.supporting_paths.remove(unit.path)
    return CaseSupporterRemoved(person=ref_of(person) if person else None, organisation=_unit_ref(unit))


def _unit_ref(unit: OrganisationFacts | None) -> OrganisationRef | None:
    return OrganisationRef(unit.code, unit.name) if unit else None


def edit_case(work: Work, held: HeldCase, given: Mapping[str, Any]) -> CaseEdited:
    """Change the description; never owner, deadline, state or period."""
    before: dict[str, object] = {}
    after: dict[str, Any] = {}
    for name in ("title", "description", "source", "urgency", "expected_outcome"):
        old = getattr(held.case, name)
        if name in given and given[name] != old:
            setattr(held.case, name, given[name])
            before[name], after[name] = old, given[name]
    _edit_field(held, given, before, after)
    _edit_basis(held, given, before, after)
    _edit_readers(work, held, given, after)
    _edit_milestones(work, held, given, after)
    if not after:
        message = say(N_("Nothing was changed. Change at least one field."))
        raise NotReady(message, (Problem("title", message),))
    held.case.search_text = search_text(held.case)
    cleared = tuple(name for name, value in after.items() if value is None)
    return CaseEdited(before=before, cleared=cleared or None, **after)


def _edit_field(
    held: HeldCase, given: Mapping[str, Any], before: dict[str, object], after: dict[str, Any]
) -> None:
    field = given.get("field")
    if field is not None and field.id != held.case.field_id:
        before["field"], after["field"] = held.field_code, field.code
        held.case.field_id, held.field_code = field.id, field.code


def _edit_basis(
    held: HeldCase, given: Mapping[str, Any], before: dict[str, object], after: dict[str, Any]
) -> None:
    if "basis" not in given:
        return
    case, basis = held.case, given["basis"] or {}
    old = {
        "number": case.basis_number,
        "date": case.basis_date,
        "issuer": case.basis_issuer,
        "summary": case.basis_summary,
        "imposed": case.deadline_imposed,
    }
    if {name: basis.get(name) for name in old} | {"imposed": bool(basis.get("imposed"))} == old:
        return
    before["basis"], after["basis"] = old, basis or None
    case.basis_number, case.basis_date = basis.get("number"), basis.get("date")
    case.basis_issuer, case.basis_summary = basis.get("issuer"), basis.get("summary")
    case.deadline_imposed = bool(basis.get("imposed"))


def _edit_readers(work: Work, held: HeldCase, given: Mapping[str, Any], after: dict[str, Any]) -> None:
    readers: tuple[PersonFacts, ...] = given.get("readers") or ()
    if held.case.visibility == "restricted" and any(p.id not in held.readers for p in readers):
        add_readers(work, held, readers)
        after["readers"] = tuple(ref_of(p) for p in readers)
    removed: tuple[PersonFacts, ...] = given.get("readers_removed") or ()
    for person in removed:
        work.writer.remove(READERS, {"case_id": held.case.id, "person_id": person.id})
        held.readers.discard(person.id)
    if removed:
        after["readers_removed"] = tuple(ref_of(p) for p in removed)


def _edit_milestones(work: Work, held: HeldCase, given: Mapping[str, Any], after: dict[str, Any]) -> None:
    milestones = given.get("milestones")
    if milestones is None:
        return
    work.writer.remove(MILESTONES, {"case_id": held.case.id})
    recorded = []
    for one in milestones:
        person: PersonFacts | None = one.get("person")
        row = {"text": one["text"], "date": one.get("date"), "done": bool(one.get("done"))}
        work.writer.add(
            MILESTONES, {"case_id": held.case.id, "person_id": person.id if person else None, **row}
        )
        recorded.append(row | {"person": ref_of(person) if person else None})
    after["milestones"] = tuple(recorded)


def stage_file(work: Work, path: str, file: FileRef) -> str:
    """Keep a file that was sent with a form until the form is committed; answer its id."""
    key = uuid4()
    work.writer.add(
        STAGED,
        {
            "uuid": key,
            "person_id": work.actor.id,
            "path": path,
            "sha256": file.sha256,
            "size": file.size,
            "media_type": file.media_type,
            "name": file.name,
            "created_at": work.now,
        },
    )
    return str(key)


def take_staged(work: Work, path: str) -> list[FileRef]:
    """The actor's staged files of a form, which are staged no longer."""
    mine = (STAGED.c.person_id == work.actor.id, STAGED.c.path == path)
    rows = work.connection.execute(
        select(STAGED.c.name, STAGED.c.sha256, STAGED.c.size, STAGED.c.media_type)
        .where(*mine)
        .order_by(STAGED.c.id)
    ).all()
    work.connection.execute(delete(STAGED).where(*mine))
    return [FileRef(*row) for row in rows]


def drop_staged(work: Work, path: str, key: str) -> None:
    """Take a staged file out of a form."""
    mine = (STAGED.c.person_id == work.actor.id, STAGED.c.path == path)
    rows = work.connection.execute(select(STAGED.c.id, STAGED.c.uuid).where(*mine))
    for row in rows.all():
        if str(row.uuid) == key:
            work.connection.execute(delete(STAGED).where(STAGED.c.id == row.id))
