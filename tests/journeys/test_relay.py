"""A call that may go through a relay only: coturn opens for our credentials, not for expired ones."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg

from tests.journeys.calls import hears, joined, sees_moving
from tests.journeys.screens import open_screen
from tests.support.browsers import People
from tests.support.relays import relay
from tests.support.tabs import Meeting
from tests.support.world import move_to_past
from visavis.video.relays import credential_for

SECRET = "known to the relay and to Visavis"
_GATHER = """async ([urls, username, credential]) => {
  const iceServers = [{ urls, username, credential }];
  const pc = new RTCPeerConnection({ iceTransportPolicy: "relay", iceServers });
  const found = [];
  pc.onicecandidate = ({ candidate }) => candidate?.candidate && found.push(candidate.type);
  const errors = [];
  pc.onicecandidateerror = ({ errorCode }) => errors.push(errorCode);
  pc.createDataChannel("x");
  await pc.setLocalDescription();
  for (let waited = 0; !found.length && !errors.length && waited < 300; waited += 1)
    await new Promise((next) => setTimeout(next, 100));
  pc.close();
  return [[...new Set(found)], [...new Set(errors)]]; // each address of this machine may have its own
}"""


async def test_a_call_through_a_relay(
    people: People, server: Any, meeting: Meeting, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    session = await meeting.confirmed()
    await move_to_past(owner, session.id, hours=-0.05)
    with relay(tmp_path, SECRET) as address:
        site = server(processes=1, turn_urls=address, turn_secret=SECRET)
        sarah = await open_screen(people, site, meeting.practitioner.person)
        emma = await open_screen(people, site, meeting.client.person, width=390, height=844)
        await joined(sarah, session.id, policy="relay")
        await emma.page.add_init_script("localStorage.setItem('visavis-call-hidden', 'yes')")
        await joined(emma, session.id)
        for each in (sarah, emma):
            await sees_moving(each)
            await hears(each)
        hidden = "window.__calls.at(-1).getConfiguration().iceTransportPolicy"
        assert await emma.page.evaluate(hidden) == "relay", "she hides her address"
        for lasts, expected in ((timedelta(hours=1), [["relay"], []]), (timedelta(hours=-1), [[], [401]])):
            name, password = credential_for(SECRET, uuid4(), datetime.now(UTC) + lasts)
            assert await emma.page.evaluate(_GATHER, [address, name, password]) == expected
