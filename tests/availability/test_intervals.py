"""Ranges as sets of points."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from visavis.availability.intervals import at_least, clip, intersect, subtract, union


@given(st.data())
@settings(deadline=None)
def test_intervals_are_sets_of_points(data: st.DataObject) -> None:
    ranges = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8)
    one, two, three = data.draw(ranges), data.draw(ranges), data.draw(ranges)

    def points(given: list[tuple[int, int]]) -> set[int]:
        return {n for a, b in given for n in range(a, b)}

    assert points(union(one)) == points(one)
    assert points(subtract(one, two)) == points(one) - points(two)
    assert points(intersect(one, two, three)) == points(one) & points(two) & points(three)
    assert points(clip(one, 7, 20)) == points(one) & set(range(7, 20))
    assert points(at_least(2, one)) == {n for n in range(30) if sum(a <= n < b for a, b in one) >= 2}
    sets = (union(one), subtract(one, two), intersect(one, two, three), clip(one, 7, 20), at_least(2, one))
    for found in sets:
        assert all(a < b for a, b in found)
        assert all(b < c for (_, b), (c, _) in pairwise(found)), "sorted, and joined"
    assert intersect() == []
