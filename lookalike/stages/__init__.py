"""The stages of a night, each a loop over what the store says is still to be done."""
