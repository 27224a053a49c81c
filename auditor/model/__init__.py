"""The nouns of the product: frozen dataclasses over the standard library, and nothing else."""
