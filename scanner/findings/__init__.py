"""What evaluations found: counted, remembered from run to run, and written for others to read."""
