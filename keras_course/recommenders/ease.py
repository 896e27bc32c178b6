"""EASE: every item from all others by ridge regression, in closed form; hard to beat by any network."""

import numpy as np

from keras_course.errors import UserError
from keras_course.recommenders.simple import check


def ease(table: np.ndarray, l2: float = 200.0) -> np.ndarray:
    """Predict every item from all others, ``X B`` with ``B`` of least squared error and ridge penalty, zero diagonal.

    ``P = (X^T X + l2 I)^-1``, ``B_ij = -P_ij / P_jj`` off the diagonal, so ``X B = X - X P / diag(P)``.

    With fewer users than items the same comes from a matrix of users: ``X P = K X`` and ``diag(P)_j = (1 - x_j^T K x_j)
    / l2`` with ``K = (X X^T + l2 I)^-1``.

    >>> table = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1], [1, 0, 0]])
    >>> ease(table, l2=1).round(2)[3].tolist()  # who knows item 0 is offered item 1
    [0.0, 0.5, 0.0]

    Paper: Steck, "Embarrassingly shallow autoencoders for sparse data", 2019

    Args:
        table: (users, items), 0 where nothing is known.
        l2: strength of the penalty; the sparser the table, the larger.

    Returns:
        (users, items).

    Raises:
        UserError: ``l2`` is not above 0.
    """
    if not l2 > 0:
        raise UserError(f"l2={l2:g} must be above 0: without a penalty the matrix has no inverse")
    x = check(table).astype(float)
    users, items = x.shape
    if users < items:
        product = np.linalg.solve(x @ x.T + l2 * np.eye(users), x)  # X P
        diagonal = (1 - np.einsum("ui,ui->i", x, product)) / l2
    else:
        inverse = np.linalg.inv(x.T @ x + l2 * np.eye(items))
        product, diagonal = x @ inverse, np.diag(inverse)
    scores: np.ndarray = x - product / diagonal
    return scores
