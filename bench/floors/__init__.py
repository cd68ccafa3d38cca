"""The floors: bare Django, bare REST framework and raw SQL, served beside the product."""
