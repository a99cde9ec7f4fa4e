"""The nouns of a scan: frozen values, standard library only; nothing here does I/O."""
