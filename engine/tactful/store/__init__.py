"""Where launches, journeys and the ledger are kept."""
