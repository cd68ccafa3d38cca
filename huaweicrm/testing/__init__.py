"""What the tests stand on: engines started for one run, a browser, and the two make targets."""
