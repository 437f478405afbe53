"""What `tactful doctor` looks into, one module for each place where something can be wrong."""
