"""`caseflow import`: every kind of bad file is one refusal, and changes nothing."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import select

from caseflow.models import Case, EventRow, Organisation, Person
from caseflow.use_cases.organisations import add_organisation
from caseflow.use_cases.people import add_person
from tests.cli.commands import Commands
from tests.factories import Office
from tests.imports.lists import clear_row, contents, row, rows_of, workbook
from tests.imports.test_cases import disclosed

Keep = Callable[[str, bytes], Path]
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    """Writes a file that a command reads."""

    def written(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return written


# --- what comes in ---------------------------------------------------------------------------------


def test_list_of_cases_comes_in(commands: Commands, office: Office, keep: Keep) -> None:
    answer = commands.answered("import", "cases", keep("a.xlsx", workbook(clear_row(), row())))
    assert (answer["rows"], answer["registered"], answer["assigned"]) == (2, 2, 1)
    states = [one.state for one in rows_of(office.installation, select(Case.state).order_by(Case.id))]
    assert states == ["assigned", "registered"]


def test_commands_act_as_the_operator_at_their_account(
    commands: Commands, office: Office, keep: Keep
) -> None:
    commands.done("import", "cases", keep("a.xlsx", workbook(clear_row())))
    actors = {one.actor_id for one in rows_of(office.installation, select(EventRow.actor_id))}
    assert actors == {office.operator.id}
    assert disclosed(office.installation, "case.assigned")["system_account"]


def test_dry_run_says_what_would_come_and_changes_nothing(
    commands: Commands, office: Office, keep: Keep
) -> None:
    before = contents(office.installation)
    out = commands.done("import", "cases", keep("a.xlsx", workbook(clear_row(deadline=None))), "--dry-run")
    assert "1 rows. Nothing was changed." in out
    assert "registered but not assigned" in out
    assert contents(office.installation) == before


def test_field_for_rows_that_name_none(commands: Commands, keep: Keep) -> None:
    path = keep("a.xlsx", workbook(row(field=None)))
    assert "D2" in commands.refused("import", "cases", path).stdout
    assert commands.answered("import", "cases", path, "--field", "complaints")["rows"] == 1


def test_unknown_field_for_the_file_is_refused(commands: Commands, keep: Keep) -> None:
    path = keep("a.xlsx", workbook(row(field=None)))
    assert "nonsense" in commands.refused("import", "cases", path, "--field", "nonsense").stderr


def test_decomposed_text_is_found_and_stored_composed(commands: Commands, office: Office, keep: Keep) -> None:
    given = {"content": "Đường thôn Đông hỏng", "unit": "Đảng ủy xã Một", "owner": "Đặng Cán Bộ"}
    apart = {name: unicodedata.normalize("NFD", text) for name, text in given.items()}
    commands.done("import", "cases", keep("a.xlsx", workbook(clear_row(**apart))))
    assert rows_of(office.installation, select(Case.title))[0].title == "Đường thôn Đông hỏng"


def test_new_home_is_founded_by_the_first_import(tmp_path: Path) -> None:
    commands = Commands(tmp_path / "new")
    units = Path(str(files("caseflow.demo") / "organisations.csv"))
    assert commands.done("import", "organisations", units) == "220 organisations imported.\n"


def test_people_calendar_and_organisations_come_in(commands: Commands, office: Office, keep: Keep) -> None:
    people = "staff_code,name,position,organisation,roles\nN1,Lê An,Bí thư,W1,supervisor@W1; official\n"
    assert commands.answered("import", "people", keep("p.csv", people.encode()))["roles"] == 2
    days = "date,kind,decision\n2028-01-01,holiday,Bộ luật Lao động\n"
    assert commands.answered("import", "calendar", keep("d.csv", days.encode()))["rows"] == 1
    units = "code,name,level,parent_code\nC1,Chi bộ Một,cell,W1\n"
    assert commands.answered("import", "organisations", keep("o.csv", units.encode()))["rows"] == 1
    assert rows_of(office.installation, select(Organisation.id).where(Organisation.code == "C1"))


def test_another_register_comes_in_through_a_mapping(commands: Commands, office: Office, keep: Keep) -> None:
    mapping = """
        history = true
        create_people = true
        [columns]
        code = "nr"
        owner = "who"
        registered_at = "begin"
        deadline = "until"
        ended_at = "end"
        [values]
        organisation = "W1"
        field = "complaints"
        [templates]
        title = "Permit {nr}"
        expected_outcome = "Decision on {nr}"
        outcome = "Closed"
        [dates]
        format = "iso"
        zone = "Europe/Amsterdam"
        [people]
        position = "Case handler"
    """
    data = (
        "nr,who,begin,until,end\n1,Jansen,2011-03-01,2011-05-01,2011-04-01\n2,Jansen,2011-03-01,2011-05-01,\n"
    )
    answer = commands.answered(
        "import", "cases", keep("r.csv", data.encode()), "--mapping", keep("m.toml", mapping.encode())
    )
    assert (answer["history"], answer["people"]) == (2, 1)
    found = rows_of(office.installation, select(Case.state, Case.title, Case.history).order_by(Case.id))
    assert [tuple(one) for one in found] == [
        ("verified", "Permit 1", True),
        ("in_progress", "Permit 2", True),
    ]
    assert (
        rows_of(office.installation, select(Person.password_hash).where(Person.name == "Jansen"))[0][0]
        is None
    )


# --- what is refused -------------------------------------------------------------------------------


def formula(path: Path) -> None:
    """A workbook with a formula in B2."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Nội dung", "Đơn vị"])
        sheet.write_row(1, 0, ["Bãi rác"])
        sheet.write_formula(1, 1, '="W"&"1"', None, "W1")


