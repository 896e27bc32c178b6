"""Training: Keras' ``fit``, with the best epoch kept, an exact resume and compiled loops.

``fit(model, run, x, y, ...)`` takes Keras' arguments and returns Keras' ``History``. What it adds:

- the best epoch is kept in the run's folder, and :func:`best_epoch` tells which one it was (``history``);
- a killed or interrupted run continues exactly (``backup``), and a diverging one stops (:class:`DivergedError`);
- with an optimizer that averages the weights (:func:`ema_options`), the averages are validated and kept
  (``averaging``);
- steps run many in one compiled call where that is faster (``compiled``), and an LSTM as one operation
  (``recurrent``), with cheap masks (``dropout``); :class:`Batches` reads arrays from disk batch by batch;
- Keras' ImageDataGenerator resumes as exactly as arrays do (``flows``);
- one readable line is printed an epoch (``progress``).

:class:`AdversarialTraining` is a model for ``fit`` that learns from adversarial examples too (``adversarial``).
"""

from keras_course.training.adversarial import AdversarialTraining, adversarial_examples, fast_gradient_sign
from keras_course.training.arguments import total_steps
from keras_course.training.averaging import ema_options
from keras_course.training.batches import Batches
from keras_course.training.fitting import DivergedError, fit
from keras_course.training.history import Stopwatch, best_epoch

__all__ = [
    "AdversarialTraining",
    "Batches",
    "DivergedError",
    "Stopwatch",
    "adversarial_examples",
    "best_epoch",
    "ema_options",
    "fast_gradient_sign",
    "fit",
    "total_steps",
]
