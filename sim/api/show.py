"""How results look in a notebook: the answer, the headline rows, what is own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.errors import InputError
from sim.later import pd

if TYPE_CHECKING:
    from sim.report.results import Result


Figure = Any
"""A matplotlib figure; matplotlib is imported when one is asked for."""


def figure_of(module: str, name: str, lang: str, *subject: Any, **how: Any) -> Figure:
    """The figure that a module of the report draws.

    Parameters
    ----------
    module : str
        Within `sim.report`.
    name : str
        Of a function of what is drawn (`subject`) and a language.

    Raises
    ------
    InputError
        When there is nothing to draw.
    """
    from sim.report.language import language

    drawing = getattr(import_module(f"sim.report.{module}"), name)(*subject, language(lang), **how)
    if drawing is None:
        raise InputError("{name}: nothing to draw", name=name)
    return drawing.figure


def answers_of(result: Result, lang: str) -> list[str]:
    """The answer of a result in sentences.

    Parameters
    ----------
    lang : {"nl", "en"}
    """
    from sim.report.language import language
    from sim.report.sections.costs_and_schemes import answers
    from sim.report.sections.provenance import load_published

    found = answers(result, language(lang), load_published(result.base.area))
    return [sentence for _, sentences in found for sentence in sentences]


def run_html(result: Result, costs: pd.DataFrame, manifest: Mapping[str, Any]) -> str:
    """A run: its answer, and its costs by payer."""
    title = manifest["scenario"]["title"]["nl"]
    shown = costs.round(0).to_html(border=0)
    return f"<div><b>{escape(title)}</b>{_own(manifest)}{listed(answers_of(result, 'nl'))}{shown}</div>"


def comparison_html(result: Result, header: Mapping[str, Any]) -> str:
    """A comparison: its answer, and its headline measures with their intervals."""
    from sim.report.formats.render import block_html
    from sim.report.language import language
    from sim.report.sections.costs_and_schemes import headline_tables

    words = language("nl")
    own = "".join(_own(run.manifest) for run in result.runs)
    replications = words.number(header["replications"])
    size = words.say("budget.subtitle", area=header["area"], replications=replications)
    size += f" · seed {header['seed']}"
    tables = "".join(block_html(block, words) for block in headline_tables(result, words))
    return f"<div>{listed(answers_of(result, 'nl'))}{own}{tables}<small>{escape(size)}</small></div>"


def _own(manifest: Mapping[str, Any]) -> str:
    """What is own in a run, in one line; nothing where all is law."""
    own = manifest.get("own")
    if not own:
        return ""
    parts = [f"{each['id']} {each['amount']} ({each['source']})" for each in own["tariffs"]]
    parts += [f"{each['key']}: {each['name']}" for each in own["rules"]]
    name = manifest["scenario"]["title"]["nl"]
    return f"<p>Eigen in {escape(name)}: {escape('; '.join(parts))}</p>"


def listed(sentences: Iterable[object]) -> str:
    """Sentences as a list of HTML."""
    return "<ul>" + "".join(f"<li>{escape(str(sentence))}</li>" for sentence in sentences) + "</ul>"
