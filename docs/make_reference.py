"""Writes docs/reference from the code: `python docs/make_reference.py`. A test fails where the two differ."""

from __future__ import annotations

import pkgutil
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import Field as DataclassField
from dataclasses import fields, MISSING
from functools import partial
from importlib import import_module
from inspect import unwrap
from pathlib import Path
from typing import Any

import click

import caseflow
from caseflow import events
from caseflow.app import put_together
from caseflow.cli import COMMANDS, main
from caseflow.errors import CaseflowError
from caseflow.i18n import translate, use_language
from caseflow.queries.lifecycle_table import lifecycle_mermaid, lifecycle_table
from caseflow.settings import CONFIG, NAMES, PREFIX, Settings
from caseflow.states.engine import lifecycle_named
from caseflow.states.pressing_issue import KIND, REGISTER_FIELDS
from caseflow.trail import bundle, leaf_form, notes, policy, proofs, tile_files
from caseflow.trail.leaf import LARGEST_LEAF, SALT_BYTES
from caseflow.use_cases.installation import Installation
from caseflow.views.access import declared_routes, list_routes

HERE = Path(__file__).resolve().parent / "reference"
MADE = "<!-- Made from the code by docs/make_reference.py: change the code, then run it. -->"

SETTINGS: dict[str, tuple[str, str]] = {
    "home": ("a folder", "Where database, files and keys lie. Made with mode 0700 when it is missing."),
    "database_url": (
        "`sqlite:///…`, `postgresql…://…`",
        "The database. Only SQLite works so far: the schema for PostgreSQL is not written.",
    ),
    "secret_key": (
        "at least 32 characters",
        "Signs what pages send along. Made into HOME/secret_key at the first start.",
    ),
    "writer_key": (
        "at least 64 hexadecimal digits",
        """Authenticates every event that the program writes, and encrypts complainants' fields: whoever loses it
        loses those, and every password. Made into HOME/writer_key at the first start.""",
    ),
    "signing_key_file": (
        "a file or a socket",
        """The key that signs the log, made at the first start, with the signer's state beside it in
        `<file>.state`. The socket of `caseflow signer` in its place leaves signing to that process.""",
    ),
    "seal": (
        "`async`, `wait`",
        """Whether the answer to a change waits until a signed checkpoint covers it; at most 10 seconds. The
        change is kept either way.""",
    ),
    "origin": (
        "a name without blanks and `+`",
        """The name of this installation's log: the first line of its checkpoints and the name of its key. Choose
        it before the first start: the signer's state belongs to it.""",
    ),
    "smtp_url": (
        "`smtp://…`, `smtps://…`",
        "Where mail is handed in: the checkpoint that goes to inspectors every week. Without it none is sent.",
    ),
    "base_url": (
        "`http://…`, `https://…`",
        """The address that people use. With `https` cookies are sent over HTTPS only, and one proxy in front is
        believed about the client's address and protocol.""",
    ),
    "language": ("`vi`, `en`", "The language until a reader chooses another, and that of the command line."),
    "log_format": ("`text`, `json`", "How the log on standard error is written."),
    "retention_years": (
        "a whole number, 1 to 100",
        """How many years a closed case is kept whole before citizens' data in it may be erased. Take it from the
        retention periods that bind the committee.""",
    ),
}
"""Accepted values and meaning of each setting, for whoever installs the program."""

CHAINS = {
    "case": "the case's",
    "organisation": "the organisation's",
    "settings": "the settings'",
    "import": "the import's own",
    "data": "the case's, or the person's",
    "log": "the settings'",
}
OF_PERSON = "the person's"
"""In whose chain an event stands, by the first part of its type; all others stand in a person's."""


def pages() -> dict[str, str]:
    """Every page of the reference by its file name."""
    with use_language("en"):
        made = {
            "lifecycle.md": lifecycle_page(),
            "settings.md": settings_page(),
            "events.md": events_page(),
            "routes.md": routes_page(),
            "commands.md": commands_page(),
            "errors.md": errors_page(),
            "formats.md": formats_page(),
        }
    return {name: f"{MADE}\n{text.strip()}\n" for name, text in made.items()}


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_cell(one) for one in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


# --- lifecycle ------------------------------------------------------------------------------------------------


