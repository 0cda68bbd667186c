"""Does a text say what it is quoted as saying? Pure: no network, no database."""
