"""Push: make recorders comply with their wanted baseline, and never lose one.

What is (a snapshot read with root's eyes) and what is wanted (inventory and regulation) give a
plan, purely. Applying a plan runs its steps in order, each proven by reading back; a plan made
afterwards is empty.
"""
