"""Whole ways through the house, at real browsers."""
