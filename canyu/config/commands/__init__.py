"""The subcommands of `canyu`, one file each; the underscore keeps clear of Python's own words."""