def refusal(commands: Commands, office: Office, path: Path) -> Any:
    """The refusal of a list of cases, which has changed nothing."""
    before = contents(office.installation)
    result = commands.refused("import", "cases", path)
    assert contents(office.installation) == before
    return result


def test_unknown_unit(commands: Commands, office: Office, keep: Keep) -> None:
    result = refusal(commands, office, keep("a.xlsx", workbook(row(unit="Đảng ủy xã Không Có"))))
    assert "C2" in result.stdout
    assert "Đảng ủy xã Không Có" in result.stdout
    assert "Nothing was imported" in result.stderr


def test_ambiguous_unit_with_its_candidates(commands: Commands, office: Office, keep: Keep) -> None:
    for code, parent in (("W07243", "D"), ("W07816", "P")):
        office.do(add_organisation, code=code, name="Đảng ủy xã Đồng Tiến", unit="Xã Đồng Tiến", kind="commune",
                  level="grassroots", parent=parent, valid_from=date(2020, 1, 1))  # fmt: skip
    result = refusal(commands, office, keep("a.xlsx", workbook(row(unit="Đảng ủy xã Đồng Tiến"))))
    assert "W07243" in result.stdout
    assert "W07816" in result.stdout


def test_unknown_person(commands: Commands, office: Office, keep: Keep) -> None:
    result = refusal(commands, office, keep("a.xlsx", workbook(clear_row(owner="Nguyễn Không Ai"))))
    assert "F2" in result.stdout
    assert "Nguyễn Không Ai" in result.stdout


def test_ambiguous_person_with_their_candidates(commands: Commands, office: Office, keep: Keep) -> None:
    office.do(add_person, staff_code="W2-NEW", name="Đặng Cán Bộ", position="Văn thư", organisation="W2")
    result = refusal(commands, office, keep("a.xlsx", workbook(clear_row(owner="Đặng Cán Bộ"))))
    assert "Đặng Cán Bộ – Công chức địa chính – Đảng ủy xã Một (W1-OFF)" in result.stdout
    assert "W2-NEW" in result.stdout


@pytest.mark.parametrize(
    ("given", "cell", "value"),
    [
        ({"content": None}, "B2", ""),
        ({"deadline": "31/02/2099"}, "G2", "31/02/2099"),
        ({"deadline": "01/01/2020"}, "G2", "01/01/2020"),
    ],
    ids=["missing content", "impossible date", "past deadline"],
)
def test_wrong_cell(
    commands: Commands, office: Office, keep: Keep, given: dict[str, Any], cell: str, value: str
) -> None:
    result = refusal(commands, office, keep("a.xlsx", workbook(clear_row(), clear_row(**given))))
    assert cell.replace("2", "3") in result.stdout
    assert value in result.stdout


