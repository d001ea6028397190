"""What is genuine, what sellers say, where to look: data, and a thin typed loader."""
