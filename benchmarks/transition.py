"""One whole transition through perform(), durable, beside raw SQLite."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from time import perf_counter
from typing import Any
from uuid import UUID

from sqlalchemy import text

from benchmarks.measuring import beside, Figure, in_milliseconds, interleave, repeated, Report
from benchmarks.places import Places
from benchmarks.province import PROVINCE, Province, TODAY
from benchmarks.raw import bare_tables, core, same_tables
from caseflow.adapters.clock import SetClock
from caseflow.states.actor import Actor
from caseflow.use_cases.make_move import make_move
from caseflow.use_cases.perform import perform

NAME = "transition"
AIM = 0.30
EACH = 200
"""Transitions of one contestant in one round."""
STORIES = 25
NOTE = "Đã làm việc với các hộ dân, thống nhất phương án và báo cáo Ủy ban nhân dân xã."

WORKING = """
SELECT c.code, o.id, o.uuid, o.name, o.position, s.id, s.uuid, s.name, s.position
FROM cases c JOIN people o ON o.id = c.owner_id
JOIN role_grants g ON g.organisation_id = c.organisation_id AND g.role = 'supervisor'
JOIN people s ON s.id = g.person_id
WHERE c.state = 'in_progress' AND c.visibility = 'normal' AND c.deadline > :after
AND NOT EXISTS (SELECT 1 FROM case_parties p WHERE p.case_id = c.id)
GROUP BY c.id ORDER BY c.id
"""


def measure(places: Places, rounds: int) -> Report:
    """Rounds of raw transactions and of whole transitions, in files on the same disk."""
    province = places.writable(PROVINCE)
    copy = places.folder / "same-tables.db"
    shutil.copy(places.provinces(PROVINCE).file, copy)
    contestants = {
        "raw: UPDATE + INSERT + COMMIT, two bare tables": repeated(EACH, bare_tables(places.folder)),
        "SQLAlchemy Core, the same two statements": repeated(EACH, core(places.folder)),
        "raw: UPDATE + INSERT + COMMIT, these tables": repeated(EACH, same_tables(copy)),
        "report_progress": _progress(province),
        "a mix of seven transitions": _mix(province),
    }
    samples = interleave(contestants, rounds)
    raw, *_ = samples.values()
    figures = [_figure(name, raw, taken) for name, taken in samples.items()]
    return Report(NAME, "a whole transition, durable, beside the same in the sqlite3 module", figures)


def _figure(name: str, raw: tuple[float, ...], taken: tuple[float, ...]) -> Figure:
    ratio, spread = beside(raw, taken)
    aimed = not name.startswith(("raw", "SQLAlchemy"))
    return Figure(
        name, "ms", in_milliseconds(taken), ratio, spread,
        f"≥ {AIM:.2f} of raw" if aimed else "", ratio >= AIM if aimed else None,
    )  # fmt: skip


def _cases(province: Province, skip: int) -> Iterator[tuple[str, Actor, Actor]]:
    """Code, owner and supervisor of cases on which work goes on."""
    with province.installation.database.reading() as connection:
        rows = connection.execute(text(WORKING), {"after": str(TODAY + timedelta(days=5))}).all()
    for code, *people in rows[skip:]:
        owner, supervisor = (Actor(p[0], UUID(p[1]), p[2], p[3]) for p in (people[:4], people[4:]))
        yield code, owner, supervisor


def _clock(province: Province) -> SetClock:
    clock = province.installation.clock
    assert isinstance(clock, SetClock)
    return clock


def _progress(province: Province) -> Callable[[], float]:
    cases = [case for case, _ in zip(_cases(province, 0), range(EACH), strict=False)]
    percent = 0

    def run() -> float:
        nonlocal percent
        percent = (percent + 1) % 100
        began = perf_counter()
        for code, owner, _ in cases:
            _clock(province).forward(timedelta(milliseconds=3))
            raw = {"note": NOTE, "progress": percent}
            perform(province.installation, owner, make_move, code, "report_progress", raw)
        return (perf_counter() - began) / len(cases)

    return run


def _story(owner: Actor, supervisor: Actor) -> list[tuple[Actor, str, dict[str, Any]]]:
    later = str(TODAY + timedelta(days=200))
    paper = {"document_number": "12/BB", "document_date": str(TODAY), "kept_at": "Văn phòng Đảng ủy"}
    verdict = {"method": "site", "complainant_answer": "accepted", "note": "Đã kiểm tra tại chỗ."}
    return [
        (supervisor, "comment", {"text": "Đề nghị báo cáo hằng tuần."}),
        (owner, "report_progress", {"note": NOTE, "progress": 60, "difficulty": "Thiếu kinh phí."}),
        (owner, "request_extension", {"deadline": later, "reason": "Mưa lũ kéo dài."}),
        (supervisor, "extend", {"deadline": later, "reason": "Có căn cứ."}),
        (owner, "add_evidence", paper),
        (owner, "resolve", {"outcome": "Đã giải quyết xong.", "completion": "full"}),
        (supervisor, "verify", verdict),
    ]


def _mix(province: Province) -> Callable[[], float]:
    cases = _cases(province, EACH)

    def run() -> float:
        done, spent = 0, 0.0
        with suppress(StopIteration):
            for _ in range(STORIES):
                code, owner, supervisor = next(cases)
                for actor, action, raw in _story(owner, supervisor):
                    _clock(province).forward(timedelta(milliseconds=3))
                    began = perf_counter()
                    perform(province.installation, actor, make_move, code, action, raw)
                    spent += perf_counter() - began
                    done += 1
        assert done, "no case is left: fewer rounds, or more cases"
        return spent / done

    return run
