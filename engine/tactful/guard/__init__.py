"""The pure guard: whether one send may leave now."""
