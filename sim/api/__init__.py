"""The facade for notebooks and programs: scenarios as values, results that never change."""

from sim.api import cache
from sim.api.bill_results import Bill, Explained, Subsidy
from sim.api.bills import bill, cases, explain, subsidy
from sim.api.counted import Tables
from sim.api.given import Name
from sim.api.meanings import dictionary
from sim.api.regions import RegionResult, region, write_region
from sim.api.registers import RegisterResult, register
from sim.api.results import ComparisonResult, RunResult, SensitivityResult
from sim.api.running import GridResult, compare, grid, load, load_comparison, load_run, price, run
from sim.api.scenarios import Scenario
from sim.api.scenarios import scenario as scenario
from sim.api.sizing import CapacityResult, template_bytes, write_template
from sim.api.solving import SolveResult, solve
from sim.api.studies import load_budget
from sim.api.study_results import AdviceResult, BudgetResult
from sim.api.studying import advise, budget, capacity, sensitivity, validate
from sim.errors import InputError, RunError

__all__ = [
    "AdviceResult",
    "Bill",
    "BudgetResult",
    "CapacityResult",
    "ComparisonResult",
    "Explained",
    "GridResult",
    "InputError",
    "Name",
    "RegionResult",
    "RegisterResult",
    "RunError",
    "RunResult",
    "Scenario",
    "SensitivityResult",
    "SolveResult",
    "Subsidy",
    "Tables",
    "advise",
    "bill",
    "budget",
    "cache",
    "capacity",
    "cases",
    "compare",
    "dictionary",
    "explain",
    "grid",
    "load",
    "load_budget",
    "load_comparison",
    "load_run",
    "price",
    "region",
    "register",
    "run",
    "sensitivity",
    "solve",
    "subsidy",
    "template_bytes",
    "validate",
    "write_region",
    "write_template",
]
