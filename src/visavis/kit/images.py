"""Uploads: known by their content, decoded within limits, written anew; nothing hidden in them survives."""

import asyncio
import struct
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import msgspec
from PIL import Image, ImageOps

from visavis.kit.errors import InvalidInputError
from visavis.kit.words import _

MOST_PIXELS = 50_000_000
_MOST_WHOLE = 16_000_000  # of PNG and WebP: a few bytes may say that they are huge
_FORMATS = ("JPEG", "PNG", "WEBP")
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    struct.error,
    zlib.error,
)
_turns = ThreadPoolExecutor(2, "images")  # each may take 200 MB while it is decoded

Image.MAX_IMAGE_PIXELS = None  # MOST_PIXELS is stricter and checked before any pixel is decoded


class CleanFile(msgspec.Struct, frozen=True):
    """An upload made safe: its content type is what it is, not what the sender said."""

    data: bytes
    content_type: str
    extension: str


async def square_picture(data: bytes, field: str, side: int = 512) -> CleanFile:
    """The middle square of a JPEG, PNG or WebP as WebP of at most `side` pixels, without metadata.

    InvalidInputError on `field` when it is no such image or has more than 50 million pixels.
    """
    return await _outside_the_loop(_square, data, field, side)


async def clean_document(data: bytes, field: str, side: int = 4000) -> CleanFile:
    """A JPEG, PNG or WebP as JPEG (at most `side` pixels a side, no metadata), or a PDF as it is.

    A PDF is known by header and trailer only: serve it for download, never inline in our origin.
    InvalidInputError on `field` when it is none of these.
    """
    if _is_pdf(data):
        return CleanFile(data, "application/pdf", "pdf")
    return await _outside_the_loop(_rewritten, data, field, side)


async def _outside_the_loop(
    work: Callable[[bytes, str, int], CleanFile], data: bytes, field: str, side: int
) -> CleanFile:
    return await asyncio.get_running_loop().run_in_executor(_turns, work, data, field, side)


def _square(data: bytes, field: str, side: int) -> CleanFile:
    image = _decoded(data, field, side)
    side = min(side, *image.size)
    out = BytesIO()
    ImageOps.fit(image, (side, side)).save(out, "WEBP", quality=85)
    return CleanFile(out.getvalue(), "image/webp", "webp")


def _rewritten(data: bytes, field: str, side: int) -> CleanFile:
    image = _decoded(data, field, side)
    image.thumbnail((side, side))
    out = BytesIO()
    _on_paper(image).save(out, "JPEG", quality=88)
    return CleanFile(out.getvalue(), "image/jpeg", "jpg")


def _on_paper(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image)
    return paper


def _decoded(data: bytes, field: str, side: int) -> Image.Image:
    """The first frame, upright, as RGB or RGBA, with nothing else of the file."""
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            most = MOST_PIXELS if image.format == "JPEG" else _MOST_WHOLE
            if image.width * image.height > most:
                raise _too_large(field)
            image.draft("RGB", (side, side))  # a JPEG larger than needed is decoded small
            upright = ImageOps.exif_transpose(image)
            mode = "RGBA" if upright.has_transparency_data else "RGB"
            bare = Image.new(mode, upright.size)
            bare.paste(upright.convert(mode))
            return bare
    except InvalidInputError:
        raise
    except _BROKEN:
        raise InvalidInputError(fields={field: _("This is not an image that we can read.")}) from None


def _too_large(field: str) -> InvalidInputError:
    return InvalidInputError(
        fields={field: _("This image has too many pixels. Please choose a smaller one.")}
    )


def _is_pdf(data: bytes) -> bool:
    return data.startswith((b"%PDF-1.", b"%PDF-2.")) and b"%%EOF" in data[-1024:]
