"""The command speaks the language of `--lang`, else of the system, else Dutch, and never a mix."""

import pytest
from typer.main import get_command

from sim.cli import app, run_command
from sim.errors import language_asked

DUTCH = [
    (["rn"], "palsim: Geen commando 'rn'. Bedoelde u 'run'?; zie palsim --help"),
    (["run", "--lang", "nl"], "palsim: Argument 'SCENARIO' ontbreekt; zie palsim --help"),
    (
        ["run", "x", "--jobs", "a"],
        "palsim: Verkeerde waarde voor --jobs: geef een geheel getal; zie palsim --help",
    ),
    (
        ["run", "x", "--lang", "fr"],
        "palsim: Verkeerde waarde voor --lang: 'fr' is geen van 'nl', 'en'; zie palsim --help",
    ),
    (["bill", "nope.yaml"], "nope.yaml: geen bestand met deze naam; geef het pad van een YAML-bestand"),
    (
        ["tariffs", "show", "x" * 200],
        "tariffs: "
        + "x" * 77
        + "...: geen product, wettelijk bedrag of NZa-code met deze naam; zie `palsim tariffs show`",
    ),
]


@pytest.mark.parametrize(("given", "line"), DUTCH, ids=lambda each: " ".join(each)[:30])
def test_a_fault_is_one_line_in_dutch(given, line, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")
    assert run_command(given) == 2
    assert capsys.readouterr().err.splitlines() == [line]


def commands(command, path=()):
    """Every command with the words that call it."""
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))
    if not hasattr(command, "commands"):
        yield path, command


@pytest.mark.parametrize(
    ("path", "command"),
    [
        pytest.param(path, command, id=" ".join(path))
        for path, command in commands(get_command(app))
        if any(part.required for part in command.params)
    ],
)
def test_what_is_missing_is_told_in_dutch_for_every_command(path, command, capsys, monkeypatch):
    """Each command without what it needs, one argument more at a time, and then without its options."""
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")
    needed = [part for part in command.params if part.required]
    arguments = sum(part.param_type_name == "argument" for part in needed)
    for number in range(arguments + (len(needed) > arguments)):
        assert run_command([*path, *["1"] * number]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert "ontbreekt" in line
        assert "hoose" not in line


@pytest.mark.parametrize(
    ("given", "system", "lang"),
    [
        ([], {"LANG": "nl_BE.UTF-8"}, "nl"),
        ([], {"LANG": "en_GB.UTF-8"}, "en"),
        ([], {"LC_ALL": "en_US", "LANG": "nl_NL"}, "en"),
        ([], {"LC_MESSAGES": "en_US", "LANG": "nl_NL"}, "en"),
        ([], {"LANG": "de_DE.UTF-8"}, "nl"),
        ([], {"LANG": "C.UTF-8"}, "nl"),
        ([], {}, "nl"),
        (["run", "--lang", "en"], {"LANG": "nl_NL"}, "en"),
        (["run", "--lang=nl"], {"LANG": "en_GB"}, "nl"),
        (["run", "--lang", "fr"], {"LANG": "en_GB"}, "en"),
    ],
)
def test_the_option_goes_before_the_system(given, system, lang, monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in system.items():
        monkeypatch.setenv(name, value)
    assert language_asked(given) == lang
