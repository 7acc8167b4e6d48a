"""How results look in a notebook: the answer, the headline rows, what is own."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from sim.later import pd

if TYPE_CHECKING:
    from sim.report.results import Result


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
    return f"<div><b>{escape(title)}</b>{_own(manifest)}{_list(answers_of(result, 'nl'))}{shown}</div>"


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
    return f"<div>{_list(answers_of(result, 'nl'))}{own}{tables}<small>{escape(size)}</small></div>"


def _own(manifest: Mapping[str, Any]) -> str:
    """What is own in a run, in one line; nothing where all is law."""
    own = manifest.get("own")
    if not own:
        return ""
    parts = [f"{each['id']} {each['amount']} ({each['source']})" for each in own["tariffs"]]
    parts += [f"{each['key']}: {each['name']}" for each in own["rules"]]
    name = manifest["scenario"]["title"]["nl"]
    return f"<p>Eigen in {escape(name)}: {escape('; '.join(parts))}</p>"


def _list(sentences: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences) + "</ul>"
