"""Start the experiment: ``python -m apps.shift``."""

from keras_course.experiment import command

from . import Config, main

command.run(main, Config)
