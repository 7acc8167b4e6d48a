"""The language in which a command speaks: that of `--lang`, else of the system, else Dutch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from sim.errors import ENGLISH, InputError, Message, RunError, language_asked

_SPOKEN: ContextVar[str | None] = ContextVar("spoken", default=None)


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Say what is said in a language."""
    before = _SPOKEN.set(lang)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def spoken() -> str:
    """The language in which the command speaks."""
    return _SPOKEN.get() or language_asked(())


def say(template: str, /, **parts: object) -> str:
    """A sentence in the language of the command; templates and parts as of a `Message`."""
    return Message(template, **parts).told(spoken())


def said(fault: InputError | RunError) -> str:
    """A fault in the language of the command; what the law forbids in the words of a bill."""
    from sim.ledger.remarks import Refusal

    if isinstance(fault, Refusal) and spoken() != ENGLISH:
        from sim.report.language import language

        return language(spoken()).fault(fault)
    return fault.told(spoken())


class _Form(NamedTuple):
    """What the reader of the command line says: a template, and the English where that reads otherwise."""

    template: str
    english: str = ""

    @property
    def pattern(self) -> str:
        """The English, with a group for each part of the template."""
        named = re.sub(r"\\{(\w+)!r\\}", r"'(?P<\1>.*)'", re.escape(self.template))
        return self.english or re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*?)", named)


_USAGE = (
    _Form("Missing argument {name!r}"),
    _Form(
        "Missing option {name!r}: choose from {known}",
        r"Missing option '(?P<name>.*)'\. Choose from:\s*(?P<known>.*)",
    ),
    _Form("Missing option {name!r}"),
    _Form("No such command {name!r}. Did you mean {near}?"),
    _Form("No such command {name!r}"),
    _Form("No such option: {name} (Possible options: {near})"),
    _Form("No such option: {name}"),
    _Form(
        "Got unexpected extra argument(s) ({given})",
        r"Got unexpected extra arguments?(?:\(s\))? \((?P<given>.*)\)",
    ),
    _Form("Option {name!r} requires an argument"),
    _Form("Option {name!r} does not take a value"),
    _Form(
        "Invalid value for {name}: {given!r} is not one of {known}",
        r"Invalid value for '(?P<name>.*?)': (?:Value error, )?'(?P<given>.*)' is not one of (?P<known>.*)",
    ),
    _Form(
        "Invalid value for {name}: give a whole number",
        r"Invalid value for '(?P<name>.*?)': Input should be a valid integer.*",
    ),
    _Form(
        "Invalid value for {name}: give a number",
        r"Invalid value for '(?P<name>.*?)': Input should be a valid number.*",
    ),
)


def usage_fault(text: str) -> str:
    """A fault that the reader of the command line tells, in the language of the command where it is known."""
    fault: str = text.rstrip(".")
    for form in _USAGE:
        found = re.fullmatch(form.pattern, fault, re.DOTALL)
        if found is not None:
            fault = Message(form.template, **found.groupdict())
            break
    return say("palsim: {fault}; see palsim --help", fault=fault)


def translate_help(command: Any) -> None:
    """Put the help of a command, its parts and what is below it in the language of the command."""
    if spoken() == ENGLISH:
        return
    from typer import rich_utils

    titles = ("ARGUMENTS_PANEL_TITLE", "OPTIONS_PANEL_TITLE", "COMMANDS_PANEL_TITLE")
    for name in (*titles, "DEFAULT_STRING", "REQUIRED_LONG_STRING"):
        setattr(rich_utils, name, _in_dutch(getattr(rich_utils, name)))
    _translate(command)


def help_texts(command: Any) -> Iterator[str]:
    """All texts of the help of a command and what is below it."""
    yield command.help or ""
    for part in command.params:
        yield part.help or ""
    for below in getattr(command, "commands", {}).values():
        yield from help_texts(below)


def plain(text: str) -> str:
    """A text of the help on one line, as the catalogue has it."""
    return " ".join(text.split())


def _in_dutch(text: str) -> str:
    return Message(plain(text)).told(spoken())


def _translate(command: Any) -> None:
    command.help = _in_dutch(command.help or "")
    command.short_help = None
    command.options_metavar = _in_dutch(command.options_metavar)
    usage = command.get_usage
    command.get_usage = lambda ctx: usage(ctx).replace("Usage:", _in_dutch("Usage:"))
    given = command.get_help_option
    command.get_help_option = lambda ctx: _option_in_dutch(given(ctx))
    for part in command.params:
        _option_in_dutch(part)
    for below in getattr(command, "commands", {}).values():
        _translate(below)


def _option_in_dutch(option: Any) -> Any:
    if option is not None:
        option.help = _in_dutch(option.help or "")
    return option
