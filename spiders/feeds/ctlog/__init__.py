"""Certificate transparency logs: their answers read and verified, where reading stopped, which names came before."""
