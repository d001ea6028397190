"""Whether a registrant is hidden behind a privacy service or redacted by the registry."""

from __future__ import annotations

import re


def any_of(*parts: str) -> re.Pattern[str]:
    """One pattern of several alternatives, whatever the case."""
    return re.compile("|".join(parts), re.IGNORECASE)


# Whole phrases, since honest bodies protect things too (生态环境保护局, Environmental Protection Agency).
_HIDDEN = any_of(
    r"redacted|privacy|obfuscated whois|anonymi[sz]e|statutory masking|hidden upon|withheld for",
    r"private (?:person|registr\w+|whois|by design)",
    r"whois\s?(?:guard|agent|protect\w*|proxy|secure|trustee)",
    r"domains? by proxy|proxy(?:\.| )(?:registrant|service|protection|llc)",
    r"domain(?:s| name)? (?:protection|privacy|proxy)|protect(?:ed|ion) (?:service|domain)",
    r"not (?:displayed|disclosed)|non-public data|data protected|gdpr masked|select request email form",
    r"(?:identity|contact|registrant) (?:protect\w*|hidden|withheld)|please (?:query|contact) the",
    r"[@.](?:whoisguard|whoisprotect\w*|domainsbyproxy|privacyguardian|contactprivacy|privacyprotect)\.",
    r"隐私|信息保护|未公开|不予公开|已隐藏",
)


def is_private(text: str) -> bool:
    """Whether ``text`` (a registrant's name, organisation or address) stands for somebody hidden."""
    return _HIDDEN.search(text[:300]) is not None
