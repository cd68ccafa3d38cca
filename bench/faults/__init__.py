"""Faults on purpose: what is killed, frozen, emptied and refused, and what came of it."""
