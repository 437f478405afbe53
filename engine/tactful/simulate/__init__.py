"""The engine on a virtual clock: plan and simulate."""
