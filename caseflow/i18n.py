"""Translation and formatting without a web framework: pages, mail, worker and command line share it.

English is the source; Vietnamese, the default, is every `.po` file of `translations/vi` taken together.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.numbers import format_percent as babel_percent
from babel.support import NullTranslations, Translations

from caseflow.messages import Message
from caseflow.places import translations_folder

LANGUAGES = ("vi", "en")
DEFAULT_LANGUAGE = "vi"
SOURCE_LANGUAGE = "en"
TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

_language: ContextVar[str] = ContextVar("language", default=DEFAULT_LANGUAGE)


def current_language() -> str:
    """The reader's language, one of `LANGUAGES`."""
    return _language.get()


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Speak `language` within the block. Raises ValueError for one that the program does not know."""
    token = _language.set(_known(language))
    try:
        yield
    finally:
        _language.reset(token)


def translate(message: Message | str, language: str | None = None) -> str:
    """The message in `language` (else the current one), its values translated and formatted alike."""
    chosen = language or current_language()
    bound = Message(message) if isinstance(message, str) else message
    text = translations_for(chosen).gettext(bound.id) if bound.id else ""  # "" would name the header
    if not bound.values:
        return text
    return text % {name: _shown(value, chosen) for name, value in bound.values.items()}


def gettext(msgid: str, /, **values: object) -> str:
    """`msgid` in the current language with its values put in."""
    if msgid and not values:
        return translations_for(current_language()).gettext(msgid)
    return translate(Message(msgid, values))


def ngettext(singular: str, plural: str, n: int, /, **values: object) -> str:
    """The form for `n` in the current language; `%(n)s` is n."""
    language = current_language()
    text = translations_for(language).ngettext(singular, plural, n)
    return text % {name: _shown(value, language) for name, value in {"n": n, **values}.items()}


@cache
def translations_for(language: str) -> NullTranslations:
    """The catalogue of `language` with `gettext` and `ngettext`, as Jinja and WTForms want it."""
    if _known(language) == SOURCE_LANGUAGE:
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, merged_catalogue(language))
    compiled.seek(0)
    return Translations(compiled)


def merged_catalogue(language: str) -> Catalog:
    """All `.po` files of `language` as one catalogue, read anew. Of two wordings the first file's holds."""
    merged = Catalog(locale=language, charset="utf-8")
    for path in sorted(translations_folder(language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language, charset="utf-8"):
                if message.id and merged.get(message.id, message.context) is None:
                    merged.add(message.id, message.string, context=message.context)
    return merged


def format_date(day: dt.date) -> str:
    """03/04/2018 for the third of April, in both languages. An instant has no day of its own: TypeError."""
    if isinstance(day, dt.datetime):
        raise TypeError("an instant was given where a day is wanted; take vn_date() of it")
    return f"{day:%d/%m/%Y}"


def format_datetime(instant: dt.datetime) -> str:
    """14:05 23/11/2026, in Vietnamese time. Raises ValueError for an instant without a zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone")
    return f"{instant.astimezone(TIME_ZONE):%H:%M %d/%m/%Y}"


def format_number(number: float | Decimal) -> str:
    """17.487 in Vietnamese, 17,487 in English."""
    return _number(number, current_language())


@lru_cache(maxsize=2_048, typed=True)
def _number(number: float | Decimal, language: str) -> str:
    """A page shows the same small numbers many times."""
    return format_decimal(number, locale=language)


def format_percent(ratio: float | Decimal | Fraction, digits: int = 1) -> str:
    """A share of one as a percentage with at most `digits` decimals: 0.983 is 98,3% or 98.3%."""
    pattern = "#,##0." + "#" * digits + "%"
    share = ratio if isinstance(ratio, Decimal) else Decimal(repr(float(ratio)))
    return babel_percent(share, format=pattern, locale=current_language())


def _shown(value: object, language: str) -> object:
    if isinstance(value, Message):
        return translate(value, language)
    if isinstance(value, dt.datetime):
        return format_datetime(value)
    if isinstance(value, dt.date):
        return format_date(value)
    if isinstance(value, (tuple, list)):
        return ", ".join(str(_shown(part, language)) for part in value)
    return value


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"unknown language {language!r}; known are {', '.join(LANGUAGES)}")
    return language
