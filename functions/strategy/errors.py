"""What is refused before anything is computed: a file, an option, a range. The sentence names the place."""

from shared.errors import Invalid


class Unreadable(Invalid):
    code, detail = "unreadable_data", "The file holds no candles that can be read."


class WrongOption(Invalid):
    code, detail = "wrong_option", "An option has a value that cannot be used."
