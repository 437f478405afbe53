"""From the rows of an audience to recipients: cells, columns, choice, and reading again."""
