"""Demo data: a believable story told through the same actions that people use."""
