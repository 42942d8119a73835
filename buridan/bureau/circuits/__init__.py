"""Pages of the circuits: read, see who will act, edit a draft, publish it."""
