from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lookalike.workers.parting import parted

KEYS = st.dictionaries(st.integers(0, 40), st.lists(st.sampled_from("abcdefgh"), max_size=3))


@given(KEYS, st.integers(1, 10))
def test_each_site_is_in_one_batch_and_none_shares_a_key_with_another_batch(
    keys: dict[int, list[str]], size: int
) -> None:
    batches = parted(list(keys), keys, size)
    assert sorted(site for batch in batches for site in batch) == sorted(keys)
    held = [{key for site in batch for key in keys[site]} for batch in batches]
    assert all(not one & other for n, one in enumerate(held) for other in held[n + 1 :])


@given(st.lists(st.integers(), unique=True), st.integers(1, 10))
def test_sites_that_share_nothing_fill_batches_in_their_order(sites: list[int], size: int) -> None:
    batches = parted(sites, {}, size)
    assert [site for batch in batches for site in batch] == sites
    assert all(len(batch) == size for batch in batches[:-1])


def test_sites_that_share_by_way_of_a_third_are_together() -> None:
    keys = {1: ["a.example", "192.0.2.1"], 2: ["b.example", "192.0.2.2"], 3: ["c.example", "192.0.2.1", "192.0.2.2"]}
    assert parted([1, 2, 3], keys, 1) == [[1, 2, 3]]
