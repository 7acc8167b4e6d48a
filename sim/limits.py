"""What a user may give: the size of files, the length of texts, and the outermost numbers that make sense.

Nothing here is law or policy. A bound refuses what can only be a slip or an attack.
"""

from __future__ import annotations

MOST_BYTES = 1_000_000  # size of a text file that a user gives
MOST_NODES = 30_000  # keys and values of a YAML file; the largest of the project has 3,000
MOST_DEPTH = 30  # levels of a YAML file
MOST_KEPT_DOCUMENTS = 300  # parsed files that are kept in the user's cache folder; the project has about 100
LONGEST_KEY = 200
LONGEST_PATH = 200  # characters of the path of a setting
LONGEST_TEXT = 20_000
LONGEST_FILE_NAME = 400  # characters of a path that a message writes in full
LONGEST_NAME = 80  # characters of the name of a scenario, area, region, site or cluster
LONGEST_ECHO = 80  # characters of a value that a message repeats
LONGEST_NUMBER = 40  # characters of a number in a form
MOST_SENTENCES = 8  # in the headline of one scenario
FIRST_YEAR, LAST_YEAR = 1890, 2100  # years that a date may lie in: from the birth of the oldest patient on

MOST_ROWS = 10_000  # filled rows of a form: more than all places of the nation
MOST_COLUMNS = 100
MOST_CELLS = 500_000
LAST_ROW = 1_048_576  # last row that a spreadsheet has
MOST_PARTS = 1000  # files within a workbook
MOST_WORKBOOK_BYTES = 5_000_000
MOST_UNZIPPED_BYTES = 10_000_000

BROKEN_SHARE = 0.005  # rows of a register that may be set aside
MOST_REGISTER_ROWS = 10_000  # rows of a register: ten years of the largest network
MOST_HOUSES = 60  # houses of one register; the largest network has some ten
MOST_WEEKS = 26  # weeks that a register looks ahead: who is there now says nothing of half a year later
FIRST_REGISTER_YEAR = 1990  # year from which a register may hold requests; the first hospice opened in 1988

OLDEST_AGE_YEARS = 125  # older than anyone became
# Years between the ages tried first to see whether the age keeps care from being declared
TRIED_AGES_APART_YEARS = 10
# A count or percentage far above the usual, tried to see whether a fact keeps care from being declared
TRIED_FACT = 200
MOST_PEOPLE = 30_000_000  # more than the nation has
MOST_FACTOR = 10  # no rate, price or need is more than ten times that of another
BEDS_OF_ANY_REGION = 24  # beds that a region however small may have: its houses serve neighbours too
MOST_DAYS = 3653  # days of a need or stay: ten years
MOST_MONTHS = 1200  # months that an organisation exists: a century
MOST_EURO_EACH = 10_000_000  # euros of one patient a year
MOST_EURO = 100_000_000_000  # euros a year: more than all long-term care of the nation
MOST_EACH = 1000  # visits, talks or treatments of one patient in a year: some a day
MOST_KILOMETRES = 1000  # length of a ride: across the country and back
MOST_REGION_NUMBER = 1e15  # a number in a form that no region reaches
MOST_DIGITS = 12  # digits of a tariff before the decimal point: no care of the nation costs more euros
MOST_TARIFF_PLACES = 12
MOST_PLACES = 20  # decimals of a quantity: a quotient that a program wrote has 17 at most
MOST_SEED = 2**63 - 1
# A number in a stored answer; the largest are ratios of two variances, the smaller beyond rounding
MOST_ANSWER = 1e30
# Years of a counted window: its warm-up of two years begins on the clock's first day, in 2020, or later
FIRST_COUNTED_YEAR, LAST_COUNTED_YEAR = 2022, 2051
# Years of the table of the letter of 6 July 2022 (kamerbrief_2022)
FIRST_PROGRAMME_YEAR, LAST_PROGRAMME_YEAR = 2022, 2027
MOST_COUNTED_DAYS = 7306  # twenty years
# Fewest inhabitants of a region for one palliative death a year; the nation has 160 (epidemiology_9_6)
INHABITANTS_PER_DEATH = 5
NATION = 18_000_000  # inhabitants of the Netherlands (epidemiology_9_6)
SHARE_BESIDE = 0.1  # how far the national share of an area may lie from its share of the inhabitants

MOST_RUNS = 100_000  # replications that a scenario asks for, or a folder holds

EXIT_INTERRUPTED = 130  # exit code of a command that the user interrupted: 128 and the number of the signal

# Years ahead that a study of beds may look, as far as deaths do not grow beyond MOST_FACTOR
MOST_GROWTH_YEARS = 50
LAST_AGED_YEAR = 2060  # year until which the people of now age: later most deaths are of who has yet to move
MOST_TURNOVER_DAYS = 30  # days that a bed may stand empty between two guests
# Points of a sensitivity analysis: weeks of work for one region, and within the memory of one machine
MOST_POINTS = 20_000
FACTOR_PLACES = 4  # decimals of a rate of a region as a multiple of the nation's
COMPILE_SECONDS = 60  # seconds that a C compiler may take for the event loop
