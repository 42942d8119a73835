"""The law's dates: pure functions, no clock, no database, each answer with its article and its reasons."""
