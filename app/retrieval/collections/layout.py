"""How a Qdrant server keeps a collection: one way, from a hundred chunks to a million.

What every search walks through is in memory: the graph, the words' lists, and a byte a dimension of
every vector. What it reads for the best few alone is on the disk: whole vectors and texts.
"""

from typing import Any

from qdrant_client import models

from app.retrieval.collections import Cluster, Description
from app.retrieval.collections.payload import DENSE, INDEXED, PAGE_DENSE, PAGE_SPARSE, SPARSE

_RULES = "2"  # of what is below: others need a collection laid out anew
_PAGES = 100  # kilobytes of pages' vectors that are compared one by one


def named(cluster: Cluster) -> str:
    """Collections that are laid out alike have the same name for it."""
    return f"{_RULES} shards={cluster.shards} replicas={cluster.replicas}"


def parameters(description: Description, cluster: Cluster) -> dict[str, Any]:
    """Of the client's `create_collection`. Below some ten thousand points a server compares all
    vectors as they are, whatever this says. M and `ef_construct` are the server's.

    Pages have a vector each, a tenth of the chunks. Where they are few enough, a server would
    compare all of them, and look for them among all chunks: the graph is quicker.
    """
    return {
        "vectors_config": {
            name: models.VectorParams(
                size=description.dimension,
                distance=models.Distance.COSINE,
                on_disk=True,
                hnsw_config=models.HnswConfigDiff(full_scan_threshold=_PAGES)
                if name == PAGE_DENSE
                else None,
            )
            for name in (DENSE, PAGE_DENSE)
        },
        "sparse_vectors_config": {
            name: models.SparseVectorParams(modifier=models.Modifier.IDF)
            for name in (SPARSE, PAGE_SPARSE)
        },
        "quantization_config": models.ScalarQuantization(
            scalar=models.ScalarQuantizationConfig(
                type=models.ScalarType.INT8, quantile=0.99, always_ram=True
            )
        ),
        "on_disk_payload": True,
        "shard_number": cluster.shards,
        "replication_factor": cluster.replicas,
    }


INDEXES = {
    # points of one version lie together, as most questions are about one
    field: models.KeywordIndexParams(
        type=models.KeywordIndexType.KEYWORD, is_tenant=True if field == "version" else None
    )
    for field in INDEXED
}
"""By the payload's field."""


def search(vector: str) -> models.SearchParams | None:
    """Of a search by the vectors of that name. Small numbers choose twice as many as are wanted,
    the whole vectors which of them it is: scores are exact."""
    if vector not in (DENSE, PAGE_DENSE):
        return None
    return models.SearchParams(
        quantization=models.QuantizationSearchParams(rescore=True, oversampling=2.0)
    )
