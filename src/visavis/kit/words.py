"""Translation: every sentence a person reads goes through gettext."""

from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel.support import Translations

from visavis.kit.actor import Actor

LOCALES = ("en",)
_CATALOGUES = Path(__file__).parent.parent / "locales"


@cache
def translations(locale: str) -> NullTranslations:
    """The catalogue of a locale; English sentences are their own keys."""
    return Translations.load(_CATALOGUES, [locale], "visavis")


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown."""
    return sentence


def say(actor: Actor, sentence: str, **values: str) -> str:
    """A marked sentence in the reader's language, its %(names)s filled in."""
    return translations(actor.locale).gettext(sentence) % values
