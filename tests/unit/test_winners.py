"""Who pays more and less: shares, quantiles and words, from people counted by hand."""

from dataclasses import replace

import numpy as np
import pytest

from sim.errors import LANGUAGES
from sim.report.language import language
from sim.report.page import Prose, TableView
from sim.report.pages.note import note_of
from sim.report.results import Result
from sim.report.sections import winners as sections_winners
from sim.report.sections.provenance import load_published
from sim.studies.winners import Moved, Winners
from tests.unit import report_data

NL = language("nl")


def moved(dimension="", word="", more=(29, 31), less=(9, 11), changes=None):
    """Two replications of a hundred people each; of whom the first pay 220 euros more, the others 40 less."""
    amounts = [22_000] * sum(more) + [-4_000] * sum(less) if changes is None else changes
    people = np.array([100.0, 100.0])
    counts = (np.array(side, np.float64) for side in (more, less))
    return Moved(dimension, word, people, *counts, np.sort(np.array(amounts, np.int64)))


def winners(**changed):
    groups = (moved(), moved("wlz", "zonder", more=(58, 62), less=(0, 0)), moved("income", "laag"))
    earned = {"bth": (np.array([1e6, 2e6]), np.array([9e5, 19e5])), "pgb": (np.ones(2), np.ones(2))}
    return replace(Winners(groups, earned, 0), **changed)


def compared(found):
    (alternative,) = report_data.comparison().alternatives
    return replace(alternative, read_winners=lambda: found)


def test_shares_add_up_to_everyone_and_quantiles_count_those_who_pay_the_same():
    """Of 200: 20 pay 40 euros less (10%), 120 the same, 60 pay 220 more: the 11th percent pays the same."""
    found = moved()
    shares = [each.mean for each in (found.share_more, found.share_less, found.share_same)]
    assert shares == pytest.approx([0.3, 0.1, 0.6])
    assert [found.quantile(level) for level in (0.1, 0.11, 0.7, 0.71)] == [-4_000, 0, 0, 22_000]
    assert (found.mean_change(1).mean, found.mean_change(-1).mean) == (22_000, -4_000)


def test_the_sentences_say_how_many_how_much_and_among_whom():
    told = sections_winners.sentences(compared(winners()), NL)
    assert told == [
        "Zelf betaalt 30% van de overledenen meer dan nu, 10% minder en 60% evenveel.",
        "Wie meer betaalt, betaalt gemiddeld €\u00a0220 meer; het vaakst bij mensen zonder Wlz-zorg (60%).",
        "Wie minder betaalt, betaalt gemiddeld €\u00a040 minder.",
    ]


def test_a_policy_that_changes_no_payment_says_so():
    still = moved(more=(0, 0), less=(0, 0))
    assert sections_winners.sentences(compared(winners(groups=(still,))), NL) == [
        "Niemand betaalt zelf een ander bedrag dan nu."
    ]


def test_a_few_are_never_told_as_none():
    few = Moved("", "", np.array([3000.0]), np.array([1.0]), np.array([0.0]), np.array([500]))
    (first, *_) = sections_winners.sentences(compared(winners(groups=(few,))), NL)
    assert first.startswith("Zelf betaalt minder dan 0,1% van de overledenen meer")


def test_shares_of_one_replication_are_told_in_whole_percents_that_add_up():
    """Of a hundred people 98 pay more and two the same; how far chance moves that is not known."""
    one = Moved("", "", np.array([100.0]), np.array([98.0]), np.array([0.0]), np.full(98, 500))
    (first, *_) = sections_winners.sentences(compared(winners(groups=(one,))), NL)
    assert first == "Zelf betaalt 98% van de overledenen meer dan nu, 0% minder en 2% evenveel."


def test_what_providers_declare_is_told_by_kind_where_it_changes():
    """A house declares 10,000 and 20,000 euros, then 1,000 less in both: the mean falls by 1,000."""
    blocks = sections_winners.section([compared(winners())], NL).blocks
    earned = [block for block in blocks if isinstance(block, TableView)][-1]
    (row,) = earned.rows
    assert [cell.text for cell in row.cells][:3] == [
        "bijna-thuis-huis",
        "€\u00a015.000",
        "−\u2060€\u00a01.000",
    ]


def test_without_a_ledger_one_line_says_what_to_do():
    (line,) = sections_winners.section([compared(None)], NL).blocks
    assert isinstance(line, Prose)
    assert "--keep journey" in line.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_note_names_who_pays_more_and_less(lang):
    words = language(lang)
    result = Result(report_data.comparison().base, (compared(winners()),))
    parts = dict(note_of(result, words, load_published(result.base.area)).parts)
    told = " ".join(parts[words.say("short_note.wins")])
    assert words.euro(220) in told
    assert words.percent(0.3, 0) in told
