"""Several processes of this machine that work on one run; the run's files have one writer still."""
