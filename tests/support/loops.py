"""Every loop of the tests is of the kind that serves in earnest: quicker, and the same surprises."""

import asyncio

import uvloop

# Whoever makes a loop asks this one: pytest-asyncio's runner, asyncio.run, Hypothesis's machines.
setattr(asyncio.events, "new_event_loop", uvloop.new_event_loop)  # noqa: B010 (mypy takes no assignment)
