"""`python -m benchmarks [NAME …]`: measure, print tables, and keep the figures as JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measuring import Figure, Report, ROUNDS
from benchmarks.places import Places

MODULES = {
    "transition": "transition",
    "overdue": "overdue",
    "counts": "counts",
    "search": "search",
    "import": "imports",
    "pages": "pages",
    "memory": "memory",
    "verify": "verify",
    "sealing": "sealing",
}


def main() -> int:
    """Run what is named, or everything."""
    given = _arguments()
    reports = []
    with TemporaryDirectory(prefix="caseflow-benchmarks-", dir=given.folder) as folder:
        places = Places(Path(folder), given.keep)
        for name in given.names or MODULES:
            measure: Callable[[Places, int], Report] = import_module(f"benchmarks.{MODULES[name]}").measure
            report = measure(places, given.rounds)
            print("\n".join(told(report)), flush=True)
            reports.append(report)
    if given.json:
        given.json.write_text(json.dumps(_as_json(reports), ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=list(MODULES), metavar="NAME", help=", ".join(MODULES))
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"interleaved rounds, at least {ROUNDS}")
    parser.add_argument("--folder", type=Path, help="the disk to measure on; a temporary folder by default")
    parser.add_argument("--keep", type=Path, help="a folder for built provinces, used again by the next run")
    parser.add_argument("--json", type=Path, help="a file for all samples")
    return parser.parse_args()


def told(report: Report) -> Iterator[str]:
    """A report as lines of a table."""
    width = max(len(figure.name) for figure in report.figures)
    yield f"\n{report.name}: {report.compares}"
    yield f"{'':{width}}  {'median':>9}  {'quartiles':>17}  {'of raw':>6}  {'quartiles':>11}  aim"
    for figure in report.figures:
        low, high = figure.spread
        yield (
            f"{figure.name:{width}}  {_short(figure.median):>6} {figure.unit:<2}  "
            f"{_short(low):>7} – {_short(high):<7}  {_ratio(figure)}  {_aim(figure)}"
        ).rstrip()


def _short(value: float) -> str:
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def _ratio(figure: Figure) -> str:
    if figure.ratio is None or figure.ratio_spread is None:
        return " " * 19
    low, high = figure.ratio_spread
    return f"{figure.ratio:>6.2f}  {low:.2f} – {high:.2f}"


def _aim(figure: Figure) -> str:
    return f"{figure.aim} {'met' if figure.met else 'MISSED'}" if figure.met is not None else figure.aim


def _as_json(reports: list[Report]) -> dict[str, object]:
    return {
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
        "python": sys.version.split()[0],
        "reports": {
            report.name: {"compares": report.compares, "figures": [f.as_json() for f in report.figures]}
            for report in reports
        },
    }


if __name__ == "__main__":
    sys.exit(main())
