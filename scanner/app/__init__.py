"""Put the floors together: settings in, a finished run and its summary out; it prints nothing."""
