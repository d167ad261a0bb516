"""A small province for tests, made through the use cases, with short ways to act in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from caseflow.adapters.clock import SetClock
from caseflow.models import Case, Person
from caseflow.states.actor import Actor
from caseflow.use_cases.founding import operator
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.make_move import make_move
from caseflow.use_cases.organisations import add_organisation
from caseflow.use_cases.people import add_person
from caseflow.use_cases.perform import perform
from caseflow.use_cases.registration import Done, register_case
from caseflow.use_cases.roles import give_role

PEOPLE = (
    # code, name, position, unit, roles
    ("P-SUP", "Trần Văn Tỉnh", "Bí thư Tỉnh ủy", "P", ("supervisor",)),
    ("P-INS", "Lê Thị Tra", "Chủ nhiệm UBKT Tỉnh ủy", "P", ("inspector",)),
    ("P-ADM", "Vũ Quản Trị", "Quản trị hệ thống", "P", ("administrator",)),
    ("P-REP", "Bùi Báo Cáo", "Ban Tuyên giáo", "P", ("reporter",)),
    ("D-SUP", "Nguyễn Văn Huyện", "Bí thư Huyện ủy", "D", ("supervisor",)),
    ("D-DEP", "Phạm Thị Phó", "Phó Bí thư Huyện ủy", "D", ("supervisor",)),
    ("D-INS", "Đỗ Kiểm Tra", "UBKT Huyện ủy", "D", ("inspector",)),
    ("W1-SUP", "Hoàng Văn Xã", "Bí thư Đảng ủy xã", "W1", ("supervisor",)),
    ("W1-DEP", "Ngô Thị Xã", "Phó Bí thư Đảng ủy xã", "W1", ("supervisor",)),
    ("W1-REG", "Dương Văn Thư", "Văn thư", "W1", ("registrar",)),
    ("W1-OFF", "Đặng Cán Bộ", "Công chức địa chính", "W1", ("official",)),
    ("W1-OF2", "Lý Cán Sự", "Công chức tư pháp", "W1", ("official",)),
    ("W2-SUP", "Cao Văn Bên", "Bí thư Đảng ủy xã bên", "W2", ("supervisor",)),
    ("W2-OFF", "Tạ Thị Bên", "Công chức", "W2", ("official",)),
)


@dataclass
class Office:
    """The province P with district D and its communes W1 and W2, and everybody in `PEOPLE`."""

    installation: Installation
    clock: SetClock
    actors: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.operator = operator(self.installation)
        units = (("P", "Tỉnh ủy", "province", None), ("D", "Huyện ủy", "district", "P"),
                 ("W1", "Đảng ủy xã Một", "grassroots", "D"), ("W2", "Đảng ủy xã Hai", "grassroots", "D"))  # fmt: skip
        for code, name, level, parent in units:
            self.do(add_organisation, code=code, name=name, unit=name, kind=level, level=level, parent=parent,
                    valid_from=date(2020, 1, 1))  # fmt: skip
        for code, name, position, unit, roles in PEOPLE:
            self.person(code, name, position, unit, roles)

    @property
    def today(self) -> date:
        """The Vietnamese day that the clock shows."""
        return (self.clock.now() + timedelta(hours=7)).date()

    def do(self, deed: Any, *args: Any, by: str | Actor | None = None, **kwargs: Any) -> Any:
        """Perform a deed as the person with that staff code (the operator where none is named)."""
        actor = self.actors[by] if isinstance(by, str) else by or self.operator
        return perform(self.installation, actor, deed, *args, **kwargs)

    def person(self, code: str, name: str, position: str, unit: str, roles: tuple[str, ...] = ()) -> Actor:
        """Add a person with roles in the unit."""
        self.do(add_person, staff_code=code, name=name, position=position, organisation=unit)
        for role in roles:
            self.do(give_role, staff_code=code, role=role, organisation=unit, valid_from=date(2020, 1, 1))
        with self.installation.database.reading() as connection:
            row = connection.execute(select(Person.id, Person.uuid).where(Person.staff_code == code)).one()
        self.actors[code] = Actor(row.id, row.uuid, name, position)
        return self.actors[code]

    def id_of(self, code: str) -> str:
        """The id by which inputs name the person."""
        return str(self.actors[code].uuid)

    def register(self, by: str = "W1-REG", **given: Any) -> str:
        """Register a case; answer its code."""
        raw = {"title": "Ô nhiễm bãi rác thôn Đông", "organisation": "W1", "field": "complaints"} | given
        done: Done = self.do(register_case, raw, by=by)
        return done["code"]

    def move(self, code: str, action: str, by: str | Actor, seen: int | None = None, **given: Any) -> Done:
        """Make a move."""
        done: Done = self.do(make_move, code, action, given, seen=seen, by=by)
        return done

    def assigned(self, by: str = "W1-SUP", owner: str = "W1-OFF", **given: Any) -> str:
        """A case that is assigned, 10 working days ahead."""
        visible = {k: given.pop(k) for k in ("organisation", "basis", "subjects") if k in given}
        code = self.register(by=by, **visible)
        raw: dict[str, Any] = {
            "expected_outcome": "Dọn sạch bãi rác",
            "owner": self.id_of(owner),
            "working_days": 10,
        } | given
        self.move(code, "assign", by, **raw)
        return code

    def resolved(self, by: str = "W1-SUP", owner: str = "W1-OFF", **given: Any) -> str:
        """A case whose owner has reported its result."""
        code = self.assigned(by, owner, **given)
        self.resolve(code, owner)
        return code

    def resolve(self, code: str, owner: str = "W1-OFF") -> None:
        """Report the result with a paper document as evidence."""
        self.evidence(code, owner)
        self.move(code, "resolve", owner, outcome="Đã dọn xong", completion="full")

    def evidence(self, code: str, by: str | Actor) -> None:
        """Refer to a paper document."""
        self.move(
            code, "add_evidence", by, document_number="12/BB", document_date=self.today, kept_at="Văn phòng"
        )

    def verify(self, code: str, by: str | Actor) -> Done:
        """Find the result true."""
        return self.move(code, "verify", by, method="site", complainant_answer="accepted", note="Đã kiểm tra")

    def row(self, code: str) -> Any:
        """The case's row."""
        with self.installation.database.reading() as connection:
            return connection.execute(select(Case.__table__).where(Case.code == code)).one()

    def forward(self, days: int) -> None:
        """Let days pass."""
        self.clock.forward(timedelta(days=days))
