"""The same training step in this package and in others, timed side by side: `make bench`."""
