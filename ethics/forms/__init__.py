"""Forms of the ethics app: what is typed, by subject. Parsing only; whether it may be so is for the actions to say."""
