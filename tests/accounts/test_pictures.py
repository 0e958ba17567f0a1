"""Pictures: what is sent, what is kept, who sees it."""

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.accounts.visits import join, picture, submit
from tests.support.world import make_person, make_practitioner
from visavis.settings import Settings


async def send(browser: Any, data: bytes, name: str = "me.png", kind: str = "image/png") -> Any:
    return await submit(browser, "/account/picture", files={"picture": (name, data, kind)})


def kept(settings: Settings) -> list[Path]:
    return [path for path in (settings.home / "files").rglob("*") if path.is_file()]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_a_picture_is_cut_square_and_written_anew(
    client: Any, owner: Any, settings: Settings, kind: str
) -> None:
    ada = await join(client(), owner)
    answer = await send(ada, picture(kind, (900, 700)))
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    person, key = await owner.fetchrow("select id, picture_key from person")
    seen = await ada.get(f"/people/{person}/picture?v={key.partition('/')[2][:8]}")
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/webp")
    assert "private" in seen.headers["cache-control"]
    assert seen.headers["x-content-type-options"] == "nosniff"
    assert Image.open(BytesIO(seen.content)).size == (512, 512)
    assert f"/people/{person}/picture?v=" in (await ada.get("/account")).text
    assert len(kept(settings)) == 1


async def test_where_and_when_it_was_taken_is_gone(client: Any, owner: Any, settings: Settings) -> None:
    exif = Image.Exif()
    exif[0x010E] = "at home, 1 Secret Lane"
    ada = await join(client(), owner)
    await send(ada, picture("JPEG", exif=exif.tobytes(), comment=b"hidden words"))
    [file] = kept(settings)
    assert b"Secret" not in file.read_bytes()
    assert b"hidden" not in file.read_bytes()
    assert not Image.open(BytesIO(file.read_bytes())).getexif()


async def test_a_photo_taken_sideways_stands_upright(client: Any, owner: Any, settings: Settings) -> None:
    photo = Image.new("RGB", (64, 64), "white")
    photo.paste("red", (0, 0, 64, 32))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: the top is on the right
    out = BytesIO()
    photo.save(out, "JPEG", exif=exif.tobytes())
    ada = await join(client(), owner)
    await send(ada, out.getvalue())
    shown = Image.open(BytesIO(kept(settings)[0].read_bytes())).convert("RGB")
    red, green, _ = shown.getpixel((56, 32))
    assert red > 200
    assert green < 80


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        SVG,
        GIF,
        b"<html><script>alert(1)</script>",
        b"%PDF-1.7\n%%EOF",
        b"\x89PNG\r\n\x1a\n" + SVG,
        picture()[:60],
        b"\x00" * 1000,
        picture("BMP"),
        picture("TIFF"),
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
    ],
)
async def test_what_is_no_picture_is_refused_whatever_it_calls_itself(
    client: Any, owner: Any, settings: Settings, data: bytes
) -> None:
    ada = await join(client(), owner)
    answer = await send(ada, data, "me.png", "image/png")
    assert answer.status_code == 422
    assert 'id="picture-error"' in answer.text
    assert await owner.fetchval("select picture_key from person") is None
    assert kept(settings) == []


async def test_a_picture_that_is_a_script_as_well_is_only_a_picture(
    client: Any, owner: Any, settings: Settings
) -> None:
    """Polyglots: CVE-2026-95684 and its kind."""
    ada = await join(client(), owner)
    await send(ada, picture() + b"<script>alert(1)</script>", "../../evil.html", "text/html")
    [file] = kept(settings)
    assert b"script" not in file.read_bytes()
    assert file.suffix == ".webp"
    assert "evil" not in str(file)
    assert file.is_relative_to(settings.home / "files")


async def test_a_small_file_of_very_many_pixels_is_refused_unseen(client: Any, owner: Any) -> None:
    """Decompression bomb: its head says so, and nothing behind that is looked at."""
    ada = await join(client(), owner)
    bomb = bytearray(picture("PNG"))
    bomb[16:24] = struct.pack(">II", 20_000, 20_000)
    bomb[29:33] = struct.pack(">I", zlib.crc32(bomb[12:29]))
    answer = await send(ada, bytes(bomb))
    assert answer.status_code == 422
    assert "too many pixels" in answer.text


async def test_a_large_file_is_refused(client: Any, owner: Any, settings: Settings) -> None:
    ada = await join(client(), owner)
    answer = await send(ada, picture() + b"\x00" * (5 * 1024 * 1024))
    assert answer.status_code == 422
    assert "5 MB" in answer.text
    assert (await send(ada, b"\x00" * (6 * 1024 * 1024))).status_code == 413
    assert kept(settings) == []


async def test_a_new_picture_takes_the_place_of_the_old_and_can_be_removed(
    client: Any, owner: Any, settings: Settings
) -> None:
    ada = await join(client(), owner)
    await send(ada, picture())
    first = kept(settings)
    await send(ada, picture("JPEG"))
    assert len(kept(settings)) == 1
    assert kept(settings) != first
    assert (await submit(ada, "/account/picture/removal")).status_code == 303
    assert kept(settings) == []
    person = await owner.fetchval("select id from person")
    assert (await ada.get(f"/people/{person}/picture")).status_code == 404


async def test_nobody_else_sees_it_unless_the_practice_is_public(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    await send(ada, picture())
    person = await owner.fetchval("select id from person")
    stranger = (await make_person(owner)).sign_in(client())
    assert (await stranger.get(f"/people/{person}/picture")).status_code == 404
    assert (await client().get(f"/people/{person}/picture")).status_code == 404
    sarah = await make_practitioner(owner)
    await owner.execute(
        "update person set picture_key = (select picture_key from person where id = $1) where id = $2",
        person,
        sarah.id,
    )
    assert (await client().get(f"/people/{sarah.id}/picture")).status_code == 200
    await owner.execute("update practice set published_at = null")
    assert (await client().get(f"/people/{sarah.id}/picture")).status_code == 404


async def test_pictures_are_limited(client: Any, owner: Any) -> None:
    ada = await join(client(), owner)
    answers = [(await send(ada, picture())).status_code for _ in range(31)]
    assert answers == [303] * 30 + [429]
