"""Question → passages."""


class RetrievalError(Exception):
    """The docs could not be searched. `str(error)` tells the owner what is wrong and what to do;
    the reader gets `message`. `retryable` says whether asking again may help."""

    message = "The documentation cannot be searched just now. Please try again in a moment."
    retryable = True
