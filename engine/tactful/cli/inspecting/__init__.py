"""The commands below `tactful inspect`, and how they read and answer in bulk."""
