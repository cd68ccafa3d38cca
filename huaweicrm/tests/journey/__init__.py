"""What the tests in a real browser share: the stage, the people and their windows."""
