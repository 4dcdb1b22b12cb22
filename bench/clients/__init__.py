"""One program a client: each reads a JSON list of hosts and is measured as a process of its own."""
