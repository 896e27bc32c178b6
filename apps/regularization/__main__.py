"""Start the experiment: ``python -m apps.regularization``."""

from apps.regularization import Config, main
from keras_course.experiment import command

command.run(main, Config)
