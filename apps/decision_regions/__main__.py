"""Start the experiment: ``python -m apps.decision_regions``."""

from keras_course.experiment import command

from . import Config, main

command.run(main, Config)
