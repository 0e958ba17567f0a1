"""A real SMTP server that keeps what it is handed."""

from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.servers import free_port


class Postbox:
    """Keeps what it is handed; refuses while `answer` says so, and every address in `unknown`."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.answer = "250 taken"
        self.unknown: set[str] = set()

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.unknown:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            self.raw.append(envelope.content)
            self.letters.append(BytesParser(EmailMessage, policy=default).parsebytes(envelope.content))
        return self.answer

    def empty(self) -> list[EmailMessage]:
        """What came since the last look."""
        taken, self.letters = self.letters, []
        return taken


@contextmanager
def open_postbox() -> Iterator[tuple[Postbox, str]]:
    """The box and the address of its server."""
    box, port = Postbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield box, f"smtp://127.0.0.1:{port}"
    finally:
        server.stop()
