"""The day: what burns first for the person who signs in, and the lists behind it."""
