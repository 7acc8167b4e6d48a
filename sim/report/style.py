"""Every layout number of the report: colours, sizes, digits. No number here carries meaning."""

from __future__ import annotations

from sim.schema import LAWS

INK = "#1a1a1a"
MUTED = "#595959"
GRID = "#d4d4d4"
PAPER = "#ffffff"
ACCENT = "#00538a"

SERIES_COLOURS = ("#595959", "#0072b2", "#c04a00", "#007a59", "#8e4585")
"""Base first, then the alternatives; each at least 3:1 on white and apart for colour-blind readers."""
SERIES_MARKERS = ("o", "s", "D", "^", "v")
LAW_COLOURS = dict(zip(LAWS, ("#0072b2", "#c04a00", "#007a59", "#8e4585", "#4d4d4d"), strict=True))
LAW_HATCHES = dict(zip(LAWS, ("", "///", "...", "xxx", "\\\\\\"), strict=True))

SERIES_LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1)))
MAP_LEVELS = ("#f2f7fb", "#7fb3d5", "#00416b")  # from the lowest value of an area to the highest
MAP_APART = ("#00538a", "#ffffff", "#c04a00")  # below 0, at 0 and above 0
LUMINANCE = (0.2126, 0.7152, 0.0722)  # how light red, green and blue are (Rec. 709)
CURVE_ROWS = 6
FAN_ALPHA = 0.25
CURVE_POINTS = 200
MAP_INCH = 6.6
MAP_PIXELS = 420  # of the map to click on the page
MAP_LINE = 0.5
MAP_FONT = 7
MAP_BAR_ASPECT = 18
FEWEST_MAPS_ACROSS, MAPS_ACROSS = 3, 5
SMALL_MAP_WIDTH, SMALL_MAP_HEIGHT, SMALL_MAP_HEAD = 156, 236, 42
"""Of one map of several, and of the titles above it."""
SMALL_MAP_METRES = 2500  # to which the outlines of small maps are rounded
SMALL_MAP_SCALE, SMALL_MAP_STROKE = 1.32, 0.4
SMALL_MAP_FONT, SMALL_MAP_LINE, SMALL_MAP_CHARACTERS = 10.5, 12, 26
SETTING_COLOURS = {
    "thuis": "#0072b2",
    "ziekenhuis": "#c04a00",
    "bth": "#007a59",
    "hch": "#8e4585",
    "pu": "#8a6d00",
    "elv": "#3d6b99",
    "verpleeghuis": "#6b6b6b",
    "respijt": "#9c3d54",
    "overleden": "#1a1a1a",
}

WIDTH_INCH = 7.4
ROW_INCH = 0.42
LOW_ROW = 0.78  # of the height of a row, where each has one mark and a label of one line
FRAME_INCH = 0.75
LEGEND_INCH = 0.24
LEGEND_CHARACTERS = 84
LEGEND_COLUMNS = 3
SHORT_LABEL = 28
SIDE_MARGIN = 0.16
BAR_SHARE = 0.88
VALUE_FONT = 9
BAR_HEIGHT = 0.62
GROUP_HEIGHT = 0.8
LINE_WIDTH = 1.6
THIN_LINE = 0.8
MARKER_SIZE = 6
CAP_SIZE = 3
TARGET_SIZE = 9
LABEL_PAD_POINTS = 5
LINE_POINTS = 12
TICK_PAD_POINTS = 7
AXIS_TICKS, FEW_TICKS = 5, 3
TICK_STEPS = (1, 2, 3, 4, 5, 6, 8, 10)
"""Whole ones, so that a label without decimals is the value of its tick."""
AXIS_HEADROOM = 1.18
WRAP_CHARACTERS = 40
FLOW_INCH = 5.6
FLOW_GAP = 0.035
FLOW_NODE = 0.025
FLOW_SIDE = 0.42
FLOW_ALPHA = 0.45
PANEL_COLUMNS = 2
PANEL_INCH = 2.1
PANEL_HEADROOM = 1.05
MONTH_LABELS = 6
SMALL_MARKER = 3.5
BAND_ALPHA = 0.18
TORNADO_BARS = 15
END_OFFSET = 0.2
MOVES_SHOWN = 15

CSV_DIGITS = 6

THOUSAND = 1000.0
MILLION = 1_000_000
TEN_MILLION = 10 * MILLION
EURO_DIGITS = 0
MILLION_DIGITS = 1
SMALL_MILLION_DIGITS = 2
SHARE_DIGITS = 1
POINT_DIGITS = 2
DAY_DIGITS = 1
TABLE_DIGITS = 2
PLACES_NAMED = 3
PAYERS_NAMED = 2
SHARE_UNIT = "share"
SIGNIFICANT = 3
SENTENCE_WORDS = 25  # at most, in one sentence of a list
LISTED_NUMBERS = 4  # numbers that a sentence lists one by one; of more it tells the first and the last
NOTE_SENTENCES = 3
NOTE_ROWS = 8
NOTE_CARRIERS = 3
NOTE_LEFT_OUT = 5
"""Of the note of two pages: sentences of its answer, rows of its table, assumptions, what is left out."""
A4_MM = (210, 297)
NOTE_MARGIN_MM = 16
NOTE_PICTURE_MM = 150
NOTE_GAP_POINTS = 2
NOTE_POINTS = {"Normal": 9, "List Bullet": 9, "Title": 16, "Heading 1": 11}
"""Layout of the note in Word: paper, margins, picture, space between paragraphs, type by style."""
NOTE_DOTS = 200  # per inch, of the figure in a Word file
MOST_DECIMALS = 3  # decimals of a number that is rounded to its uncertainty
CLEARLY_MORE = 1.2  # a group is named when its share is this many times that of all people
GROUPS_NAMED = 2
LEAST_SHARE = 0.001  # a share below this is told as less than it
WHOLE_PERCENT = 0.01  # a share that is rounded to this or more is told without decimals
MOST_ODDS = 0.99  # a probability above this is told as that much or more
SMALL_EUROS = 100  # below this an amount without uncertainty is told in cents
CENTS_UNTIL = 10_000  # a range of amounts that reaches this is told in whole euros
MILLION_STEP = 1000  # an amount rounded more finely than this is told in euros, not in millions
NEARLY = 1e-9
TEN = 10.0  # numbers are rounded to a power of it
HASH_CHARACTERS = 12
MANIFEST_PRINTED = 7  # lines of the manifest on paper; hashes and versions come after them

EXCEL_HEAD = "#dce6ec"
EXCEL_TITLE_POINTS = 14
EXCEL_PAPER_A4 = 9
EXCEL_CELL_CHARACTERS = 32_767
EXCEL_NUMBER_WIDTH = 16
EXCEL_HEAD_WIDTH = 24
EXCEL_LEAST_WIDTH = 10
EXCEL_MOST_WIDTH = 60
EXCEL_EURO = {"nl": "[$€-413] ", "en": "[$€-809]"}
"""The euro sign with the rules of a language, whatever the language of the computer."""
EXCEL_NUMBERS = {
    "eur": "EUR#,##0.00",
    "share": "0.0%",
    "count": "#,##0.00",
    "": "General",
    "whole": "0",
    "number": "#,##0.00",
}
"""Number formats by unit; Excel shows points and commas as the computer is set."""
