"""The tests; `pytest` from the root of the checkout."""
