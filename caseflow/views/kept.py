"""Markup that pages repeat, made once: a tag, a clock's label, a list to choose from.

What is kept is a function of what it is asked for with and of nothing else: the language, the macro and its
arguments, which hold everything that is shown. Whoever asks for the same gets the same, so that nothing kept
can be out of date or out of anybody's reach.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jinja2.runtime import Macro
from markupsafe import Markup

from caseflow.i18n import current_language, gettext

SHORT, LONG = 4_096, 64
"""How many pieces a process keeps: of some hundred bytes, and of up to fifty kilobytes."""


def _made(_language: str, macro: Macro, *args: Any) -> Markup:
    return Markup(macro(*args))  # noqa: S704 - what a template made


_short, _long = lru_cache(SHORT)(_made), lru_cache(LONG)(_made)


def kept(macro: Macro, *args: Any) -> Markup:
    """What `macro` makes of `args`, which can be hashed.

    The macro is one of another template, which is read once, and looks at nothing but its arguments.
    """
    return _short(current_language(), macro, *args)


def kept_list(macro: Macro, *args: Any) -> Markup:
    """As `kept`, for what is long."""
    return _long(current_language(), macro, *args)


def chosen(options: Markup, value: str) -> Markup:
    """A kept list of options with the one of that value chosen."""
    mark = Markup('value="%s"') % value
    return options.replace(mark + Markup(">"), mark + Markup(" selected>"), 1)


def words(msgid: str, /, **values: object) -> Markup:
    """`_()` of the templates: the words are ours, the values are escaped."""
    if not values:
        return _words(current_language(), msgid)
    return Markup(gettext(msgid)) % values  # noqa: S704 - from the catalogues


@lru_cache(SHORT)
def _words(_language: str, msgid: str) -> Markup:
    return Markup(gettext(msgid)) % {}  # noqa: S704 - from the catalogues
