"""`python -m pioneer_etl`: the same as `pioneer`."""

from pioneer_etl.cli.main import run

if __name__ == "__main__":
    run()
