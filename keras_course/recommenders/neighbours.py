"""Item-based nearest neighbours: who rated this, rated that."""

from itertools import pairwise

import numpy as np

from keras_course.errors import UserError
from keras_course.recommenders.simple import check

CHUNK = 1024  # items whose similarities are in memory at once


def item_knn(table: np.ndarray, neighbours: int = 100, shrinkage: float = 10.0) -> np.ndarray:
    """Score an item by its similarity to what the user knows: cosine with shrinkage, the nearest items only.

    ``s_ij = x_i.x_j / (|x_i| |x_j| + shrinkage)``, ``score of user u for i = sum over j of x_uj s_ij``

    Shrinkage keeps two items that the same one user has rated from being as near as can be.

    >>> table = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1], [1, 0, 0]])
    >>> item_knn(table, shrinkage=0).round(2)[3].tolist()  # who knows item 0 is offered item 1
    [0.0, 0.82, 0.0]

    Paper: Sarwar, Karypis, Konstan, Riedl, "Item-based collaborative filtering recommendation algorithms", 2001

    Args:
        table: (users, items), 0 where nothing is known.
        neighbours: how many of the most similar items count for an item.
        shrinkage: added to the product of the lengths.

    Returns:
        (users, items).

    Raises:
        UserError: a setting is out of range.
    """
    if neighbours < 1 or shrinkage < 0:
        raise UserError(f"neighbours={neighbours} must be at least 1, and shrinkage={shrinkage:g} at least 0")
    from scipy.sparse import csr_array

    x = csr_array(check(table).astype(np.float32))
    items = x.shape[1]
    lengths = np.sqrt(np.asarray(x.power(2).sum(axis=0)).ravel())
    by_item, scores = csr_array(x.T), np.empty(x.shape)
    for start in range(0, items, CHUNK):
        some = np.arange(start, min(start + CHUNK, items))
        similar = csr_array(by_item[some] @ x)
        row, column = np.repeat(some, np.diff(similar.indptr)), similar.indices
        similar.data /= np.maximum(lengths[row] * lengths[column] + shrinkage, 1e-9)
        similar.data[row == column] = 0  # itself
        for begin, end in pairwise(similar.indptr):
            _keep_nearest(similar.data[begin:end], neighbours)
        scores[:, some] = (x @ similar.T).toarray()
    return scores


def _keep_nearest(similarities: np.ndarray, count: int) -> None:
    """Set all but the largest to 0, in place."""
    if len(similarities) > count:
        sizes = np.abs(similarities)
        similarities[sizes < np.partition(sizes, -count)[-count]] = 0
