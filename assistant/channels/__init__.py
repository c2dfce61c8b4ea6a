"""The ways in: one guard that every channel goes through, and one adapter for each channel."""
