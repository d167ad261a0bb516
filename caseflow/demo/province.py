"""The demo province: made once in an empty installation, through the use cases, and known again by its mark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta, UTC
from random import Random

from sqlalchemy import Connection, func, select, Table, update

from caseflow.adapters.passwords import fingerprint_of, hash_for_nobody
from caseflow.demo.cast import Company
from caseflow.demo.deeds import play, Story
from caseflow.demo.logins import keep_logins, kept_logins, Login, make_logins
from caseflow.demo.office_hours import OfficeHours
from caseflow.demo.planning import Planned
from caseflow.demo.small import busy_units, plan_small
from caseflow.demo.staff import invent_members, Member, real_units, Roll, Unit
from caseflow.demo.tale import Place, Tale
from caseflow.demo.whole import plan_whole
from caseflow.errors import InvalidInput
from caseflow.events import PasswordChanged, PasswordIssued
from caseflow.messages import N_, say
from caseflow.models import Case, Organisation, Person
from caseflow.models import Installation as InstallationRow
from caseflow.states.actor import Actor
from caseflow.states.working_days import vn_date
from caseflow.use_cases.founding import operator
from caseflow.use_cases.installation import Installation
from caseflow.use_cases.organisations import add_organisation
from caseflow.use_cases.people import add_person, set_password
from caseflow.use_cases.roles import delegate_decision, give_role
from caseflow.use_cases.work import Work

SCALES = ("small", "province")
SEED = 1
FOUNDED_ON = date(2021, 1, 1)
SETTLED_AT = datetime(2021, 1, 4, 1, 0, tzinfo=UTC)
"""Monday 4 January 2021, 08:00 in Viet Nam: units and people are entered."""

FIRST_DAY = date(2022, 2, 1)
DEADLINES_AHEAD = timedelta(days=100)
DELEGATED_UNTIL = date(2030, 12, 31)
FILED = {"small": 0.6, "province": 0.003}
"""The share of evidence that comes as a file; the rest refers to papers."""

Told = Callable[[int, int], None]
"""Hears how many cases of how many have been begun."""

INSTALLATION: Table = InstallationRow.__table__  # type: ignore[assignment]


def load_demo(
    installation: Installation,
    scale: str | None = None,
    *,
    seed: int = SEED,
    share: float = 1.0,
    told: Told = lambda _begun, _of: None,
) -> tuple[Login, ...]:
    """Make the demo province in an empty installation, in one transaction; answer its logins.

    Where there is a demo already nothing changes. `scale` is one of SCALES, None for whichever is there and
    else the small one; `share` makes only a part of the whole province. The same seed and day make the same
    province, but for keys, passwords and salts. Raises InvalidInput where the installation holds anything
    else, or the calendar does not reach today.
    """
    with installation.database.transaction() as connection:
        mark = connection.execute(select(INSTALLATION.c.demo)).scalar_one()
        if mark is not None:
            _refuse_other_scale(scale, mark)
            return kept_logins(installation.settings.home)
        _refuse_used(connection)
        work = Work(installation, connection, operator(installation), gather=True, quiet=True)
        logins = _Making(work, scale or SCALES[0], seed, share).make(told)
        keep_logins(installation.settings.home, logins)
        return logins


def _refuse_other_scale(scale: str | None, mark: str) -> None:
    held = mark.partition(":")[0]
    if scale is not None and scale != held:
        message = say(
            N_(
                "This installation holds the demo at the scale “%(held)s” already."
                " Leave out --scale, or name an empty folder in CASEFLOW_HOME."
            ),
            held=held,
        )
        raise InvalidInput.of("scale", message, scale)


def _refuse_used(connection: Connection) -> None:
    people = select(func.count()).select_from(Person).where(~Person.operator)
    others = (select(func.count()).select_from(model) for model in (Organisation, Case))
    if any(connection.execute(statement).scalar_one() for statement in (people, *others)):
        raise InvalidInput.of(
            "home",
            say(
                N_(
                    "This installation holds data of its own; the demo would mix with it."
                    " Name an empty folder in CASEFLOW_HOME."
                )
            ),
        )


class _Making:
    """One province in the making, on one open Work."""

    def __init__(self, work: Work, scale: str, seed: int, share: float) -> None:
        self._work, self._scale, self._seed, self._share = work, scale, seed, share
        self._started = work.now
        self._today = vn_date(work.now)
        self._operator = work.actor
        _refuse_day(self._today, work.calendar.known_years)

    def make(self, told: Told) -> tuple[Login, ...]:
        units = real_units()
        busy = busy_units(units) if self._scale == "small" else frozenset(one.code for one in units)
        members = invent_members(self._random("people"), units, busy)
        roll = Roll(units, members)
        self._settle(units, members)
        actors = self._actors()
        company = Company(roll, actors, {actor.id: code for code, actor in actors.items()})
        logins = make_logins(roll)
        self._open_accounts(company, members, logins)
        self._delegate(company)
        self._play(units, company, told)
        self._mark()
        return logins

    def _random(self, purpose: object) -> Random:
        return Random(f"{self._seed}:{self._today}:{purpose}")

    def _settle(self, units: Iterable[Unit], members: Iterable[Member]) -> None:
        """Enter units and people, a second apart."""
        second = timedelta(seconds=1)
        at = SETTLED_AT
        for unit in units:
            self._work.act_as(self._operator, at := at + second)
            add_organisation(
                self._work,
                code=unit.code,
                name=unit.name,
                unit=unit.unit,
                kind=unit.kind,
                level=unit.level,
                parent=unit.parent or None,
                valid_from=FOUNDED_ON,
            )
        for one in members:
            self._work.act_as(self._operator, at := at + second)
            add_person(
                self._work,
                staff_code=one.staff_code,
                name=one.name,
                position=one.position,
                organisation=one.unit,
            )
            give_role(self._work, staff_code=one.staff_code, role=one.role, organisation=one.unit)

    def _actors(self) -> dict[str, Actor]:
        rows = self._work.connection.execute(
            select(Person.id, Person.uuid, Person.name, Person.position, Person.staff_code)
        )
        return {row.staff_code: Actor(row.id, row.uuid, row.name, row.position) for row in rows}

    def _delegate(self, company: Company) -> None:
        """The top has nobody above it: its first leader names who decides there."""
        chief, deputy, *_ = company.roll.holding("supervisor", "P24")
        self._work.act_as(company.actors[chief.staff_code], SETTLED_AT + timedelta(days=1))
        delegate_decision(
            self._work,
            staff_code=deputy.staff_code,
            giver="P24",
            scope="P24",
            valid_from=self._work.today,
            valid_until=DELEGATED_UNTIL,
        )

    def _play(self, units: tuple[Unit, ...], company: Company, told: Told) -> None:
        hours = OfficeHours(self._work.calendar, self._today)
        place = Place(company, hours, FILED[self._scale])
        rng = self._random("plan")
        if self._scale == "small":
            plans = plan_small(units, rng, hours)
        else:
            plans = plan_whole(units, rng, hours, self._share)
        planned = sorted(plans, key=lambda plan: plan.begins)
        until = hours.instant(hours.now)
        play(self._work, self._stories(planned, place), until, lambda begun: told(begun, len(planned)))

    def _stories(self, planned: list[Planned], place: Place) -> Iterator[tuple[datetime, Story]]:
        for number, plan in enumerate(planned):
            tale = Tale(place, self._random(number), plan.unit, plan.field, plan.begins, plan.end)
            yield place.hours.instant(plan.begins), plan.tell(tale)

    def _open_accounts(self, company: Company, members: Iterable[Member], logins: Iterable[Login]) -> None:
        """Everybody has an account but village heads; only the passwords of `logins` are known to anyone."""
        unknown = hash_for_nobody()
        codes = [one.staff_code for one in members if one.account]
        issued = {"password_hash": unknown, "password_issued_at": self._work.now}
        accounts = update(Person).where(Person.staff_code.in_(codes)).values(issued)
        self._work.connection.execute(accounts)
        for code in codes:
            self._work.record_in_chain(
                company.actors[code].uuid, "person", PasswordIssued(fingerprint=fingerprint_of(unknown))
            )
        for login in logins:
            actor = company.actors[login.login]
            fingerprint = set_password(self._work, actor.id, login.password, one_time=False)
            self._work.record_in_chain(actor.uuid, "person", PasswordChanged(fingerprint=fingerprint))

    def _mark(self) -> None:
        self._work.act_as(self._operator, self._started)
        mark = f"{self._scale}:{self._seed}:{self._today}"
        self._work.connection.execute(update(INSTALLATION).values(demo=mark))
        self._work.flush()


def _refuse_day(today: date, known: frozenset[int]) -> None:
    """A year of cases lies behind the day, and their deadlines before it."""
    last = date(max(known), 12, 31) - DEADLINES_AHEAD
    if not FIRST_DAY <= today <= last:
        message = say(
            N_(
                "The demo can be made from %(first)s to %(last)s, as far as the special days are known."
                " Check this machine's clock, or install a newer version."
            ),
            first=FIRST_DAY,
            last=last,
        )
        raise InvalidInput.of("clock", message, today)
