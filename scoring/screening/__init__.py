"""Reading names by the hundred million: what a cheap pass over bytes looks for, and the pass itself.

The pass lets through every name that ``scoring.names`` could call a hit, and a few in ten thousand besides.
"""
