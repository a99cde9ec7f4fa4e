"""Plan units, run them, turn answers into records; it prints nothing and writes no file."""
