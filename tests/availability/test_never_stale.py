"""Whoever has just changed something sees it at once, in whatever process the next request lands."""

from collections.abc import Callable
from random import Random
from typing import Any

import httpx
import pytest

from tests.support.servers import Server
from tests.support.world import make_offering, make_person, make_practitioner, tomorrow_at

HOURS = range(8, 18)


class Model:
    """What must be free tomorrow in three days: by the changes that were answered so far."""

    def __init__(self) -> None:
        self.off: set[int] = set()
        self.booked: dict[int, str] = {}
        self.day_off = False

    def free(self) -> list[str]:
        taken = self.off | set(self.booked)
        return [] if self.day_off else [f"{hour:02}:00" for hour in HOURS if hour not in taken]


@pytest.mark.parametrize("seed", range(2))
async def test_reads_are_never_stale_to_who_acts(
    owner: Any, server: Callable[..., Server], seed: int
) -> None:
    """Changes and reads by turns, each in one of two processes: every read knows every change before it."""
    chance, model = Random(seed), Model()
    sarah, emma = await make_practitioner(owner, time_zone="UTC"), await make_person(owner)
    offering = await make_offering(owner, sarah)
    await owner.execute("update working_hours set starts_minute = 480, ends_minute = 1080")
    await owner.execute("update practice set slot_step_minutes = 60")
    servers = [server(), server()]
    day = tomorrow_at(0, 3)
    query = {"from": day.isoformat(), "to": tomorrow_at(0, 4).isoformat(), "length": 60}
    async with httpx.AsyncClient() as hers, httpx.AsyncClient() as his:
        sarah.sign_in(hers), emma.sign_in(his)
        programs = {"sarah": hers, "emma": his}
        for each in programs.values():
            await each.get(f"{servers[0].url}/sign-up")
            each.headers["x-csrftoken"] = each.cookies["visavis-csrf"]

        async def act(person: str, method: str, path: str, body: Any = None) -> httpx.Response:
            url = f"{chance.choice(servers).url}/api{path}"
            answer = await programs[person].request(method, url, json=body)
            assert answer.is_success, answer.text
            return answer

        async def change() -> None:
            hour = chance.choice(HOURS)
            match chance.choice(["switch", "book", "book", "cancel", "day"]):
                case "switch" if hour not in model.booked and not model.day_off:
                    on = hour in model.off
                    model.off ^= {hour}
                    start = f"{tomorrow_at(hour, 3):%FT%TZ}"
                    body = {"starts_at": start, "length_minutes": 60, "is_available": on}
                    await act("sarah", "PUT", "/availability/switches", body)
                case "book" if f"{hour:02}:00" in model.free():
                    start = tomorrow_at(hour, 3).isoformat()
                    body = {"offering_id": str(offering), "starts_at": start, "length_minutes": 60}
                    model.booked[hour] = (await act("emma", "POST", "/sessions", body)).json()["id"]
                case "cancel" if model.booked:
                    session = model.booked.pop(chance.choice(list(model.booked)))
                    await act("emma", "POST", f"/sessions/{session}/cancel", {"reason": "Ill"})
                case "day":
                    model.day_off = not model.day_off
                    path = f"/availability/overrides/{day:%F}"
                    await act("sarah", *(("PUT", path, {}) if model.day_off else ("DELETE", path)))

        for _ in range(40):
            await change()
            for person in programs:
                url = f"{chance.choice(servers).url}/api/practitioners/{sarah.id}/slots"
                starts = (await programs[person].get(url, params=query)).json()["starts"]
                assert [each[11:16] for each in starts] == model.free()
