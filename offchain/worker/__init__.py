"""The participant: one process that trains, judges, aggregates and keeps its task going."""
