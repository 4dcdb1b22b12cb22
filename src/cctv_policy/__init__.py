"""cctv-policy: shows whether a district's school CCTV holds to its document, clause by clause."""

__version__ = "0.1.0"
