"""A capacity answer as a report: a page, a workbook, a note, each with its sources and assumptions."""

from __future__ import annotations

from collections.abc import Iterator

from sim.report import style
from sim.report.figures.capacity import figure_curve, norm_name
from sim.report.formats.excel import Sheet, UnitRow, Value, measured, sheet, workbook_bytes
from sim.report.formats.note_files import note_bytes
from sim.report.formats.render import render_page
from sim.report.formats.sheets import background_sections, background_sheets, origin
from sim.report.language import Language
from sim.report.pages import capacity as capacity_page
from sim.report.pages.capacity_lead import change_table, hangs
from sim.report.pages.note import Note, parts_of
from sim.schema import PAYERS
from sim.stats import Interval
from sim.studies.capacity.answer import Capacity, ExtraBeds, Point, TypeAnswer
from sim.studies.capacity.place_measures import EACH, PLACE_MEASURES, unit_of


def capacity_bytes(found: Capacity, form: str, words: Language) -> bytes:
    """The answer in one form of `files.REPORT_FORMS`."""
    if form == "html":
        return page(found, words).encode()
    if form == "xlsx":
        return workbook_bytes(all_sheets(found, words), words)
    return note_bytes(note_of(found, words), form, words)


def page(found: Capacity, words: Language) -> str:
    """The answer as one self-contained HTML page."""
    return render_page(
        words.say("capacity.title", region=found.region),
        capacity_page.lead(found, words),
        words.code,
        capacity_page.subtitle(found, words),
        [*capacity_page.parts(found, words), *background_sections(found.manifest, words)],
    )


def note_of(found: Capacity, words: Language) -> Note:
    """The note for a meeting."""
    first = next(iter(found.types))
    told = {
        "beside": capacity_page.other_sentences(found, words),
        "hangs": hangs(found, first, words),
        "left": words.each("capacity.about", "scope", "count"),
        "sure": (words.say("capacity.sure", seed=str(found.seed)), origin(found.manifest, words)),
    }
    return Note(
        words.say("capacity.title", region=found.region),
        capacity_page.subtitle(found, words),
        capacity_page.norms_sentence(found, words),
        tuple(capacity_page.first_sentences(found, words, with_hangs=False)),
        "",
        change_table(found, first, words),
        figure_curve(found, first, words),
        parts_of(told, words),
    )


# ------------------------------------------------------------------ the workbook
def all_sheets(found: Capacity, words: Language) -> list[Sheet]:
    """Sheets of the workbook: answer, numbers of beds, replications, changes, months, sites, background."""
    head = tuple(words.each("capacity.column", "site", "kind", "beds"))
    sites = tuple((name, words.word("setting", kind), beds) for _, name, kind, beds in found.sites)
    return [
        _summary(found, words),
        _points(found, words),
        _replications(found, words),
        _changes(found, words),
        _months(found, words),
        Sheet(words.say("capacity.sheet.sites"), head, sites, (), (words.say("capacity.sites"),)),
        *background_sheets(found.manifest, words),
    ]


def measure_word(name: str, words: Language) -> str:
    """A measure, one of PLACE_MEASURES or EACH, as a row of the workbook calls it."""
    return words.word("capacity.measure", name)


def _measure_heads(words: Language, first: str = "mean") -> list[str]:
    """Heads over the rows of `measured`."""
    heads = words.each("column", "measure", "unit")
    return [*heads, *(words.word("capacity.bound", key) for key in (first, "low", "high"))]


def _summary(found: Capacity, words: Language) -> Sheet:
    """Title, norm and sentences above what now and the number found show."""
    lines = (
        words.say("capacity.title", region=found.region),
        capacity_page.subtitle(found, words),
        capacity_page.norms_sentence(found, words),
        *capacity_page.sentences(found, words),
    )
    answer = next(iter(found.types.values()))
    totals = (answer.now.total, *([] if answer.smallest is None else [answer.smallest.total]))
    points = [answer.fullest(total) for total in totals]
    head = words.each("column", "measure", "unit")
    for point, label in zip(points, words.each("capacity.figure", "now", "chosen"), strict=False):
        title = f"{label} ({point.total})"
        head += [words.say(f"sheet_column.{key}", title=title) for key in ("mean", "low", "high")]
    rows = (measured(*each, words) for each in _values(points, found, words))
    return sheet(words.say("sheet.summary"), head, rows, lines)


