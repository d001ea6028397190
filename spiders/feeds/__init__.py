"""Files that people lay into the feeds folder: exports, saved pages, name lists, tips. Read, bounded, never fetched."""
