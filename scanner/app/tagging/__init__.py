"""Tags of a whole organization: judge a run, plan what mends it; it prints nothing."""
