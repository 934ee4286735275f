"""The strategies of the library: each can be read, told in words, written down and swept."""

import json

import pytest

from functions.strategy import library
from functions.strategy.sweeping import space_of
from functions.strategy.sweeping.space import spread
from shared.engine.language import LanguageError, strategy_from_json, with_parameters
from shared.engine.language.explaining_strategy import explain_strategy

ASKED_FOR = {
    *("sma_cross", "ema_cross", "macd_signal", "rsi_reversion", "bollinger_reversion"),
    *("bollinger_breakout", "donchian_breakout", "turtle", "supertrend", "ichimoku", "dual_momentum"),
    *("zscore_pairs", "grid", "vwap_reversion", "opening_range_breakout", "adx_trend", "keltner_squeeze"),
    "momentum_scalping",
}
AGENTS = {
    "atlas": lambda halt: halt.daily == 0.01,
    "orion": lambda halt: halt.weekly == 0.05,
    "nova": lambda halt: halt.monthly == 0.15,
}
MOST_AT_RISK = {"atlas": 0.02, "orion": 0.03, "nova": 0.05}
READ = {name: library.read(name) for name in library.names()}
each = pytest.mark.parametrize("name", READ)


def test_the_library_has_the_well_known_ones_and_those_of_the_agents() -> None:
    assert set(READ) >= ASKED_FOR
    assert len(READ) >= 30
    for agent in AGENTS:
        assert len([name for name in READ if name.startswith(agent)]) >= 3


@each
def test_it_is_told_in_words(name: str) -> None:
    english, spanish = explain_strategy(READ[name]), explain_strategy(READ[name], "es")
    assert english.startswith(READ[name].name)
    assert "It buys when" in english
    assert "Compra cuando" in spanish


@each
def test_it_comes_back_out_of_its_json(name: str) -> None:
    assert strategy_from_json(json.loads(READ[name].canonical)) == READ[name]


@each
def test_its_description_is_two_to_four_sentences(name: str) -> None:
    described = READ[name].description
    assert described == " ".join(described.split())
    assert 2 <= len([word for word in described.split() if word[-1] == "."]) <= 4
    assert len(described) < 500


@each
def test_every_range_of_a_sweep_can_be_taken(name: str) -> None:
    """Its own value is one of the steps, every step is tried, and with both ends it is a strategy as well."""
    _, space = space_of(READ[name], [])
    points = [space.point(index) for index in range(len(space))]
    for parameter in READ[name].parameters:
        if not parameter.sweep:
            continue
        steps = spread(parameter.sweep, parameter.name)
        assert parameter.value in steps
        assert steps[-1] == parameter.sweep.stop
        assert {point[parameter.name] for point in points} == set(steps)
        for end in (steps[0], steps[-1]):
            with_end = next(point for point in points if point[parameter.name] == end)
            assert with_parameters(READ[name], with_end).values[parameter.name] == end


def test_no_two_have_one_name() -> None:
    assert len({definition.name for definition in READ.values()}) == len(READ)


@pytest.mark.parametrize("agent", AGENTS)
def test_the_agents_keep_their_limits(agent: str) -> None:
    for name, definition in READ.items():
        if name.startswith(agent):
            assert AGENTS[agent](definition.risk.halt), name
            assert definition.risk.stop_loss, name
            assert getattr(definition.risk.size, "fraction", 0) <= MOST_AT_RISK[agent], name
    leverages = {d.risk.leverage.most for name, d in READ.items() if name.startswith("nova")}
    assert min(leverages) >= 2
    assert max(leverages) <= 5


def test_what_is_not_there_is_refused_with_what_was_meant() -> None:
    with pytest.raises(
        LanguageError, match=r"there is no strategy `sma_cros` .*, did you mean `sma_cross`\?$"
    ):
        library.read("sma_cros")
    with pytest.raises(LanguageError, match="lists them"):
        library.read("../../../../etc/passwd")


def test_every_word_of_risk_is_shown_somewhere() -> None:
    """Whoever reads the library has seen the language."""
    files = "\n".join(library.text(name) for name in READ)
    words = (
        *("percent_of_equity", "risk_fraction", "volatility_target", "kelly", "stop_loss", "take_profit"),
        *("trailing_stop", "chandelier", "time_stop", "max_open_positions", "cooldown", "halt", "daily"),
        *("weekly", "monthly", "leverage", "maintenance_margin", "borrow_rate", "signal_close", "share"),
        *("ladder", "pyramiding", "valid_bars", "[[legs]]", "universe", "@1w", "@1d", "between_time"),
    )
    assert [word for word in words if word not in files] == []
