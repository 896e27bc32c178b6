"""Start the program: ``python -m apps.compare``."""

from keras_course.experiment import command

from . import Config, main

command.run(main, Config)
