"""The operator's side: timetable, health, notices, numbers, keeping and letting go; judges no lead."""
