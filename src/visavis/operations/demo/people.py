"""The made-up people of a demonstration."""

import msgspec


class DemoPerson(msgspec.Struct, frozen=True, kw_only=True):
    """An account that anybody may sign in as."""

    name: str
    time_zone: str
    is_operator: bool = False

    @property
    def email(self) -> str:
        """example.org is nobody's."""
        return f"{self.name.lower().removeprefix('dr. ').replace(' ', '.')}@example.org"


class DemoPractitioner(DemoPerson, frozen=True, kw_only=True):
    """A published practice; the rate is in minor units per hour."""

    title: str
    headline: str
    about: str
    location: str
    languages: tuple[str, ...]
    specialities: tuple[str, ...]
    currency: str
    rate_minor: int
    verified: bool
    instructions: str


OPERATOR = DemoPerson(name="Olive Park", time_zone="Europe/London", is_operator=True)

SARAH = DemoPractitioner(
    name="Dr. Sarah Johnson",
    time_zone="Europe/London",
    title="Clinical psychologist",
    headline="Calm, practical help with anxiety and difficult decisions.",
    about=(
        "I have worked with adults for fifteen years, first in a hospital, now in my own practice near "
        "the river. We look at what keeps a worry alive and try small, concrete changes.\n\n"
        "The first talk is free and without obligation: you tell me what brings you, I tell you honestly "
        "whether I am the right person."
    ),
    location="London, and online",
    languages=("English", "French"),
    specialities=("Anxiety", "Burnout", "Life changes"),
    currency="GBP",
    rate_minor=8000,
    verified=True,
    instructions="Transfer to S. Johnson, sort code 00-00-00, account 12345678.\nReference: your name.",
)
KENJI = DemoPractitioner(
    name="Dr. Kenji Mori",
    time_zone="Asia/Tokyo",
    title="Psychotherapist",
    headline="Psychotherapy in Japanese and English, at your own pace.",
    about=(
        "Trained in Kyoto and Vienna. I work slowly and attentively, with people who live between two "
        "cultures as much as with those who have never left home."
    ),
    location="Tokyo, and online",
    languages=("Japanese", "English"),
    specialities=("Depression", "Grief", "Living abroad"),
    currency="JPY",
    rate_minor=12000,
    verified=True,
    instructions="Bank transfer to Mori Kenji, Example Bank, branch 001, account 7654321.",
)
MAYA = DemoPractitioner(
    name="Maya Thompson",
    time_zone="America/New_York",
    title="Career coach",
    headline="Find the work that fits you, and ask for what it is worth.",
    about=(
        "Former head of people at two growing companies. We set a goal in the first session, and every "
        "session ends with one thing that you will do before the next."
    ),
    location="New York, online only",
    languages=("English", "Spanish"),
    specialities=("Career change", "Negotiation", "Leadership"),
    currency="USD",
    rate_minor=12000,
    verified=False,
    instructions="Transfer to Maya Thompson Coaching, account 000123456, routing 000000000.",
)
LENA = DemoPractitioner(
    name="Lena Fischer",
    time_zone="Europe/Berlin",
    title="Mentor for engineers",
    headline="From your first code review to leading a team.",
    about=(
        "Twenty years of building software, ten of them leading teams. Bring a real question: a design, "
        "a conflict, a decision. We work on it together, and you leave with a plan."
    ),
    location="Berlin, and online",
    languages=("German", "English"),
    specialities=("Software", "Team leadership", "Career change"),
    currency="EUR",
    rate_minor=9500,
    verified=True,
    instructions="SEPA transfer to Lena Fischer, IBAN DE00 0000 0000 0000 0000 00.",
)

EMMA = DemoPerson(name="Emma Clarke", time_zone="Europe/London")
LUCAS = DemoPerson(name="Lucas Almeida", time_zone="America/Sao_Paulo")
PRIYA = DemoPerson(name="Priya Nair", time_zone="Asia/Kolkata")
TOM = DemoPerson(name="Tom Becker", time_zone="Europe/Berlin")
GRACE = DemoPerson(name="Grace Lee", time_zone="America/Los_Angeles")
NOAH = DemoPerson(name="Noah Williams", time_zone="Australia/Sydney")

PRACTITIONERS = (SARAH, KENJI, MAYA, LENA)
CLIENTS = (EMMA, LUCAS, PRIYA, TOM, GRACE, NOAH)
