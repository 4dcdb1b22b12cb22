"""Checkov loads the modules named here."""

__all__ = ["recorder"]
