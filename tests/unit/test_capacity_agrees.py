"""No two numbers of one capacity answer contradict each other, nor do those of other seeds."""

from __future__ import annotations

import itertools
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from small_area import on_area, small_area, small_region

import sim
from sim.report.language import Language, language
from sim.report.pages.capacity import sentences
from sim.report.pages.capacity_lead import beds_told, change_table, judged_table
from sim.scenario import Area, Site
from sim.schema import HOSPICE_SETTINGS
from sim.studies.capacity import study
from sim.studies.capacity.answer import Capacity, Guess, Point, TypeAnswer
from sim.studies.capacity.norms import Norm
from sim.studies.capacity.queueing import erlang_b, fewest

SEEDS = range(11, 16)

REGIONS: dict[str, tuple[dict[str, list[int]], str]] = {
    "one house": ({"bth": [2]}, "refused<=0.05"),
    "a house without beds": ({"bth": [0]}, "refused<=0.05"),
    "no bijna-thuis-huis": ({"hch": [1], "pu": [1]}, "refused<=0.1 wait_days<=3@0.9"),
    "no high care hospice": ({"bth": [2], "pu": [1]}, "not_admitted<=0.2"),
    "no unit": ({"bth": [1], "hch": [1]}, "refused<=0.3"),
    "two houses of one type and short stays": ({"bth": [1, 1], "elv": [1]}, "refused<=0.5"),
    "beds of one type only, a strict norm": ({"bth": [0], "hch": [2], "elv": [0]}, "refused<=0.01"),
    "a norm on occupancy": ({"pu": [4]}, "occupancy<=0.85"),
    "a low ceiling on occupancy": ({"bth": [1], "pu": [2]}, "occupancy<=0.3"),
    "a norm on deaths": ({"bth": [1], "hch": [1], "pu": [1], "elv": [1]}, "died_waiting<=0.01"),
    "short stays only": ({"elv": [2]}, "refused<=0.2"),
    "short stays only, in time": ({"elv": [1]}, "wait_days<=3@0.8"),
    "many houses": ({"bth": [1] * 6}, "not_admitted<=0.1"),
    "many houses of all types": ({"bth": [1] * 3, "hch": [1] * 3, "pu": [1] * 3}, "refused<=0.2"),
    "far too many beds": ({"bth": [9], "hch": [8], "pu": [7]}, "refused<=0.05"),
    "nobody may be refused": ({"pu": [1]}, "refused<=0"),
    "half may be refused": ({"bth": [1], "hch": [0], "pu": [0]}, "refused<=0.5"),
    "all at once": ({"hch": [2], "elv": [1]}, "wait_days<=0@0.5"),
    "norms that pull apart": ({"hch": [2], "pu": [2]}, "wait_days<=1@0.95 occupancy<=0.5"),
    "everything": ({"bth": [2, 1], "hch": [1], "pu": [1], "elv": [2]}, "refused<=0.25 wait_days<=7@0.5"),
}


def region(sites: dict[str, list[int]], deaths: float = 60.0) -> Area:
    """A small region with these beds at houses of these types."""
    houses = tuple(
        Site(id=f"{kind}-{number}", name=f"{kind.upper()} {number + 1}", setting=kind, beds=beds)  # type: ignore[arg-type]
        for kind, several in sites.items()
        for number, beds in enumerate(several)
    )
    return small_area(small_region(deaths=deaths).model_copy(update={"sites": houses}))


