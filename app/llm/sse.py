"""Bytes of an event stream → the data of its events."""


class SSEDecoder:
    """Incremental, no I/O (WHATWG HTML, section 9.2.6). Lines end in LF, CRLF or CR.

    Only `data` matters here: comments, which OpenRouter sends while it waits, event names and
    ids are passed over.
    """

    def __init__(self) -> None:
        self._held = b""
        self._data: list[bytes] = []

    def decode(self, read: bytes) -> list[bytes]:
        """The events that are complete with this read."""
        held = self._held + read
        if b"\r" in held:
            ends_in_cr = held.endswith(b"\r")  # its LF may be in the next read
            body = held[:-1] if ends_in_cr else held
            held = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n") + b"\r" * ends_in_cr
        *lines, self._held = held.split(b"\n")
        return self._events(lines)

    def flush(self) -> list[bytes]:
        """What a stream that ended without its last empty line still said."""
        lines = [self._held.rstrip(b"\r"), b""]
        self._held = b""
        return self._events(lines)

    def _events(self, lines: list[bytes]) -> list[bytes]:
        events: list[bytes] = []
        for line in lines:
            if line.startswith(b"data:"):
                self._data.append(line[5:].removeprefix(b" "))
            elif not line and self._data:
                events.append(b"\n".join(self._data))
                self._data.clear()
        return events
