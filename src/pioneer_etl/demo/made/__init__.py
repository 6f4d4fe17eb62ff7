"""What is made up: one module a dataset, each giving a township's records."""
