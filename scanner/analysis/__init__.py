"""Read what runs have written and compare it; never AWS, and no file by its own choice."""
