"""Pages about tickets: the queue, one ticket, its steps and its clocks; the portal's view."""
