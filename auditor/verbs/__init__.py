"""One file per command, each with a `command`; what they share stands in files that begin with an underscore."""
