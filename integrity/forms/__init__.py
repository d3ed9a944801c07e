"""Forms of the integrity app. They read what was typed; actions decide and save."""
