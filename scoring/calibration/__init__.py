"""Whether the score is a probability (``reliability``), and weights fitted to verdicts (``fit``). Pure arithmetic."""
