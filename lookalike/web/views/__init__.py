"""Views: each reads a form, calls a rule or a query, and renders."""
