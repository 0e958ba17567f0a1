"""Files that are sent: each looked into, pictures written anew, kept only together with their message."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from io import BytesIO
from uuid import UUID

import msgspec
from PIL import Image

from visavis.chat.queries.writing import insert_file
from visavis.chat.rules import Upload, file_name
from visavis.kit.errors import InvalidInputError
from visavis.kit.files import FileStore
from visavis.kit.images import CleanFile, clean_document
from visavis.kit.sql import Tx
from visavis.kit.words import _


class Kept(msgspec.Struct, frozen=True):
    """A file made safe and stored under `key`; the size in pixels is a picture's."""

    key: str
    name: str
    media_type: str
    bytes: int
    width: int | None
    height: int | None


@asynccontextmanager
async def keep_all(store: FileStore, uploads: Sequence[Upload]) -> AsyncIterator[list[Kept]]:
    """Clean and store them; when the block fails, none stays. InvalidInputError on `files`."""
    cleaned = [(each, await _clean(each)) for each in uploads]
    async with AsyncExitStack() as stack:
        yield [
            _kept(await stack.enter_async_context(store.keep(clean.data, clean.extension)), upload, clean)
            for upload, clean in cleaned
        ]


async def insert_all(tx: Tx, message_id: UUID, kept: Sequence[Kept]) -> None:
    """They belong to this message from the commit on."""
    rows = [(message_id, position, *msgspec.structs.astuple(each)) for position, each in enumerate(kept)]
    if rows:
        await insert_file.run_many(tx, rows)


async def _clean(upload: Upload) -> CleanFile:
    try:
        return await clean_document(upload.data, "files", side=2400)
    except InvalidInputError as refused:
        sentence = _("Please choose JPEG, PNG or WebP pictures, or PDFs.")
        raise InvalidInputError(fields={"files": sentence}) from refused


def _kept(key: str, upload: Upload, clean: CleanFile) -> Kept:
    width, height = _size(clean)
    name = file_name(upload.name, clean.extension)
    return Kept(key, name, clean.content_type, len(clean.data), width, height)


def _size(clean: CleanFile) -> tuple[int, int] | tuple[None, None]:
    if not clean.content_type.startswith("image/"):
        return None, None
    with Image.open(BytesIO(clean.data)) as picture:  # our own JPEG: its header is enough
        return picture.size
