"""What people do on pages about cards: type one, call off, settle what a bank took, end direct payments."""

from tests.journeys.screens import Screen
from tests.support.axe import LOOKS, problems_of


async def type_card(screen: Screen, number: str) -> None:
    """Into localstripe's field, anew."""
    field = screen.page.locator("#card-field")
    await field.get_by_placeholder("number", exact=True).wait_for()
    for name, typed in (("number", number), ("exp_month", "12"), ("exp_year", "40"), ("cvc", "123")):
        await field.get_by_placeholder(name, exact=True).fill(typed)


async def called_off(sarah: Screen) -> None:
    """By the practitioner, so that all of it goes back to the card, by itself."""
    await sarah.menu("Cancel session")
    await sarah.sees("goes back to", "dialog[open]")
    await sarah.fill(reason="I am ill, sorry")
    await sarah.click("Cancel session")
    await sarah.sees("Cancelled", "#session .chip")


async def settled(olive: Screen) -> None:
    """The operator reads what a bank has taken back, and says what was decided."""
    await olive.go("/operator/money")
    await olive.sees("A disputed payment", "#cards")
    await olive.connected()
    await olive.follow("Decide about Emma Clarke")
    await olive.sees("The bank has given the client the money back", "dialog[open]")
    assert await problems_of(olive.page, LOOKS[:1]) == []
    await olive.fill(note="The session stays")
    await olive.click("It is settled")
    await olive.sees_no("A disputed payment", "#cards")


async def stopped(sarah: Screen) -> None:
    """They want to be paid directly no more."""
    await sarah.follow("How you are paid")
    await sarah.page.wait_for_url("**/practice/direct")
    await sarah.connected()
    await sarah.follow("Stop being paid directly")
    await sarah.sees("From the next payment on", "dialog[open]")
    assert await problems_of(sarah.page, LOOKS[:1]) == []
    await sarah.click("Stop")
    await sarah.sees("You are not paid directly any more", "#direct")
