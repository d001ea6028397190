"""Leads in the forms that other offices read: STIX, MISP, resolvers' lists, tables, notices. Nothing is ever sent."""
