"""How results look in a notebook: the answer, the headline rows, what is own."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.results import Result


def answers_of(result: Result, lang: str) -> list[str]:
    """The answer of a result in sentences.

    Parameters
    ----------
    result : Result
    lang : {"nl", "en"}
    """
    from sim.report.language import language
    from sim.report.provenance import load_published
    from sim.report.sections import answers

    found = answers(result, language(lang), load_published(result.base.area))
    return [sentence for _, sentences in found for sentence in sentences]


def run_html(result: Result, costs: pd.DataFrame, manifest: Mapping[str, Any]) -> str:
    """A run: its answer, and its costs by payer."""
    title = manifest["scenario"]["title"]["nl"]
    shown = costs.round(0).to_html(border=0)
    return f"<div><b>{escape(title)}</b>{_own(manifest)}{_list(answers_of(result, 'nl'))}{shown}</div>"


def comparison_html(result: Result, header: Mapping[str, Any]) -> str:
    """A comparison: its answer, and a row a headline measure and alternative with its interval."""
    from sim.report.language import language
    from sim.report.sections import headline_metrics

    words = language("nl")
    rows = []
    for metric in headline_metrics(result, words):
        for alternative in result.alternatives:
            found = alternative.differences.get(metric.name, **dict(metric.dimension))
            base = result.base.kpis.get(metric.name, **dict(metric.dimension))
            if found is None or base is None:
                continue
            low, high = metric.show_difference(found.low), metric.show_difference(found.high)
            span = f"{low} tot {high}" if found.has_interval else "-"
            cells = (
                metric.label,
                alternative.run.name,
                metric.show(base.mean),
                metric.show_difference(found.difference),
                span,
            )
            rows.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
    heads = ("", "scenario", "nu", "verschil", "95%-interval (toeval)")
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    own = "".join(_own(run.manifest) for run in result.runs)
    size = f"{header['area']}, {header['replications']} herhalingen, seed {header['seed']}"
    table = f"<table><tr>{head}</tr>{''.join(rows)}</table>"
    return f"<div>{_list(answers_of(result, 'nl'))}{own}{table}<small>{escape(size)}</small></div>"


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
