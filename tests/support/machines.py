"""Lives that Hypothesis leads on a real database: the same ones each time."""

import gc
from collections.abc import Sequence

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def live(
    machine: type[RuleBasedStateMachine], *, lives: int, steps: int, phases: Sequence[Phase] = tuple(Phase)
) -> None:
    """So many lives of at most so many steps."""
    # Hypothesis builds the syntax trees of our sources, and Python 3.11 cannot build two at once
    # (github.com/python/cpython/issues/106905): nothing may be collected meanwhile that
    # complains with a traceback, which is another.
    gc.collect()
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )
