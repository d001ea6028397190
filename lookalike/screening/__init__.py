"""Screening in bulk: files in any usual form as blocks of names, judged by one process or several."""
