"""Accounts of the agents: login, password, second factor; opened from the organisation, never by signing up."""
