"""`python -m tactful` is `tactful`."""

from tactful.cli import main

main()
