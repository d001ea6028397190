"""Looks over a machine: every setting and everything the program leans on; mends nothing by itself."""
