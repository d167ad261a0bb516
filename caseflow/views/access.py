"""What every route declares: who may call it, and whether it changes anything. A route without it stops the start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, Flask
from flask.sansio.app import App
from werkzeug.wrappers import Response

from caseflow.models.access import ROLES

PUBLIC = "public"
SIGNED_IN = "signed_in"
PERMISSIONS = frozenset({PUBLIC, SIGNED_IN, *ROLES})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
DECLARED = "caseflow.routes"

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of the menu. `roles` (any of them) see it, everyone where there are none; `order` sorts.

    `delegates` see it too where it says so: those to whom a decision was delegated. `badge` answers a number that waits for the reader, 0 for none.
    """

    order: int
    label: str
    roles: tuple[str, ...] = ()
    badge: Callable[[], int] | None = None
    delegates: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """What a route declares.

    `permission` is `public`, `signed_in` or roles joined by `|`, of which one is needed anywhere.
    `changes` says whether its POST changes anything; a GET never does. `keeps` says whether what was typed is
    put by when it cannot be taken (never on a page that asks for passwords). `confirmed` pages ask for the
    password again on a device that stays signed in.
    """

    permission: str
    changes: bool
    keeps: bool = True
    confirmed: bool = False
    menu: MenuItem | None = None

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of which one is needed; none where signing in is enough."""
        return () if self.permission in {PUBLIC, SIGNED_IN} else tuple(self.permission.split("|"))


class Pages(Blueprint):
    """A blueprint whose routes are all declared."""

    def page(
        self,
        rule: str,
        *,
        permission: str,
        changes: bool,
        methods: tuple[str, ...] | None = None,
        endpoint: str | None = None,
        keeps: bool = True,
        confirmed: bool = False,
        menu: MenuItem | None = None,
    ) -> Callable[[View], View]:
        """Answer `rule` with the decorated view: GET, and POST as well where it `changes` something."""
        if unknown := set(permission.split("|")) - PERMISSIONS:
            raise ValueError(f"{rule}: unknown permission {unknown}")
        declared = Declared(permission, changes, keeps, confirmed, menu)
        taken = methods or (("GET", "POST") if changes else ("GET",))

        def declare(view: View) -> View:
            name = endpoint or view.__name__
            self.add_url_rule(rule, name, view, methods=list(taken), provide_automatic_options=False)
            self.record(
                lambda state: declare_route(state.app, f"{state.name_prefix}{self.name}.{name}", declared)
            )
            return view

        return declare


def declare_route(app: App, endpoint: str, declared: Declared) -> None:
    """Note what a route declares. Raises RuntimeError where it had declared something else."""
    routes: dict[str, Declared] = app.extensions.setdefault(DECLARED, {})
    if routes.setdefault(endpoint, declared) != declared:
        raise RuntimeError(f"{endpoint} declares two different things")


def declared_routes(app: Flask) -> dict[str, Declared]:
    """What every endpoint declares."""
    routes: dict[str, Declared] = app.extensions[DECLARED]
    return routes


def refuse_undeclared(app: Flask) -> None:
    """Stop the start where a route declares no permission, or accepts a change that it does not declare."""
    routes = declared_routes(app)
    for rule in app.url_map.iter_rules():
        declared = routes.get(rule.endpoint)
        if declared is None:
            raise RuntimeError(f"the route {rule.rule} declares no permission")
        if declared.changes != bool((rule.methods or set()) - SAFE):
            raise RuntimeError(f"the route {rule.rule} does not declare rightly whether it changes anything")


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one route as `caseflow routes` lists it."""

    route: str
    method: str
    permission: str
    changes: bool


def list_routes(app: Flask) -> list[Route]:
    """Every route and method with its permission and whether it changes anything, sorted."""
    routes = declared_routes(app)
    found = [
        Route(rule.rule, method, routes[rule.endpoint].permission, method not in SAFE)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]
    return sorted(found, key=lambda one: (one.route, one.method))


Answer = str | Response | tuple[str, int]
"""What a view answers."""
