from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lookalike.workers.parting import Sizes, parted

KEYS = st.dictionaries(st.integers(0, 40), st.lists(st.sampled_from("abcdefgh"), max_size=3))


@given(KEYS, st.integers(1, 10), st.integers(0, 4))
def test_each_site_is_in_one_batch_and_none_shares_a_key_with_another_batch(
    keys: dict[int, list[str]], size: int, hands: int
) -> None:
    batches = parted(list(keys), keys, Sizes(size, hands))
    assert sorted(site for batch in batches for site in batch) == sorted(keys)
    held = [{key for site in batch for key in keys[site]} for batch in batches]
    assert all(not one & other for n, one in enumerate(held) for other in held[n + 1 :])


@given(st.lists(st.integers(), unique=True), st.integers(1, 10))
def test_sites_that_share_nothing_fill_batches_in_their_order(sites: list[int], size: int) -> None:
    batches = parted(sites, {}, Sizes(size))
    assert [site for batch in batches for site in batch] == sites
    assert all(len(batch) == size for batch in batches[:-1])


def test_sites_that_share_by_way_of_a_third_are_together() -> None:
    keys = {1: ["a.example", "192.0.2.1"], 2: ["b.example", "192.0.2.2"], 3: ["c.example", "192.0.2.1", "192.0.2.2"]}
    assert parted([1, 2, 3], keys, Sizes(1)) == [[1, 2, 3]]


@given(st.integers(1, 3000), st.integers(1, 100), st.integers(1, 20))
def test_batches_never_grow_and_the_last_ones_are_small(number: int, most: int, hands: int) -> None:
    sizes = [len(batch) for batch in parted(list(range(number)), {}, Sizes(most, hands))]
    assert sizes == [len(batch) for batch in Sizes(most, hands).slices(list(range(number)))]
    assert sum(sizes) == number
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] <= most
    assert sizes[-1] <= 5
