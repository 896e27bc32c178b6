"""Few factors for many items: truncated singular value decomposition."""

import numpy as np

from keras_course.errors import UserError
from keras_course.recommenders.simple import check


def truncated_svd(table: np.ndarray, factors: int = 32, seed: int = 0) -> np.ndarray:
    """The table of that rank which is nearest to the given one, what is not known being 0 (PureSVD).

    ``scores = U S V^T``, the largest singular values only. On what was rated the closest relative of a machine with as
    many hidden units, but linear.

    Paper: Cremonesi, Koren, Turrin, "Performance of recommender algorithms on top-N recommendation tasks", 2010

    Args:
        table: (users, items), 0 where nothing is known.
        factors: how many singular values; fewer where the table has fewer.
        seed: where the search for them starts.

    Returns:
        (users, items).

    Raises:
        UserError: ``factors`` is below 1.
    """
    if factors < 1:
        raise UserError(f"factors={factors} must be at least 1")
    from scipy.sparse import csr_array
    from scipy.sparse.linalg import svds

    x = check(table).astype(float)
    if not x.any():
        return np.zeros(x.shape)
    start = np.random.default_rng(seed).normal(size=min(x.shape))
    if factors >= min(x.shape):
        return x
    left, values, right = svds(csr_array(x), k=factors, v0=start)
    scores: np.ndarray = (left * values) @ right
    return scores
