"""The numbers of a plan that are the same for each of its symbols, as the compiled core reads them."""

from shared.engine.kernel.views import zeros

NEVER = 1 << 60  # bars


class Terms:
    """A plain backtest, until `reading` writes a plan's into it."""

    def __init__(self) -> None:
        self.size, self.amount = 2, 1.0  # an index into `reading.SIZES`
        self.size_most, self.size_trades = 0.0, 0
        self.shares = zeros(1)  # of the targets
        self.targets = 0
        self.all_taken = False  # the shares add up to the whole position
        self.stopped = self.trailed = self.halted = False
        self.protected = False  # by a stop, a trailing level or a target
        self.time_stop = self.positions = NEVER
        self.cooldown = 0
        self.leverage, self.margin, self.borrow_rate = 1.0, 0.0, 0.0
        self.order = 0  # market, limit, stop
        self.valid_bars = self.pyramiding = self.rungs = 1
        self.taker, self.maker = 0.0, 0.0
        self.minimum = 0.0  # units
        self.funding_rate = 0.0
        self.slippage, self.slippage_amount = 0, 0.0  # percent, fixed, volatility, impact
        self.volume_limit = float("nan")  # none
