"""Divides sites into batches so that no owner and no address is in two of them: each is visited by one worker.

Pure: what stands where is found out by the caller.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence


def parted(sites: Sequence[int], keys: Mapping[int, Collection[str]], size: int) -> list[list[int]]:
    """Batches of ``sites`` in their order, each of ``size`` sites or fewer, unless more share owners and addresses.

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
    for group in groups.values():
        if batches and len(batches[-1]) + len(group) <= size:
            batches[-1] += group
        else:
            batches.append(list(group))
    return batches
