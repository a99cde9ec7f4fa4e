"""One control plane for a whole AWS organization."""
