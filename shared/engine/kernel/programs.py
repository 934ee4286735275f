"""Rules that read the position, worked off at the close of a bar: numbers on a stack, in reverse Polish.

A truth is 1.0 or 0.0. What is undefined is NaN and makes what is computed from it undefined, but for `and`,
`or` and `where`, which may know without it. A result beyond the numbers (x / 0, log(0)) is undefined.
"""

import cython
import numpy as np
from cython.cimports.libc.math import ceil, exp, floor, log, sqrt

from shared.engine.kernel.numeric import NAN, half_even
from shared.engine.kernel.views import view, zeros
from shared.engine.plan import Program

# In the order of their codes. Those before `negate` put a number on the stack: a row of `constants`, of
# `series`, or what the position is: bars_held and open_profit_pct (1.5 is 1.5 %) are undefined without one.
WORDS = (
    *("constant", "series", "in_position", "bars_held", "open_profit_pct"),
    *("negate", "not", "abs", "sqrt", "log", "exp", "sign", "floor", "ceil", "round"),  # of one number
    *("+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!=", "and", "or", "min", "max"),  # of two
    "where",  # of three: the truth, then what it is, then what it is otherwise
)
CODES = {word: code for code, word in enumerate(WORDS)}
TAKES = {word: 0 if code < 5 else 1 if code < 15 else 2 if code < 29 else 3 for word, code in CODES.items()}


def depth(program: Program) -> int:
    """The most numbers that stand on its stack; it leaves one."""
    height = most = 0
    for code in program.codes:
        height += 1 - TAKES[WORDS[code]]
        most = max(most, height)
    return most


class Machine:
    """A program and its stack. What it reads of a position is given to it."""

    def __init__(self, program: Program) -> None:
        self.codes = view(np.ascontiguousarray(program.codes, dtype=np.int64))
        self.operands = view(np.ascontiguousarray(program.operands, dtype=np.int64))
        self.constants = view(np.ascontiguousarray(program.constants, dtype=np.float64))
        rows = np.stack(program.series) if program.series else np.zeros((1, 1))
        self.series = view(np.ascontiguousarray(rows, dtype=np.float64))
        self.stack = zeros(depth(program) + 1)

    def result(
        self, row: cython.Py_ssize_t, held: cython.double, bars: cython.double, profit: cython.double
    ) -> cython.double:
        i: cython.Py_ssize_t
        top: cython.Py_ssize_t = -1
        code: cython.longlong
        for i in range(self.codes.shape[0]):
            code = self.codes[i]
            if code < 5:
                top += 1
                self.stack[top] = self._read(code, i, row, held, bars, profit)
            elif code < 15:
                self.stack[top] = of_one(code, self.stack[top])
            elif code < 29:
                top -= 1
                self.stack[top] = of_two(code, self.stack[top], self.stack[top + 1])
            else:
                top -= 2
                self.stack[top] = chosen(self.stack[top], self.stack[top + 1], self.stack[top + 2])
        return self.stack[0]

    def _read(
        self,
        code: cython.longlong,
        i: cython.Py_ssize_t,
        row: cython.Py_ssize_t,
        held: cython.double,
        bars: cython.double,
        profit: cython.double,
    ) -> cython.double:
        if code == 0:
            return self.constants[self.operands[i]]
        if code == 1:
            return self.series[self.operands[i], row]
        return held if code == 2 else bars if code == 3 else profit


def finite(x: cython.double) -> cython.double:
    return x if -1.7976931348623157e308 <= x <= 1.7976931348623157e308 else NAN


def of_one(code: cython.longlong, x: cython.double) -> cython.double:
    if x != x:
        return x
    if code == 5:
        return -x
    if code == 6:
        return 1.0 if x == 0.0 else 0.0
    if code == 7:
        return abs(x)
    if code == 8:
        return sqrt(x) if x >= 0.0 else NAN
    if code == 9:
        return log(x) if x > 0.0 else NAN
    if code == 10:
        return exp(x) if x < 709.78 else NAN
    if code == 11:
        return 1.0 if x > 0.0 else -1.0 if x < 0.0 else 0.0
    if code == 12:
        return floor(x) + 0.0
    return ceil(x) + 0.0 if code == 13 else half_even(x)


def of_two(code: cython.longlong, a: cython.double, b: cython.double) -> cython.double:
    if code == 25:
        return 0.0 if a == 0.0 or b == 0.0 else a * b  # 1 × 1, or NaN
    if code == 26:
        return 1.0 if a == 1.0 or b == 1.0 else a + b  # 0 + 0, or NaN
    if a != a or b != b:
        return NAN
    if code < 19:
        return calculated(code, a, b)
    if code < 25:
        return 1.0 if compared(code, a, b) else 0.0
    return (a if a < b else b) if code == 27 else (a if a > b else b)


def calculated(code: cython.longlong, a: cython.double, b: cython.double) -> cython.double:
    if code == 15:
        return finite(a + b)
    if code == 16:
        return finite(a - b)
    if code == 17:
        return finite(a * b)
    return finite(a / b) if b != 0.0 else NAN


def compared(code: cython.longlong, a: cython.double, b: cython.double) -> cython.bint:
    if code < 21:
        return a < b if code == 19 else a <= b
    if code < 23:
        return a > b if code == 21 else a >= b
    return a == b if code == 23 else a != b


def chosen(truth: cython.double, a: cython.double, b: cython.double) -> cython.double:
    return a if truth == 1.0 else b if truth == 0.0 else NAN
