"""Files under names of our own."""

from pathlib import Path

import pytest

from visavis.kit import files
from visavis.kit.errors import NotFoundError, UnavailableError
from visavis.kit.files import FileStore, files_in


async def test_put_get_delete(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")
    key = await store.put(b"hello", "webp")
    assert await store.get(key) == b"hello"
    assert await store.put(b"hello", "webp") != key
    await store.delete(key)
    await store.delete(key)
    with pytest.raises(NotFoundError):
        await store.get(key)


async def test_a_file_stays_only_when_what_comes_with_it_succeeds(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    async with store.keep(b"hello", "pdf") as key:
        pass
    assert await store.get(key) == b"hello"
    with pytest.raises(RuntimeError):
        async with store.keep(b"hello", "pdf") as lost:
            raise RuntimeError
    with pytest.raises(NotFoundError):
        await store.get(lost)


async def test_a_disk_that_takes_nothing_is_no_bug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files.secrets, "token_hex", lambda _bytes: "ab" * 16)
    (tmp_path / "ab").touch()  # where a folder has to be
    with pytest.raises(UnavailableError) as caught:
        await FileStore(tmp_path).put(b"hello", "webp")
    assert "retry-after" in caught.value.headers


@pytest.mark.parametrize(
    "key", ["../secret.key", "/etc/passwd", "aa/../../x.png", "", "aa/" + "a" * 32 + ".png/..", "aa\\b.png"]
)
async def test_no_key_leads_out_of_the_folder(tmp_path: Path, key: str) -> None:
    store = FileStore(tmp_path / "files")
    for attempt in (store.get, store.delete):
        with pytest.raises(ValueError, match="not a key"):
            await attempt(key)


async def test_no_extension_does_either(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a key"):
        await FileStore(tmp_path).put(b"x", "/../../x")


def test_only_the_owner_may_look_into_the_folder(tmp_path: Path) -> None:
    files_in(tmp_path)
    assert (tmp_path / "files").stat().st_mode & 0o077 == 0
