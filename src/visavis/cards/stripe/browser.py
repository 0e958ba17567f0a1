"""What the page of a payment needs in a browser: Stripe's script, its frames, and our words for its codes."""

from urllib.parse import urlsplit

from visavis.cards.stripe.answers import FAILURES
from visavis.cards.words import SENTENCES
from visavis.kit.security import policy_for_forms, policy_for_scripts
from visavis.settings import Settings

_SCRIPTS = ("https://js.stripe.com", "https://*.js.stripe.com")
_FRAMES = (*_SCRIPTS, "https://hooks.stripe.com")
_ONBOARDING = "https://connect.stripe.com"


def opened_for(settings: Settings) -> dict[str, str]:
    """The header for the one page that runs Stripe's script, which asks Stripe's API and shows its frames.

    https://docs.stripe.com/security/guide#content-security-policy
    """
    place = _origin(settings.stripe_script_url)
    scripts, frames = (_SCRIPTS, _FRAMES) if place in _SCRIPTS else ((place,), (place,))
    return policy_for_scripts(scripts, frames, (_origin(settings.stripe_url),))


def onboarding_for(settings: Settings) -> dict[str, str]:
    """The header for the page whose button leads to Stripe's pages for practitioners."""
    place = _origin(settings.stripe_url)
    return policy_for_forms(_ONBOARDING if place == "https://api.stripe.com" else place)


def sentences() -> dict[str, str]:
    """Our sentences, still to be translated, by the codes that Stripe's script gives."""
    return {code: SENTENCES[word] for code, word in FAILURES.items()} | {
        "card_declined": SENTENCES["declined"]
    }


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
