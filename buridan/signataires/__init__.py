"""Somebody outside the town hall signs a PDF of a dossier by a one-time link (ADR 0037)."""
