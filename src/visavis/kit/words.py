"""Translation: every sentence a person reads goes through gettext."""

from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel.support import Translations

LOCALES = ("en",)
_CATALOGUES = Path(__file__).parent.parent / "locales"


@cache
def translations(locale: str) -> NullTranslations:
    """The catalogue of a locale; English sentences are their own keys."""
    return Translations.load(_CATALOGUES, [locale], "visavis")


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown."""
    return sentence
