"""Start the experiment: ``python -m apps.choices``."""

from apps.choices import Config, main
from keras_course.experiment import command

command.run(main, Config)
