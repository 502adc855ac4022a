"""Reading releases and reports from files, record by record.

`files.read_file` is the way in; each parser turns lines into records, problems and notes on what
was left out. Nothing here knows the store: who calls hands the records to the rooms' services.
"""
