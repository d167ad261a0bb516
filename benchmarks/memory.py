"""The memory that the serving processes hold at province scale, after every kind of page was asked for."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measuring import Figure, Report
from benchmarks.pages import LOGIN, PASSWORD, prepare, Visitor
from benchmarks.places import Places
from benchmarks.province import PROVINCE
from benchmarks.serving import PROCESSES, served, signed_in

NAME = "memory"
AIM_MB = 200.0
TIMES = 40
PATHS = (
    "/viec-cua-toi",
    "/vu-viec",
    "/vu-viec?han=qua-han",
    "/vu-viec?q=thu+hoi+dat",
    "/cho-xac-nhan",
    "/vu-viec/{code}",
)


def measure(places: Places, rounds: int) -> Report:
    """Memory of all serving processes together after the start, and after each round of pages."""
    province = places.writable(PROVINCE)
    code = prepare(province)
    with served("program", province.file.parent) as (port, process):
        fresh = held(process)
        cookie = signed_in(port, LOGIN, PASSWORD)
        samples = []
        for _ in range(rounds):
            for path in PATHS:
                visitor = Visitor(port, path.format(code=code), cookie)
                for _ in range(TIMES):
                    visitor.ask()
            samples.append(held(process))
    used = Figure(
        "after pages of each kind", "MB", tuple(samples), aim=f"≤ {AIM_MB:.0f} MB", met=max(samples) <= AIM_MB
    )
    return Report(
        NAME,
        f"{PROVINCE:,} cases, the watching process and {PROCESSES} of 4 threads",
        [Figure("after the start", "MB", (fresh,)), used],
    )


def held(process: int) -> float:
    """What a process and its children hold together, in megabytes, as Linux tells it.

    Pages of one's own count for each, pages that are shared (with each other, and with whoever else runs
    Python here) once, as the most that one of them shares.
    """
    told = [_told(one) for one in (process, *_children(process))]
    own = sum(each["Private_Clean"] + each["Private_Dirty"] for each in told)
    shared = max(each["Shared_Clean"] + each["Shared_Dirty"] for each in told)
    return (own + shared) * 1024 / 1e6


def _children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(child) for child in tasks.split()]


def _told(process: int) -> dict[str, int]:
    """Kibibytes by kind."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    return {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}


def resident(process: int) -> float:
    """Resident memory of one process in megabytes, as Linux tells it."""
    return _told(process)["Rss"] * 1024 / 1e6
