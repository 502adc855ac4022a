"""Hours since 1970, as the stores tell them: for whoever reads many moments and wants no objects.

Pure: text in, text out.
"""


def hour_of(column: str, *, is_postgres: bool) -> str:
    """SQL of a whole number: the hours (UTC) since 1970 at a column's moment, NULL where it is."""
    if is_postgres:
        return f"floor(extract(epoch FROM {column}) / 3600)::bigint"
    # Only whole seconds: SQLite rounds to thousandths, and so may end in the next hour. A plus
    # hides the column's kind from Python, which would make an object of it.
    return f"CAST(strftime('%%s', substr(+{column}, 1, 19)) AS INTEGER) / 3600"
