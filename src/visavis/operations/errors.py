"""What stops Visavis from starting, said in one sentence to the person who runs it."""


class StartError(Exception):
    """Visavis cannot start; the message is one clear sentence and the process ends with status 1."""
