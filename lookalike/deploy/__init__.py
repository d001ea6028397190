"""What is shipped to run it as a service; the program itself imports nothing from here."""
