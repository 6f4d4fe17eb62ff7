"""`python -m pioneer_etl`: the same as `pioneer`."""

from pioneer_etl.cli.start import run

if __name__ == "__main__":
    run()
