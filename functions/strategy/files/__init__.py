"""Files of candles → bars: each symbol's columns, judged, with what there is to know about them."""

from functions.strategy.files.market import BARS, Loaded, Source, load

__all__ = ["BARS", "Loaded", "Source", "load"]