@pytest.fixture
def few_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two looks, the first at two replications: what is said must agree however much is left open."""
    monkeypatch.setattr(study, "CAPACITY_DOUBLINGS", 1)
    monkeypatch.setattr(study, "MOST_FIRST_LOOK", 2)


@pytest.mark.slow
@pytest.mark.usefixtures("few_looks")
@pytest.mark.parametrize("name", REGIONS)
def test_all_numbers_of_an_answer_agree(name):
    sites, norms = REGIONS[name]
    area, first = region(sites), {}
    result = sim.capacity(
        area,
        scenario=on_area(area),
        norm=norms.split(),
        seed=3,
        replications=2,
        jobs=1,
        prices=name == "everything",
        on_guess=first.update,
    )
    found = result.found
    for kind, answer in found.types.items():
        assert not list(faults_of(kind, answer, found.norms)), kind
        assert not list(beside_formulas(kind, answer, found.norms)), kind
        assert not list(far_off(first[kind], answer.guess)), kind
    assert not list(faults_between(found))
    assert not list(faults_of_json(result.as_json(), found))
    for lang in ("nl", "en"):
        assert not list(faults_told(found, language(lang)))


def within(point: Point, norms: tuple[Norm, ...]) -> bool:
    """Whether the means of a number of beds keep to every norm; no bed keeps to none on the use of beds."""
    kept = []
    for norm in norms:
        share = point.norms[norm.text].mean
        kept.append(share >= norm.share if norm.measure == "wait_days" else share <= norm.bound)
    return all(kept)


def faults_of(kind: str, answer: TypeAnswer, norms: tuple[Norm, ...]) -> Iterator[str]:
    """What does not fit within the answer on one type."""
    ranking, smallest, now = answer.ranking, answer.smallest, answer.now
    if (None if smallest is None else smallest.total) != ranking.smallest:
        yield "the number found is not that of the search"
    low = -1 if ranking.largest_missing is None else ranking.largest_missing
    if ranking.smallest is not None and list(ranking.open) != list(range(low + 1, ranking.smallest)):
        yield "numbers between the last that misses and the first that meets are not those left open"
    points = (now, *answer.curve, *answer.decided, *((smallest,) if smallest else ()))
    for point in points:
        if point.verdict != ranking.verdict(point.total):
            yield f"{point.total} has another verdict than the search"
        mine = HOSPICE_SETTINGS if kind == "all" else (kind,)
        if sum(beds for each, beds in point.beds.items() if each in mine) != point.total:
            yield f"the types of {point.total} do not add up"
        if point.extra != point.total - now.total:
            yield f"{point.total} is not {point.extra} more than now"
    for point in answer.decided:
        certain = point.judged and ranking.verdicts[point.total] == point.verdict != "open"
        if certain and within(point, norms) != (point.verdict == "meets"):
            yield f"{point.total} {point.verdict}, but its means say otherwise"
    for row in answer.per_extra:
        more = {each: beds - now.beds.get(each, 0) for each, beds in row.beds.items()}
        if sum(more.values()) != row.extra or min(more.values()) < 0:
            yield f"{row.extra} more beds are {more}"
    if answer.change is not None and smallest is not None and answer.change.extra != smallest.extra:
        yield "the step to the number found is of another size"


def beside_formulas(kind: str, answer: TypeAnswer, norms: tuple[Norm, ...]) -> Iterator[str]:
    """Where the formulas name a number that the search rules out by more than a bed.

    A type beside others loses requests to them, which no formula here knows; nobody waits for a short stay.
    """
    guess, ranking = answer.guess, answer.ranking
    for norm in norms:
        if kind == "elv" and norm.measure == "wait_days":
            beds = fewest(lambda number: erlang_b(guess.load, number), 1 - norm.share)
            if guess.fewest[norm.text] != beds:
                yield f"{norm.text}: {beds} beds where nobody waits, not {guess.fewest[norm.text]}"
    asked = [beds for beds in guess.fewest.values() if beds is not None]
    if kind not in ("all", "elv") or not asked:
        return
    if ranking.smallest is not None and max(asked) > ranking.smallest + 1:
        yield f"{max(asked)} beds by formula, {ranking.smallest} suffice"
    if len(asked) == len(norms) and max(asked) < (ranking.largest_missing or 0):
        yield f"{max(asked)} beds by formula, {ranking.largest_missing} do not suffice"


def far_off(first: Guess, last: Guess) -> Iterator[str]:
    """Where the first guess differs from that of all replications by more than chance, at most 1 in 3."""
    if abs(first.load - last.load) > last.load / 3 + 0.1:
        yield f"{first.load} and {last.load} beds in use when nobody waits"
    for norm, beds in last.fewest.items():
        other = first.fewest[norm]
        if (beds is None) != (other is None) or (beds and other and abs(beds - other) > 1):
            yield f"{norm}: {other} and {beds} beds by formula"


def faults_between(found: Capacity) -> Iterator[str]:
    """What does not fit between types, sites and months."""
    each = {kind: answer for kind, answer in found.types.items() if kind in HOSPICE_SETTINGS}
    whole = found.types.get("all")
    if sum(found.missing.values()) > 1 - 1e-9:
        yield "everybody would choose a type that is not there"
    for kind, answer in found.types.items():
        mine = HOSPICE_SETTINGS if kind == "all" else (kind,)
        if sum(beds for *_, setting, beds in found.sites if setting in mine) != answer.now.total:
            yield f"the beds of the sites are not those of {kind}"
    if whole is None:
        return
    for name in ("load", "requests"):
        parts = sum(getattr(answer.guess, name) for answer in each.values())
        if parts != pytest.approx(getattr(whole.guess, name)):
            yield f"the {name} of the types do not add up"
    if sum(answer.now.total for answer in each.values()) != whole.now.total:
        yield "the beds of the types do not add up"
    if len(each) == 1 and (only := next(iter(each.values()))).ranking != whole.ranking:
        yield f"the one type has another answer than all: {only.ranking.smallest}, {whole.ranking.smallest}"
    if sum(month.requests.mean for month in found.months) != pytest.approx(whole.now.values["requests"].mean):
        yield "the months do not add up to the window"


def faults_of_json(document: dict[str, Any], found: Capacity) -> Iterator[str]:
    """What the document says otherwise than the answer."""
    json.dumps(document, allow_nan=False)
    first = next(iter(found.types))
    for key in ("smallest", "now", "curve", "undecided"):
        if document[key] != document["types"][first][key]:
            yield f"{key} at the top is not that of {first}"
    for kind, answer in found.types.items():
        told = document["types"][kind]
        if (told["smallest"] or {}).get("total") != answer.ranking.smallest:
            yield f"{kind} has another number found"
        met = {row["total"]: row["meets_norm"] for row in (*told["curve"], *told["judged"], told["now"])}
        for number, verdict in met.items():
            expected = {"meets": True, "misses": False}.get(answer.ranking.verdict(number))
            if verdict != expected:
                yield f"{kind}: {number} beds {verdict}"


def faults_told(found: Capacity, words: Language) -> Iterator[str]:
    """What sentences and tables say otherwise than the answer."""
    told = sentences(found, words)
    for kind, answer in found.types.items():
        name = words.word("capacity.kind", kind)
        line = " ".join(line for line in told if line.startswith(f"{name}: "))
        if beds_told(answer.now.total, words) not in line:
            yield f"{line}: not {answer.now.total} now"
        none = re.search(r"Geen aantal|No number", line) is not None
        if none != (answer.smallest is None):
            yield f"{line}: {answer.ranking.smallest}"
        if answer.smallest is not None and f"{beds_told(answer.smallest.total, words)} (" not in line:
            yield f"{line}: not {answer.smallest.total}"
        shown = [row.cells[0].text for row in judged_table(found, kind, words).rows]
        if shown != [words.number(point.total) for point in answer.decided]:
            yield f"{name}: {shown} are not the numbers that were judged"
        head = " ".join(cell.text for cell in change_table(found, kind, words).head)
        for point in filter(None, (answer.now, answer.smallest)):
            if beds_told(point.total, words) not in head:
                yield f"{name}: the first table lacks {point.total}"
    for line in told:
        if re.search(r"(?<!\()– (van|of) ", line):
            yield f"{line}: a share of nothing"
    apart = [answer.smallest for kind, answer in found.types.items() if kind in HOSPICE_SETTINGS]
    sums = [line for line in told if re.search(r"opgeteld|added up", line)]
    if sums and (len(apart) < 2 or None in apart):
        yield f"{sums[0]}: there is nothing to add"
    if found.types[next(iter(found.types))].per_extra and any(
        row.cost for row in next(iter(found.types.values())).per_extra
    ):
        one = next(line for line in told if re.match(r"Eén bed meer|One bed more", line))
        if "(+1 " not in one:
            yield f"{one}: which bed?"


@pytest.mark.slow
def test_what_is_certain_with_one_seed_is_not_denied_with_another():
    """One house; about 30 requests a year. A seed may leave a number open, and none may say the opposite."""
    area = region({"bth": [3]}, deaths=250.0)
    rankings = [
        sim.capacity(
            area,
            scenario=on_area(area, horizon__warmup_days=100),
            type="bth",
            norm="refused<=0.15",
            seed=seed,
            replications=2,
            jobs=1,
            prices=False,
        )
        .found.types["bth"]
        .ranking
        for seed in SEEDS
    ]
    for one, other in itertools.permutations(rankings, 2):
        assert one.largest_missing < other.smallest
    assert len({ranking.smallest for ranking in rankings if ranking.decided}) == 1
    assert max(ranking.smallest for ranking in rankings) - max(r.largest_missing for r in rankings) <= 2
