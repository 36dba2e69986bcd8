"""Bytes of an event stream → the data of its events."""


class SSEDecoder:
    """Incremental, no I/O (WHATWG HTML, section 9.2.6). Lines end in LF, CRLF or CR.

    Only `data` matters here: comments, which OpenRouter sends while it waits, event names and
    ids are passed over.
    """

    def __init__(self) -> None:
        self._held = b""

    def decode(self, read: bytes) -> list[bytes]:
        """The events that are complete with this read."""
        held = self._held + read
        if b"\r" in held:
            ends_in_cr = held.endswith(b"\r")  # its LF may be in the next read
            body = held[:-1] if ends_in_cr else held
            held = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n") + b"\r" * ends_in_cr
        ended, _, self._held = held.rpartition(b"\n\n")
        if ended.startswith(b"data: "):
            events = ended[6:].split(b"\n\ndata: ")
            if ended.count(b"\n") == 2 * len(events) - 2:  # one line each, as nearly all are
                return events
        return self._events(ended.split(b"\n\n"))

    def flush(self) -> list[bytes]:
        """What a stream that ended without its last empty line still said."""
        ended = [self._held.rstrip(b"\r")]
        self._held = b""
        return self._events(ended)

    def _events(self, ended: list[bytes]) -> list[bytes]:
        events: list[bytes] = []
        for event in ended:
            lines = [line for line in event.split(b"\n") if line.startswith(b"data:")]
            if lines:
                events.append(b"\n".join(line[5:].removeprefix(b" ") for line in lines))
        return events
