"""The analysts' pages: HTTP, templates and headers. Rules are ``lookalike.review``'s, rows ``lookalike.store``'s."""
