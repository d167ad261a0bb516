"""An Excel list of the province's size, from the file's bytes to durable cases with their trails."""

from __future__ import annotations

import gc
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.measuring import Figure, Report
from benchmarks.places import Places
from benchmarks.province import built, PROVINCE
from caseflow.adapters.spreadsheets import read_table, Sheet, write_workbook
from caseflow.demo.words import FIELD_CODES
from caseflow.use_cases.founding import operator
from caseflow.use_cases.imports.cases import import_cases
from caseflow.use_cases.imports.sheet import ImportedFile
from caseflow.use_cases.perform import perform_bulk

NAME = "import"
AIM_S = 30.0
ROUNDS = 3
"""An import takes seconds, and its spread is small: fewer rounds are enough."""
FILE = "danh-sach.xlsx"
HEADER = ("Nội dung vấn đề, vụ việc", "Đơn vị (mã hoặc tên)", "Lĩnh vực", "Kết quả cần đạt",
          "Người chịu trách nhiệm", "Thời hạn", "Mã")  # fmt: skip


def measure(places: Places, rounds: int) -> Report:
    """Each round into an empty province of its own."""
    data = _list(places)
    samples = tuple(_import(places.folder, data) for _ in range(min(rounds, ROUNDS)))
    met = sorted(samples)[len(samples) // 2] <= AIM_S
    figure = Figure(f"{PROVINCE:,} cases, registered and assigned", "s", samples, aim="≤ 30 s", met=met)
    return Report(NAME, "reading, judging, two events a case, one commit", [figure])


def _list(places: Places) -> bytes:
    units = [unit for unit in built(places.folder / "province-0", 0).units if unit.level == "grassroots"]
    rows = []
    for number in range(PROVINCE):
        unit = units[number % len(units)]
        text = f"Giải quyết kiến nghị số {number} của nhân dân về ô nhiễm môi trường, {unit.name}"
        owner = f"CB-{unit.officials[number % len(unit.officials)]:06d}"
        field = FIELD_CODES[number % len(FIELD_CODES)]
        rows.append([text, unit.code, field, "Xử lý dứt điểm", owner, "30/06/2023", f"CU-{number}"])
    return write_workbook([Sheet("Danh sách", HEADER, rows)])


def _import(folder: Path, data: bytes) -> float:
    with TemporaryDirectory(dir=folder) as home:
        province = built(Path(home), 0)
        actor = operator(province.installation)
        gc.collect()
        began = perf_counter()
        table = read_table(data, FILE)
        perform_bulk(province.installation, actor, import_cases, table, ImportedFile.of(FILE, data))
        spent = perf_counter() - began
        province.installation.database.dispose()
        return spent
