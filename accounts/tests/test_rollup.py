"""Sums over a tree: the pure rule."""

from accounts.rollup import depths, ids_of, roll_up


def test_ids_of_a_path():
    assert (ids_of("/1/4/9/"), ids_of("/")) == ([1, 4, 9], [])


def test_a_node_counts_itself_and_everything_below():
    paths = ["/1/", "/1/2/", "/1/2/3/", "/1/4/"]
    own = {1: {"n": 1}, 2: {"n": 10, "m": 7}, 3: {"n": 100}, 4: {"n": 1000}}

    sums = roll_up(paths, own)

    assert {pk: sums[pk]["n"] for pk in sums} == {1: 1111, 2: 110, 3: 100, 4: 1000}
    assert (sums[1]["m"], sums[3]["m"]) == (7, 0)


def test_what_is_out_of_sight_gets_no_sum_and_takes_nothing_from_others():
    sums = roll_up(["/1/2/3/", "/1/4/"], {3: {"n": 5}, 2: {"n": 900}, 4: {"n": 1}})

    assert {pk: sums[pk]["n"] for pk in sums} == {3: 5, 4: 1}


def test_depth_counts_only_ancestors_in_sight():
    assert depths(["/1/", "/1/2/", "/1/2/3/"]) == {1: 0, 2: 1, 3: 2}
    assert depths(["/1/2/3/", "/1/2/3/4/"]) == {3: 0, 4: 1}


def test_an_id_that_begins_like_another_is_not_below_it():
    sums = roll_up(["/1/", "/11/"], {1: {"n": 1}, 11: {"n": 5}})

    assert {pk: sums[pk]["n"] for pk in sums} == {1: 1, 11: 5}
