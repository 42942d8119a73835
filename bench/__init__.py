"""Ratios measured in one run on an embedded PostgreSQL: `python -m bench`."""
