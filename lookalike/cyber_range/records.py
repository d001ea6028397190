"""DNS records from the way people write them in host.toml."""

from __future__ import annotations

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.TXT
import dns.rrset


def records(owner: dns.name.Name, kind: str, values: tuple[str, ...], ttl: int) -> dns.rrset.RRset:
    """The values as one set of records of ``owner``."""
    rdatatype = dns.rdatatype.from_text(kind)
    return dns.rrset.from_rdata_list(owner, ttl, [record(rdatatype, value) for value in values])


def record(kind: dns.rdatatype.RdataType, value: str) -> dns.rdata.Rdata:
    """One record from its written form; raises ValueError when it is none.

    Names may lack the final dot, a mail host its preference (then 10), and a text its quotes.
    """
    if kind == dns.rdatatype.TXT:
        data = value.encode()
        parts = [data[i : i + 255] for i in range(0, len(data), 255)] or [b""]
        return dns.rdtypes.ANY.TXT.TXT(dns.rdataclass.IN, kind, parts)
    text = value.strip()
    if kind == dns.rdatatype.MX and len(text.split()) == 1:
        text = f"10 {text}"
    try:
        return dns.rdata.from_text(dns.rdataclass.IN, kind, text, origin=dns.name.root, relativize=False)
    except dns.exception.DNSException as error:
        raise ValueError(f"{value!r} is no {dns.rdatatype.to_text(kind)} record") from error
