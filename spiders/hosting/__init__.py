"""Where a host lives: DNS, WHOIS, RDAP, network and TLS, each as a dated fact."""