def lifecycle_page() -> str:
    """Moves, diagram, and the words on the screen."""
    lifecycle = lifecycle_named(KIND)
    words = [(f"`{state}`", label, _vi(label)) for state, label in lifecycle.states.items()]
    words += [(f"`{move.name}`", move.label, _vi(move.label)) for move in lifecycle.moves]
    choices = {
        (field.name, value, label)
        for move in lifecycle.moves
        for field in move.fields
        for value, label in field.choices
    }
    chosen = [(f"`{name}`", f"`{value}`", label, _vi(label)) for name, value, label in sorted(choices)]
    entered = ", ".join(f"`{field.name}`{'*' if field.required else ''}" for field in REGISTER_FIELDS)
    return f"""{lifecycle_table(lifecycle)}

Whoever may not read a case may do nothing with it: to them it does not exist. A case is entered by *register*,
which a registrar or a supervisor of its unit, or of one above, may do at `/vu-viec/moi`; its input: {entered}.

`caseflow lifecycle {KIND}` prints this table, in the language of the installation; `--format mermaid` prints
the diagram.

```mermaid
{lifecycle_mermaid(lifecycle)}
```

## Words on the screen

{table(("State or move", "English", "Tiếng Việt"), words)}

## Choices

{table(("Input", "Value", "English", "Tiếng Việt"), chosen)}
"""


def _vi(label: str) -> str:
    return translate(label, "vi")


# --- settings -------------------------------------------------------------------------------------------------


def settings_page() -> str:
    """Every setting with its default."""
    rows = [(f"`{PREFIX}{name.upper()}`", *SETTINGS[name], _default(name)) for name in NAMES]
    return f"""# Settings

Each setting is an environment variable, or a line of a TOML file that `{CONFIG}` names. In the file the name
may be written as here, without `{PREFIX}`, or in small letters; the value stands in quotation marks. A variable
wins over the file; an empty one counts as none. Relative paths count from the working folder. A bad value stops
the start with one line that names the variable, the value and the remedy; a name that the program does not know
is refused in the file.

{table(("Variable", "Values", "Meaning", "Default"), rows)}

The time zone is not a setting: days are counted in Asia/Ho_Chi_Minh, which the database notes when it is made.

`CASEFLOW_DEBUG=1` makes a command that fails unexpectedly show where. The tests read `CASEFLOW_CHROMIUM`, the
browser to use, and `CASEFLOW_TEST_LONG=1`, which `bootstrap.py test --long` sets.
"""


def _default(name: str) -> str:
    """The default as a reader would write it, taken from the settings of an empty environment."""
    if name in {"secret_key", "writer_key"}:
        return "made in HOME"
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        value = getattr(Settings.load({}, here), name)
        return "none" if value is None else f"`{str(value).replace(here.as_posix(), '.')}`"


# --- events ---------------------------------------------------------------------------------------------------


def events_page() -> str:
    """Every event type with what it discloses."""
    known = [one for one in vars(events).values() if _is_event(one)]
    rows = [(f"`{one.TYPE}`", one.__doc__ or "", _chain(one.TYPE), _disclosed(one)) for one in known]
    return f"""# Events

Everything that happens is an event: one leaf in the chain of what it is about, and its *disclosures*, the named
values to which the leaf only commits. [The trail](../explanation/trail.md) says how the two fit together.
A disclosure that may be absent stands in brackets.

{table(("Type", "Meaning", "Chain", "Disclosures"), rows)}

Beside these, any event discloses `acting_for`, the person for whom a stand-in acted, and every event of a
command `system_account`, the account that started the command.
"""


def _is_event(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, events.Event) and value is not events.Event


def _chain(kind: str) -> str:
    return CHAINS.get(kind.partition(".")[0], OF_PERSON)


def _disclosed(event: type[events.Event]) -> str:
    own = [one for one in fields(event) if one.name != "acting_for"]
    return ", ".join(f"`{one.name}`" if _always(one) else f"(`{one.name}`)" for one in own) or "none"


