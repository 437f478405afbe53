"""The API for other systems of the same house: they tell what has happened."""
