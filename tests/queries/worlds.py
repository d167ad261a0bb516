"""Small worlds drawn by chance, to hold what lists show against what the rules say of each case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select, Table

from caseflow.models import Base, Case, FieldRow, Organisation
from caseflow.queries.scope import Reader, reader_of
from caseflow.states.actor import Actor
from caseflow.states.relations import may_see, Standing
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.work import Work

TREE = {
    "X": None,
    "X1": "X",
    "X2": "X",
    "X11": "X1",
    "X12": "X1",
    "X21": "X2",
    "X111": "X11",
    "Y": None,
    "Y1": "Y",
}
"""Units by code, with the unit above: two trees, of four levels."""
ROLES = ("official", "registrar", "supervisor", "inspector", "reporter", "administrator")
PEOPLE = 8
CASES = 30


@dataclass
class World:
    """What was drawn, on an open connection that is rolled back in the end."""

    installation: Installation
    connection: Connection
    today: date
    rng: Random
    units: dict[str, int]
    people: list[Actor]
    codes: list[str]

    def row(self, table: str, **values: Any) -> int:
        """Write a row; answer its key."""
        target: Table = Base.metadata.tables[table]
        if "uuid" in target.c:
            values.setdefault("uuid", UUID(int=self.rng.getrandbits(128), version=4))
        key = self.connection.execute(insert(target), values).inserted_primary_key
        assert key is not None
        return int(key[0])

    def person(self) -> int:
        """Somebody."""
        return self.rng.choice(self.people).id

    def unit(self) -> int:
        """Some unit."""
        return self.rng.choice(list(self.units.values()))

    def some(self, share: float, value: Any) -> Any:
        """The value in so large a share of the times asked, else None."""
        return value if self.rng.random() < share else None


def drawn(installation: Installation, connection: Connection, today: date, rng: Random) -> World:
    """A world: units, people, roles and mandates of today and of other days, and cases with all around them."""
    world = World(installation, connection, today, rng, {}, [], [])
    _draw_units(world)
    for number in range(PEOPLE):
        _draw_person(world, number)
    for _ in range(rng.randrange(PEOPLE * 2)):
        _draw_right(world)
    field = connection.execute(select(FieldRow.id)).scalars().first()
    for number in range(CASES):
        _draw_case(world, number, field)
    return world


def _draw_units(world: World) -> None:
    paths: dict[str | None, str] = {None: "/"}
    first = (
        world.connection.execute(select(Organisation.id).order_by(Organisation.id.desc())).scalar() or 0
    ) + 1
    for number, (code, upper) in enumerate(TREE.items(), start=first):
        paths[code] = f"{paths[upper]}{number}/"
        world.units[code] = world.row(
            "organisations", id=number, code=code, name=code, unit=code, kind="committee", level="grassroots",
            parent_id=world.units.get(upper or ""), path=paths[code], valid_from=date(2020, 1, 1),
        )  # fmt: skip


def _draw_person(world: World, number: int) -> None:
    uuid = UUID(int=world.rng.getrandbits(128), version=4)
    key = world.row(
        "people", uuid=uuid, staff_code=f"X-{number}", name=f"Người {number}", position="",
        organisation_id=world.some(0.8, world.unit()), sort_key="", search_text="",
    )  # fmt: skip
    world.people.append(Actor(key, uuid, f"Người {number}", ""))


def _span(world: World) -> dict[str, date]:
    """From when until when: mostly today among them, else over or yet to come."""
    begins = world.rng.choice((-30, -30, -30, 0, 1))
    return {
        "valid_from": world.today + timedelta(days=begins),
        "valid_until": world.today + timedelta(days=max(begins, world.rng.choice((-1, 0, 5, 30)))),
    }


def _draw_right(world: World) -> None:
    if world.rng.random() < 0.8:
        span = _span(world)
        until = world.some(0.5, span["valid_until"])
        world.row(
            "role_grants", person_id=world.person(), role=world.rng.choice(ROLES), organisation_id=world.unit(),
            valid_from=span["valid_from"], valid_until=until,
        )  # fmt: skip
    else:
        world.row(
            "delegations", person_id=world.person(), giver_id=world.unit(), scope_id=world.unit(),
            given_by_id=world.person(), **_span(world),
        )  # fmt: skip


def _draw_case(world: World, number: int, field: int | None) -> None:
    code = f"VV-2026-9{number:05d}"
    owned = world.rng.random() < 0.7
    deadline = world.today + timedelta(days=world.rng.randrange(-5, 6))
    at = world.installation.clock.now()
    state = world.rng.choice(("assigned", "in_progress", "resolved", "verified")) if owned else "registered"
    result: dict[str, Any] = {}
    if state in {"resolved", "verified"}:
        result = {"resolver_id": world.person(), "resolved_at": at, "resolved_on": world.today,
                  "outcome": "Xong", "completion": "full"}  # fmt: skip
    if state == "verified":
        result["verified_at"] = at
    key = world.row(
        "cases", code=code, title=f"Việc {number}", field_id=field, organisation_id=world.unit(),
        visibility=world.rng.choice(("normal", "normal", "restricted")), level="grassroots", period=2026,
        state=state, **result,
        owner_id=world.person() if owned else None, deadline=deadline if owned else None,
        first_deadline=deadline if owned else None, expected_outcome="Xong" if owned else None,
        assigned_at=at if owned else None, lead_officer_id=world.some(0.1, world.person()),
        offered_to_id=None if result else world.some(0.2, world.unit()), registered_by_id=world.person(), registered_at=at,
        search_text=f"viec so {number}\nviệc số {number}", version=1, seq=1, head=b"\0" * 32, last_at=at,
    )  # fmt: skip
    world.codes.append(code)
    _draw_around(world, key)


def _draw_around(world: World, case: int) -> None:
    rng = world.rng
    for person in {world.person() for _ in range(rng.choice((0, 0, 0, 1, 2)))}:
        world.row("case_supporters", case_id=case, person_id=person)
    for unit in {world.unit() for _ in range(rng.choice((0, 0, 0, 1)))}:
        world.row("case_supporters", case_id=case, organisation_id=unit)
    for person in {world.person() for _ in range(rng.choice((0, 1, 2)))}:
        world.row("case_readers", case_id=case, person_id=person)
    for person in {world.person() for _ in range(rng.choice((0, 0, 0, 0, 1)))}:
        world.row("case_parties", case_id=case, role="subject", person_id=person)


def actors(world: World) -> list[Actor]:
    """Everybody for themselves, some as stand-ins for others, and whoever acts for the machine."""
    rng = world.rng
    standing_in = [
        one.standing_in_for(other) for one in world.people if (other := rng.choice(world.people)).id != one.id
    ]
    return [*world.people, *standing_in, replace(rng.choice(world.people), operator=True)]


def standings(world: World, actor: Actor) -> dict[str, tuple[Any, Standing]]:
    """How the rules see the actor stand to each case."""
    work = Work(world.installation, world.connection, actor)
    cases = {code: work.case(code) for code in world.codes}
    return {code: (held.case, work.standing(held)) for code, held in cases.items()}


def by_the_rules(world: World, actor: Actor) -> set[str]:
    """The cases that exist for the actor, judged one by one."""
    return {code for code, (case, who) in standings(world, actor).items() if may_see(case, who)}


def in_sql(world: World, reader: Reader, clause: Any) -> set[str]:
    """The drawn cases that a clause finds."""
    found = world.connection.execute(select(Case.code).where(clause)).scalars()
    return set(found) & set(world.codes)


def reader(world: World, actor: Actor) -> Reader:
    """The reader that the actor is."""
    return reader_of(world.connection, actor, world.today)
