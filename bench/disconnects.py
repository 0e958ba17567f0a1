"""People who lose their connection at any moment, send the same again, and ask for what came since."""

import asyncio
import json
import random
from typing import Any
from uuid import uuid4

import msgspec
from tests.support.servers import Server

from bench.rooms import Pair
from bench.site import Crowd, Site
from bench.table import Row

AT_ONCE = 40  # people
_LONGEST = 30.0  # seconds until an answer that does not come counts as a lost connection, too


class Story(msgspec.Struct):
    """What one person sent (ids in the order they were said) and read (number and id), and their cuts."""

    pair: Pair
    person: int
    sent: list[str] = []
    read: list[tuple[int, str]] = []
    cuts: int = 0


class Line:
    """A person's connection to the server, which breaks on purpose."""

    def __init__(self, port: int, token: str, story: Story, wanted: int) -> None:
        self._port, self._token, self._story, self._wanted = port, token, story, wanted

    async def ask(self, method: str, path: str, body: bytes = b"") -> Any:
        """The answer; asked again, word by word the same, until there is one. Too fast: after a while."""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nAuthorization: Bearer {self._token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        while True:
            answer = await self._try(head.encode() + body)
            if answer is None:
                continue
            status, said = int(answer[9:12]), answer[answer.index(b"\r\n\r\n") + 4 :]
            if status == 429:
                await asyncio.sleep(json.loads(said)["retry_after"])
                continue
            if status != 200:
                raise RuntimeError(f"{method} {path}: {answer[:400]!r}")
            return json.loads(said)

    async def _try(self, request: bytes) -> bytes | None:
        """The whole answer, or None when the connection was cut: in the request, or anywhere after it."""
        cut = self._story.cuts < self._wanted and random.random() < 0.7
        part = random.randrange(1, len(request)) if cut and random.random() < 0.15 else len(request)
        patience = random.expovariate(80) if cut else _LONGEST
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(request[:part])
            async with asyncio.timeout(patience):
                await writer.drain()
                answer = await reader.read()
                return answer if _whole(answer) else None
        except (TimeoutError, ConnectionError):
            self._story.cuts += cut
            return None
        finally:
            writer.transport.abort()


def _whole(answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(lengths) and int(lengths[0][15:]) == len(body)


async def measure(site: Site, server: Server, crowd: Crowd, pairs: list[Pair], cuts: int) -> list[Row]:
    """Everybody chats until they were cut off often enough; then all is compared."""
    before = {pair.room: await _upto(site, pair) for pair in pairs}
    stories = [Story(pair, person) for pair in pairs for person in pair.people]
    room, each = asyncio.Semaphore(AT_ONCE), -(-cuts // len(stories))
    async with asyncio.TaskGroup() as group:
        for story in stories:
            start = before[story.pair.room]
            group.create_task(_live(server.port, crowd.token(story.person), story, each, room, start))
    for story in stories:  # what the other one said after they left
        last = story.read[-1][0] if story.read else before[story.pair.room]
        await _catch_up(Line(server.port, crowd.token(story.person), story, 0), story, last)
    wrong = [await _wrong(site, pair, before[pair.room], stories) for pair in pairs]
    cut, sent = sum(story.cuts for story in stories), sum(len(story.sent) for story in stories)
    note = f"{sent} messages of {len(stories)} people, {cut} connections cut"
    return [
        Row("connections cut at random moments", cut, cuts, "at least"),
        Row("messages lost, doubled or out of order", sum(wrong), 0, note=note),
    ]


async def _live(port: int, token: str, story: Story, cuts: int, room: asyncio.Semaphore, start: int) -> None:
    """Say something, read what came: again and again."""
    async with room:
        line, last = Line(port, token, story, cuts), start
        while story.cuts < cuts:
            name = str(uuid4())
            body = json.dumps({"id": name, "body": f"{len(story.sent)}"}).encode()
            said = await line.ask("POST", f"/api/chat/rooms/{story.pair.room}/messages", body)
            story.sent.append(said["id"])
            last = await _catch_up(line, story, last)


async def _catch_up(line: Line, story: Story, last: int) -> int:
    """Ask for what came after the last one; the new last one."""
    more = True
    while more:
        path = f"/api/chat/rooms/{story.pair.room}/messages?after={last}&limit=20"
        answer = await line.ask("GET", path)
        story.read += [(each["number"], each["id"]) for each in answer["messages"]]
        last, more = (story.read[-1][0] if story.read else last), answer["more"]
    return last


async def _upto(site: Site, pair: Pair) -> int:
    owner = await site.owner()
    latest: int = await owner.fetchval("select latest from chat_room where id = $1", pair.room)
    await owner.close()
    return latest


async def _wrong(site: Site, pair: Pair, before: int, stories: list[Story]) -> int:
    """How many places differ between what is kept, what each of the two read, and what each of them said."""
    owner = await site.owner()
    rows = await owner.fetch(
        "select number, id::text from chat_message where room_id = $1 and number > $2 order by number",
        pair.room,
        before,
    )
    await owner.close()
    kept = [(row["number"], row["id"]) for row in rows]
    two = [story for story in stories if story.pair.room == pair.room]
    found = sum(number != nth for nth, (number, _) in enumerate(kept, before + 1))
    found += sum(_differences(kept, story.read) for story in two)
    for story in two:
        mine = set(story.sent)
        found += _differences(story.sent, [name for _, name in kept if name in mine])
    return found + abs(len(kept) - sum(len(story.sent) for story in two))


def _differences(one: list[Any], other: list[Any]) -> int:
    return sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))
