"""The memory that the serving process holds at province scale, after every kind of page was asked for."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measuring import Figure, Report
from benchmarks.pages import LOGIN, PASSWORD, prepare, Visitor
from benchmarks.places import Places
from benchmarks.province import PROVINCE
from benchmarks.serving import served, signed_in

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
    """Resident memory after the start, and after each round of pages."""
    province = places.writable(PROVINCE)
    code = prepare(province)
    with served("program", province.file.parent) as (port, process):
        fresh = resident(process)
        cookie = signed_in(port, LOGIN, PASSWORD)
        samples = []
        for _ in range(rounds):
            for path in PATHS:
                visitor = Visitor(port, path.format(code=code), cookie)
                for _ in range(TIMES):
                    visitor.ask()
            samples.append(resident(process))
    used = Figure(
        "after pages of each kind", "MB", tuple(samples), aim=f"≤ {AIM_MB:.0f} MB", met=max(samples) <= AIM_MB
    )
    return Report(
        NAME,
        f"{PROVINCE:,} cases, one process of 4 threads",
        [Figure("after the start", "MB", (fresh,)), used],
    )


def resident(process: int) -> float:
    """Resident memory of a process in megabytes, as Linux tells it."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    kibibytes = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(kibibytes.split()[1]) * 1024 / 1e6
