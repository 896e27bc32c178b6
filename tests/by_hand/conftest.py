"""What the tests of by_hand share."""

import numpy as np
import pytest


@pytest.fixture
def rng():
    """A generator of the test's own: its data do not depend on which tests ran before."""
    return np.random.default_rng(0)
