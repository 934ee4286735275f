"""A function takes the one layer that brings what it reaches."""

from dataclasses import replace

import pytest

from infra import bundle
from infra.discover import functions


def test_a_layer_is_base_and_each_group_that_lies_right_on_it() -> None:
    layers = bundle.layers()
    assert {"base", "migrations"} <= layers.keys()
    assert {"infra", "deploy", "dev", "lambda"} & layers.keys() == set()
    assert layers["migrations"] == {"alembic"}


def test_who_reaches_nothing_more_takes_base() -> None:
    others = {function.name: group for function in functions() if (group := bundle.group(function)) != "base"}
    assert set(others.values()) == {"payments"}
    assert "financial-payments-api" in others
    assert "financial-api" not in others


def test_who_reaches_alembic_takes_the_layer_that_brings_it() -> None:
    assert bundle.group(replace(functions()[0], module="infra.migrations.function")) == "migrations"


def test_what_no_layer_brings_is_refused_by_name() -> None:
    with pytest.raises(bundle.Unbuildable, match=r"wild imports .*typer.*, which no layer brings"):
        bundle.group(replace(functions()[0], name="wild", module="infra.cli"))
