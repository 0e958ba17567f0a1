"""Whatever the order of events: a page has seen every change, hears of it, or reads again."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from visavis.kit.as_of import AsOf
from visavis.live.memory import Memory

ACCOUNTS = ("ada", "ben", "cleo")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("write", "commit", "commit", "hear", "hear", "read", "stream", "deaf", "listen")),
        st.sampled_from((*ACCOUNTS, "public", "quiet")),
        st.integers(0, 3),
    ),
    min_size=5,
    max_size=60,
)


@dataclass
class Page:
    """What somebody's page was read with."""

    account: str
    known: AsOf
    shows: frozenset[int]


@dataclass
class World:
    """A database, one web process, and pages. Notifications come in the order of the commits."""

    memory: Memory
    numbers: int = 100
    clock: float = 0
    open: dict[int, str] = field(default_factory=dict)
    committed: list[tuple[int, str]] = field(default_factory=list)
    on_the_way: list[tuple[int, str]] | None = None  # None: nobody listens
    pages: list[Page] = field(default_factory=list)
    certain: int = 0

    def write(self, who: str, _nth: int) -> None:
        self.open[self.numbers] = who
        self.numbers += 1

    def commit(self, _who: str, nth: int) -> None:
        if self.open:
            number = list(self.open)[nth % len(self.open)]
            change = number, self.open.pop(number)
            self.committed.append(change)
            if self.on_the_way is not None and change[1] != "quiet":
                self.on_the_way.append(change)

    def hear(self, _who: str, nth: int) -> None:
        if self.on_the_way:
            number, who = self.on_the_way.pop(0)
            to = [who] if who in ACCOUNTS else []
            self.memory.changed(None if nth == 3 else number, to, public=who == "public")

    def read(self, who: str, _nth: int) -> None:
        if who in ACCOUNTS:
            known = AsOf(self.clock, min(self.open, default=self.numbers))
            self.pages.append(Page(who, known, frozenset(number for number, _who in self.committed)))

    def stream(self, _who: str, nth: int) -> None:
        if not self.pages or self.on_the_way is None:
            return
        page = self.pages[nth % len(self.pages)]
        if self.memory.missed(page.account, page.known):
            return  # it reads again
        self.certain += 1
        concerns = {number for number, who in self.committed if who in (page.account, "public")}
        assert concerns <= page.shows | {number for number, _who in self.on_the_way}

    def deaf(self, _who: str, _nth: int) -> None:
        self.on_the_way = None
        self.memory.lose()

    def listen(self, _who: str, _nth: int) -> None:
        self.on_the_way = [] if self.on_the_way is None else self.on_the_way
        if not self.on_the_way:  # a beat later, when words without a number have been heard
            self.memory.begin(AsOf(self.clock, self.numbers))


@given(STEPS, st.sampled_from((1, 2, 100)))
def test_no_change_is_ever_lost(steps: list[tuple[str, str, int]], most: int) -> None:
    world = World(Memory(most))
    for what, who, nth in [("listen", "", 0), *steps, *[("stream", "", nth) for nth in range(4)]]:
        world.clock += 10
        getattr(world, what)(who, nth)


def test_quiet_pages_are_certain() -> None:
    world = World(Memory())
    for what, who in [
        *[("listen", ""), ("write", "ada"), ("commit", ""), ("hear", ""), ("read", "ada"), ("write", "ben")],
        *[("commit", ""), ("hear", ""), ("write", "quiet"), ("commit", ""), ("stream", "")],
    ]:
        world.clock += 10
        getattr(world, what)(who, 0)
    assert world.certain == 1


def test_its_size_is_bounded_and_what_is_forgotten_counts_for_everyone() -> None:
    memory = Memory(2)
    memory.begin(AsOf(0, 10))
    for number, account in enumerate(["ada", "ben", "ada", "cleo", "ada"], start=11):
        memory.changed(number, [account], public=False)
    assert len(memory._of_account) == 2
    assert memory.missed("dora", AsOf(60, 12))  # ben's, who is forgotten
    assert not memory.missed("dora", AsOf(60, 13))
    assert memory.missed("ada", AsOf(60, 15))
    assert not memory.missed("ada", AsOf(60, 16))


def test_numbers_given_once_more_are_not_believed() -> None:
    memory = Memory()
    memory.begin(AsOf(1000, 10))
    assert memory.missed("ada", AsOf(999, 20))
    assert memory.missed("ada", AsOf(1001, 20))
    assert not memory.missed("ada", AsOf(1002, 20))
    assert memory.missed("ada", AsOf(1002, 9))
    assert memory.missed("ada", None)
