"""Those that read whole bars. A module that is compiled as one with others has no table of its own."""

from shared.engine.indicators.oscillators import cci, mfi, stoch, willr
from shared.engine.indicators.ranges import atr, natr
from shared.engine.indicators.volumes import adl, cmf, obv, vwap

FUNCTIONS = {
    "stoch": stoch,
    "cci": cci,
    "willr": willr,
    "mfi": mfi,
    "atr": atr,
    "natr": natr,
    "obv": obv,
    "adl": adl,
    "cmf": cmf,
    "vwap": vwap,
}
