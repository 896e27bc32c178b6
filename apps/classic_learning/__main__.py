"""Start the experiment: ``python -m apps.classic_learning``."""

from apps.classic_learning import Config, main
from keras_course.experiment import command

command.run(main, Config)
