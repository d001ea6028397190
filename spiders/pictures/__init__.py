"""Pictures: which ones of a page tell something, and what QR codes, text and likeness they hold."""
