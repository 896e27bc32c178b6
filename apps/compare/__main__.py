"""Start the program: ``python -m apps.compare``."""

from apps.compare import Config, main
from keras_course.experiment import command

command.run(main, Config)
