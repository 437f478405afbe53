"""`tactful dev`: every save of a flow is checked, planned, and taken by a running engine."""
