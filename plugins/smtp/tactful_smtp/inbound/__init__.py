"""What comes back by mail, from wherever it arrives, and who follows an unsubscribe link."""
