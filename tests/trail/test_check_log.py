"""The check finds nothing wrong where nothing is, whatever honest people have done."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

from sqlalchemy import select

from caseflow.i18n import translate
from caseflow.models import LogCheck
from caseflow.queries.log import read_findings
from caseflow.trail.checking import check_log, Report
from caseflow.trail.checking.report import stored_message
from caseflow.use_cases.checking import ask_for_check, check_when_due, run_check
from caseflow.use_cases.installation import Installation
from tests.demo_fixture import demo_home, demo_installation, demo_template
from tests.factories import Office
from tests.logs import seal
from tests.trail.busy_office import erase, fill

__all__ = ["demo_home", "demo_installation", "demo_template"]


def checked(installation: Installation, *, disclosures: bool = True) -> Report:
    return check_log(
        installation.database, installation.settings, installation.files, disclosures=disclosures
    )


def told(report: Report) -> list[str]:
    return [f"{one.kind} {one.case} {one.index}: {one.message}" for one in report.findings]


def test_an_office_where_everything_happened_is_intact(office: Office) -> None:
    fill(office)
    seal(office)
    report = checked(office.installation)
    assert told(report) == []
    assert report.size == report.events > 100


def test_what_waits_for_its_seal_is_no_finding(office: Office) -> None:
    seal(office)
    fill(office)
    report = checked(office.installation)
    assert told(report) == []
    assert report.size < report.events


def test_a_log_never_sealed_is_no_finding(office: Office) -> None:
    office.assigned()
    assert told(checked(office.installation)) == []


def test_without_disclosures_it_is_intact_too(office: Office) -> None:
    fill(office)
    seal(office)
    assert told(checked(office.installation, disclosures=False)) == []


def test_an_erasure_by_decision_is_no_finding(office: Office) -> None:
    busy = fill(office)
    office.forward(6 * 366)
    erase(office, busy.erased)
    seal(office)
    assert told(checked(office.installation)) == []


def test_a_clock_set_back_is_no_finding(office: Office) -> None:
    """Times in the tables may then be earlier than those of leaves, which never decrease."""
    code = office.assigned()
    office.clock.forward(timedelta(hours=-30))
    office.move(code, "start", "W1-OFF")
    office.move(code, "request_extension", "W1-OFF", deadline="2026-12-31", reason="Mưa")
    office.evidence(code, "W1-OFF")
    office.move(code, "suspend", "W1-SUP", reason="Chờ", review_on="2026-11-10")
    seal(office)
    assert told(checked(office.installation)) == []


def test_the_small_province_is_intact(demo_installation: Installation) -> None:
    report = checked(demo_installation)
    assert told(report) == []
    assert report.events > 5_000


def test_what_was_found_is_kept_for_the_pages(office: Office) -> None:
    code = office.assigned()
    seal(office)
    with office.installation.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE cases SET progress = 77 WHERE code = ?", (code,))
    report = run_check(office.installation)
    with office.installation.database.reading() as connection:
        row = connection.execute(select(LogCheck.__table__)).one()
    (found,) = json.loads(row.findings)
    assert (found["kind"], found["case"], row.size, row.root) == ("case", code, report.size, report.root)
    assert stored_message(found["message"]) == report.findings[0].message
    assert read_findings(row.findings)[0].message == report.findings[0].message  # as pages read it
    assert "tiến độ" in translate(stored_message(found["message"]), "vi")


def test_a_check_that_was_asked_for_is_run_once(office: Office) -> None:
    run_check(office.installation)
    assert check_when_due(office.installation) is None
    office.do(ask_for_check, by="P-INS")
    office.do(ask_for_check, by="D-INS")
    assert check_when_due(office.installation) is not None
    assert check_when_due(office.installation) is None


def test_the_log_is_checked_every_night(office: Office) -> None:
    assert check_when_due(office.installation) is not None
    office.clock.forward(timedelta(hours=14))
    assert check_when_due(office.installation) is None  # 23:00
    office.clock.forward(timedelta(hours=3))
    assert check_when_due(office.installation) is None  # 02:00, seventeen hours later
    office.clock.forward(timedelta(hours=3, minutes=30))
    assert check_when_due(office.installation) is not None  # 05:30
    office.clock.forward(timedelta(hours=24))
    assert check_when_due(office.installation) is not None
    office.clock.forward(timedelta(hours=31))
    assert check_when_due(office.installation) is not None  # 12:30: the server did not run at night


def test_sealing_goes_on_while_the_log_is_checked(office: Office) -> None:
    code, stop = office.assigned(), threading.Event()

    def work() -> None:
        while not stop.is_set():
            office.move(code, "report_progress", "W1-OFF", note="Làm tiếp", progress=10)
            seal(office)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        sizes: list[int] = []
        while worker.is_alive() and max(sizes, default=0) <= 256 + 20:  # beyond the first full bundle
            report = checked(office.installation)
            assert told(report) == []
            sizes.append(report.size)
    finally:
        stop.set()
        worker.join()
    assert sizes == sorted(sizes)
    assert sizes[-1] > 256
