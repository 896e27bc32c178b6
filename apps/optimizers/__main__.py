"""Start the experiment: ``python -m apps.optimizers``."""

from apps.optimizers import Config, main
from keras_course.experiment import command

command.run(main, Config)
