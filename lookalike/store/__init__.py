"""The store: what was searched, seen, visited and judged, in a database, and the bytes beside it in files.

Functions are grouped by noun (``runs``, ``searches``, ``sites``, ``visits``, ``leads`` …), take a session first and
return models or dataclasses. Every change of state is one transaction in one function; no query stands anywhere else.
"""
