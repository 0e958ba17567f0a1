"""Whoever has just changed something sees it at once, in whatever process the next request lands."""

from random import Random
from typing import Any
from uuid import UUID

import httpx

from tests.support.servers import Server
from tests.support.world import make_offering, make_person, make_practitioner, tomorrow_at

HOURS = range(8, 18)


class Programs:
    """A practitioner's and a client's; each request goes to one of two processes, by chance.

    The system chooses for each connection anew, so each request has one of its own.
    """

    def __init__(self, **people: httpx.AsyncClient) -> None:
        self.people = people

    async def ask(self, person: str, method: str, path: str, body: Any = None) -> Any:
        answer = await self.people[person].request(method, f"/api{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()


class Model:
    """What must be free on one day: by the changes that were answered so far."""

    def __init__(self, programs: Programs, offering: UUID) -> None:
        self.ask, self.offering = programs.ask, str(offering)
        self.off: set[int] = set()
        self.booked: dict[int, str] = {}
        self.day_off = False

    def free(self) -> list[str]:
        taken = self.off | set(self.booked)
        return [] if self.day_off else [f"{hour:02}:00" for hour in HOURS if hour not in taken]

    async def change(self, what: str, hour: int) -> None:
        """One change by who may; nothing when it is not possible now."""
        start = f"{tomorrow_at(hour, 3):%FT%TZ}"
        match what:
            case "switch" if hour not in self.booked and not self.day_off:
                body: dict[str, Any] = {"starts_at": start, "length_minutes": 60}
                await self.ask(
                    "sarah", "PUT", "/availability/switches", body | {"is_available": hour in self.off}
                )
                self.off ^= {hour}
            case "book" if f"{hour:02}:00" in self.free():
                body = {"offering_id": self.offering, "starts_at": start, "length_minutes": 60}
                self.booked[hour] = (await self.ask("emma", "POST", "/sessions", body))["id"]
            case "cancel" if hour in self.booked:
                session = self.booked.pop(hour)
                await self.ask("emma", "POST", f"/sessions/{session}/cancel", {"reason": "Ill"})
            case "day":
                self.day_off = not self.day_off
                path = f"/availability/overrides/{start[:10]}"
                await self.ask("sarah", *(("PUT", path, {}) if self.day_off else ("DELETE", path)))


async def test_reads_are_never_stale(site: Server, site_owner: Any) -> None:
    """Changes and reads by turns, each in one of two processes: every read knows every change before it."""
    chance, owner = Random(1), site_owner
    sarah, emma = await make_practitioner(owner, time_zone="UTC"), await make_person(owner)
    offering = await make_offering(owner, sarah)
    hours = "update working_hours set starts_minute = 480, ends_minute = 1080 where practitioner_id = $1"
    await owner.execute(hours, sarah.id)
    await owner.execute("update practice set slot_step_minutes = 60 where practitioner_id = $1", sarah.id)
    asked = f"from={tomorrow_at(0, 3):%FT%TZ}&to={tomorrow_at(0, 4):%FT%TZ}&length=60"
    anew: dict[str, Any] = {
        "base_url": site.url,
        "timeout": 60,
        "headers": {"connection": "close"},
        "verify": False,
    }
    async with httpx.AsyncClient(**anew) as hers, httpx.AsyncClient(**anew) as his:
        for person, client in ((sarah, hers), (emma, his)):
            person.sign_in(client)
            await client.get("/account")
            client.headers["x-csrftoken"] = client.cookies["visavis-csrf"]
        programs = Programs(sarah=hers, emma=his)
        model = Model(programs, offering)
        for _ in range(40):
            await model.change(
                chance.choice(["switch", "book", "book", "cancel", "day"]), chance.choice(HOURS)
            )
            for person in ("sarah", "emma"):
                found = await programs.ask(person, "GET", f"/practitioners/{sarah.id}/slots?{asked}")
                assert [each[11:16] for each in found["starts"]] == model.free()
