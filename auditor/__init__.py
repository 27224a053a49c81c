"""Digital-sanction dependency risk auditor: who could be made to stop serving you, by which law, through whom."""

__version__ = "0.1.0"