def _values(points: list[Point], found: Capacity, words: Language) -> list[tuple[str, str, list[Interval]]]:
    """Every norm, measure and cost of some numbers of beds: name, unit, one interval a number."""
    out = [
        (norm_name(norm, words), style.SHARE_UNIT, [point.norms[norm.text] for point in points])
        for norm in found.norms
    ]
    out.append((words.say("capacity.column.in_norm"), style.SHARE_UNIT, [point.in_norm for point in points]))
    out += [
        (measure_word(name, words), unit_of(name), [point.values[name] for point in points])
        for name in PLACE_MEASURES
    ]
    if all(point.cost for point in points):
        out += [
            (_cost_of(payer, words), "eur", [point.cost[payer] for point in points if point.cost])
            for payer in ("total", *PAYERS)
        ]
    return out


def _cost_of(payer: str, words: Language) -> str:
    label = words.say("total") if payer == "total" else words.word("payer", payer)
    return words.say("capacity.cost_of", payer=label)


def _fullest(answer: TypeAnswer) -> list[Point]:
    """Every number of beds that was simulated, each with the most replications that were made of it."""
    totals = sorted({point.total for point in (*answer.curve, *answer.decided)})
    return [answer.fullest(total) for total in totals]


def _points(found: Capacity, words: Language) -> Sheet:
    """Every number of beds of every type, a row a measure."""
    keys = ("kind", "beds", "mix", "verdict", "judged")

    def rows() -> Iterator[UnitRow]:
        for kind, answer in found.types.items():
            for point in _fullest(answer):
                first = (
                    words.word("capacity.kind", kind),
                    point.total,
                    capacity_page.mix(point, words),
                    words.word("capacity.verdict", point.verdict),
                    len(point.each["requests"]),
                )
                yield from (measured(*each, words, *first) for each in _values([point], found, words))

    head = [*words.each("capacity.column", *keys), *_measure_heads(words)]
    lines = (words.say("capacity.sheet_line.points"),)
    plain = (keys.index("beds"), keys.index("judged"))
    return sheet(words.say("capacity.sheet.points"), head, rows(), lines, ratios=plain)


def _replications(found: Capacity, words: Language) -> Sheet:
    """Every replication of every number of beds that was simulated for the answer."""
    head = words.each("capacity.column", "kind", "beds", "replication")
    head += [measure_word(name, words) for name in EACH]
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            words.word("capacity.kind", kind),
            point.total,
            place + 1,
            *(point.each[name][place] for name in EACH),
        )
        for kind, answer in found.types.items()
        for point in _fullest(answer)
        for place in range(len(point.each[EACH[0]]))
    )
    lines = (words.say("capacity.sheet_line.replications"),)
    return Sheet(words.say("capacity.sheet.replications"), tuple(head), rows, (), lines)


def _changes(found: Capacity, words: Language) -> Sheet:
    """Paired differences: more beds, the step to the number found, closing."""
    columns = words.each("capacity.column", "kind", "extra", "closed")

    def rows() -> Iterator[UnitRow]:
        for kind, answer in found.types.items():
            shown = {each.extra: each for each in (*answer.per_extra, answer.change) if each is not None}
            for extra in sorted(shown):
                yield from of(kind, shown[extra])
        for change in found.closing:
            yield from of(next(iter(found.types)), change)

    def of(kind: str, change: ExtraBeds) -> Iterator[UnitRow]:
        first = (words.word("capacity.kind", kind), change.extra, change.closed or None)
        for name, each in change.differences.items():
            yield measured(measure_word(name, words), unit_of(name), [each], words, *first)
        for payer, each in change.cost.items():
            yield measured(_cost_of(payer, words), "eur", [each], words, *first)

    head = [*columns, *_measure_heads(words, "difference")]
    changes = range(len(columns) + 2, len(head))
    lines = (words.say("capacity.sheet_line.changes"),)
    return sheet(words.say("capacity.sheet.changes"), head, rows(), lines, changes, ratios={1})


def _months(found: Capacity, words: Language) -> Sheet:
    columns = {"requests": "asked", "not_admitted": "lost"}  # word of a measure, if not its name
    rows = (
        measured(
            words.say(f"capacity.column.{columns.get(name, name)}"),
            style.SHARE_UNIT if name in PLACE_MEASURES and unit_of(name) == style.SHARE_UNIT else "number",
            [value],
            words,
            month.month,
        )
        for month in found.months
        for name, value in month.measures.items()
    )
    head = [words.say("capacity.column.month"), *_measure_heads(words)]
    return sheet(words.say("capacity.sheet.months"), head, rows, [words.say("capacity.months")])
