"""What practitioners type into their forms."""

PROFILE = {
    "title": "Psychologist",
    "headline": "Calm help",
    "about": "First.\n\nSecond.",
    "location": "London",
    "time_zone": "Europe/Paris",
    "languages": "English,  French, English",
    "specialities": "Anxiety",
}
OFFERING = {
    "name": "Pair talk",
    "description": "For two",
    "lengths": ["45", "90"],
    "pricing": "fixed",
    "price": "120.50",
    "preset": "approve_then_transfer",
}
