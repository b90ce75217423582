"""One tree of errors. Each class says, for the person at the screen, what is wrong and what to do."""


class AftercallError(Exception):
    """Base of every error that Aftercall raises on purpose.

    ``str(error)`` is a sentence that a page may show as it is; it never holds words of a transcript.
    ``remedy`` says what the reader can do, or is empty where the sentence already does.
    """

    remedy: str = ""
    passing: bool = False  # whether the same may go well a moment later, with nobody doing anything

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message)
        if remedy is not None:
            self.remedy = remedy

    @property
    def sentence(self) -> str:
        """The message with its remedy, as one or two sentences."""
        return f"{self} {self.remedy}".strip()


class UnreadableTranscript(AftercallError):
    """A file from which no call could be read: empty, binary, broken, without speech."""

    remedy = "Export the transcript again, or paste its text."


class TooLarge(UnreadableTranscript):
    """A file over one of the limits of the settings."""

    remedy = "Split the file, or raise the limit in the settings."


class UnknownFormat(UnreadableTranscript):
    """A readable file in no form that we know, or not in the form a person chose."""

    remedy = "Choose the format by hand, or paste the text as 'Name: words' lines."


class NotFound(AftercallError):
    """A record that is not there (any more)."""


class ChangedElsewhere(AftercallError):
    """A record that somebody else saved after it was read here. Nothing was written."""

    remedy = "Look at the new value and save again if yours should stand."


class InvalidValue(AftercallError):
    """A value that does not fit its field."""


class MissingInput(AftercallError):
    """An agent was run without a key that it needs: an error in the chain, not in the call."""


class BadSetting(AftercallError):
    """A setting that says what its option can't mean."""

    remedy = "Correct it in the environment or in .env, and start again."


class DatabaseUnavailable(AftercallError):
    """PostgreSQL can't be started or reached."""

    passing = True
    remedy = "Check DATABASE_URL, or unset it to use the embedded server."
