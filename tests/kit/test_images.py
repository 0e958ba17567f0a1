"""Uploads written anew, or refused in a sentence."""

import random
import warnings
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from visavis.kit.errors import InvalidInputError
from visavis.kit.images import clean_document, square_picture


def image(kind: str, mode: str = "RGB", size: tuple[int, int] = (300, 200), **options: Any) -> bytes:
    out = BytesIO()
    Image.effect_noise(size, 80).convert(mode).save(out, kind, **options)
    return out.getvalue()


def blank(kind: str, mode: str) -> bytes:
    """Of 25 million pixels."""
    out = BytesIO()
    Image.new(mode, (5000, 5000)).save(out, kind)
    return out.getvalue()


def frames(kind: str) -> bytes:
    out, pictures = BytesIO(), [Image.new("RGB", (50, 50), (number * 9, 0, 0)) for number in range(3)]
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:])
    return out.getvalue()


GOOD = [
    image("JPEG"),
    image("JPEG", "L"),
    image("JPEG", "CMYK"),
    image("PNG"),
    image("PNG", "P"),
    image("PNG", "1"),
    image("PNG", "I;16"),
    image("PNG", "LA"),
    image("PNG", "RGBA"),
    image("WEBP", "RGBA", lossless=True),
    frames("PNG"),
    frames("WEBP"),
]


@pytest.mark.parametrize("data", GOOD)
async def test_every_kind_of_image_is_written_anew(data: bytes) -> None:
    square = await square_picture(data, "picture")
    with Image.open(BytesIO(square.data)) as shown:
        assert (shown.format, shown.width) == ("WEBP", shown.height)
        assert getattr(shown, "n_frames", 1) == 1
    document = await clean_document(data + b"<script>alert(1)</script>", "proof")
    assert document.content_type == "image/jpeg"
    assert b"script" not in document.data


async def test_what_was_transparent_is_paper() -> None:
    seen_through = BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(seen_through, "PNG")
    document = await clean_document(seen_through.getvalue(), "proof")
    with Image.open(BytesIO(document.data)) as shown:
        assert shown.getpixel((10, 10)) == (255, 255, 255)


async def test_a_large_image_becomes_smaller() -> None:
    document = await clean_document(image("JPEG", size=(5000, 1000)), "proof")
    with Image.open(BytesIO(document.data)) as shown:
        assert max(shown.size) <= 4000
        assert shown.width == 5 * shown.height


async def test_a_pdf_is_known_by_head_and_tail() -> None:
    good = b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n"
    assert (await clean_document(good, "proof")).content_type == "application/pdf"
    for bad in (b"<html>" + good, b"%PDF-1.7 <script>", b"%PDF-9.9\n%%EOF", b"%PDF-1.7" + b" " * 5000):
        with pytest.raises(InvalidInputError):
            await clean_document(bad, "proof")
    with pytest.raises(InvalidInputError):
        await square_picture(good, "picture")


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PPM"])
async def test_other_kinds_are_refused(kind: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        await clean_document(image(kind), "proof")
    assert set(caught.value.fields) == {"proof"}


async def test_a_webp_that_claims_to_be_huge_is_refused() -> None:
    data = bytearray(frames("WEBP"))
    data[24:30] = b"\xfe\x3f\x00\xfe\x3f\x00"  # 16383 by 16383 in its header
    with pytest.raises(InvalidInputError):
        await square_picture(bytes(data), "picture")


async def test_a_few_bytes_that_decode_for_seconds_are_refused() -> None:
    with pytest.raises(InvalidInputError):
        await clean_document(blank("PNG", "1"), "proof")
    assert (await clean_document(blank("JPEG", "L"), "proof")).extension == "jpg"


async def test_broken_files_are_refused_and_never_our_fault() -> None:
    chance = random.Random(7)
    answers = {"read": 0, "refused": 0}
    for _ in range(600):
        data = bytearray(chance.choice(GOOD))
        for _ in range(chance.choice([1, 3, 20])):
            data[chance.randrange(min(len(data), chance.choice([64, 400, 10**9])))] = chance.randrange(256)
        try:
            with warnings.catch_warnings(action="ignore"):
                await clean_document(bytes(data[: chance.choice([None, len(data) // 2])]), "proof")
            answers["read"] += 1
        except InvalidInputError:
            answers["refused"] += 1
    assert min(answers.values()) > 20
