"""What other offices' programs ask: JSON by key, read-only unless the key says otherwise. Never by cookie."""
