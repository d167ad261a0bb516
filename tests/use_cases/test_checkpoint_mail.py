"""The weekly checkpoint by mail, over a real SMTP server: who gets it, once, and what happens when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from caseflow.adapters.mail import MailProblem, MailServer
from caseflow.models import CheckpointMailing, Person
from caseflow.queries.log import published_head
from caseflow.trail.checkpoints import Checkpoint
from caseflow.trail.notes import Note
from caseflow.use_cases.checkpoint_mail import (
    LEASE,
    MOST_ATTEMPTS,
    plan_mailings,
    send_weekly_checkpoints,
    take_due,
)
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.sealing import seal_waiting
from tests.factories import Office
from tests.mailbox import free_port, mail_server, Mailbox

PROVINCE, DISTRICT = "ubkt.tinh@example.vn", "ubkt.huyen@example.vn"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as opened:
        yield opened


@pytest.fixture
def mailing(office: Office, box: Mailbox) -> Installation:
    """A sealed office whose two inspectors have addresses, and that hands its mail in at `box`."""
    for code, address in (("P-INS", PROVINCE), ("D-INS", DISTRICT)):
        set_address(office, code, address)
    office.resolved()
    seal_waiting(office.installation)
    return at(office.installation, f"smtp://127.0.0.1:{box.port}")


def at(installation: Installation, url: str | None) -> Installation:
    return replace(installation, settings=replace(installation.settings, smtp_url=url))


def set_address(office: Office, code: str, address: str | None) -> None:
    with office.installation.database.transaction() as connection:
        connection.execute(update(Person).where(Person.staff_code == code).values(email=address))


def mailings(installation: Installation) -> list[Any]:
    with installation.database.reading() as connection:
        return list(connection.execute(select(CheckpointMailing.__table__).order_by(CheckpointMailing.id)))


def test_every_inspector_gets_the_checkpoint_once_a_week(
    mailing: Installation, box: Mailbox, office: Office
) -> None:
    assert send_weekly_checkpoints(mailing) == 2
    assert sorted(box.recipients) == [DISTRICT, PROVINCE]
    assert send_weekly_checkpoints(mailing) == 0
    office.forward(6)  # Sunday of the same week
    assert send_weekly_checkpoints(mailing) == 0
    office.forward(1)
    assert send_weekly_checkpoints(mailing) == 2
    assert len({message["Message-ID"] for message in box.arrived}) == 4


def test_mail_holds_the_signed_checkpoint_in_body_and_attachment(mailing: Installation, box: Mailbox) -> None:
    send_weekly_checkpoints(mailing)
    head = published_head(mailing.settings.log_folder)
    assert head is not None
    message = box.arrived[0]
    body = message.get_body()
    assert body is not None
    text = body.get_content().replace("\r\n", "\n")
    assert head.note in text
    assert "bản chốt của nhật ký" in text
    assert "the checkpoint of the log" in text
    (attached,) = message.iter_attachments()
    assert attached.get_content() == head.note.encode()
    assert attached.get_filename() == "checkpoint-2026-W45.txt"
    assert Checkpoint.parse(Note.parse(attached.get_content()).text).size == head.size


def test_mail_names_nobody_but_its_reader(mailing: Installation, box: Mailbox) -> None:
    send_weekly_checkpoints(mailing)
    for message in box.arrived:
        assert "Ô nhiễm" not in message.as_string()
        assert str(message["To"]) in {PROVINCE, DISTRICT}


def test_inspector_without_an_address_is_left_out_until_one_is_known(
    mailing: Installation, box: Mailbox, office: Office
) -> None:
    set_address(office, "D-INS", None)
    assert send_weekly_checkpoints(mailing) == 1
    set_address(office, "D-INS", DISTRICT)
    assert send_weekly_checkpoints(mailing) == 1
    assert box.recipients == [PROVINCE, DISTRICT]


def test_who_inspects_no_longer_gets_nothing(mailing: Installation, box: Mailbox, office: Office) -> None:
    with office.installation.database.transaction() as connection:
        left = update(Person).where(Person.staff_code == "D-INS").values(left_on=office.today)
        connection.execute(left)
    assert send_weekly_checkpoints(mailing) == 1
    assert box.recipients == [PROVINCE]


def test_a_mail_that_fails_is_tried_again_later_under_the_same_id(
    mailing: Installation, box: Mailbox, office: Office
) -> None:
    box.down = True
    assert send_weekly_checkpoints(mailing) == 0
    first = mailings(mailing)
    assert {row.problem for row in first} == {"SMTPDataError 451"}
    box.down = False
    assert send_weekly_checkpoints(mailing) == 0, "it waits before it tries again"
    office.clock.forward(timedelta(minutes=3))
    assert send_weekly_checkpoints(mailing) == 2
    assert {str(m["Message-ID"]) for m in box.arrived} == {row.message_id for row in first}
    assert [row.attempts for row in mailings(mailing)] == [2, 2]


def test_waits_grow_and_trying_ends(mailing: Installation, box: Mailbox, office: Office) -> None:
    box.down = True
    waits = []
    for _attempt in range(MOST_ATTEMPTS):
        send_weekly_checkpoints(mailing)
        row = mailings(mailing)[0]
        waits.append((row.next_at - office.clock.now()).total_seconds() / 60)
        office.clock.instant = row.next_at
        if office.clock.now().isocalendar().week > 45:
            break
    assert waits[:4] == [2, 4, 8, 16]
    assert max(waits) == 360


def test_an_address_that_is_refused_for_good_is_not_tried_again_and_stops_nobody_else(
    mailing: Installation, box: Mailbox, office: Office
) -> None:
    box.refused[DISTRICT] = "550 5.1.1 no such user ubkt.huyen@example.vn"
    assert send_weekly_checkpoints(mailing) == 1
    assert box.recipients == [PROVINCE]
    (row,) = [row for row in mailings(mailing) if row.sent_at is None]
    assert (row.problem, row.attempts) == ("SMTPRecipientsRefused 550", MOST_ATTEMPTS)
    office.forward(1)
    assert send_weekly_checkpoints(mailing) == 0


@pytest.mark.parametrize("address", ["a@b.vn\nBcc: x@y.vn", "no address at all", "ubkt.tỉnh@example.vn"])
def test_an_address_that_cannot_be_written_to_stops_nobody_else(
    mailing: Installation, box: Mailbox, office: Office, address: str
) -> None:
    set_address(office, "D-INS", address)
    send_weekly_checkpoints(mailing)
    assert PROVINCE in box.recipients
    assert "x@y.vn" not in box.recipients


def test_a_server_that_is_away_is_tried_again(office: Office, mailing: Installation) -> None:
    away = at(mailing, f"smtp://127.0.0.1:{free_port()}")
    assert send_weekly_checkpoints(away) == 0
    assert {row.problem for row in mailings(away)} == {"ConnectionRefusedError"}
    assert {row.sent_at for row in mailings(away)} == {None}


def test_two_workers_send_one_mail(mailing: Installation, box: Mailbox, office: Office) -> None:
    head = published_head(mailing.settings.log_folder)
    assert head is not None
    plan_mailings(mailing, head)
    assert len(take_due(mailing)) == 2, "the first worker has them"
    assert send_weekly_checkpoints(mailing) == 0
    office.clock.forward(LEASE + timedelta(seconds=1))  # the first worker died
    assert send_weekly_checkpoints(mailing) == 2
    assert len(box.arrived) == 2


def test_without_a_mail_server_nothing_is_planned(mailing: Installation) -> None:
    assert send_weekly_checkpoints(at(mailing, None)) == 0
    assert mailings(mailing) == []


def test_log_names_no_address(mailing: Installation, box: Mailbox, capfd: pytest.CaptureFixture[str]) -> None:
    box.refused[DISTRICT] = f"550 no such user {DISTRICT}"
    send_weekly_checkpoints(mailing)
    written = "".join(capfd.readouterr())
    assert "example.vn" not in written
    assert all("example.vn" not in (row.problem or "") for row in mailings(mailing))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.vn", ("mail.example.vn", 25, False, "caseflow@so.example.vn", None, None)),
        ("smtps://u:p%40ss@mail.example.vn:2465", ("mail.example.vn", 2465, True, "caseflow@so.example.vn", "u", "p@ss")),
        ("smtp://so%40x.vn:p@mail.example.vn:587", ("mail.example.vn", 587, False, "so@x.vn", "so@x.vn", "p")),
        ("smtp://mail.example.vn?from=so%40x.vn", ("mail.example.vn", 25, False, "so@x.vn", None, None)),
    ],
)  # fmt: skip
def test_address_of_the_mail_server_is_read(url: str, expected: tuple[Any, ...]) -> None:
    server = MailServer.at(url, "so.example.vn")
    assert (server.host, server.port, server.tls, server.sender, server.user, server.password) == expected


def test_password_goes_over_no_line_that_others_can_read() -> None:
    with mail_server("127.0.0.2") as box:
        other = MailServer("127.0.0.2", box.port, tls=False, sender="a@b.vn", user="u", password="p")
        with pytest.raises(MailProblem, match="SMTPNotSupportedError"), other.open():
            pass
