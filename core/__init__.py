"""The ground floor: users, working time, timers, outbox, trail, policy, access, web and API."""
