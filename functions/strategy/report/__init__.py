"""The tear sheet of a run and the map of a sweep, each one HTML file that needs no network."""

from functions.strategy.report.page import page as page
from functions.strategy.report.sheet import Inside as Inside
from functions.strategy.report.sheet import Sheet as Sheet
from functions.strategy.report.sheet import Source as Source
from functions.strategy.report.sheet import SweepSheet as SweepSheet
from functions.strategy.report.sheet_of import sheet_of as sheet_of
from functions.strategy.report.sweep import heat_map as heat_map
