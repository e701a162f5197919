"""The simulated company: seeded, with true effects that are written down (docs/demo.md), removable as one.

It brings rows of every folder together, so like the project's urls it may import them all.
"""
