"""Lets `python -m sfrouter` do what the `sfrouter` command does."""

from sfrouter.cli.main import main

if __name__ == "__main__":
    main()
