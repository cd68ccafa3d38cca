"""One module a row of the table: `NEEDS_SERVER` and `measure(stage) -> list[Line]`."""