def _always(field: DataclassField[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


# --- routes ---------------------------------------------------------------------------------------------------


def routes_page() -> str:
    """Every route with what its view says of itself."""
    with tempfile.TemporaryDirectory() as folder:
        app = put_together(Installation.open(Settings.load({}, Path(folder))))
    about = {rule.rule: _about(app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()}
    confirmed = {
        rule.rule for rule in app.url_map.iter_rules() if declared_routes(app)[rule.endpoint].confirmed
    }
    rows = [
        (f"`{one.method}`", f"`{one.route}`", one.permission.replace("|", " or "), _first(about[one.route]))
        for one in list_routes(app)
    ]
    return f"""# Routes

A `GET` changes nothing. Every route declares who may call it: *public*, *signed_in*, or roles of which one must
be held somewhere; whether somebody may do it to this very case is decided behind it. `caseflow routes --json`
prints the list for programs.

{table(("Method", "Route", "Permission", "What it is"), rows)}

On a device that stays signed in these ask for the password again:
{", ".join(f"`{one}`" for one in sorted(confirmed)) or "none"}.
"""


def _about(view: Callable[..., object]) -> str | None:
    """What a view says of itself; the pages of all moves are one view, which is bound to each of them."""
    bare = unwrap(view)
    return bare.func.__doc__ if isinstance(bare, partial) else view.__doc__


def _first(text: str | None) -> str:
    """The first sentence of a docstring."""
    return re.split(r"(?<=[.;])\s", " ".join((text or "").split()), maxsplit=1)[0].rstrip(";")


# --- commands -------------------------------------------------------------------------------------------------


def commands_page() -> str:
    """Every command with its arguments and options."""
    context = click.Context(main, info_name="caseflow")
    sections = [text for name in COMMANDS for text in _command(_named(context, name), context, name)]
    return "\n".join([COMMANDS_START, *sections])


COMMANDS_START = """# Commands

`caseflow …`, or `python -m caseflow …`. Exit code 0: done. 1: refused, or a check failed; one line on standard
error says why and what to do. 2: wrong usage. Commands act as the fixed person `operator` and record the account
of the system that started them; they bring cases in and decide nothing about them.
"""


def _named(context: click.Context, name: str) -> click.Command:
    group = context.command
    command = group.get_command(context, name) if isinstance(group, click.Group) else None
    if command is None:
        raise LookupError(name)
    return command


def _command(command: click.Command, above: click.Context, name: str) -> Iterator[str]:
    context = click.Context(command, parent=above, info_name=name)
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            yield from _command(_named(context, each), context, each)
        return
    pieces = [piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
    yield f"## `{' '.join([context.command_path, *pieces])}`\n\n{' '.join((command.help or '').split())}\n"
    records = [one for each in command.params if (one := each.get_help_record(context)) and one[1]]
    if records:
        yield table(("Option", "Meaning"), [(f"`{option}`", text) for option, text in records]) + "\n"


# --- errors ---------------------------------------------------------------------------------------------------


def errors_page() -> str:
    """Every kind of refusal, wherever in the program it is defined."""
    for module in pkgutil.walk_packages(caseflow.__path__, "caseflow."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    rows = [
        (f"`{one.code}`", str(one.http_status), one.__doc__ or "")
        for one in sorted(_kinds(CaseflowError), key=lambda one: (one.http_status, one.code))
    ]
    return f"""# Errors

A refusal has a stable code and an HTTP status, says in the reader's language what was refused and what to do,
and lists each field or cell with its value. On the command line it is one line on standard error and exit code 1.

{table(("Code", "Status", "Meaning"), rows)}

A change is refused in this order: what is not there, or out of the reader's reach (404); want of right (403);
a page that is out of date (412); a wrong state (409); unmet needs and bad input (422). Want of right and a wrong
state are kept as attempts in the chain of whoever tried. Nothing is changed by a refusal.
"""


def _kinds(of: type[CaseflowError]) -> Iterator[type[CaseflowError]]:
    for one in of.__subclasses__():
        if "code" in vars(one):
            yield one
        yield from _kinds(one)


# --- formats --------------------------------------------------------------------------------------------------


LEAF_KEYS = {
    "v": "1",
    "case": "UUID of the subject: a case, a person, an organisation, an import; zeros for settings",
    "seq": "number in the subject's chain, from 0",
    "prev": "leaf hash of the one before, 64 hexadecimal digits; zeros for the first",
    "event": "UUID of the event, unique in the log",
    "type": "what happened: see [events](events.md)",
    "from": "state before; null for the first and outside a lifecycle",
    "to": "state after; null outside a lifecycle",
    "due": "the deadline in force afterwards, as its last microsecond in UTC, or null",
    "actor": "UUID of who acted",
    "at": "when: `YYYY-MM-DDTHH:MM:SS.ffffffZ`; never earlier than the one before",
    "_sd": "sorted commitments, each base64url(SHA-256(disclosure))",
}
LIMITS = (
    ("leaf", LARGEST_LEAF, "bytes"),
    ("disclosure", leaf_form.LARGEST_DISCLOSURE, "characters"),
    ("disclosures of an event", bundle.MOST_DISCLOSURES, ""),
    ("signed note", notes.LARGEST_NOTE, "bytes"),
    ("signatures of a note", notes.MOST_SIGNATURES, ""),
    ("proof", proofs.LARGEST_PROOF, "bytes"),
    ("policy", policy.LARGEST_POLICY, "bytes"),
    ("logs, witnesses, groups of a policy, each", policy.MOST_NAMES, ""),
    ("bundle", bundle.LARGEST_BUNDLE, "bytes"),
    ("events of a bundle", bundle.MOST_EVENTS, ""),
)


def formats_page() -> str:
    """What leaves the program for others to check, and which specification says how it is written."""
    keys = [(f"`{key}`", LEAF_KEYS[key]) for key in leaf_form.KEYS]
    limits = [(what, f"{most:,} {unit}".strip()) for what, most, unit in LIMITS]
    return FORMATS.format(
        bundle=bundle.FORMAT,
        proof=proofs.HEADER,
        salt=SALT_BYTES,
        width=tile_files.WIDTH,
        keys=table(("Key", "Value"), keys),
        limits=table(("What", "At most"), limits),
    )


FORMATS = """# Formats of exported files

Specifications of others decide wherever they speak: RFC 6962 §2.1 (the tree), RFC 8785 (canonical JSON), RFC 9901
(disclosures), RFC 8032 (Ed25519), and those named below, which are found under their names at c2sp.org.

| file | made by | format |
| --- | --- | --- |
| checkpoint | `caseflow audit checkpoint`, the log page, the weekly mail, `log/checkpoint` | tlog-checkpoint in a signed-note: exactly three lines, Ed25519 (type 0x01), key name = origin |
| evidence bundle | the page of a case, `caseflow audit bundle` | `{bundle}`, below; each proof is a tlog-proof, first line `{proof}` |
| dump | the log page, `caseflow audit dump` | tlog-tiles: `checkpoint`, `tile/<level>/<n>`, `tile/entries/<n>`, tiles of {width}; beside them `policy.txt` |
| trusted keys | `HOME/policy.txt`, the log page, the dump | tlog-policy |
| request to a witness | `caseflow audit witness-request` | the body of tlog-witness `add-checkpoint` |
| answer of a witness | `caseflow witness cosign`, `caseflow witness serve` | tlog-cosignature, cosignature/v1 (type 0x04), under the checkpoint or alone |

## Leaf

What the tree is built over: RFC 8785 JSON, printable ASCII without `\\`, with exactly these keys. Its hash is
SHA-256(0x00 ‖ bytes); a node is SHA-256(0x01 ‖ left ‖ right).

{keys}

`from` equals the last `to` of the chain that is not null.

## Disclosure

base64url, without padding, of the UTF-8 JSON `[salt, name, value]`; the salt is base64url of at least {salt} random
bytes. A leaf commits to the SHA-256 of exactly these characters. What each event discloses: [events](events.md).

## Evidence bundle

```
{{"format": "{bundle}",
 "origin": "<first line of the checkpoint>",
 "case": "<uuid>",
 "events": [{{"leaf": "<base64 of the exact bytes>", "proof": "<tlog-proof text>", "disclosures": ["<disclosure>", …]}}, …]}}
```

UTF-8 JSON without other keys, and without a key twice. Event *k* has `seq` *k* and the right `prev`; places in the log
increase; all proofs lead to the same three lines; each disclosure is among the commitments of its leaf, none twice. A
missing disclosure is allowed: it was withheld or erased. base64 is accepted in its one canonical spelling only.
`caseflow audit check-bundle` and `verify.html` check all of this and judge alike.

## Limits

Larger input is refused before it is looked at.

{limits}
"""


def write_pages(folder: Path) -> None:
    """Write every page into `folder`."""
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_pages(HERE)
