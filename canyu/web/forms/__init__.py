"""Forms of the pages, one file a family. They read what was typed; services judge it."""
