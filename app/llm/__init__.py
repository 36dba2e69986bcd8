"""Models of the Agents SDK. One URL chooses the model."""


class ModelError(Exception):
    """The model could not answer. `str(error)` is for the owner's log; the reader gets `message`.

    `retryable` says whether asking again may help (a rate limit, a cut connection) or not
    (a bad key, an unknown model, a context that is too long).
    """

    def __init__(self, detail: str, *, message: str, retryable: bool) -> None:
        super().__init__(detail)
        self.message = message
        self.retryable = retryable
