"""Figures for the reports that the plans ask for: the table of the work, the month, a typical case, the deadlines."""
