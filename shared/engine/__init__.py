"""What the market computes, for every domain: the rule language, indicators, fills, metrics. Pure.

Modules that `import cython` are built where a C compiler is at hand (`infra/compiling.py`); the same sources
run without, some hundred times slower, with the same results. A build of other sources is passed over.
"""

from shared.engine.built import is_built, use_sources

VERSION = "0.7.0"  # another one where the same data and definition may give other numbers
COMPILED = is_built()
if not COMPILED:
    use_sources()
