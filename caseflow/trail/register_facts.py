"""What the chains of people, organisations and the settings say is true: everything but cases.

Values are as in `case_facts`. A role, a delegation or a mandate is a list of what its row holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from caseflow.trail.case_facts import code_of, person_of, Step, Told, UNKNOWN


@dataclass(slots=True)
class PersonFacts:
    """What the chain of a person has told: who they are, and what they hold. `added` once they were made known."""

    added: bool = False
    staff_code: Any = None
    name: Any = None
    position: Any = None
    organisation: Any = None
    email: Any = None
    phone: Any = None
    left_on: Any = None
    password_at: Any = None
    fingerprint: Any = None
    grants: dict[str, list[Any]] = field(default_factory=dict)
    delegations: dict[str, list[Any]] = field(default_factory=dict)
    mandates: dict[str, list[Any]] = field(default_factory=dict)
    unsure: bool = False


@dataclass(slots=True)
class OrganisationFacts:
    """What the chain of an organisation has told; `parent` is a code, `head` a person's id."""

    added: bool = False
    code: Any = None
    name: Any = None
    unit: Any = None
    level: Any = None
    kind: Any = None
    parent: Any = None
    valid_from: Any = None
    valid_until: Any = None
    head: Any = None
    unsure: bool = False


@dataclass(slots=True)
class SettingsFacts:
    """Fields by code (names in both languages, place in the list, in use) and special days (kind, decision)."""

    fields: dict[str, list[Any]] = field(default_factory=dict)
    days: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    unsure: bool = False

    @classmethod
    def founded(
        cls, fields: Iterable[Mapping[str, Any]], days: Iterable[tuple[str, str, str]]
    ) -> SettingsFacts:
        """What stands in the register before the first event."""
        listed = {one["code"]: [one["name_vi"], one["name_en"], one["position"], True] for one in fields}
        return cls(listed, {day: (kind, decision) for day, kind, decision in days})


Facts = PersonFacts | OrganisationFacts | SettingsFacts
Fold = Callable[[Any, Told, Step], None]


def take_in_other(facts: Facts, told: Told, step: Step) -> None:
    """Take in the next event of a chain that is no case's.

    Where what it must tell is erased or lost, the facts are `unsure` from then on. Raises KeyError where it was
    never told.
    """
    fold = FOLDS.get(step.type)
    if fold is None:
        return
    try:
        fold(facts, told, step)
    except KeyError:
        if step.absent is None:
            raise
        facts.unsure = True


# --- people ----------------------------------------------------------------------------------------


def _person_added(f: PersonFacts, told: Told, step: Step) -> None:
    f.added = True
    for name in ("staff_code", "name", "position", "email", "phone"):
        setattr(f, name, told.get(name, step.absent))
    f.organisation = code_of(told, "organisation", step)


def _person_changed(f: PersonFacts, told: Told, step: Step) -> None:
    unsure = step.absent is UNKNOWN
    for name in ("name", "position", "email", "phone", "left_on"):
        if name in told or (unsure and name != "left_on"):
            setattr(f, name, told.get(name, UNKNOWN))
    for name in told.get("cleared", ()):
        setattr(f, name, None)
    if "organisation" in told:
        f.organisation = told["organisation"]["code"]


def _password(f: PersonFacts, told: Told, step: Step) -> None:
    f.password_at = step.at
    f.fingerprint = told.get("fingerprint", UNKNOWN)


def _life(row: list[Any], start: int, end: Any) -> None:
    """Until when something holds; ended before its beginning, it never held on a whole day."""
    row[start], row[start + 1] = min(row[start], end), end


def _role_given(f: PersonFacts, told: Told, step: Step) -> None:
    unit = told["organisation"]["code"]
    f.grants[told["grant"]] = [told["role"], unit, told["valid_from"], told.get("valid_until")]


def _role_ended(f: PersonFacts, told: Told, step: Step) -> None:
    if row := f.grants.get(told["grant"]):
        _life(row, 2, told["valid_until"])


def _delegated(f: PersonFacts, told: Told, step: Step) -> None:
    f.delegations[told["delegation"]] = [
        told["giver"]["code"], told["scope"]["code"], step.actor, told["valid_from"], told["valid_until"]
    ]  # fmt: skip


def _delegation_ended(f: PersonFacts, told: Told, step: Step) -> None:
    if row := f.delegations.get(told["delegation"]):
        _life(row, 3, told["valid_until"])


def _mandate_asked(f: PersonFacts, told: Told, step: Step) -> None:
    f.mandates[told["mandate"]] = [
        told["kind"], told["stand_in"]["id"], told["valid_from"], told["valid_until"], told.get("evidence"), None
    ]  # fmt: skip


def _mandate_approved(f: PersonFacts, told: Told, step: Step) -> None:
    if row := f.mandates.get(told["mandate"]):
        row[5] = step.principal(told)


def _mandate_ended(f: PersonFacts, told: Told, step: Step) -> None:
    if row := f.mandates.get(told["mandate"]):
        _life(row, 2, told["valid_until"])


# --- organisations ---------------------------------------------------------------------------------


def _unit_added(f: OrganisationFacts, told: Told, step: Step) -> None:
    f.added = True
    for name in ("code", "name", "unit", "level", "kind", "parent", "valid_from", "valid_until"):
        setattr(f, name, told.get(name, step.absent))
    f.head = person_of(told, "head", step)


def _unit_changed(f: OrganisationFacts, told: Told, step: Step) -> None:
    for name in ("name", "unit", "valid_until"):
        if name in told:
            setattr(f, name, told[name])
    if "head" in told:
        f.head = told["head"]["id"]


# --- settings --------------------------------------------------------------------------------------


def _field_saved(f: SettingsFacts, told: Told, step: Step) -> None:
    names = [told["name_vi"], told["name_en"]]
    known = f.fields.get(told["code"])
    place = known[2] if known else max((row[2] for row in f.fields.values()), default=0) + 1
    f.fields[told["code"]] = [*names, place, told["active"]]


def _day_saved(f: SettingsFacts, told: Told, step: Step) -> None:
    f.days[told["day"]] = told["kind"], told["decision"]


def _day_removed(f: SettingsFacts, told: Told, step: Step) -> None:
    f.days.pop(told["day"], None)


FOLDS: dict[str, Fold] = {
    "person.added": _person_added,
    "person.changed": _person_changed,
    "person.password_issued": _password,
    "person.password_changed": _password,
    "role.given": _role_given,
    "role.ended": _role_ended,
    "decision.delegated": _delegated,
    "decision.delegation_ended": _delegation_ended,
    "stand_in.requested": _mandate_asked,
    "stand_in.approved": _mandate_approved,
    "stand_in.ended": _mandate_ended,
    "organisation.added": _unit_added,
    "organisation.changed": _unit_changed,
    "settings.field_saved": _field_saved,
    "settings.special_day_saved": _day_saved,
    "settings.special_day_removed": _day_removed,
}
