"""The commands, one module each; `tactful.cli.table` names them all."""
