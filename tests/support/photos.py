"""Every page of a running demonstration as pictures, to be looked at (bin/photos)."""

import argparse
import asyncio
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from tests.support.browsers import chromium
from tests.support.pages import CLIENT, NOBODY, OPERATOR, PRACTITIONER, SIZES, addresses, plain, sign_in_as


def main() -> None:
    """Take the pictures that were asked for."""
    asked = argparse.ArgumentParser(prog="bin/photos")
    asked.add_argument("folder", nargs="?", type=Path, default=Path("var/photos"))
    asked.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    asked.add_argument("--docs", action="store_true", help="the pictures that the README shows")
    wish = asked.parse_args()
    folder = Path("docs/pictures") if wish.docs else wish.folder
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(folder, wish.address, for_docs=wish.docs))


async def take(folder: Path, address: str, *, for_docs: bool) -> None:
    """All of them, one person after the other."""
    async with chromium() as browser:
        if for_docs:
            await dashboards(browser, address, folder)
        else:
            for person in (NOBODY, CLIENT, PRACTITIONER, OPERATOR):
                await every_page(browser, address, folder, person)


async def every_page(browser: Any, address: str, folder: Path, person: str) -> None:
    """Each page of a person four times."""
    page = await visitor(browser, address, person)
    for path in await addresses(page, person):
        await page.goto(path)
        name = f"{person.rsplit(maxsplit=1)[-1].lower() if person else 'nobody'}-{plain(path)}"
        for scheme in ("light", "dark"):
            for size in SIZES:
                (await picture(page, size, scheme)).save(folder / f"{name}-{size}-{scheme}.png")
        sys.stdout.write(f"{name}\n")
    await page.context.close()


async def visitor(browser: Any, address: str, person: str, **options: Any) -> Any:
    """A page in a browser in which the person has signed in."""
    context = await browser.new_context(base_url=address, timezone_id="Europe/London", **options)
    page = await context.new_page()
    await sign_in_as(page, person)
    return page


async def picture(page: Any, size: str, scheme: str, *, whole: bool = True) -> Image.Image:
    """The page as it is, in that size and scheme."""
    width, height = SIZES[size]
    await page.set_viewport_size({"width": width, "height": height})
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await page.wait_for_timeout(150)
    return Image.open(BytesIO(await page.screenshot(full_page=whole)))


async def dashboards(browser: Any, address: str, folder: Path) -> None:
    """Both dashboards on a desk, and one on a phone."""
    wanted = (
        ("practitioner", PRACTITIONER, "desk"),
        ("client", CLIENT, "desk"),
        ("client-phone", CLIENT, "phone"),
    )
    for name, person, size in wanted:
        page = await visitor(browser, address, person, device_scale_factor=2 if size == "phone" else 1)
        # A style of ours would break the content policy.
        await page.evaluate("document.querySelector('.demo').remove()")
        await page.wait_for_selector('[data-connection][data-state="connected"]', state="attached")
        shot = await picture(page, size, "light", whole=False)
        shot.convert("RGB").save(folder / f"{name}.webp", quality=82, method=6)
        await page.context.close()


if __name__ == "__main__":
    main()
