"""The flow language: text in, checked tree and diagnostics out."""
