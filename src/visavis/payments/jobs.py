"""Which files payments keep."""

from visavis.payments.queries import named_files

FILES = [named_files]
