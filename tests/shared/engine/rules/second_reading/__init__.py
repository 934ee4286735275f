"""The page of the language read a second time: what a rule is worth, bar by bar, in plain Python.

Written from `shared/engine/language/README.md` and not from the evaluator, and as slow as it likes to be:
where the two disagree, one of them has read the page wrongly, or the page does not say.
"""

from tests.shared.engine.rules.second_reading.reading import Reading

__all__ = ["Reading"]
