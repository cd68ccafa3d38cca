"""Bulk beside the story: customers, people, contracts, tickets and interactions by the thousand."""
