"""The camera that everybody has in tests: a small picture in which something moves."""

from pathlib import Path

_WIDTH, _HEIGHT, _STEPS, _A_SECOND = 160, 120, 5, 5


def film(path: Path) -> Path:
    """Write it where Chromium takes it from, again and again.

    Its own picture has as many dots as the page asks for, a million: to code and to draw them was a sixth of
    what browsers do in a call.
    """
    head = f"YUV4MPEG2 W{_WIDTH} H{_HEIGHT} F{_A_SECOND}:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + b"".join(map(_frame, range(_STEPS))))
    return path


def _frame(nth: int) -> bytes:
    """A bright square on a dark ground, further to the right in each."""
    size = _WIDTH // _STEPS
    before, after = b"\x3c" * (nth * size), b"\x3c" * ((_STEPS - 1 - nth) * size)
    crossed, dark = before + b"\xdc" * size + after, b"\x3c" * _WIDTH
    grey = b"\x80" * (_WIDTH * _HEIGHT // 2)
    return b"FRAME\n" + dark * size + crossed * size + dark * (_HEIGHT - 2 * size) + grey
