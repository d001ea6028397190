"""What one night may spend on one owner: hosts, pages, bytes and seconds by registrable domain and by address.

Session numbers, calendars and ``*.evil.test`` make endless sites out of one; whoever is over is left for this night,
and told so. On hosts that strangers share each site has a budget of its own; addresses of delivery networks have none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from scoring.case import SiteKey
from scoring.domains import private_suffix, registrable_domain
from scoring.sitekey import is_shared, site_key
from seeds.model import SharedHosts
from spiders.addresses import parse_literal
from spiders.options import Options

MIB = 1024 * 1024


@dataclass(slots=True)
class Spent:
    """What one owner or address has cost so far."""

    hosts: set[str] = field(default_factory=set)
    pages: int = 0
    size: int = 0
    """Bytes of bodies as they came."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one owner may cost; an address, behind which several may live, ``address_factor`` times as much."""

    hosts: int
    pages: int
    size: int
    seconds: float

    @classmethod
    def of(cls, options: Options, factor: int = 1) -> Limits:
        """As the settings say."""
        return cls(
            options.budget_hosts * factor,
            options.budget_pages * factor,
            options.budget_mib * factor * MIB,
            options.budget_seconds * factor,
        )

    def over(self, spent: Spent) -> str:
        """Which part is used up, in Chinese; '' while none is. Hosts are counted where one is let in."""
        if spent.pages >= self.pages:
            return f"今晚已取 {spent.pages} 次（上限 {self.pages}）"
        if spent.size >= self.size:
            return f"今晚已收 {spent.size // MIB} MiB（上限 {self.size // MIB}）"
        if spent.seconds >= self.seconds:
            return f"今晚已用 {spent.seconds:.0f} 秒（上限 {self.seconds:.0f}）"
        return ""


class Budgets:
    """The ledger of one night."""

    def __init__(self, options: Options, shared: SharedHosts) -> None:
        self.shared_address: Callable[[str], bool] = lambda _address: False
        """Tells addresses that belong to nobody in particular."""
        self._shared = shared
        self._owner_limits = Limits.of(options)
        self._address_limits = Limits.of(options, options.budget_address_factor)
        self._owners: dict[str, Spent] = {}
        self._addresses: dict[str, Spent] = {}
        self._led_to: dict[str, tuple[str, ...]] = {}

    def accounts(self) -> dict[tuple[str, str], Spent]:
        """What each owner and address has cost so far, by kind (``owner``, ``address``) and name."""
        owners = {("owner", name): spent for name, spent in self._owners.items()}
        return owners | {("address", name): spent for name, spent in self._addresses.items()}

    def account(self, kind: str, name: str) -> Spent:
        """The account of one owner or address, to add to what others have spent of the same budget."""
        return self._of_owner(name) if kind == "owner" else self._addresses.setdefault(name, Spent())

    def owner(self, site: SiteKey) -> str:
        """Whose budget a site is on: its registrable domain, its address, or itself where strangers share the host.

        Under a top-level domain that no list knows the last two labels; below a public suffix that is private
        (``github.io``) each name is an owner. A path that looks like a forum's is anybody's to choose and counts not.
        """
        if site.scope and is_shared(site.host, self._shared):
            return str(site)
        if parse_literal(site.host) is not None:
            return site.host
        if (suffix := private_suffix(site.host)) and site.host != suffix:
            return f"{site.host.removesuffix('.' + suffix).rpartition('.')[2]}.{suffix}"
        return registrable_domain(site.host) or ".".join(site.host.split(".")[-2:])

    def note_hosts(self, hosts: Iterable[SiteKey]) -> None:
        """Sites that this night has visited already, before it was taken up again."""
        for site in hosts:
            self._of_owner(self.owner(site)).hosts.add(site.host)

    def admit(self, site: SiteKey, addresses: Collection[str] = ()) -> str:
        """Count ``site`` in; when its owner or an address of it has no more left, why, and nothing is counted."""
        told = self._accounts(self.owner(site), addresses)
        for name, spent, limits in told:
            if site.host not in spent.hosts and len(spent.hosts) >= limits.hosts:
                return f"{name} 今晚已访问 {len(spent.hosts)} 个主机（上限 {limits.hosts}）"
            if why := limits.over(spent):
                return f"{name} {why}"
        for _, spent, _ in told:
            spent.hosts.add(site.host)
        self._led_to[site.host] = tuple(addresses)
        return ""

    def spend(self, url: str, addresses: Iterable[str], *, size: int, seconds: float) -> None:
        """One exchange with ``url`` at ``addresses`` took this much."""
        site = self._site(url)
        if site is None:
            return
        found = tuple(address for address in addresses if address)
        self._led_to[site.host] = found or self._led_to.get(site.host, ())
        for _, spent, _ in self._accounts(self.owner(site), self._led_to[site.host]):
            spent.pages += 1
            spent.size += size
            spent.seconds += seconds

    def spent(self, url: str) -> str:
        """Why nothing more is fetched from ``url`` tonight; '' while its budgets last."""
        site = self._site(url)
        if site is None:
            return ""
        for name, account, limits in self._accounts(self.owner(site), self._led_to.get(site.host, ())):
            if why := limits.over(account):
                return f"{name} {why}"
        return ""

    def _accounts(self, owner: str, addresses: Iterable[str]) -> list[tuple[str, Spent, Limits]]:
        mine = [a for a in addresses if a != owner and not self.shared_address(a)]
        return [
            (owner, self._of_owner(owner), self._owner_limits),
            *((a, self._addresses.setdefault(a, Spent()), self._address_limits) for a in mine),
        ]

    def _of_owner(self, owner: str) -> Spent:
        return self._owners.setdefault(owner, Spent())

    def _site(self, url: str) -> SiteKey | None:
        try:
            return site_key(url, self._shared)
        except ValueError:
            return None  # the guard refuses it
