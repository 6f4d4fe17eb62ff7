"""Tests of transforming."""
