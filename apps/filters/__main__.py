"""Start the experiment: ``python -m apps.filters``."""

from apps.filters import Config, main
from keras_course.experiment import command

command.run(main, Config)
