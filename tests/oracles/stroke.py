"""Two published stroke models as units with beds: Monks 2016 (no limit) and PathSimR (blocking in series)."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "theory"))

from pathway import OUT, Outcome, Pathway, Stream, Unit, Way, exponential, lognormal

ACUTE, REHAB = 0, 1
STROKE, TIA, NEURO, OTHER = range(4)

# Monks et al. 2016, doi 10.1186/s12913-016-1789-4: mean days between arrivals, mean and SD of stays,
# share from acute to rehabilitation. Of the strokes 13% leave acute care with early supported discharge
# (ESD) and 40% rehabilitation. Those that leave acute care otherwise have the stay "no ESD".
BETWEEN = {(STROKE, ACUTE): 1.2, (TIA, ACUTE): 9.3, (NEURO, ACUTE): 3.6, (OTHER, ACUTE): 3.2} | {
    (STROKE, REHAB): 21.8,
    (NEURO, REHAB): 31.7,
    (OTHER, REHAB): 28.6,
}
NO_ESD, ESD = (7.4, 8.61), (4.6, 4.8)
REHAB_NO_ESD, REHAB_ESD = (28.4, 27.2), (30.3, 23.1)
SHARES = {
    (STROKE, ACUTE): ((0.24, NO_ESD, REHAB), (0.13, ESD, OUT), (0.63, NO_ESD, OUT)),
    (TIA, ACUTE): ((0.01, (1.8, 2.3), REHAB), (0.99, (1.8, 2.3), OUT)),
    (NEURO, ACUTE): ((0.11, (4.0, 5.0), REHAB), (0.89, (4.0, 5.0), OUT)),
    (OTHER, ACUTE): ((0.05, (3.8, 5.2), REHAB), (0.95, (3.8, 5.2), OUT)),
    (STROKE, REHAB): ((0.40, REHAB_ESD, OUT), (0.60, REHAB_NO_ESD, OUT)),
    (TIA, REHAB): ((1.0, (18.7, 23.5), OUT),),
    (NEURO, REHAB): ((1.0, (27.6, 28.4), OUT),),
    (OTHER, REHAB): ((1.0, (16.1, 14.1), OUT),),
}


def capacity_run(growth: float, seed: int, years: int) -> Outcome:
    """Monks: nobody is refused; three years of warm-up, then so many years."""
    streams = [Stream(growth / days, unit, kind) for (kind, unit), days in BETWEEN.items()]
    ways = {
        place: [Way(share, lognormal(*stay), onward) for share, stay, onward in options]
        for place, options in SHARES.items()
    }
    return Pathway([Unit((None,)), Unit((None,))], streams, ways, seed).run(3 * 365, years * 365)


def offered(growth: float) -> tuple[float, float]:
    """Load of the acute and the rehabilitation unit: arrivals a day x mean stay."""
    load, into_rehab = 0.0, dict.fromkeys(range(4), 0.0)
    for (kind, unit), days in BETWEEN.items():
        if unit == REHAB:
            into_rehab[kind] += growth / days
            continue
        for share, (mean_stay, _), onward in SHARES[kind, ACUTE]:
            load += growth / days * share * mean_stay
            into_rehab[kind] += growth / days * share * (onward == REHAB)
    rehab = sum(
        rate * share * stay[0] for kind, rate in into_rehab.items() for share, stay, _ in SHARES[kind, REHAB]
    )
    return load, rehab


# PathSimR, Use Case Library/Stroke (nhs-bnssg-analytics/PathSimR @ 7b1ead1), days. Exit delays are spent
# in the bed; mimics and deaths have none.
HASU, ASU, SA1, SA2 = range(4)
BEDS = (40, 35, 20, 20)
STAYS = (3.3, 7.7, 24.0, 24.0)
COMPLEX, SIMPLE, HOME_ESD, HOME, REPAT = 2.0, 1.5, 1.5, 0.5, 2.0
EXITS = {
    HASU: ((0.42, ASU, None), (0.075, OUT, HOME_ESD), (0.15, OUT, HOME), (0.03, OUT, REPAT))
    + ((0.25, OUT, None), (0.075, OUT, None)),
    ASU: ((0.35, SA1, None), (0.225, SA2, None), (0.27, OUT, HOME_ESD), (0.09, OUT, HOME))
    + ((0.02, OUT, REPAT), (0.045, OUT, None)),
    SA1: ((0.71, OUT, COMPLEX), (0.29, OUT, SIMPLE)),
    SA2: ((0.71, OUT, COMPLEX), (0.29, OUT, SIMPLE)),
}


def blocking_run(seed: int) -> Outcome:
    """PathSimR: 5.14 arrivals a day, a queue before the first unit, 250 days of warm-up, 365 days."""
    ways = {
        (0, unit): [
            Way(share, exponential(STAYS[unit]), onward, exponential(delay) if delay else None)
            for share, onward, delay in options
        ]
        for unit, options in EXITS.items()
    }
    return Pathway([Unit((beds,)) for beds in BEDS], [Stream(5.14)], ways, seed).run(250, 365)
