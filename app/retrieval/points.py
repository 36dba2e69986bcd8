"""A page's chunks and their vectors → the points that are stored."""

import math
from collections.abc import Sequence

from app.retrieval.collections import PageVectors, Point
from app.retrieval.embedders import Vector
from app.retrieval.passages import Chunk
from app.retrieval.sparse import encode_page


def page_points(chunks: Sequence[Chunk], vectors: Sequence[Vector]) -> list[Point]:
    """Of all chunks of one page, in order; the first has what stands for the page."""
    of_page, of_each = encode_page(chunks)
    page = PageVectors(_mean(vectors), of_page)
    return [
        Point(chunk, vector, sparse, page if place == 0 else None)
        for place, (chunk, vector, sparse) in enumerate(zip(chunks, vectors, of_each, strict=True))
    ]


def _mean(vectors: Sequence[Vector]) -> Vector:
    """Of unit length; at the origin where there is no direction."""
    total = [math.fsum(column) for column in zip(*vectors, strict=True)]
    length = math.hypot(*total)
    return [x / length for x in total] if length else total
