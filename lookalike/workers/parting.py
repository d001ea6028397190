"""Divides sites into batches so that no owner and no address is in two of them: each is visited by one worker.

Batches become smaller towards the end, so that all workers end together. Pure: what stands where is found out by the
caller.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sites of one batch: never more than ``most``, and towards the end a part of what is left for each of ``hands``.

    Guided self-scheduling (Polychronopoulos and Kuck, IEEE Transactions on Computers C-36, 1987), with half the share
    that they give, since sites differ in what they cost.
    """

    most: int
    hands: int = 0
    """Workers that take part; 0: all batches are alike."""
    least: int = 5

    def next(self, left: int) -> int:
        """Sites of the next batch when so many are left."""
        if not self.hands:
            return self.most
        return max(min(self.least, self.most), min(self.most, left // (2 * self.hands)))

    def slices(self, sites: Sequence[int]) -> list[list[int]]:
        """``sites`` in their order, whoever's they are."""
        found, start = [], 0
        while start < len(sites):
            size = self.next(len(sites) - start)
            found.append(list(sites[start : start + size]))
            start += size
        return found


def parted(sites: Sequence[int], keys: Mapping[int, Collection[str]], sizes: Sizes) -> list[list[int]]:
    """Batches of ``sites`` in their order, each as large as ``sizes`` tell, unless more share owners and addresses.

    Sites that share a key are in one batch; a batch stands where its first site stands.
    """
    root = {site: site for site in sites}

    def find(site: int) -> int:
        while root[site] != site:
            root[site] = root[root[site]]
            site = root[site]
        return site

    first: dict[str, int] = {}
    for site in sites:
        for key in keys.get(site, ()):
            root[find(site)] = find(first.setdefault(key, site))
    groups: dict[int, list[int]] = {}
    for site in sites:
        groups.setdefault(find(site), []).append(site)
    batches: list[list[int]] = []
    left, size = len(sites), 0
    for group in groups.values():
        if batches and len(batches[-1]) + len(group) <= size:
            batches[-1] += group
        else:
            batches.append(list(group))
            size = sizes.next(left)
        left -= len(group)
    return batches
