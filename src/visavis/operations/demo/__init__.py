"""The demonstration practice: made-up people whose sessions stand in every status."""

from visavis.operations.demo.load import load

__all__ = ["load"]