def test_duplicate_code_in_the_file_and_in_the_register(
    commands: Commands, office: Office, keep: Keep
) -> None:
    assert "J3" in refusal(commands, office, keep("a.xlsx", workbook(row(code="7"), row(code="7")))).stdout
    commands.done("import", "cases", keep("a.xlsx", workbook(row(code="7"))))
    assert "J2" in refusal(commands, office, keep("a.xlsx", workbook(row(code="7")))).stdout


def test_formula(commands: Commands, office: Office, tmp_path: Path) -> None:
    formula(tmp_path / "a.xlsx")
    result = refusal(commands, office, tmp_path / "a.xlsx")
    assert "B2" in result.stdout
    assert "formula" in result.stderr


def test_old_excel_under_a_new_name(commands: Commands, office: Office, keep: Keep) -> None:
    assert "97–2003" in refusal(commands, office, keep("a.xlsx", OLD_EXCEL)).stderr


def test_file_of_a_hundred_megabytes(commands: Commands, office: Office, tmp_path: Path) -> None:
    with (tmp_path / "a.xlsx").open("wb") as file:
        file.truncate(100_000_000)
    assert "100 MB" in refusal(commands, office, tmp_path / "a.xlsx").stderr


def test_wrong_encoding(commands: Commands, office: Office, keep: Keep) -> None:
    data = "Nội dung,Đơn vị\nĐường hỏng,W1\n".encode("utf-16-le")
    assert "UTF-8" in refusal(commands, office, keep("a.csv", data)).stderr


def test_many_errors_are_one_line_and_a_list(commands: Commands, office: Office, keep: Keep) -> None:
    path = keep("a.xlsx", workbook(*(row(unit=f"X{i}") for i in range(1_500))))
    result = refusal(commands, office, path)
    assert result.stdout.count("\n") == 1_500
    assert result.stderr.startswith("1500 errors")


def test_errors_as_json_name_row_column_field_and_value(
    commands: Commands, office: Office, keep: Keep
) -> None:
    path = keep("a.xlsx", workbook(clear_row(deadline="31/02/2099")))
    result = commands.refused("import", "cases", path, "--json")
    (problem,) = json.loads(result.stdout)["errors"]
    assert (problem["row"], problem["column"], problem["field"], problem["value"]) == (
        2, "G", "Thời hạn", "31/02/2099",
    )  # fmt: skip


def test_errors_speak_vietnamese(office: Office, keep: Keep) -> None:
    commands = Commands(office.installation.settings.home, "vi")
    result = commands.refused("import", "cases", keep("a.xlsx", workbook(row(content=None), row(unit="?"))))
    assert result.stderr == "Có 2 lỗi, chưa nhập dòng nào. Hãy sửa các ô được nêu rồi nhập lại.\n"
    assert "Ô này còn trống. Hãy điền nội dung." in result.stdout


@pytest.mark.parametrize("kind", ["organisations", "people", "calendar"])
def test_other_lists_are_refused_whole_too(commands: Commands, office: Office, keep: Keep, kind: str) -> None:
    before = contents(office.installation)
    result = commands.refused("import", kind, keep("a.csv", b"code,name\nx,y\n"))
    assert "There is no column" in result.stdout
    assert contents(office.installation) == before


def test_wrong_mapping_is_one_line(commands: Commands, keep: Keep) -> None:
    path = keep("a.csv", b"a\nb\n")
    for text in (b"x = [", b"[columns]\nfoo = 'x'", b"\xff\xfe"):
        commands.refused("import", "cases", path, "--mapping", keep("m.toml", text))


def test_missing_file_is_wrong_usage(commands: Commands, tmp_path: Path) -> None:
    assert commands.run("import", "cases", tmp_path / "none.xlsx").exit_code == 2
    assert commands.run("import", "cases", tmp_path).exit_code == 2
