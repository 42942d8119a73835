"""Delegations of signature: who may sign what, where, up to how much, at any instant (ADR 0023)."""
