"""Experiments: replications on shared random numbers, KPIs with intervals, paired differences."""

from sim.billing.explain_patient import Explained, explain_patient
from sim.measure.estimates import (
    as_json,
    differences,
    dimension_words,
    finite_json,
    frame,
    summarise,
)
from sim.runs.execute import cores
from sim.runs.options import OnProgress, Progress, RunOptions
from sim.runs.reprice import reprice
from sim.runs.run import Outcome, Plan, execute
from sim.runs.task import Keep, TaskSpec, price_journeys, run_task, simulate
from sim.studies.advise import Advice, Need, WarmUp, advise_on
from sim.studies.budget import Budget, budget_impact, over_years, read_budget
from sim.studies.compare import Comparison, compare_scenarios, read_differences
from sim.studies.decompose import (
    COST,
    Decomposition,
    decompose,
    decomposition_as_json,
    read_decompositions,
    refuse_undecomposable,
)
from sim.studies.headline import HEADLINE, Headlined, headlined, refuse_headline
from sim.studies.precision import Precision, Reached, parse_kpi, parse_precision
from sim.studies.sensitivity.assumptions import (
    Assumptions,
    Carried,
    Spread,
    assumptions_as_json,
    checked_draws,
    draw_assumptions,
    draw_beside,
    leave_out,
    read_assumptions,
)
from sim.studies.sensitivity.store import keep_sensitivity, read_sensitivities, sensitivity_as_json
from sim.studies.sensitivity.study import Influence, Method, Question, Sensitivity, sensitivity_of
from sim.studies.winners import Moved, Winners, winners_of

__all__ = [
    "Moved",
    "Winners",
    "winners_of",
    "HEADLINE",
    "Headlined",
    "headlined",
    "refuse_headline",
    "Assumptions",
    "Carried",
    "Spread",
    "assumptions_as_json",
    "checked_draws",
    "draw_assumptions",
    "draw_beside",
    "leave_out",
    "read_assumptions",
    "COST",
    "Influence",
    "Method",
    "Question",
    "Sensitivity",
    "sensitivity_of",
    "keep_sensitivity",
    "read_sensitivities",
    "refuse_undecomposable",
    "sensitivity_as_json",
    "Decomposition",
    "decompose",
    "decomposition_as_json",
    "read_decompositions",
    "Advice",
    "Need",
    "Precision",
    "Reached",
    "WarmUp",
    "advise_on",
    "Budget",
    "budget_impact",
    "over_years",
    "read_budget",
    "parse_kpi",
    "parse_precision",
    "Comparison",
    "Explained",
    "Keep",
    "OnProgress",
    "Outcome",
    "Plan",
    "Progress",
    "RunOptions",
    "TaskSpec",
    "as_json",
    "compare_scenarios",
    "cores",
    "differences",
    "dimension_words",
    "execute",
    "finite_json",
    "explain_patient",
    "frame",
    "price_journeys",
    "read_differences",
    "reprice",
    "run_task",
    "simulate",
    "summarise",
]
