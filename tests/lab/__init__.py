"""The lab: real recorders, cameras and networks in one sealed namespace (see README.md)."""
