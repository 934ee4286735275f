"""How orders are made and filled, and what is in the account: `semantics.md`, sentence by sentence."""

from shared.engine import COMPILED, built

if COMPILED:
    built.use_core(__name__)
