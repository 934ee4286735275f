"""Two clients with one refresh token, in any order and at any pace: one live family, or none."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from functions.auth.tables import Session
from shared import clock as clocks
from tests.calls import Api
from tests.functions.auth import make, stored
from tests.functions.auth.conftest import Clock

CLIENTS = st.sampled_from(["owner", "thief"])
GRACE = timedelta(seconds=30)


class Family(RuleBasedStateMachine):
    """`line` is every token of the session so far, each the successor of the one before."""

    def __init__(self, api: Api, clock: Clock) -> None:
        super().__init__()
        self.api, self.clock = api, clock
        self.line = [make.session().refresh_token]
        self.rotated_at = clocks.now() - timedelta(days=1)
        self.held = {"owner": 0, "thief": 0}  # which of the line each has
        self.alive = True

    @rule(client=CLIENTS)
    def use(self, client: str) -> None:
        self._present(client, self.held[client])

    @rule(client=CLIENTS, back=st.integers(1, 3))
    def use_an_older_one(self, client: str, back: int) -> None:
        self._present(client, max(self.held[client] - back, 0))

    @rule(seconds=st.sampled_from([1, 18, 40]))
    def wait(self, seconds: int) -> None:
        self.clock.forward(timedelta(seconds=seconds))

    @invariant()
    def there_is_one_live_session_or_none(self) -> None:
        session = next(row for row in stored.rows(Session) if str(row.id) == self.line[0].partition(".")[0])
        assert (session.revoked_at is None) == self.alive

    def _present(self, client: str, place: int) -> None:
        answer = self.api.post("/v1/auth/refresh", {"refresh_token": self.line[place]})
        if not self._may_follow(place):
            assert answer.status == 401
            assert answer.json()["code"] == ("token_reused" if self.alive else "session_ended")
            self.alive = False
            return
        assert answer.status == 200
        following = answer.json()["refresh_token"]
        if place == len(self.line) - 1:
            assert following not in self.line
            self.line.append(following)
            self.rotated_at = clocks.now()
        assert following == self.line[-1]
        self.held[client] = len(self.line) - 1

    def _may_follow(self, place: int) -> bool:
        """The newest, and for a while the one before."""
        is_newest = place == len(self.line) - 1
        is_previous = place == len(self.line) - 2 and clocks.now() - self.rotated_at <= GRACE
        return self.alive and (is_newest or is_previous)


@pytest.mark.parametrize("examples", [15, pytest.param(500, marks=pytest.mark.soak)])
def test_any_interleaving_of_two_clients_ends_in_one_live_family_or_none(
    api: Api, clock: Clock, examples: int
) -> None:
    make.account()
    run_state_machine_as_test(
        lambda: Family(api, clock),  # type: ignore[arg-type]  # it only calls it
        settings=settings(
            max_examples=examples,
            stateful_step_count=12,
            suppress_health_check=list(HealthCheck),
        ),
    )
