"""Measurements, not tests: `python -m bench` prints them; README.md here says what was found."""
