"""Evidence packs: what is stored of a lead, laid out so that others can check it without this program."""
