"""Page objects: what a results page says, read without a crawler."""
