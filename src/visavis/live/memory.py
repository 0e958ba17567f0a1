"""What one web process has heard of, and whether a page that was read before can have missed any of it."""

from collections.abc import Iterable

from visavis.kit.as_of import AsOf

_MOST = 4_096  # accounts, some 200 bytes each
_APART = 2.0  # seconds by which clocks of two database servers may differ, when one takes over from the other


class Memory:
    """The latest change of each account and of what is public, by the numbers of transactions (kit/as_of.py).

    Whatever is forgotten, or was not heard, counts as a change for everyone.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._begun: AsOf | None = None  # every change of this number and above has been, or will be, heard
        self._public = -1
        self._of_account: dict[str, int] = {}  # the longest unchanged first
        self.losses = 0

    @property
    def uncertain(self) -> bool:
        """Whether every page has to read again, whatever it knows."""
        return self._begun is None

    def begin(self, upto: AsOf) -> None:
        """Listening goes on since before any transaction of number `upto` or above had begun."""
        if self._begun is None:
            self._begun = upto

    def lose(self) -> None:
        """What was said, or is said now, is not known: nothing is certain until `begin`."""
        self.losses += 1
        self._begun = None
        self._public = -1
        self._of_account.clear()

    def changed(self, number: int | None, accounts: Iterable[str], *, public: bool) -> None:
        """A transaction has changed something for these accounts, or for everyone."""
        if number is None:
            self.lose()
            return
        if public:
            self._public = max(self._public, number)
        for account in accounts:
            self._of_account[account] = max(number, self._of_account.pop(account, number))
        while len(self._of_account) > self._most:
            self._forget(next(iter(self._of_account)))

    def _forget(self, account: str) -> None:
        self._public = max(self._public, self._of_account.pop(account))

    def missed(self, account: str, known: AsOf | None) -> bool:
        """Whether a change may have been heard here that a page which says to know so much does not show."""
        begun = self._begun
        if known is None or begun is None or known.number < begun.number or known.at < begun.at + _APART:
            return True
        return max(self._public, self._of_account.get(account, -1)) >= known.number
